"""What is told and written down when grants begin, end, or stop and go on with what they hang on."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from identity import events
from identity.domain import losses
from identity.domain.grants import OPERATOR, Grant, Status
from identity.domain.losses import Loss
from servicekit.data.events import AuditEntry, Event

Item = TypeVar("Item")

# How many grants one event names.
NEWS_AT_ONCE = 100


def grant_news(grant: Grant) -> dict[str, Any]:
    return {
        "grant_id": grant.id,
        "account_id": grant.account_id,
        "unit_id": grant.unit_id,
        "unit_path": list(grant.unit_path),
        "role": grant.role,
    }


def given_news(grant: Grant, asked: str = "", **more: object) -> Event:
    """That a grant counts or, where its person must accept it first, that it is offered to `asked`."""
    if grant.status is Status.OFFERED:
        return Event(events.OFFER_MADE, {**grant_news(grant), "account_id": asked or grant.account_id})
    return Event(events.GRANT_GIVEN, {**grant_news(grant), **more})


def ended_news(changed: Grant, why: str) -> list[Event]:
    """That a grant has ended; of what nobody accepted nobody is told."""
    return [Event(events.GRANT_ENDED, {**grant_news(changed), "why": why})] if changed.accepted_at else []


def displaced_news(changed: Grant, why: str) -> list[Event]:
    """To the person, and to whoever gave it: it stopped for another's word, not for theirs."""
    if changed.accepted_at is None:
        return []
    about = grant_news(changed)
    told = [Event(events.GRANT_ENDED, {**about, "why": why})]
    # An operator who gave the first grant has no account and no inbox.
    giver = changed.given_by if changed.chain and changed.given_by != changed.account_id else None
    return [*told, Event(events.GRANT_DISPLACED, {**about, "account_id": giver, "why": why})]


class What(StrEnum):
    """What somebody hears who was not there when it was done."""

    CONFIRMED = "confirmed"  # of what they had asked for
    DECLINED = "declined"
    LAPSED = "lapsed"
    SPARE = "spare"  # an invitation of theirs, to what its person holds already
    WINDOW_ENDED = "window-ended"
    HANDED_TO = "handed-to"  # somebody hangs what they gave on theirs
    TAKEN_OVER = "taken-over"  # what they had given hangs on another's
    BAN_LIFTED = "ban-lifted"
    OWN_BAN_LIFTED = "own-ban-lifted"  # one that they made
    MACHINE_TAKEN = "machine-taken"  # that they kept


def told_to(
    accounts: Iterable[str | None], what: What, unit_path: Sequence[str], besides: Sequence[str] = ()
) -> list[Event]:
    """`besides`: the accounts of whoever does it, who need not hear of it. The operator has no inbox."""
    whom = sorted({one for one in accounts if one} - {OPERATOR, *besides})
    if not whom:
        return []
    about = {"accounts": whom, "unit_id": unit_path[-1], "unit_path": list(unit_path)}
    return [Event(events.ACT_TOLD, {**about, "what": str(what)})]


def losses_news(lost: Iterable[Loss]) -> list[Event]:
    told = []
    for why, grants in losses.by_reason(lost).items():
        for part in batched([grant_news(one) for one in grants if one.accepted_at], NEWS_AT_ONCE):
            told.append(Event(events.GRANTS_ENDED, {"grants": part, "why": str(why)}))
    return told


def revived_news(grants: Iterable[Grant], why: str) -> list[Event]:
    revived = [grant_news(one) for one in grants if one.account_id]
    return [
        Event(events.GRANTS_REVIVED, {"grants": part, "why": why}) for part in batched(revived, NEWS_AT_ONCE)
    ]


def batched(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def grant_audit(action: str, grant: Grant, **details: object) -> AuditEntry:
    return AuditEntry(
        action,
        unit_id=grant.unit_id,
        unit_path=grant.unit_path,
        record_type="grant",
        record_id=grant.id,
        details={"role": grant.role, **details},
    )
