"""Identity, wired."""

from functools import partial

from flask import Flask

from identity.eid.client import EidClient
from identity.eid.keys import OwnKeys
from identity.eid.wire import Wire
from identity.operations import Outside, congress_approved, rights_named, units_changed
from identity.routes import (
    account,
    eid,
    fallback,
    grants,
    internal,
    machines,
    offers,
    people,
    sign_in,
    succession,
)
from identity.settings import Settings
from identity.store import Store
from servicekit.audit_pages import audit_blueprint
from servicekit.crypto import FieldCipher
from servicekit.inbox import Handler, event_inbox
from servicekit.units import UNITS_CHANGED
from servicekit.units_copy import follow_units
from servicekit.web import Kit, create_service, make_kit


def make_outside(settings: Settings, kit: Kit, store: Store) -> Outside:
    own_keys = OwnKeys(settings.rp_keys_file)
    return Outside(
        store=store,
        clock=kit.clock,
        keys=kit.keys,
        cipher=FieldCipher(kit.database.client, kit.database.name, settings.field_key),
        blind_key=settings.blind_key,
        roles=settings.roles,
        session_rules=settings.session_rules,
        providers={
            profile.key: EidClient(profile, settings.redirect_uri, own_keys, Wire(settings.ca_file or True))
            for profile in settings.profiles
        },
        own_keys=own_keys,
        zone=settings.common.zone,
        provider_limit=settings.provider_limit,
        recertify_within=settings.recertify_within,
    )


def create_app(settings: Settings) -> Flask:
    stores: list[Store] = []
    own: list[Outside] = []
    kit = make_kit(
        "identity",
        settings.common,
        lambda after: stores[0].revocations(after),
        lambda session_id, _name: rights_named(own[0], session_id),
    )
    store = Store(kit.database)
    stores.append(store)
    outside = make_outside(settings, kit, store)
    own.append(outside)
    handlers: dict[str, Handler] = {
        UNITS_CHANGED: follow_units(store.units, partial(units_changed, outside)),
        "congress.approved": partial(congress_approved, outside),
    }
    return create_service(
        kit,
        outside,
        [
            sign_in.pages,
            eid.pages,
            account.api,
            grants.api,
            offers.api,
            succession.api,
            people.api,
            machines.api,
            fallback.api,
            audit_blueprint("identity"),
        ],
        internal=[internal.pages, event_inbox(handlers)],
        ready=[kit.database.ping],
        prepare=[store.prepare],
    )
