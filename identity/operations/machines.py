"""Machines: service accounts that sign in with a key of their own (RFC 7523) and hold grants like people."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

from identity.context import Context, hashed
from identity.domain import machines as rules
from identity.domain.accounts import Machine
from identity.domain.grants import Grant
from identity.operations.answering import place_of
from identity.operations.grants import live_unit_within, unit_within
from identity.operations.sessions import new_session
from identity.operations.telling import What, told_to
from identity.store import DuplicateKeyError
from servicekit.access.decision import Caller
from servicekit.access.signed import parts_of
from servicekit.data.events import AuditEntry
from servicekit.ids import new_id
from servicekit.refusals import Acts, Conflict, Invalid, NotFound, Refusal
from servicekit.words import N_

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# What an assertion may be signed with; a key says which by its own type.
ALGORITHMS = ("ES256", "PS256")
# An assertion is made for one use: seconds.
ASSERTION_MOST = 300
LEEWAY = 30
MAX_KEYS = 4
MIN_RSA_BITS = 2048
# A larger one proves no more, and each proof of it costs us more.
MAX_RSA_BITS = 4096
MOST_SIGNS = 8_192
# As long as a grant may last at the most.
MOST_DAYS = timedelta(days=3653)
ASSURANCE = 2
# Open ones of one unit. A program of a large house has a handful.
MOST_OPEN = 50


class KeyFaulty(Invalid):
    title = N_(
        "Register one to four public keys (JWK): P-256, or RSA of 2,048 to 4,096 bits, each with its own kid."
    )


class ClientRefused(Refusal):
    """RFC 6749 5.2: the same answer for an unknown client, a wrong key and a used or old assertion."""

    status = 401
    title = N_("The client is not known or did not prove who it is.")
    oauth_error = "invalid_client"


class GrantTypeRefused(Invalid):
    status = 400
    title = N_("Only client_credentials with a signed assertion is possible here.")
    oauth_error = "unsupported_grant_type"


class ParameterTwice(Invalid):
    status = 400
    title = N_("Each parameter may be sent once.")
    oauth_error = "invalid_request"


class AssertionMissing(Invalid):
    status = 400
    title = N_("The signed assertion is missing, or is not of the type jwt-bearer.")
    oauth_error = "invalid_request"


class ExpiryPast(Invalid):
    title = N_("This day is over. A service account ends on a day to come.")


class ExpiryTooFar(Invalid):
    title = N_("A service account may last ten years at the most.")


class TooManyMachines(Conflict):
    title = N_("A unit has at most {most} open service accounts. Close one that is no longer used.")


@dataclass(frozen=True)
class MachineSeen:
    """`keys`: the names of its keys. `acts` are None in answers to acts."""

    id: str
    version: int
    name: str
    unit_id: str
    expires: date
    closed: bool
    last_used: datetime | None
    keys: Sequence[str]
    acts: Acts | None = None


@dataclass(frozen=True)
class MachineToken:
    """RFC 6749 5.1; `expires_in`: seconds."""

    access_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - what kind it is


def register_machine(context: Context, caller: Caller, wanted: Mapping[str, Any]) -> MachineSeen:
    """A service account bound to a unit; it may do nothing until it is given a grant. Raises TooManyMachines."""
    _check_expiry(context, wanted["expires"])
    store = context.store

    def work() -> Machine:
        path = live_unit_within(context, caller, wanted["unit_id"], "access:grant")
        if store.open_machines_of(wanted["unit_id"]) >= MOST_OPEN:
            raise TooManyMachines(most=MOST_OPEN)
        return _registered(context, caller, wanted, path)

    return show_machine(store.database.in_transaction(work))


def _registered(
    context: Context, caller: Caller, wanted: Mapping[str, Any], path: tuple[str, ...]
) -> Machine:
    machine_id = new_id()
    machine = Machine(
        id=machine_id,
        login=f"machine {machine_id}",
        name=wanted["name"],
        first_seen=context.clock.now(),
        unit_id=wanted["unit_id"],
        unit_path=path,
        keys=_public_keys(wanted["keys"]),
        expires=wanted["expires"],
        kept_by=caller.account_id,
    )
    entry = AuditEntry("machine.registered", machine.unit_id, path, "account", machine_id)
    return context.store.add_account(machine, [entry])


def change_machine(
    context: Context, caller: Caller, machine_id: str, wanted: Mapping[str, Any], expected_version: int
) -> MachineSeen:
    """New keys, a new expiry, or closed for good; every token of it ends."""
    store = context.store

    def work() -> Machine:
        machine = _machine_within(context, caller, machine_id)
        rules.refuse_closed(machine.closed)
        if wanted.get("closed", False):
            # What is closed for good keeps the keys and the day that it had.
            changed = replace(machine, closed=True)
        else:
            rules.refuse_keeping(store.grants_of(machine_id), caller, context.roles, context.clock.today())
            changed = _with_wanted(context, caller, machine, wanted)
        path = place_of(context, machine)
        entry = AuditEntry("machine.changed", machine.unit_id, path, "account", machine_id)
        taken = changed.kept_by != machine.kept_by
        news = told_to([machine.kept_by], What.MACHINE_TAKEN, path, caller.accounts) if taken else []
        saved = store.save_account(changed, expected_version, news, [entry])
        # The access token is the session's secret: whoever had the old key keeps nothing that they got by it.
        closed = AuditEntry("session.ended_with_keys", machine.unit_id, path, "session")
        store.end_sessions(store.sessions_of(machine_id), context.clock.now(), closed)
        store.raise_generations([machine_id], context.clock.now())
        return saved

    return show_machine(store.database.in_transaction(work))


def _with_wanted(context: Context, caller: Caller, machine: Machine, wanted: Mapping[str, Any]) -> Machine:
    """Raises KeyFaulty, ExpiryPast, ExpiryTooFar."""
    if "keys" in wanted:
        machine = replace(machine, keys=_public_keys(wanted["keys"]), kept_by=caller.account_id)
    if "expires" in wanted and wanted["expires"] != machine.expires:
        _check_expiry(context, wanted["expires"])
        machine = replace(machine, expires=wanted["expires"])
    return machine


def _check_expiry(context: Context, expires: date) -> None:
    today = context.clock.today()
    if expires < today:
        raise ExpiryPast(field="expires")
    if expires > today + MOST_DAYS:
        raise ExpiryTooFar(field="expires")


def list_machines(context: Context, caller: Caller, unit_id: str) -> list[MachineSeen]:
    path = unit_within(context, caller, unit_id, "access:read")
    machines = context.store.machines_of(unit_id)
    held: dict[str, list[Grant]] = {one.id: [] for one in machines}
    for grant in context.store.grants_held_by([one.id for one in machines if not one.closed]):
        held[grant.account_id or ""].append(grant)
    now, today = context.clock.now(), context.clock.today()

    def acts(machine: Machine) -> Acts:
        return rules.acts_of(machine.closed, held[machine.id], path, caller, context.roles, now, today)

    return [replace(show_machine(one), acts=acts(one)) for one in machines]


def _machine_within(context: Context, caller: Caller, machine_id: str) -> Machine:
    machine = context.store.machine(machine_id)
    if machine is None:
        raise NotFound
    unit_within(context, caller, machine.unit_id, "access:grant")
    return machine


def show_machine(machine: Machine) -> MachineSeen:
    return MachineSeen(
        id=machine.id,
        version=machine.version,
        name=machine.name,
        unit_id=machine.unit_id,
        expires=machine.expires,
        closed=machine.closed,
        last_used=machine.last_used,
        keys=[key["kid"] for key in json.loads(machine.keys)],
    )


def _public_keys(keys: list[Mapping[str, Any]]) -> str:
    """The keys as canonical JSON, public parts only; raises KeyFaulty."""
    if not 1 <= len(keys) <= MAX_KEYS:
        raise KeyFaulty(field="keys")
    found = []
    for key in keys:
        try:
            loaded = KeySet.import_key_set({"keys": [dict(key)]}).keys[0]
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise KeyFaulty(field="keys") from error
        strong = (isinstance(loaded, ECKey) and loaded.curve_name == "P-256") or (
            isinstance(loaded, RSAKey) and MIN_RSA_BITS <= loaded.public_key.key_size <= MAX_RSA_BITS
        )
        if (
            not strong
            or loaded.is_private
            or not isinstance(key.get("kid"), str)
            or not 0 < len(key["kid"]) <= 64
        ):
            raise KeyFaulty(field="keys")
        found.append({**loaded.as_dict(private=False), "kid": key["kid"]})
    if len({key["kid"] for key in found}) != len(found):
        raise KeyFaulty(field="keys")
    return json.dumps(found, sort_keys=True)


def token_for_machine(
    context: Context, sent: Mapping[str, Sequence[str]], audiences: tuple[str, ...]
) -> MachineToken:
    """RFC 6749 client credentials by a signed assertion: a session of the machine, its secret as the bearer token."""
    if any(len(values) > 1 for values in sent.values()):
        raise ParameterTwice
    form = {name: values[0] for name, values in sent.items()}
    if form.get("grant_type") != "client_credentials":
        raise GrantTypeRefused(field="grant_type")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise AssertionMissing(field="client_assertion_type")
    machine = _proven(context, form.get("client_assertion", ""), audiences)
    store = context.store
    path = place_of(context, machine)
    entry = AuditEntry(
        "machine.signed_in",
        machine.unit_id,
        path,
        "account",
        machine.id,
        actor=machine.id,
        actor_name=machine.name,
    )

    def work() -> str:
        store.machine_used(machine.id, context.clock.now())
        return new_session(context, machine.id, "machine", ASSURANCE, "machine", entry)

    secret = store.database.in_transaction(work)
    seconds = int(context.session_rules.idle.total_seconds())
    return MachineToken(secret, seconds)


def _proven(context: Context, assertion: str, audiences: tuple[str, ...]) -> Machine:
    """The machine whose key signed this, for us, just now, for the first time."""
    try:
        said = parts_of(assertion, MOST_SIGNS)
        machine = context.store.machine(said.name("sub")[:64])
        if machine is None:
            raise ClientRefused
        jwt.decode(assertion, _key_of(machine, said.header["kid"]), algorithms=list(ALGORITHMS))
    except (JoseError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise ClientRefused from error
    claims, now = said.claims, context.clock.now()
    _check_claims(claims, machine.id, audiences, now.timestamp())
    if machine.closed or context.clock.today() > machine.expires:
        raise ClientRefused
    try:
        context.store.use_assertion(hashed(f"{machine.id} {claims['jti']}"), now)
    except DuplicateKeyError as error:
        raise ClientRefused from error
    return machine


def _key_of(machine: Machine, kid: str) -> Key:
    for key in json.loads(machine.keys):
        if key["kid"] == kid:
            return KeySet.import_key_set({"keys": [key]}).keys[0]
    raise ClientRefused


def _check_claims(claims: Mapping[str, Any], machine_id: str, audiences: tuple[str, ...], now: float) -> None:
    numbers = [claims.get(name) for name in ("exp", "iat")]
    if any(isinstance(n, bool) or not isinstance(n, int | float) for n in numbers):
        raise ClientRefused
    expires, made = float(claims["exp"]), float(claims["iat"])
    fits = (
        claims.get("iss") == machine_id == claims.get("sub")
        and claims.get("aud") in (*audiences, *([one] for one in audiences))
        and isinstance(claims.get("jti"), str)
        and 8 <= len(claims["jti"]) <= 200
        and now - LEEWAY < expires <= now + ASSERTION_MOST + LEEWAY
        and now - ASSERTION_MOST - LEEWAY <= made <= now + LEEWAY
    )
    if not fits:
        raise ClientRefused
