"""Puts the membership service together."""

from collections.abc import Callable
from functools import partial

from flask import Flask

from membership.domain.members import MemberRules, one_form
from membership.events import HEARD
from membership.operations.moves import access_ended
from membership.outside import Outside
from membership.routes.looks import looks
from membership.routes.members import members
from membership.routes.moves import moves
from membership.routes.units import units
from membership.settings import Settings
from membership.store.imports import ImportStore
from membership.store.looks import LookStore
from membership.store.members import MemberStore
from membership.store.moves import MoveStore
from membership.store.units import UnitStore
from servicekit.audit_pages import audit_blueprint
from servicekit.clock import Clock
from servicekit.crypto import FieldCipher
from servicekit.database import JOB_TIMEOUT_MS, Database
from servicekit.events import Origin
from servicekit.ids import new_id
from servicekit.inbox import Handler, event_inbox, prepare_inbox
from servicekit.records import ReadLog
from servicekit.web import create_service, database_ready, make_kit, origin, prepare_answers

SERVICE = "membership"


def create_app(settings: Settings) -> Flask:
    kit = make_kit(SERVICE, settings.common)
    touches = make_outside(settings, kit.database)
    return create_service(
        kit,
        touches,
        [units, members, moves, looks, audit_blueprint(SERVICE)],
        internal=[event_inbox(event_handlers(touches))],
        ready=[database_ready(kit.database)],
        prepare=[
            touches.prepare,
            lambda: prepare_answers(kit.database),
            lambda: prepare_inbox(kit.database),
        ],
    )


def event_handlers(touches: Outside) -> dict[str, Handler]:
    return dict.fromkeys(HEARD, partial(access_ended, touches))


def make_outside(
    settings: Settings, database: Database, written_by: Callable[[], Origin] = origin
) -> Outside:
    cipher = FieldCipher(database.client, database.name, settings.field_key)
    rules = MemberRules(
        minimum_age=settings.minimum_age,
        national_number=settings.national_number_form,
        schemes=settings.number_schemes,
        country=settings.country,
        card_number=settings.card_number_form,
    )
    return Outside(
        database=database,
        units=UnitStore(database),
        imports=ImportStore(database, written_by),
        members=MemberStore(database, written_by, cipher, settings.blind_key, partial(one_form, rules)),
        moves=MoveStore(database, written_by),
        looks=LookStore(database),
        reads=ReadLog(database, written_by),
        clock=Clock(settings.common.zone),
        new_id=new_id,
        rules=rules,
    )


def open_outside(settings: Settings, written_by: Callable[[], Origin] = origin) -> Outside:
    """For programs that are not the service, such as the command line: prepared, and patient with the database."""
    database = Database(settings.common.mongo_url, settings.common.database(SERVICE), JOB_TIMEOUT_MS)
    touches = make_outside(settings, database, written_by)
    touches.prepare()
    return touches
