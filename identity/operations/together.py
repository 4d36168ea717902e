"""What two administrators of the topmost unit do together to a person above whom nobody stands."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from identity import events
from identity.context import Context
from identity.domain import together as rules
from identity.domain.fallback import NotAnOfficial
from identity.domain.grants import Grant
from identity.domain.questions import about_joint_act
from identity.domain.standing import stands_above
from identity.domain.together import Act, JointAct
from identity.operations.hands import hand_of, people_behind
from identity.operations.officials import put_official, take_off
from identity.operations.people import sign_out_everywhere
from identity.operations.second import check_asker, check_confirms
from identity.operations.standing import Person, person_of, person_within, resting
from identity.operations.telling import What, told_to
from servicekit.access import decision as access
from servicekit.access.decision import Caller
from servicekit.access.second_person import SecondPersonDependent, owes
from servicekit.data.events import AuditEntry, Event
from servicekit.ids import new_id
from servicekit.refusals import Conflict, NotFound, Refusal, Stale
from servicekit.words import N_


class AloneIsEnough(Conflict):
    title = N_("You stand above this person, so you can do it alone.")


@dataclass(frozen=True)
class JointActSeen:
    """With the name of whom it is about; `unit_id`: the one that it is about, else the topmost unit. `refusal`: why the
    reader is no second person for it; None where they are, and where they have just done something.
    """

    id: str
    version: int
    act: Act
    account_id: str
    name: str
    unit_id: str
    status: rules.State
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    until: datetime
    reason: str
    confirmed_by_name: str
    refusal: Refusal | None = None


def ask(
    context: Context, caller: Caller, act: Act, account_id: str, unit_id: str, reason: str
) -> JointActSeen:
    """The first of two. Raises NotAtTheTop, AloneIsEnough, NotFound, NotAnOfficial."""
    rules.check_reason(reason)
    person = person_within(context, caller, account_id)
    right = rules.top_right(caller.rights, person.live)
    taken = resting(context, person) if act is Act.REMOVE_OFFICIAL else person.live
    if stands_above(caller.rights, taken):
        raise AloneIsEnough
    if act is Act.NAME_OFFICIAL and not any(grant.unit_id == unit_id for grant in person.live):
        raise NotFound(field="unit_id")
    if act is Act.REMOVE_OFFICIAL and context.store.fallback.official(account_id, unit_id) is None:
        raise NotAnOfficial(field="account_id")
    now = context.clock.now()
    for known in context.store.joint_acts.asked_in(right.unit_id):
        # Asked twice, by a second tap or a lost answer, it is one question.
        same = (known.act, known.account_id, known.about_unit_id) == (act, account_id, unit_id)
        if same and known.asked_by in caller.accounts and rules.state_of(known, now) is rules.State.ASKED:
            return _show(context, known)
    joint = JointAct(
        id=new_id(),
        act=act,
        account_id=account_id,
        unit_id=right.unit_id,
        asked_by=caller.account_id,
        asked_by_name=caller.name,
        asked_at=now,
        reason=reason,
        about_unit_id=unit_id,
    )
    place: dict[str, Any] = {"unit_id": right.unit_id, "unit_path": list(right.unit_path)}
    about = {"asked_by": caller.account_id, "not_to": list(person.accounts)}
    news = Event(events.JOINT_ACT_ASKED, {**place, **about})
    return _show(context, context.store.joint_acts.add(joint, [news], [_entry("joint_act.asked", joint)]))


def confirm(context: Context, caller: Caller, joint_id: str, expected_version: int) -> JointActSeen:
    """The second of two, independent of the first: now it is done. Raises SecondPersonNeeded."""
    store, now = context.store, context.clock.now()

    def work() -> JointAct:
        joint, person = _at_hand(context, caller, joint_id, expected_version)
        changed = rules.confirm(joint, caller.accounts, caller.name, now)
        check_asker(
            *(context, joint.asked_by, joint.asked_by_name),
            lambda asker: rules.top_right(asker.rights, person.live),
        )
        question = about_joint_act(joint, hand_of(context, [joint.asked_by]))
        check_confirms(context, caller, question, _at_the_top(context, caller))
        news = told_to([joint.asked_by], What.CONFIRMED, (joint.unit_id,), caller.accounts)
        saved = store.joint_acts.save(
            changed, expected_version, news, [_entry("joint_act.confirmed", changed)]
        )
        _do(context, saved, person)
        return saved

    return _show(context, store.database.in_transaction(work))


def withdraw(context: Context, caller: Caller, joint_id: str, expected_version: int) -> JointActSeen:
    """By whoever asked, or could confirm it: whoever it would be done to does not stop it.

    Nor does somebody who owes them their power.
    """
    store, now = context.store, context.clock.now()

    def work() -> JointAct:
        joint, _ = _at_hand(context, caller, joint_id, expected_version)
        changed = rules.withdraw(joint, caller.accounts, caller.name, now)
        if joint.asked_by not in caller.accounts:
            question = about_joint_act(joint, hand_of(context, [joint.asked_by]))
            check_confirms(context, caller, question, _at_the_top(context, caller))
            if owes(hand_of(context, caller.accounts), hand_of(context, [joint.account_id])):
                raise SecondPersonDependent
        news = told_to([joint.asked_by], What.DECLINED, (joint.unit_id,), caller.accounts)
        return store.joint_acts.save(
            changed, expected_version, news, [_entry("joint_act.withdrawn", changed)]
        )

    return _show(context, store.database.in_transaction(work))


def list_asked(context: Context, caller: Caller) -> list[JointActSeen]:
    """What waits for a second administrator in the caller's topmost units; nothing about the caller themselves."""
    now = context.clock.now()
    tops = {
        right.unit_id
        for right in caller.rights
        if right.permission == "access:grant" and len(right.unit_path) == 1
    }
    found = [joint for unit_id in sorted(tops) for joint in context.store.joint_acts.asked_in(unit_id)]
    waiting = [one for one in found if rules.state_of(one, now) is rules.State.ASKED]
    concerned = people_behind(context, {one.account_id for one in waiting})
    own = _at_the_top(context, caller)
    return [
        replace(_show(context, one), refusal=_why_not(context, caller, one, own))
        for one in waiting
        if not concerned[one.account_id] & set(caller.accounts)
    ]


