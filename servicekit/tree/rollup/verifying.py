"""Verifying roll-ups against their first sources, and making them right: some units at a time, each part at an instant.

By a command over everything, and by a background program all the time, part after part, which raises an alarm.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from servicekit.data.database import Database
from servicekit.logs import log
from servicekit.tree.rollup.engine import Errors, Rollups
from servicekit.tree.rollup.figures import Difference, compare_contributions
from servicekit.tree.rollup.sums import Counted

FORGOTTEN_AT_ONCE = 500
# How often the background program looks at a part: 5,000 units are looked at in a quarter of an hour.
EVERY_SECONDS = 15.0
# With more than this not counted yet, what is kept is looked at later.
MOST_WAITING = 2_000
NAMED = 20


class Found(Protocol):
    @property
    def differences(self) -> Sequence[Difference]: ...


F = TypeVar("F", bound=Found)


@dataclass(frozen=True)
class Check(Generic[F]):
    """What is looked at besides the sums, and what it takes to make it right; all three within one transaction.

    `note`: the record of what was made right, with its audit entry.
    """

    database: Database
    rollups: Rollups[Any]
    look: Callable[[Sequence[str], Errors], F]
    mend: Callable[[F], None]
    note: Callable[[Sequence[Difference]], None]
    scope: str = ""

    def verify(self) -> list[Difference]:
        """Everything that differs, also by contributions of records that are not there."""
        differences = _orphaned(self.rollups.orphans(self.scope))
        errors: Errors = {}
        for part in self.rollups.parts():
            differences += self._looked(part, errors)
        return differences

    def make_right(self) -> list[Difference]:
        """Everything that was made right."""
        mended: list[Difference] = []
        orphans = self.rollups.orphans(self.scope)
        for start in range(0, len(orphans), FORGOTTEN_AT_ONCE):
            mended += self._forgotten(orphans[start : start + FORGOTTEN_AT_ONCE])
        for part in self.rollups.parts():
            mended += self._mended(part)
        self.rollups.store.put_drift(None, [])
        return mended

    def _looked(self, part: Sequence[str], errors: Errors) -> list[Difference]:
        return list(self.database.in_transaction(lambda: self.look(part, errors)).differences)

    def _forgotten(self, orphans: Sequence[Counted]) -> list[Difference]:
        def work() -> list[Difference]:
            self.rollups.forget(orphans)
            differences = _orphaned(orphans)
            self.note(differences)
            return differences

        return self.database.in_transaction(work)

    def _mended(self, part: Sequence[str]) -> list[Difference]:
        def work() -> list[Difference]:
            found = self.look(part, {})
            if found.differences:
                self.mend(found)
                self.note(found.differences)
            return list(found.differences)

        return self.database.in_transaction(work)


class Rounds:
    """The step of a background program that looks at one part each time, and begins anew after the last."""

    def __init__(self, check: Check[Any], now: Callable[[], datetime]) -> None:
        self._check = check
        self._now = now
        self.begin_afresh()

    def begin_afresh(self) -> None:
        self._parts: Iterator[Sequence[str]] = iter(())
        self._doubtful: Sequence[str] | None = None
        self._errors: Errors = {}
        self._drifted = 0
        self._under_way = False

    def work(self) -> int:
        """Always 0: the next part waits for its time."""
        if self._check.rollups.number_waiting(MOST_WAITING) < MOST_WAITING:
            part = self._doubtful or self._next()
            if part:
                self._look(part)
        return 0

    def _next(self) -> Sequence[str] | None:
        part = next(self._parts, None)
        if part is None:
            if self._under_way and not self._drifted:
                self._check.rollups.store.put_drift(None, [])
            self.begin_afresh()
            self._under_way = True
            self._parts = self._check.rollups.parts()
            part = next(self._parts, None)
        return part

    def _look(self, part: Sequence[str]) -> None:
        errors = dict(self._errors)
        found = self._check.database.in_transaction(lambda: self._check.look(part, errors))
        if found.differences and self._doubtful is None:
            # What has not arrived yet, of a branch that is moving, say, has by the next time.
            self._doubtful = part
            return
        self._doubtful, self._errors = None, errors
        if found.differences:
            self._drifted += len(found.differences)
            self._raise_alarm(found.differences)

    def _raise_alarm(self, differences: Sequence[Difference]) -> None:
        store = self._check.rollups.store
        named = [f"{one.scope} {one.unit_id} {one.counter}" for one in differences[:NAMED]]
        log.error("rollup_drift", sums=store.names.sums, differences=len(differences), named=named)
        store.put_drift(self._now(), named)


def _orphaned(orphans: Iterable[Counted]) -> list[Difference]:
    return [
        difference
        for one in orphans
        for difference in compare_contributions(one.scope, one.record_id, one.contribution, None)
    ]
