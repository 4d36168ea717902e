"""Everything outside the process that congress's operations may touch."""

from collections.abc import Callable
from dataclasses import dataclass

from congress.domain.plan import Template
from congress.migrations import MIGRATIONS
from congress.store.congresses import CongressStore
from congress.store.plans import PlanStore
from congress.store.reminders import ReminderStore
from congress.store.rollups import RollupStore
from servicekit.clock import Clock
from servicekit.database import Database
from servicekit.migrations import require_migrated
from servicekit.units_copy import UnitsCopy


@dataclass(frozen=True)
class Outside:
    database: Database
    plans: PlanStore
    congresses: CongressStore
    rollups: RollupStore
    units: UnitsCopy
    reminders: ReminderStore
    clock: Clock
    new_id: Callable[[], str]
    template: Template

    def prepare(self) -> None:
        require_migrated(self.database, MIGRATIONS)
        for store in (self.plans, self.congresses, self.rollups, self.units, self.reminders):
            store.prepare()
