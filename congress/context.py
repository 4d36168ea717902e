"""Everything outside the process that congress's operations may touch."""

from collections.abc import Callable
from dataclasses import dataclass

from congress.clients import Identity, Membership
from congress.domain.difficulty_clocks import Clocks
from congress.domain.template import Template
from congress.migrations import MIGRATIONS
from congress.store.congresses import CongressStore
from congress.store.days import DayStore
from congress.store.difficulties import DifficultyStore
from congress.store.elected import ElectedStore
from congress.store.first_reports import FirstReportStore
from congress.store.forecasts import ForecastStore
from congress.store.handings import HandingStore
from congress.store.openings import OpeningStore
from congress.store.plans import PlanStore
from congress.store.reminders import ReminderStore
from congress.store.rollups import RollupStore
from congress.store.sealed import SealedStore
from congress.store.seats import SeatStore
from congress.store.tallies import TallyStore
from servicekit.calendar.days import Calendar
from servicekit.data.database import Database
from servicekit.data.records import ReadLog
from servicekit.tree.listed import Lists
from servicekit.tree.rollup.mends import MendStore
from servicekit.tree.units_copy import UnitsCopy
from servicekit.work.clock import Clock
from servicekit.work.lookups import Lookups
from servicekit.work.migrations import require_migrated


@dataclass(frozen=True)
class Context:
    database: Database
    plans: PlanStore
    congresses: CongressStore
    rollups: RollupStore
    first_reports: FirstReportStore
    difficulties: DifficultyStore
    seats: SeatStore
    sealed: SealedStore
    handings: HandingStore
    tallies: TallyStore
    elected: ElectedStore
    openings: OpeningStore
    units: UnitsCopy
    lists: Lists
    reminders: ReminderStore
    days: DayStore
    forecasts: ForecastStore
    mends: MendStore
    reads: ReadLog
    lookups: Lookups
    clock: Clock
    new_id: Callable[[], str]
    template: Template
    calendar: Calendar
    clocks: Clocks
    # Programs without a web side ask nobody.
    membership: Membership | None = None
    identity: Identity | None = None

    def prepare(self) -> None:
        require_migrated(self.database, MIGRATIONS)
        for store in (
            self.plans,
            self.congresses,
            self.rollups,
            self.first_reports,
            self.difficulties,
            self.seats,
            self.sealed,
            self.handings,
            self.tallies,
            self.elected,
            self.openings,
            self.units,
            self.lists,
            self.reminders,
            self.days,
            self.forecasts,
            self.mends,
            self.reads,
            self.lookups,
        ):
            store.prepare()
