"""What the calendar does to grants: who must hear in time that one ends, must be confirmed, or was not confirmed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from identity import events
from identity.domain import grants as rules
from identity.domain.grants import Due, Grant
from identity.operations.grants import grant_audit, grant_news
from identity.store import Store
from servicekit.clock import Clock
from servicekit.events import AuditEntry, Event

AT_ONCE = 200
NewsOf = Callable[[list[Due], date], list[Event]]


@dataclass(frozen=True)
class Keeping:
    """Everything that the keeper's operations may touch."""

    store: Store
    clock: Clock


def tell_ending(keeping: Keeping) -> int:
    """Tells holders whose access ends soon; how many."""
    today = keeping.clock.today()
    found = keeping.store.ending_between(today, today + timedelta(days=max(rules.ENDING_DAYS)))
    due = [one for grant in found if (one := rules.ending_due(grant, today)) is not None]
    return _tell_new(keeping, due, _of_each)


def tell_unconfirmed(keeping: Keeping) -> int:
    """Tells superiors what they must confirm, and what has stopped because nobody did; how many grants."""
    today = keeping.clock.today()
    first, last = today - rules.UNCONFIRMED_TOLD, today + rules.RECERTIFY_NOTICE
    found = keeping.store.to_recertify_between(first, last)
    due = [one for grant in found if (one := rules.confirmation_due(grant, today)) is not None]
    return _tell_new(keeping, due, _by_unit_above)


def _tell_new(keeping: Keeping, due: list[Due], news_of: NewsOf) -> int:
    """Each thing once: what was told is marked in the transaction that tells it."""
    told = keeping.store.told(one.mark for one in due)
    new = [one for one in due if one.mark not in told]
    for start in range(0, len(new), AT_ONCE):
        part = new[start : start + AT_ONCE]
        keeping.store.tell(
            [one.mark for one in part],
            news_of(part, keeping.clock.today()),
            [entry for one in part if (entry := _entry(one)) is not None],
            keeping.clock.now(),
        )
    return len(new)


def _of_each(due: list[Due], today: date) -> list[Event]:
    return [
        Event(events.GRANT_ENDING, {**grant_news(one.grant), "date": one.grant.valid_to.isoformat()})
        for one in due
        if one.grant.account_id
    ]


def _by_unit_above(due: list[Due], today: date) -> list[Event]:
    """One event for the grants right below one unit, so that a superior gets one notice and not a hundred."""
    groups: dict[tuple[bool, tuple[str, ...]], list[Grant]] = {}
    for one in due:
        path = one.grant.unit_path[:-1] or one.grant.unit_path
        groups.setdefault((one.over, path), []).append(one.grant)
    told = []
    for (over, path), grants in groups.items():
        day = min(_days(grants, today)).isoformat()
        about = {"unit_id": path[-1], "unit_path": list(path), "count": len(grants), "date": day}
        told.append(
            Event(events.GRANTS_UNCONFIRMED, about) if over else Event(events.GRANTS_TO_CONFIRM, about)
        )
    return told


def _days(grants: Iterable[Grant], today: date) -> list[date]:
    return [grant.recertify_by or today for grant in grants]


def _entry(due: Due) -> AuditEntry | None:
    """That access has stopped is written down; that it will is not yet anything that happened."""
    return grant_audit("grant.unconfirmed", due.grant) if due.over else None
