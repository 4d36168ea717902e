"""Puts the membership service together."""

from collections.abc import Callable
from functools import partial

from flask import Flask

from membership.context import Context, Exporting
from membership.domain.members import MemberRules, one_form
from membership.events import HEARD
from membership.operations.exports import exports_of
from membership.operations.moves import access_ended, waiting
from membership.routes import internal
from membership.routes.access_log import access_log
from membership.routes.members import members
from membership.routes.moves import moves
from membership.routes.units import units
from membership.schemas import EXPORTS
from membership.settings import Settings
from membership.store.access_log import AccessLog
from membership.store.counts import CountStore
from membership.store.imports import ImportStore
from membership.store.members import MemberStore
from membership.store.moves import MoveStore
from membership.store.unit_changes import UnitChangeStore
from membership.store.units import UnitStore
from membership.words import TITLES
from servicekit.audit.pages import audit_blueprint
from servicekit.data.crypto import FieldCipher
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.data.events import Origin
from servicekit.data.records import ReadLog
from servicekit.events.inbox import Handler, event_inbox, prepare_inbox
from servicekit.exporting.routes import export_routes
from servicekit.files.sealed import wrap_of_field_key
from servicekit.ids import new_id
from servicekit.overseeing.routes import job_routes
from servicekit.settings import Common
from servicekit.tasks.routes import task_routes
from servicekit.tree.rollup.mends import MendStore
from servicekit.web.guards import origin
from servicekit.web.idempotency import prepare_answers
from servicekit.web.kit import make_kit
from servicekit.web.service import create_service, database_ready
from servicekit.work.clock import Clock

SERVICE = "membership"


def create_app(settings: Settings) -> Flask:
    kit = make_kit(SERVICE, settings.common)
    context = make_context(settings, kit.database)
    exports = exports_of(context.exporting, wrap_of_field_key(settings.field_key), settings.common.zone)
    return create_service(
        kit,
        context,
        [
            units,
            members,
            moves,
            access_log,
            task_routes(SERVICE, partial(waiting, context)),
            export_routes(exports, EXPORTS, context.reads),
            job_routes(SERVICE, exports.jobs, context.clock),
            audit_blueprint(SERVICE),
        ],
        internal=[internal.pages, event_inbox(event_handlers(context))],
        ready=[database_ready(kit.database)],
        prepare=[
            context.prepare,
            exports.prepare,
            lambda: prepare_answers(kit.database),
            lambda: prepare_inbox(kit.database),
        ],
        titles=TITLES,
    )


def event_handlers(context: Context) -> dict[str, Handler]:
    return dict.fromkeys(HEARD, partial(access_ended, context))


def make_context(
    settings: Settings, database: Database, written_by: Callable[[], Origin] = origin
) -> Context:
    cipher = FieldCipher(database.client, database.name, settings.field_key)
    rules = MemberRules(
        minimum_age=settings.minimum_age,
        national_number=settings.national_number_form,
        schemes=settings.number_schemes,
        country=settings.country,
        card_number=settings.card_number_form,
    )
    tree = UnitStore(database)
    return Context(
        database=database,
        units=tree,
        imports=ImportStore(database, written_by),
        members=MemberStore(database, written_by, cipher, settings.blind_key, partial(one_form, rules)),
        counts=CountStore(database, tree),
        moves=MoveStore(database, written_by),
        unit_changes=UnitChangeStore(database, written_by),
        access_log=AccessLog(database),
        mends=MendStore(database, written_by),
        reads=ReadLog(database, written_by),
        clock=Clock(settings.common.zone),
        new_id=new_id,
        rules=rules,
    )


def make_exporting(common: Common, database: Database, field_key: str) -> Exporting:
    """For the program that makes files: it looks nobody up, and has no key to do it with."""
    cipher = FieldCipher(database.client, database.name, field_key)
    members = MemberStore(database, origin, cipher, b"", lambda number: number)
    return Exporting(database, UnitStore(database), members, Clock(common.zone))


def open_context(settings: Settings, written_by: Callable[[], Origin] = origin) -> Context:
    """For programs that are not the service, such as the command line: prepared, and patient with the database."""
    database = Database(settings.common.mongo_url, settings.common.database(SERVICE), JOB_TIMEOUT_MS)
    context = make_context(settings, database, written_by)
    context.prepare()
    return context
