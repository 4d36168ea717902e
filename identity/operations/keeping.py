"""What the calendar does to grants: who must hear in time that one ends, must be confirmed, or was not confirmed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import Any

from identity import events
from identity.context import Keeping
from identity.domain import grant_dates, grant_rights, role_changes, together
from identity.domain.grant_dates import Due
from identity.domain.grants import Grant, WhyNot
from identity.operations.role_preview import change_entry
from identity.operations.telling import What, grant_audit, grant_news, told_to
from servicekit.data.events import AuditEntry, Event
from servicekit.refusals import Stale

AT_ONCE = 200
NewsOf = Callable[[list[Due]], list[Event]]


def in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """What one go sees to, one after the other."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def tell_ending(keeping: Keeping) -> int:
    """Tells holders whose access ends soon, and superiors which units it leaves alone; how many grants."""
    today = keeping.clock.today()
    found = keeping.store.ending_between(today, today + timedelta(days=max(grant_dates.ENDING_DAYS)))
    due = [one for grant in found if (one := grant_dates.ending_due(grant, today)) is not None]
    return tell_new(keeping, due, partial(_ending_news, keeping))


def tell_unconfirmed(keeping: Keeping) -> int:
    """Tells superiors what they must confirm, and them and the holders what has stopped because nobody did."""
    today = keeping.clock.today()
    first, last = today - grant_dates.TOLD_AFTERWARDS, today + grant_dates.RECERTIFY_NOTICE
    found = keeping.store.to_recertify_between(first, last)
    due = [one for grant in found if (one := grant_dates.confirmation_due(grant, today)) is not None]
    return tell_new(keeping, due, partial(_by_unit_above, today))


def tell_lapsed(keeping: Keeping) -> int:
    """Puts away what two were to do together and no second one has answered, and tells whoever asked; how many."""
    now, acts = keeping.clock.now(), keeping.store.joint_acts
    found = acts.asked_before(now - together.ASK_LIFE)
    for joint in found:
        news = told_to([joint.asked_by], What.LAPSED, (joint.unit_id,))
        entry = AuditEntry(
            *("joint_act.lapsed", joint.unit_id, (joint.unit_id,), "account", joint.account_id),
            subject_id=joint.account_id,
            details={"act": str(joint.act)},
        )
        with suppress(Stale):  # answered in this very moment
            acts.save(together.lapse(joint, now), joint.version, news, [entry])
    return len(found) + _tell_lapsed_roles(keeping)


def _tell_lapsed_roles(keeping: Keeping) -> int:
    now, roles = keeping.clock.now(), keeping.store.roles
    found = [one for one in roles.asked() if role_changes.state_of(one, now) is together.State.LAPSED]
    for change in found:
        news = told_to([change.asked_by], What.LAPSED, (change.unit_id,))
        entry = change_entry("role_change.lapsed", change)
        with suppress(Stale):  # answered in this very moment
            roles.save_change(role_changes.lapse(change, now), change.version, news, [entry])
    return len(found)


def tell_new(keeping: Keeping, due: list[Due], news_of: NewsOf) -> int:
    """Each thing once: what was told is marked in the transaction that tells it."""
    told = keeping.store.told(one.mark for one in due)
    new = [one for one in due if one.mark not in told]
    for start in range(0, len(new), AT_ONCE):
        part = new[start : start + AT_ONCE]
        keeping.store.tell(
            [one.mark for one in part],
            news_of(part),
            [entry for one in part if (entry := _entry(one)) is not None],
            keeping.clock.now(),
        )
    return len(new)


def _ending_news(keeping: Keeping, due: list[Due]) -> list[Event]:
    """To each holder; and to whoever stands above, when nobody in the unit takes over."""
    to_holders = [
        Event(events.GRANT_ENDING, {**grant_news(one.grant), "date": one.grant.valid_to.isoformat()})
        for one in due
        if one.grant.account_id
    ]
    alone = {one.grant.unit_id: one.grant for one in due if _leaves_nobody(keeping, one.grant)}
    return to_holders + [
        Event(events.UNITS_LEFT_ALONE, _about(path, grants, [grant.valid_to for grant in grants]))
        for path, grants in _grouped(alone.values()).items()
    ]


def _leaves_nobody(keeping: Keeping, grant: Grant) -> bool:
    if not grant_rights.gives_access(grant, keeping.roles):
        return False
    in_unit = keeping.store.grants_in(grant.unit_id)
    return grant_rights.leaves_nobody(grant, in_unit, keeping.store.with_chains(in_unit), keeping.roles)


def _by_unit_above(today: date, due: list[Due]) -> list[Event]:
    told = [
        Event(events.GRANT_ENDED, {**grant_news(one.grant), "why": str(WhyNot.UNCONFIRMED)})
        for one in due
        if one.over and one.grant.accepted_at
    ]
    for over in (False, True):
        for path, grants in _grouped(one.grant for one in due if one.over is over).items():
            about = _about(path, grants, [grant.recertify_by or today for grant in grants])
            told.append(
                Event(events.GRANTS_UNCONFIRMED, about) if over else Event(events.GRANTS_TO_CONFIRM, about)
            )
    return told


def _grouped(grants: Iterable[Grant]) -> dict[tuple[str, ...], list[Grant]]:
    """By the path of the unit right above, so that a superior gets one notice and not a hundred."""
    groups: dict[tuple[str, ...], list[Grant]] = {}
    for grant in grants:
        groups.setdefault(grant.unit_path[:-1] or grant.unit_path, []).append(grant)
    return groups


def _about(path: tuple[str, ...], grants: list[Grant], days: Iterable[date]) -> dict[str, Any]:
    """`date`: the first of the days."""
    return {
        "unit_id": path[-1],
        "unit_path": list(path),
        "count": len(grants),
        "date": min(days).isoformat(),
    }


def _entry(due: Due) -> AuditEntry | None:
    """That access has stopped is written down; that it will is not yet anything that happened."""
    return grant_audit("grant.unconfirmed", due.grant) if due.over else None
