"""Identity, wired."""

from functools import partial

from flask import Flask

from identity.context import Context, Keeping
from identity.eid.client import EidClient
from identity.eid.keys import OwnKeys
from identity.eid.wire import Wire
from identity.events import CONGRESS_APPROVED, MOVE_ASKED
from identity.operations import congress_approved, rights_named, units_changed
from identity.operations.comments import comments_on
from identity.operations.moving import move_asked
from identity.operations.tasks import waiting
from identity.routes import (
    account,
    asking,
    batches,
    eid,
    fallback,
    grants,
    internal,
    machines,
    offers,
    offices,
    people,
    roles,
    rollout,
    sign_in,
    succession,
)
from identity.settings import KeeperSettings, Settings
from identity.store import Store
from identity.words import TITLES
from servicekit.audit.exporting import KEY, AuditWanted, audit_exports
from servicekit.audit.pages import audit_blueprint
from servicekit.comments.routes import comment_routes
from servicekit.data.crypto import FieldCipher
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.events.inbox import Handler, event_inbox
from servicekit.exporting.routes import export_routes
from servicekit.overseeing.routes import job_routes
from servicekit.tasks.routes import task_routes
from servicekit.tree.units import UNITS_CHANGED
from servicekit.tree.units_copy import follow_units
from servicekit.web.kit import Kit, make_kit
from servicekit.web.service import create_service
from servicekit.work.clock import Clock

SERVICE = "identity"


def make_context(settings: Settings, kit: Kit, store: Store) -> Context:
    own_keys = OwnKeys(settings.rp_keys_file)
    return Context(
        store=store,
        clock=kit.clock,
        keys=kit.keys,
        cipher=FieldCipher(kit.database.client, kit.database.name, settings.field_key),
        blind_key=settings.blind_key,
        roles_file=settings.roles,
        session_rules=settings.session_rules,
        providers={
            profile.key: EidClient(
                profile,
                settings.redirect_uri,
                own_keys,
                Wire(profile, settings.common.outside_networks, settings.ca_file),
            )
            for profile in settings.profiles
        },
        own_keys=own_keys,
        zone=settings.common.zone,
        provider_limit=settings.provider_limit,
        recertify_within=settings.recertify_within,
        country=settings.country,
    )


def open_keeping(settings: KeeperSettings) -> Keeping:
    """For the operator's commands: prepared, and patient with the database."""
    common = settings.common
    store = Store(Database(common.mongo_url, common.database(SERVICE), JOB_TIMEOUT_MS))
    store.prepare()
    return Keeping(store, Clock(common.zone), settings.roles)


def create_app(settings: Settings) -> Flask:
    stores: list[Store] = []
    own: list[Context] = []
    kit = make_kit(
        SERVICE,
        settings.common,
        lambda after: stores[0].revocations(after),
        lambda session_id, _name: rights_named(own[0], session_id),
    )
    store = Store(kit.database)
    stores.append(store)
    context = make_context(settings, kit, store)
    own.append(context)
    handlers: dict[str, Handler] = {
        UNITS_CHANGED: follow_units(store.units, partial(units_changed, context)),
        CONGRESS_APPROVED: partial(congress_approved, context),
        MOVE_ASKED: partial(move_asked, context),
    }
    exports = audit_exports(
        SERVICE, kit.database, kit.clock, settings.common.zone, settings.keys, store.units
    )
    comments = comments_on(context)
    return create_service(
        kit,
        context,
        [
            sign_in.pages,
            asking.pages,
            eid.pages,
            account.api,
            grants.api,
            offers.api,
            asking.api,
            *comment_routes(comments),
            batches.api,
            succession.api,
            people.api,
            roles.api,
            offices.api,
            rollout.api,
            machines.api,
            fallback.api,
            task_routes(SERVICE, partial(waiting, context)),
            export_routes(exports, {KEY: AuditWanted}),
            job_routes(SERVICE, exports.jobs, kit.clock),
            audit_blueprint(SERVICE),
        ],
        internal=[internal.pages, event_inbox(handlers)],
        ready=[kit.database.ping],
        prepare=[store.prepare, comments.prepare, exports.prepare],
        titles=TITLES,
    )
