"""Congress, wired."""

from functools import partial

from flask import Flask

from congress import schemas
from congress.clients import Identity, Membership
from congress.context import Context
from congress.operations import difficulty_files
from congress.operations.attachments import owner_of_files
from congress.operations.comments import comments_on
from congress.operations.exports import exports_of
from congress.operations.following import units_changed
from congress.operations.rollups import level_names
from congress.operations.tasks import waiting
from congress.routes import (
    congresses,
    difficulties,
    dossier,
    elected,
    first_reports,
    gaps,
    opening,
    plans,
    results_for_many,
    rollups,
    rule_sets,
    seats,
    sides,
    taking_over,
    tallies,
)
from congress.routes.reminding import reminding_routes
from congress.routes.sealed import sealed_routes
from congress.settings import Settings, WebSettings, read_program_settings
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
from congress.words import TITLES
from servicekit.audit.pages import audit_blueprint
from servicekit.comments.routes import comment_routes
from servicekit.data.database import Database
from servicekit.data.records import ReadLog
from servicekit.events.inbox import event_inbox, prepare_inbox
from servicekit.exporting.routes import export_routes
from servicekit.files.routes.mounted import file_routes
from servicekit.files.store import FileStore
from servicekit.ids import new_id
from servicekit.overseeing.routes import job_routes
from servicekit.tasks.routes import task_routes
from servicekit.tree.listed import Lists
from servicekit.tree.rollup.mends import MendStore
from servicekit.tree.units import UNITS_CHANGED
from servicekit.tree.units_copy import UnitsCopy, follow_units
from servicekit.web.guards import origin
from servicekit.web.idempotency import prepare_answers
from servicekit.web.kit import make_kit
from servicekit.web.service import create_service
from servicekit.work.clock import Clock
from servicekit.work.lookups import Lookups

# A recount of a whole plan is one transaction, and the database ends those after a minute.
PATIENT_MS = 60_000


def make_context(
    settings: Settings,
    database: Database,
    clock: Clock,
    membership: Membership | None = None,
    identity: Identity | None = None,
) -> Context:
    plans, units = PlanStore(database, origin), UnitsCopy(database)
    return Context(
        database=database,
        plans=plans,
        congresses=CongressStore(database, origin),
        rollups=RollupStore(database, plans.get, units),
        first_reports=FirstReportStore(database, units),
        difficulties=DifficultyStore(database, origin, units),
        seats=SeatStore(database, origin),
        sealed=SealedStore(database, origin),
        handings=HandingStore(database),
        tallies=TallyStore(database, origin),
        elected=ElectedStore(database, origin),
        openings=OpeningStore(database, origin),
        units=units,
        # How many there are the sums say.
        lists=Lists(database, counted=False),
        reminders=ReminderStore(database, origin),
        days=DayStore(database),
        forecasts=ForecastStore(database),
        mends=MendStore(database, origin),
        reads=ReadLog(database, origin),
        lookups=Lookups(database),
        clock=clock,
        new_id=new_id,
        template=settings.template,
        calendar=settings.calendar,
        clocks=settings.clocks,
        membership=membership,
        identity=identity,
    )


def open_context(settings: Settings | None = None) -> Context:
    """For programs without a web side or files: the projector, the command line. They may wait for the database."""
    settings = settings or read_program_settings()
    common = settings.common
    database = Database(common.mongo_url, common.database("congress"), PATIENT_MS)
    return make_context(settings, database, Clock(common.zone))


def file_store(settings: WebSettings, database: Database) -> FileStore:
    return FileStore(database, origin, settings.keys, settings.file_room)


def create_app(settings: WebSettings) -> Flask:
    kit = make_kit("congress", settings.common)
    membership = Membership(kit.peers.as_service("membership"))
    identity = Identity(kit.peers.as_service("identity"))
    context = make_context(settings, kit.database, kit.clock, membership, identity)
    files = file_store(settings, kit.database)
    comments, form_secret = comments_on(context, files), settings.keys.secret_for("forms")
    exports = exports_of(context, settings.keys, settings.common.zone, partial(level_names, context))
    return create_service(
        kit,
        context,
        [
            plans.api,
            congresses.api,
            rule_sets.api,
            sides.api,
            taking_over.api,
            rollups.api,
            first_reports.api,
            difficulties.api,
            seats.api,
            tallies.api,
            elected.api,
            dossier.api,
            results_for_many.api,
            opening.api,
            gaps.api,
            *file_routes(files, owner_of_files(context), form_secret),
            *file_routes(files, difficulty_files.owner_of_files(context), form_secret),
            *comment_routes(comments, form_secret),
            export_routes(exports, schemas.EXPORTS, context.reads),
            job_routes("congress", exports.jobs, context.clock),
            reminding_routes(exports.jobs),
            sealed_routes(exports.jobs),
            task_routes("congress", partial(waiting, context)),
            audit_blueprint("congress"),
        ],
        internal=[event_inbox({UNITS_CHANGED: follow_units(context.units, partial(units_changed, context))})],
        ready=[kit.database.ping],
        prepare=[
            context.prepare,
            files.prepare,
            comments.prepare,
            exports.prepare,
            partial(prepare_inbox, kit.database),
            partial(prepare_answers, kit.database),
        ],
        titles=TITLES,
    )
