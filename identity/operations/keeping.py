"""What the calendar does to grants: who must hear in time that one ends, must be confirmed, or was not confirmed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from identity import events
from identity.domain import grants as rules
from identity.domain.grants import Due, Grant
from identity.domain.roles import RoleTable
from identity.operations.grants import grant_audit, grant_news
from identity.store import Store
from servicekit.clock import Clock
from servicekit.events import AuditEntry, Event

AT_ONCE = 200
NewsOf = Callable[[list[Due]], list[Event]]


@dataclass(frozen=True)
class Keeping:
    """Everything that the keeper's operations may touch."""

    store: Store
    clock: Clock
    roles: RoleTable


def tell_ending(keeping: Keeping) -> int:
    """Tells holders whose access ends soon, and superiors which units it leaves alone; how many grants."""
    today = keeping.clock.today()
    found = keeping.store.ending_between(today, today + timedelta(days=max(rules.ENDING_DAYS)))
    due = [one for grant in found if (one := rules.ending_due(grant, today)) is not None]
    return _tell_new(keeping, due, partial(_ending_news, keeping))


def tell_unconfirmed(keeping: Keeping) -> int:
    """Tells superiors what they must confirm, and what has stopped because nobody did; how many grants."""
    today = keeping.clock.today()
    first, last = today - rules.UNCONFIRMED_TOLD, today + rules.RECERTIFY_NOTICE
    found = keeping.store.to_recertify_between(first, last)
    due = [one for grant in found if (one := rules.confirmation_due(grant, today)) is not None]
    return _tell_new(keeping, due, partial(_by_unit_above, today))


def _tell_new(keeping: Keeping, due: list[Due], news_of: NewsOf) -> int:
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
    if not rules.gives_access(grant, keeping.roles):
        return False
    in_unit = keeping.store.grants_in(grant.unit_id)
    return rules.leaves_nobody(grant, in_unit, keeping.store.with_chains(in_unit), keeping.roles)


def _by_unit_above(today: date, due: list[Due]) -> list[Event]:
    told = []
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
