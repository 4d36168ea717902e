"""What two administrators of the topmost unit do together to a person above whom nobody stands."""

from identity import events
from identity.domain import together as rules
from identity.domain.grants import Grant
from identity.domain.questions import about_joint_act
from identity.domain.standing import stands_above
from identity.domain.together import Act, JointAct
from identity.operations.officials import put_official
from identity.operations.outside import Document, Outside
from identity.operations.people import sign_out_everywhere
from identity.operations.second import check_confirms, hand_of
from identity.operations.standing import Person, person_of, person_within
from servicekit import access
from servicekit.access import Caller
from servicekit.events import AuditEntry, Event
from servicekit.ids import new_id
from servicekit.refusals import Conflict, NotFound, Stale
from servicekit.words import N_


class AloneIsEnough(Conflict):
    title = N_("You stand above this person, so you can do it alone.")


def ask(outside: Outside, caller: Caller, act: Act, account_id: str, unit_id: str, reason: str) -> Document:
    """The first of two. Raises NotAtTheTop, AloneIsEnough."""
    rules.check_reason(reason)
    person = person_within(outside, caller, account_id)
    right = rules.top_right(caller.rights, person.live)
    if stands_above(caller.rights, person.live):
        raise AloneIsEnough
    if act is Act.NAME_OFFICIAL and not any(grant.unit_id == unit_id for grant in person.live):
        raise NotFound(field="unit_id")
    now = outside.clock.now()
    for known in outside.store.joint_acts.asked_in(right.unit_id):
        # Asked twice, by a second tap or a lost answer, it is one question.
        same = (known.act, known.account_id, known.about_unit_id) == (act, account_id, unit_id)
        if same and known.asked_by in caller.accounts and rules.state_of(known, now) is rules.State.ASKED:
            return _show(outside, known)
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
    place: Document = {"unit_id": right.unit_id, "unit_path": list(right.unit_path)}
    news = Event(events.JOINT_ACT_ASKED, {**place, "asked_by": caller.account_id})
    return _show(outside, outside.store.joint_acts.add(joint, [news], [_entry("joint_act.asked", joint)]))


def confirm(outside: Outside, caller: Caller, joint_id: str, expected_version: int) -> Document:
    """The second of two, independent of the first: now it is done. Raises SecondPersonNeeded."""
    store, now = outside.store, outside.clock.now()

    def work() -> JointAct:
        joint, person = _at_hand(outside, caller, joint_id, expected_version)
        changed = rules.confirm(joint, caller.accounts, caller.name, now)
        question = about_joint_act(joint, hand_of(outside, [joint.asked_by]))
        check_confirms(outside, caller, question, _at_the_top(outside, caller))
        saved = store.joint_acts.save(changed, expected_version, (), [_entry("joint_act.confirmed", changed)])
        _do(outside, saved, person)
        return saved

    return _show(outside, store.database.in_transaction(work))


def withdraw(outside: Outside, caller: Caller, joint_id: str, expected_version: int) -> Document:
    store, now = outside.store, outside.clock.now()

    def work() -> JointAct:
        joint, _ = _at_hand(outside, caller, joint_id, expected_version)
        changed = rules.withdraw(joint, caller.accounts, caller.name, now)
        return store.joint_acts.save(changed, expected_version, (), [_entry("joint_act.withdrawn", changed)])

    return _show(outside, store.database.in_transaction(work))


def list_asked(outside: Outside, caller: Caller) -> list[Document]:
    """What waits for a second administrator in the caller's topmost units."""
    now = outside.clock.now()
    tops = {
        right.unit_id
        for right in caller.rights
        if right.permission == "access:grant" and len(right.unit_path) == 1
    }
    found = [joint for unit_id in sorted(tops) for joint in outside.store.joint_acts.asked_in(unit_id)]
    return [_show(outside, joint) for joint in found if rules.state_of(joint, now) is rules.State.ASKED]


def _at_hand(
    outside: Outside, caller: Caller, joint_id: str, expected_version: int
) -> tuple[JointAct, Person]:
    joint = outside.store.joint_acts.get(joint_id)
    access.require(caller, "access:grant", (joint.unit_id,), outside.clock.now())
    person = person_of(outside, joint.account_id)
    if person is None:
        raise NotFound
    rules.top_right(caller.rights, person.live)
    if joint.version != expected_version:
        raise Stale
    return joint, person


def _at_the_top(outside: Outside, caller: Caller) -> list[Grant]:
    """The caller's own grants by which they may decide this."""
    ids = {
        right.grant_id
        for right in caller.rights
        if right.permission == "access:grant" and len(right.unit_path) == 1
    }
    return list(outside.store.grants_by_id(ids).values())


def _do(outside: Outside, joint: JointAct, person: Person) -> None:
    if joint.act is Act.END_SESSIONS:
        sign_out_everywhere(outside, person, joint.answered_by, joint.reason)
        return
    unit = outside.store.units.find(joint.about_unit_id)
    if unit is None:
        raise NotFound
    by = (joint.asked_by, joint.asked_by_name, joint.reason)
    put_official(outside, person, unit.id, unit.path, *by)


def _entry(what: str, joint: JointAct) -> AuditEntry:
    return AuditEntry(
        *(what, joint.unit_id, (joint.unit_id,), "account", joint.account_id),
        subject_id=joint.account_id,
        details={"act": str(joint.act), "reason": joint.reason, "unit": joint.about_unit_id},
    )


def _show(outside: Outside, joint: JointAct) -> Document:
    account = outside.store.account(joint.account_id) or {}
    return {
        "id": joint.id,
        "version": joint.version,
        "act": str(joint.act),
        "account_id": joint.account_id,
        "name": account.get("name", ""),
        "unit_id": joint.about_unit_id or joint.unit_id,
        "status": str(rules.state_of(joint, outside.clock.now())),
        "asked_by": joint.asked_by,
        "asked_by_name": joint.asked_by_name,
        "asked_at": joint.asked_at,
        "until": joint.until,
        "reason": joint.reason,
        "confirmed_by_name": joint.answered_by_name,
    }
