"""Refused attempts: what a signed-in person asked for without the right to it is written down as well.

A flood must not fill the log. Of one person's refusals of one operation within a minute the first is written, then
the tenth, the hundredth and so on; each entry says how many were left out since the one before.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pymongo.errors import DuplicateKeyError, PyMongoError

from servicekit.access.decision import Caller, UnknownHere
from servicekit.data.database import Database
from servicekit.data.events import AuditEntry, Origin
from servicekit.data.records import Records
from servicekit.ids import id_from
from servicekit.logs import log
from servicekit.refusals import Forbidden, Refusal, Stale

ATTEMPTS = "attempts"
ACTION = "attempt.refused"
TRIES = 3
# As servicekit.ids makes them: whatever else stands in an address may be somebody's number or name.
AN_ID = re.compile(r"[a-z2-7]{20}")


@dataclass(frozen=True)
class Count:
    """Of one person and one operation: refusals within `minute`, and those that no entry has told of yet."""

    minute: datetime
    times: int = 0
    left_out: int = 0


def counted(before: Count | None, now: datetime) -> tuple[Count, int | None]:
    """The count after one more refusal; and where it is to be written down, how many were left out before it."""
    minute = now.replace(second=0, microsecond=0)
    left_out = before.left_out if before else 0
    if before is None or before.minute != minute:
        return Count(minute, 1), left_out
    times = before.times + 1
    if str(times).strip("0") == "1":
        return Count(minute, times), left_out
    return Count(minute, times, left_out + 1), None


def is_attempt(refusal: Refusal) -> bool:
    """Refused for lack of right, rather than for what was sent or for the record's state."""
    return isinstance(refusal, Forbidden | UnknownHere)


@dataclass(frozen=True)
class Asked:
    """What a request asked for: the operation's name, and ids as far as it told any."""

    operation: str
    unit_id: str = ""
    record_type: str = ""
    record_id: str = ""


def asked_for(operation: str, place: Mapping[str, str], told: Mapping[str, object]) -> Asked:
    """`place` are the ids in the address, by name (`member_id`); `told` the query and the body."""
    ids = {name: value for name, value in place.items() if AN_ID.fullmatch(value)}
    units = (ids.get("unit_id"), told.get("unit_id"), told.get("below"))
    unit_id = next((str(one) for one in units if one and AN_ID.fullmatch(str(one))), "")
    kind, record_id = next(((n, v) for n, v in ids.items() if n != "unit_id"), ("", ""))
    return Asked(operation, unit_id, kind.removesuffix("_id"), record_id)


def entries_of(refusal: Refusal, caller: Caller, asked: Asked) -> tuple[AuditEntry, ...]:
    """One in each place where the person stands, for the unit asked for is often not known here: who audits that
    place sees it."""
    details = {"operation": asked.operation, "why": refusal.slug()}
    if "permission" in refusal.params:
        details["permission"] = str(refusal.params["permission"])
    if asked.unit_id:
        details["asked_for_unit"] = asked.unit_id
    return tuple(
        AuditEntry(
            ACTION,
            unit_id=path[-1] if path else "",
            unit_path=path,
            record_type=asked.record_type,
            record_id=asked.record_id,
            outcome="refused",
            details=details,
        )
        for path in _places_of(caller) or [()]
    )


def _places_of(caller: Caller) -> list[tuple[str, ...]]:
    """The paths of the units where somebody holds a right, but for those below another."""
    paths = dict.fromkeys(right.unit_path for right in caller.rights)
    return [path for path in paths if not any(one != path and path[: len(one)] == one for one in paths)]


class Attempts:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._records = Records(database, ATTEMPTS, origin)

    def prepare(self) -> None:
        self._records.prepare()

    def record(self, account_id: str, operation: str, entries: tuple[AuditEntry, ...], now: datetime) -> None:
        """Never raises: the refusal stands, also when it cannot be written down."""
        record_id = id_from(account_id, operation)
        try:
            for _ in range(TRIES):
                if self._counted(record_id, entries, now):
                    return
            log.warning("attempt_not_counted", operation=operation)
        except PyMongoError as error:
            log.error("attempt_not_written", operation=operation, error=type(error).__name__)

    def _counted(self, record_id: str, entries: tuple[AuditEntry, ...], now: datetime) -> bool:
        """False when another request of the same person came in between."""
        found = self._records.find(record_id)
        before = Count(found["minute"], found["times"], found["left_out"]) if found else None
        count, left_out = counted(before, now)
        told = (
            [replace(entry, details={**entry.details, "left_out": left_out}) for entry in entries]
            if left_out is not None
            else []
        )
        values = {"_id": record_id, "minute": count.minute, "times": count.times, "left_out": count.left_out}
        try:
            if found is None:
                self._records.insert(values, audit=told)
            else:
                self._records.save(values, found["version"], audit=told)
        except (DuplicateKeyError, Stale):
            return False
        return True
