"""Parades, wired."""

from flask import Flask

from servicekit.audit.pages import audit_blueprint
from servicekit.events.inbox import event_inbox, prepare_inbox
from servicekit.tree.units import UNITS_CHANGED
from servicekit.tree.units_copy import UnitsCopy, follow_units
from servicekit.web.guards import origin
from servicekit.web.idempotency import prepare_answers
from servicekit.web.kit import make_kit
from servicekit.web.service import create_service
from tests.throwaway.parades.context import Context
from tests.throwaway.parades.routes import api
from tests.throwaway.parades.settings import Settings
from tests.throwaway.parades.store import ParadeStore
from tests.throwaway.parades.words import TITLES


def create_app(settings: Settings) -> Flask:
    kit = make_kit("parades", settings.common)
    units = UnitsCopy(kit.database)
    context = Context(ParadeStore(kit.database, origin), units, kit.clock)
    return create_service(
        kit,
        context,
        [api, audit_blueprint("parades")],
        internal=[event_inbox({UNITS_CHANGED: follow_units(units)})],
        ready=[kit.database.ping],
        prepare=[
            context.store.prepare,
            units.prepare,
            lambda: prepare_answers(kit.database),
            lambda: prepare_inbox(kit.database),
        ],
        titles=TITLES,
    )
