"""Notifications, wired."""

from functools import partial

from flask import Flask

from notifications.events import ACCOUNTS_JOINED, MATTERS
from notifications.operations.hearing import accounts_joined, remember_matter
from notifications.operations.inbox import Outside
from notifications.routes import api
from notifications.settings import Settings
from notifications.store import Store
from servicekit.audit_pages import audit_blueprint
from servicekit.inbox import Handler, event_inbox
from servicekit.units import UNITS_CHANGED
from servicekit.units_copy import follow_units
from servicekit.web import create_service, make_kit


def event_handlers(outside: Outside) -> dict[str, Handler]:
    return {
        UNITS_CHANGED: follow_units(outside.store.units),
        ACCOUNTS_JOINED: partial(accounts_joined, outside),
        **{event_type: partial(remember_matter, outside) for event_type in MATTERS},
    }


def create_app(settings: Settings) -> Flask:
    kit = make_kit("notifications", settings.common)
    store = Store(kit.database)
    outside = Outside(store, kit.clock)
    return create_service(
        kit,
        outside,
        [api, audit_blueprint("notifications")],
        internal=[event_inbox(event_handlers(outside))],
        ready=[kit.database.ping],
        prepare=[store.prepare],
    )
