"""Notifications, wired."""

from functools import partial

from flask import Flask

from notifications.context import Context
from notifications.events import ACCOUNTS_JOINED, MATTERS
from notifications.operations.hearing import accounts_joined, remember_matter
from notifications.operations.inbox import waiting
from notifications.routes import api
from notifications.settings import Settings
from notifications.store import Store
from notifications.words import TITLES
from servicekit.audit.exporting import KEY, AuditWanted, audit_exports
from servicekit.audit.pages import audit_blueprint
from servicekit.events.inbox import Handler, event_inbox
from servicekit.exporting.routes import export_routes
from servicekit.overseeing.routes import job_routes
from servicekit.tasks.routes import task_routes
from servicekit.tree.units import UNITS_CHANGED
from servicekit.tree.units_copy import follow_units
from servicekit.web.kit import make_kit
from servicekit.web.service import create_service

SERVICE = "notifications"


def event_handlers(context: Context) -> dict[str, Handler]:
    return {
        UNITS_CHANGED: follow_units(context.store.units),
        ACCOUNTS_JOINED: partial(accounts_joined, context),
        **{event_type: partial(remember_matter, context) for event_type in MATTERS},
    }


def create_app(settings: Settings) -> Flask:
    kit = make_kit(SERVICE, settings.common)
    store = Store(kit.database)
    context = Context(store, kit.clock)
    exports = audit_exports(
        SERVICE, kit.database, kit.clock, settings.common.zone, settings.keys, store.units
    )
    return create_service(
        kit,
        context,
        [
            api,
            task_routes(SERVICE, partial(waiting, context)),
            export_routes(exports, {KEY: AuditWanted}),
            job_routes(SERVICE, exports.jobs, kit.clock),
            audit_blueprint(SERVICE),
        ],
        internal=[event_inbox(event_handlers(context))],
        ready=[kit.database.ping],
        prepare=[store.prepare, exports.prepare],
        titles=TITLES,
    )
