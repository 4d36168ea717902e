"""Everything outside the process that membership touches, in one place."""

from collections.abc import Callable
from dataclasses import dataclass

from membership.domain.members import MemberRules
from membership.migrations import MIGRATIONS
from membership.store.imports import ImportStore
from membership.store.looks import LookStore
from membership.store.members import MemberStore
from membership.store.moves import MoveStore
from membership.store.units import UnitStore
from servicekit.clock import Clock
from servicekit.database import Database
from servicekit.migrations import require_migrated
from servicekit.records import ReadLog


@dataclass(frozen=True)
class Outside:
    database: Database
    units: UnitStore
    imports: ImportStore
    members: MemberStore
    moves: MoveStore
    looks: LookStore
    reads: ReadLog
    clock: Clock
    new_id: Callable[[], str]
    rules: MemberRules

    def prepare(self) -> None:
        """Indexes, the data key and the outboxes: once, before work begins."""
        require_migrated(self.database, MIGRATIONS)
        self.units.prepare()
        self.imports.prepare()
        self.members.prepare()
        self.moves.prepare()
        self.reads.prepare()
