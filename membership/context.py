"""Everything beyond the process that operations may touch, in one place."""

from collections.abc import Callable
from dataclasses import dataclass

from membership.domain.members import MemberRules
from membership.migrations import MIGRATIONS
from membership.store.access_log import AccessLog
from membership.store.counts import CountStore
from membership.store.imports import ImportStore
from membership.store.members import MemberStore
from membership.store.moves import MoveStore
from membership.store.unit_changes import UnitChangeStore
from membership.store.units import UnitStore
from servicekit.data.database import Database
from servicekit.data.records import ReadLog
from servicekit.tree.rollup.mends import MendStore
from servicekit.work.clock import Clock
from servicekit.work.migrations import require_migrated


@dataclass(frozen=True)
class Counting:
    """What counting may touch: no key of what members confide."""

    database: Database
    counts: CountStore
    mends: MendStore
    clock: Clock
    new_id: Callable[[], str]

    def prepare(self) -> None:
        require_migrated(self.database, MIGRATIONS)
        self.counts.prepare()
        self.mends.prepare()


@dataclass(frozen=True)
class Exporting:
    """What is touched by whoever makes files of members: opens what they confide, and finds nobody by a number."""

    database: Database
    units: UnitStore
    members: MemberStore
    clock: Clock

    def prepare(self) -> None:
        require_migrated(self.database, MIGRATIONS)


@dataclass(frozen=True)
class Context:
    database: Database
    units: UnitStore
    imports: ImportStore
    members: MemberStore
    counts: CountStore
    moves: MoveStore
    unit_changes: UnitChangeStore
    access_log: AccessLog
    mends: MendStore
    reads: ReadLog
    clock: Clock
    new_id: Callable[[], str]
    rules: MemberRules

    @property
    def counting(self) -> Counting:
        return Counting(self.database, self.counts, self.mends, self.clock, self.new_id)

    @property
    def exporting(self) -> Exporting:
        return Exporting(self.database, self.units, self.members, self.clock)

    def prepare(self) -> None:
        """Indexes, the data key and the outboxes: once, before work begins."""
        require_migrated(self.database, MIGRATIONS)
        self.units.prepare()
        self.imports.prepare()
        self.members.prepare()
        self.counts.prepare()
        self.moves.prepare()
        self.unit_changes.prepare()
        self.reads.prepare()
        self.mends.prepare()