def _why_not(context: Context, caller: Caller, joint: JointAct, own: list[Grant]) -> Refusal | None:
    try:
        rules.confirm(joint, caller.accounts, caller.name, context.clock.now())
        check_confirms(context, caller, about_joint_act(joint, hand_of(context, [joint.asked_by])), own)
    except Refusal as refusal:
        return refusal
    return None


def _at_hand(
    context: Context, caller: Caller, joint_id: str, expected_version: int
) -> tuple[JointAct, Person]:
    joint = context.store.joint_acts.get(joint_id)
    access.require(caller, "access:grant", (joint.unit_id,), context.clock.now())
    person = person_of(context, joint.account_id)
    # Whom it is about is told when it is done; until then it is none of theirs.
    if person is None or set(person.accounts) & set(caller.accounts):
        raise NotFound
    rules.top_right(caller.rights, person.live)
    if joint.version != expected_version:
        raise Stale
    return joint, person


def _at_the_top(context: Context, caller: Caller) -> list[Grant]:
    """The caller's own grants by which they may decide this."""
    ids = {
        right.grant_id
        for right in caller.rights
        if right.permission == "access:grant" and len(right.unit_path) == 1
    }
    return list(context.store.grants_by_id(ids).values())


def _do(context: Context, joint: JointAct, person: Person) -> None:
    if joint.act is Act.END_SESSIONS:
        sign_out_everywhere(context, person, joint.answered_by, joint.reason)
        return
    unit = context.store.units.find(joint.about_unit_id)
    if unit is None:
        raise NotFound
    if joint.act is Act.REMOVE_OFFICIAL:
        take_off(context, joint.account_id, unit.id, unit.path, joint.answered_by, joint.reason)
        return
    by = (joint.asked_by, joint.asked_by_name, joint.reason)
    put_official(context, person, unit.id, unit.path, *by)


def _entry(what: str, joint: JointAct) -> AuditEntry:
    return AuditEntry(
        *(what, joint.unit_id, (joint.unit_id,), "account", joint.account_id),
        subject_id=joint.account_id,
        details={"act": str(joint.act), "reason": joint.reason, "unit": joint.about_unit_id},
    )


def _show(context: Context, joint: JointAct) -> JointActSeen:
    account = context.store.account(joint.account_id)
    return JointActSeen(
        id=joint.id,
        version=joint.version,
        act=joint.act,
        account_id=joint.account_id,
        name=account.name if account else "",
        unit_id=joint.about_unit_id or joint.unit_id,
        status=rules.state_of(joint, context.clock.now()),
        asked_by=joint.asked_by,
        asked_by_name=joint.asked_by_name,
        asked_at=joint.asked_at,
        until=joint.until,
        reason=joint.reason,
        confirmed_by_name=joint.answered_by_name,
    )
