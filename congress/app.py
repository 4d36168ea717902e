"""Congress, wired."""

from functools import partial

from flask import Flask

from congress.operations.following import units_changed
from congress.operations.outside import Outside
from congress.routes import congresses, plans, rollups
from congress.settings import Settings, read_settings
from congress.store.congresses import CongressStore
from congress.store.plans import PlanStore
from congress.store.reminders import ReminderStore
from congress.store.rollups import RollupStore
from servicekit.audit_pages import audit_blueprint
from servicekit.clock import Clock
from servicekit.database import Database
from servicekit.ids import new_id
from servicekit.inbox import event_inbox, prepare_inbox
from servicekit.units import UNITS_CHANGED
from servicekit.units_copy import UnitsCopy, follow_units
from servicekit.web import create_service, make_kit, origin, prepare_answers

# A recount of a whole plan is one transaction, and the database ends those after a minute.
PATIENT_MS = 60_000


def make_outside(settings: Settings, database: Database, clock: Clock) -> Outside:
    return Outside(
        database=database,
        plans=PlanStore(database, origin),
        congresses=CongressStore(database, origin),
        rollups=RollupStore(database),
        units=UnitsCopy(database),
        reminders=ReminderStore(database, origin),
        clock=clock,
        new_id=new_id,
        template=settings.template,
    )


def open_outside(settings: Settings | None = None) -> Outside:
    """For programs without a web side: the projector and the command line. They may wait for the database."""
    settings = settings or read_settings()
    common = settings.common
    database = Database(common.mongo_url, common.database("congress"), PATIENT_MS)
    return make_outside(settings, database, Clock(common.zone))


def create_app(settings: Settings) -> Flask:
    kit = make_kit("congress", settings.common)
    outside = make_outside(settings, kit.database, kit.clock)
    return create_service(
        kit,
        outside,
        [plans.api, congresses.api, rollups.api, audit_blueprint("congress")],
        internal=[event_inbox({UNITS_CHANGED: follow_units(outside.units, partial(units_changed, outside))})],
        ready=[kit.database.ping],
        prepare=[
            outside.prepare,
            partial(prepare_inbox, kit.database),
            partial(prepare_answers, kit.database),
        ],
    )
