"""What identity does, a sentence each; rules are in domain, documents in store."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from identity.domain import grants as rules
from identity.domain.grants import Grant, GrantOver, HolderNeeded, RoleUnknown, Status, WhyNot
from identity.domain.roles import RoleTable
from identity.domain.sessions import Session, SessionRules, expires_at, holds_at
from identity.eid.client import MAX_HINT, Attempt, EidClient, SignedIn
from identity.eid.id_token import Person
from identity.eid.keys import OwnKeys
from identity.eid.refused import AttemptUnknown, NotVerified, SignInRefused
from identity.store import DuplicateKeyError, Store
from servicekit import access
from servicekit.access import Caller, Right
from servicekit.clock import Clock
from servicekit.crypto import FieldCipher, blind_index, normal_digits
from servicekit.events import AuditEntry, Event
from servicekit.ids import new_id
from servicekit.keys import KeyRing, TokenRefused
from servicekit.refusals import Forbidden, Invalid, NotFound, SignInRequired, Stale
from servicekit.tokens import ACCESS_TOKEN, TOKEN_SECONDS, rights_claim
from servicekit.words import N_

Document = dict[str, Any]

# The gateway fetches a token again about once a minute while a person works; finer marks would only cost writes.
SEEN_EVERY = timedelta(seconds=30)
AUDIENCES = ("identity", "membership", "congress", "notifications", "portal")


class NationalNumberFaulty(Invalid):
    title = N_("This is not a national number: it has 8 to 20 digits.")


class UnitUnknown(NotFound):
    title = N_("There is no such unit, or you may not see it.")


class AudienceUnknown(Forbidden):
    title = N_("There is no such service.")


class NoGrant(SignInRefused):
    code = "no-grant"


class GrantEnded(SignInRefused):
    code = "grant-ended"


class AccountClosed(SignInRefused):
    code = "account-closed"


@dataclass(frozen=True)
class Outside:
    """Everything that identity's operations may touch."""

    store: Store
    clock: Clock
    keys: KeyRing
    cipher: FieldCipher
    blind_key: bytes
    roles: RoleTable
    session_rules: SessionRules
    providers: Mapping[str, EidClient]
    own_keys: OwnKeys
    zone: str

    def national_index(self, number: str) -> str:
        """The blind index of a national number in any script's digits; raises NationalNumberFaulty."""
        digits = normal_digits(number)
        if not digits.isalnum() or not digits.isascii() or not 8 <= len(digits) <= 20:
            raise NationalNumberFaulty(field="national_number")
        return blind_index(self.blind_key, "national_number", digits)


# ---------------------------------------------------------------- sign-in


@dataclass(frozen=True)
class Departure:
    """Where to send the person, and what their browser must bring back."""

    url: str
    browser: str


def begin_sign_in(
    outside: Outside,
    provider: str,
    *,
    browser: str,
    return_to: str,
    language: str,
    level: int,
    max_age: int | None,
) -> Departure:
    """Opens an attempt with the provider, bound to this browser. Raises NotFound, SignInRefused."""
    client = outside.providers.get(provider)
    if client is None:
        raise NotFound
    try:
        attempt, url = client.begin(level, max_age, language)
    except SignInRefused as refusal:
        _note_refusal(outside, refusal, provider)
        raise
    browser = browser or secrets.token_urlsafe(24)
    outside.store.keep_attempt(
        {
            "_id": _hash(attempt.state),
            "provider": provider,
            "browser": _hash(browser),
            "nonce": attempt.nonce,
            "verifier": attempt.verifier,
            "level": attempt.level,
            "max_age": attempt.max_age,
            "dpop_key": attempt.dpop_key,
            "return_to": return_to,
            "at": outside.clock.now(),
        }
    )
    return Departure(url, browser)


@dataclass(frozen=True)
class Arrival:
    session_secret: str
    return_to: str


def finish_sign_in(
    outside: Outside, params: Mapping[str, str], *, browser: str, device: str, language: str, old_session: str
) -> Arrival:
    """From the provider's callback to a session; a refusal is written to the audit and raised."""
    kept = _attempt_of(outside, params.get("state", ""), browser)
    provider = kept["provider"]
    try:
        client = outside.providers.get(provider)
        if client is None:
            raise AttemptUnknown("the provider is no longer configured")
        attempt = Attempt(
            params["state"], kept["nonce"], kept["verifier"], kept["level"], kept["max_age"], kept["dpop_key"]
        )
        proven = client.finish(attempt, params)
        account = account_of(outside, proven.person, language)
        secret = _open_session(outside, account, proven, provider, device, old_session)
    except SignInRefused as refusal:
        _note_refusal(outside, refusal, provider)
        raise
    return Arrival(secret, kept["return_to"])


def _note_refusal(outside: Outside, refusal: SignInRefused, provider: str) -> None:
    """The operator finds here why the person could not sign in."""
    details = {"provider": provider, "code": refusal.code, "reason": refusal.reason}
    outside.store.notes.record(AuditEntry("sign_in.refused", outcome="refused", details=details))


def _attempt_of(outside: Outside, state: str, browser: str) -> Document:
    refusal = AttemptUnknown("no such attempt in this browser")
    if not state or not browser:
        raise refusal
    kept = outside.store.take_attempt(_hash(state), _hash(browser))
    if kept is None:
        raise refusal
    if outside.clock.now() - kept["at"] > timedelta(seconds=600):
        raise AttemptUnknown("the attempt is too old")
    return kept


def account_of(outside: Outside, person: Person, language: str) -> Document:
    """The account of (issuer, subject), made at the first sign-in; binds what this person was invited to."""
    store, now = outside.store, outside.clock.now()
    index = _index_of(outside, person)
    login = f"{person.issuer} {person.subject}"

    def work() -> Document:
        account = store.account_by_login(login)
        if account is None:
            account = store.accounts.insert(
                {
                    "_id": new_id(),
                    "login": login,
                    "national_index": index,
                    "name": person.name,
                    "language": language,
                    "email": outside.cipher.encrypt(person.email) if person.email else None,
                    "generation": 0,
                    "closed": False,
                    "first_seen": now,
                },
                audit=[AuditEntry("account.made", record_type="account")],
            )
        else:
            # A provider that leaves out a claim this time does not make us forget it.
            said = (person.name or account["name"], index or account["national_index"])
            if said != (account["name"], account["national_index"]):
                account = store.accounts.save(
                    {**account, "name": said[0], "national_index": said[1]}, account["version"]
                )
        if index is not None:
            for invited in store.invitations(index):
                _bind(store, invited, account["_id"])
        return account

    account = store.database.in_transaction(work)
    if account["closed"]:
        raise AccountClosed("the account is closed")
    held = store.grants_of(account["_id"])
    above = store.with_chains(held)
    today = outside.clock.today()
    reasons = {rules.why_not(grant, above, today) for grant in held}
    if None not in reasons:
        if reasons - {WhyNot.NOT_YET}:
            raise GrantEnded("all grants have ended or are suspended")
        raise NoGrant("no grant")
    return account


def _index_of(outside: Outside, person: Person) -> str | None:
    try:
        return outside.national_index(person.national_number) if person.national_number else None
    except NationalNumberFaulty as error:
        raise NotVerified("the national number is none") from error


def _bind(store: Store, invited: Grant, account_id: str) -> None:
    bound = rules.bind(invited, account_id)
    event = Event("grant.bound", _grant_news(bound))
    entry = _grant_audit("grant.bound", bound)
    store.save_grant(bound, invited.version, [event], [entry])


def _open_session(
    outside: Outside, account: Document, proven: SignedIn, provider: str, device: str, old_session: str
) -> str:
    """A new session with a new secret; the browser's old one ends. 256 random bits, stored only as a hash."""
    person = proven.person
    secret, now = secrets.token_urlsafe(32), outside.clock.now()
    old = outside.store.session(_hash(old_session)) if old_session else None
    if old is not None and old.ended_at is None:
        outside.store.end_sessions([old], now, AuditEntry("session.replaced", record_type="session"))
    outside.store.sessions.insert(
        {
            "_id": _hash(secret),
            "account_id": account["_id"],
            "created_at": now,
            "last_seen": now,
            "auth_time": person.auth_time,
            "assurance": person.level,
            "provider": provider,
            "eid_subject": person.subject,
            "eid_session": person.eid_session,
            "id_token": outside.cipher.encrypt(proven.id_token) if len(proven.id_token) <= MAX_HINT else None,
            "device": device[:120],
            "ended_at": None,
        },
        audit=[
            AuditEntry(
                "sign_in.accepted",
                record_type="account",
                record_id=account["_id"],
                details={"provider": provider, "level": person.level},
            )
        ],
    )
    return secret


def _end(outside: Outside, sessions: list[Session], action: str) -> None:
    outside.store.end_sessions(sessions, outside.clock.now(), AuditEntry(action, record_type="session"))


def end_session(outside: Outside, caller: Caller, session_id: str) -> None:
    """Ends one of one's own sessions."""
    mine = [
        one for one in outside.store.sessions_of(caller.account_id) if public_session_id(one.id) == session_id
    ]
    if not mine:
        raise NotFound
    _end(outside, mine, "session.ended")


def sessions_of(outside: Outside, caller: Caller) -> list[Document]:
    now = outside.clock.now()
    return [
        {
            "id": public_session_id(one.id),
            "created_at": one.created_at,
            "last_seen": one.last_seen,
            "expires_at": expires_at(one, outside.session_rules),
            "device": one.device,
            "provider": one.provider,
            "current": one.id == caller.session_id,
        }
        for one in outside.store.sessions_of(caller.account_id)
        if holds_at(one, outside.session_rules, now)
    ]


def public_session_id(session_id: str) -> str:
    """A name for lists that is not the key that tokens and the feed use."""
    return _hash("list " + session_id)[:20]


# ---------------------------------------------------------------- drafts


def keep_draft(outside: Outside, caller: Caller, path: str, values: Mapping[str, str]) -> Document:
    """Keeps what was typed while the person goes through the eID again; encrypted, for an hour, for them alone."""
    draft_id = new_id()
    outside.store.keep_draft(
        {
            "_id": draft_id,
            "account_id": caller.account_id,
            "path": path,
            "values": outside.cipher.encrypt(json.dumps(dict(values), ensure_ascii=False)),
            "at": outside.clock.now(),
        }
    )
    return {"id": draft_id, "path": path, "values": dict(values)}


def take_draft(outside: Outside, caller: Caller, draft_id: str) -> Document:
    """Gives it back, once: replaying the return finds nothing."""
    kept = outside.store.take_draft(draft_id, caller.account_id)
    if kept is None:
        raise NotFound
    return {
        "id": draft_id,
        "path": kept["path"],
        "values": json.loads(outside.cipher.decrypt(kept["values"])),
    }


# ---------------------------------------------------------------- tokens


def token_for_session(outside: Outside, secret: str, audience: str) -> Document:
    """For the gateway: a token of the person whose session this is. Raises SignInRequired."""
    known, now = outside.store.session(_hash(secret)), outside.clock.now()
    if known is None or not holds_at(known, outside.session_rules, now):
        raise SignInRequired
    if now - known.last_seen > SEEN_EVERY:
        outside.store.seen(known.id, now)
    end = expires_at(replace(known, last_seen=now), outside.session_rules)
    return _token(outside, known, audience, actor="gateway", session_ends=end)


def exchange_token(outside: Outside, subject_token: str, audience: str, actor: str) -> Document:
    """RFC 8693: the peer `actor` holds a person's token for itself and asks for one for another service."""
    try:
        claims = outside.keys.verify(subject_token, "identity", ACCESS_TOKEN, actor)
    except TokenRefused as error:
        raise SignInRequired from error
    known = outside.store.session(claims.get("sid", ""))
    if known is None or not holds_at(known, outside.session_rules, outside.clock.now()):
        raise SignInRequired
    return _token(
        outside, known, audience, actor=actor, session_ends=expires_at(known, outside.session_rules)
    )


def _token(outside: Outside, known: Session, audience: str, actor: str, session_ends: datetime) -> Document:
    if audience not in AUDIENCES:
        raise AudienceUnknown
    account = outside.store.account(known.account_id)
    if account is None or account["closed"]:
        raise SignInRequired
    # The generation is read before the grants: a change between the two makes the token too old, never too strong.
    rights = rights_of(outside, known.account_id)
    now = outside.clock.now()
    ends = min(now + timedelta(seconds=TOKEN_SECONDS), session_ends, _midnight(outside))
    seconds = max(1, int((ends - now).total_seconds()))
    issued = int(now.timestamp())
    token = outside.keys.sign(
        {
            "iss": "identity",
            "aud": audience,
            "sub": account["_id"],
            "client_id": actor,
            "sid": known.id,
            "gen": account["generation"],
            "iat": issued,
            "exp": issued + seconds,
            "jti": new_id(),
            "acr": known.assurance,
            "auth_time": int(known.auth_time.timestamp()),
            "lang": account["language"],
            "name": account["name"],
            "act": {"sub": actor},
            "rights": rights_claim(rights),
        },
        ACCESS_TOKEN,
    )
    return {
        "access_token": token,
        "token_type": "Bearer",
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "expires_in": seconds,
        "account_id": account["_id"],
        "session_id": known.id,
        "permissions": sorted({right.permission for right in rights}),
        "session_ends_in": int((session_ends - now).total_seconds()),
    }


def _midnight(outside: Outside) -> datetime:
    """Grants begin and end with the day, so no token lives across it."""
    zone = ZoneInfo(outside.zone)
    tomorrow = outside.clock.now().astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), zone).astimezone(UTC)


def rights_of(outside: Outside, account_id: str) -> tuple[Right, ...]:
    held = outside.store.grants_of(account_id)
    return rules.rights(held, outside.store.with_chains(held), outside.roles, outside.clock.today())


# ---------------------------------------------------------------- oneself


def about_me(outside: Outside, caller: Caller) -> Document:
    account = outside.store.account(caller.account_id)
    if account is None:
        raise SignInRequired
    held = outside.store.grants_of(caller.account_id)
    return {
        "account_id": account["_id"],
        "version": account["version"],
        "name": account["name"],
        "language": account["language"],
        "has_email": account["email"] is not None,
        "assurance": caller.assurance,
        "auth_time": caller.auth_time,
        "grants": show_grants(outside, [g for g in held if g.status is not Status.REVOKED]),
        "rights": [
            {
                "permission": right.permission,
                "unit_id": right.unit_id,
                "unit_path": list(right.unit_path),
                "reach": str(right.reach),
            }
            for right in caller.rights
        ],
    }


def change_me(outside: Outside, caller: Caller, changes: Document) -> Document:
    """Language and e-mail address; the language shows from the next token on."""
    store = outside.store

    def work() -> None:
        account = store.accounts.get(caller.account_id)
        if "language" in changes:
            account["language"] = changes["language"]
        if "email" in changes:
            account["email"] = outside.cipher.encrypt(changes["email"]) if changes["email"] else None
        store.accounts.save(
            account, account["version"], audit=[AuditEntry("account.changed", record_id=caller.account_id)]
        )
        store.raise_generations([caller.account_id], outside.clock.now())

    store.database.in_transaction(work)
    return about_me(outside, caller)


def contact(outside: Outside, account_id: str) -> Document:
    """For notifications: where a message reaches the person."""
    account = outside.store.account(account_id)
    if account is None:
        raise NotFound
    email = outside.cipher.decrypt(account["email"]) if account["email"] is not None else ""
    return {"account_id": account_id, "language": account["language"], "email": email}


def recipients(outside: Outside, unit_path: list[str], permission: str) -> list[Document]:
    """For notifications: whom a matter of this unit concerns, by the permission they hold over it today."""
    held = outside.store.grants_over(unit_path)
    above, today = outside.store.with_chains(held), outside.clock.today()
    reached: dict[str, None] = {}
    for grant in held:
        for right in rules.rights([grant], above, outside.roles, today):
            if right.permission == permission and grant.account_id and access.covers(right, tuple(unit_path)):
                reached[grant.account_id] = None
    accounts = outside.store.accounts_by_id(reached)
    return [{"account_id": one, "language": accounts[one]["language"]} for one in reached if one in accounts]


# ---------------------------------------------------------------- grants


@dataclass(frozen=True)
class Giving:
    """What a giver asks for; exactly one of national_number and account_id."""

    unit_id: str
    role: str
    valid_from: date
    valid_to: date
    national_number: str | None
    account_id: str | None
    label: str
    reason: str


def grant_access(outside: Outside, caller: Caller, wanted: Giving) -> Document:
    """Gives a role in a unit for a period, hanging on the giver's own grant."""
    store, today = outside.store, outside.clock.today()
    role = outside.roles.roles.get(wanted.role)
    if role is None:
        raise RoleUnknown(field="role")
    if (wanted.national_number is None) == (wanted.account_id is None):
        raise HolderNeeded(field="national_number")
    unit = store.unit(wanted.unit_id)
    if unit is None or not access.visible(caller, tuple(unit["path"])):
        raise UnitUnknown(field="unit_id")
    path = tuple(unit["path"])
    access.require(caller, "access:grant", path, outside.clock.now())
    rules.check_period(wanted.valid_from, wanted.valid_to, today)
    index = outside.national_index(wanted.national_number) if wanted.national_number is not None else None
    if wanted.account_id is not None and store.account(wanted.account_id) is None:
        raise NotFound(field="account_id")

    def work() -> Grant:
        mine = store.grants_of(caller.account_id)
        above = store.with_chains(mine)
        good = [grant for grant in mine if rules.why_not(grant, above, today) is None]
        own = rules.hang_on(good, outside.roles, role, path, wanted.valid_to)
        grant = Grant(
            id=new_id(),
            unit_id=wanted.unit_id,
            unit_path=path,
            role=role.key,
            valid_from=wanted.valid_from,
            valid_to=wanted.valid_to,
            status=Status.INVITED if wanted.account_id is None else Status.ACTIVE,
            account_id=wanted.account_id,
            national_index=index,
            label=wanted.label,
            chain=(*own.chain, own.id),
            given_by=caller.account_id,
            given_by_name=caller.name,
            given_at=outside.clock.now(),
            reason=wanted.reason,
        )
        given = store.add_grant(
            grant, [Event("grant.given", _grant_news(grant))], [_grant_audit("grant.given", grant)]
        )
        store.raise_generations([grant.account_id or ""], outside.clock.now())
        return given

    try:
        grant = store.database.in_transaction(work)
    except DuplicateKeyError as error:
        raise rules.GivenAlready(field="national_number") from error
    return show_grants(outside, [grant])[0]


def _grant_news(grant: Grant) -> Document:
    return {
        "grant_id": grant.id,
        "account_id": grant.account_id,
        "unit_id": grant.unit_id,
        "unit_path": list(grant.unit_path),
        "role": grant.role,
    }


def _grant_audit(action: str, grant: Grant, **details: object) -> AuditEntry:
    return AuditEntry(
        action,
        unit_id=grant.unit_id,
        unit_path=grant.unit_path,
        record_type="grant",
        record_id=grant.id,
        details={"role": grant.role, **details},
    )


def list_grants(outside: Outside, caller: Caller, unit_id: str, *, below: bool, status: str) -> Document:
    _unit_within(outside, caller, unit_id, "access:read")
    found = outside.store.grants_in(unit_id, below=below, status=status)
    most = 500
    return {"items": show_grants(outside, found[:most]), "truncated": len(found) > most}


def _unit_within(outside: Outside, caller: Caller, unit_id: str, permission: str) -> tuple[str, ...]:
    unit = outside.store.unit(unit_id)
    if unit is None:
        raise UnitUnknown
    path = tuple(unit["path"])
    access.require(caller, permission, path, outside.clock.now())
    return path


def read_grant(outside: Outside, caller: Caller, grant_id: str) -> Document:
    """One's own, or one within the reach of access:read."""
    grant = outside.store.grant(grant_id)
    if grant.account_id != caller.account_id:
        access.require(caller, "access:read", grant.unit_path, outside.clock.now())
    return show_grants(outside, [grant])[0]


def _changeable_grant(outside: Outside, caller: Caller, grant_id: str) -> Grant:
    """The grant when the caller stands over it: strictly above its unit, or it hangs on the caller's own."""
    grant = outside.store.grant(grant_id)
    right = access.require(caller, "access:grant", grant.unit_path, outside.clock.now())
    mine = [r for r in caller.rights if r.permission == "access:grant"]
    if not any(rules.may_change(r, grant) for r in mine) and grant.account_id != caller.account_id:
        raise rules.OutsideOwnUnits(permission=right.permission)
    return grant


def preview_revocation(outside: Outside, caller: Caller, grant_id: str) -> Document:
    grant = outside.store.grant(grant_id)
    access.require(caller, "access:read", grant.unit_path, outside.clock.now())
    ending = _ending_with(outside, grant)
    return {
        "count": len(ending),
        "people": len({one.account_id or one.national_index for one in ending}),
        "grants": show_grants(outside, ending[:50]),
    }


def _ending_with(outside: Outside, grant: Grant) -> list[Grant]:
    hanging = outside.store.hanging_on(grant.id)
    above = outside.store.with_chains([grant, *hanging])
    return rules.ending_with(grant, hanging, above, outside.clock.today())


def change_grant(
    outside: Outside, caller: Caller, grant_id: str, change: str, reason: str, expected_version: int
) -> Document:
    """suspend, resume or revoke; everybody whose access hangs on it notices within seconds."""
    rule = {"suspend": rules.suspend, "resume": rules.resume, "revoke": rules.revoke}[change]
    past = {"suspend": "suspended", "resume": "resumed", "revoke": "revoked"}[change]
    store = outside.store

    def work() -> Grant:
        grant = _changeable_grant(outside, caller, grant_id)
        if grant.version != expected_version:
            raise Stale
        ending = _ending_with(outside, grant)
        changed = rule(grant, caller.account_id, reason, outside.clock.today())
        hanging = store.hanging_on(grant.id)
        event = Event(
            "grant.ended" if change != "resume" else "grant.given", {**_grant_news(changed), "why": past}
        )
        entry = _grant_audit(f"grant.{past}", changed, reason=reason, ending=len(ending))
        saved = store.save_grant(changed, expected_version, [event], [entry])
        store.raise_generations([one.account_id or "" for one in (grant, *hanging)], outside.clock.now())
        return saved

    return show_grants(outside, [store.database.in_transaction(work)])[0]


def show_grants(outside: Outside, grants: list[Grant]) -> list[Document]:
    """Grants as people see them: names of units and holders, and why one gives nothing today."""
    above, today = outside.store.with_chains(grants), outside.clock.today()
    units = outside.store.units(grant.unit_id for grant in grants)
    accounts = outside.store.accounts_by_id(grant.account_id or "" for grant in grants)
    shown = []
    for grant in grants:
        why = rules.why_not(grant, above, today)
        account = accounts.get(grant.account_id or "")
        unit = units.get(grant.unit_id, {"names": {}, "level": "", "code": ""})
        over = why is WhyNot.ENDED and grant.status is not Status.REVOKED
        shown.append(
            {
                "id": grant.id,
                "version": grant.version,
                "unit_id": grant.unit_id,
                "unit_path": list(grant.unit_path),
                "unit_names": unit["names"],
                "unit_level": unit["level"],
                "role": grant.role,
                "holder": {
                    "account_id": grant.account_id,
                    "name": account["name"] if account else grant.label,
                    "invited": grant.account_id is None,
                },
                "valid_from": grant.valid_from,
                "valid_to": grant.valid_to,
                "status": "ended" if over else str(grant.status),
                "effective": why is None,
                "why_not": str(why) if why else None,
                "given_by": {"account_id": grant.given_by, "name": grant.given_by_name},
                "given_at": grant.given_at,
                "parent_grant_id": grant.parent_id,
                "reason": grant.reason,
                "ended_reason": grant.ended_reason,
            }
        )
    return shown


def explain(outside: Outside, caller: Caller, permission: str, unit_id: str) -> Document:
    """Why the caller may do this here, or why not, with the chain of grants behind it."""
    if permission not in outside.roles.permissions:
        raise Invalid(field="permission")
    unit = outside.store.unit(unit_id)
    path = tuple(unit["path"]) if unit else ()
    decision = access.decide(caller, permission, path, outside.clock.now())
    chain: list[Grant] = []
    if decision.right is not None:
        last = outside.store.grant(decision.right.grant_id)
        above = outside.store.with_chains([last])
        chain = [*(above[one] for one in last.chain if one in above), last]
    return {
        "allowed": decision.allowed,
        "why": str(decision.why),
        "permission": permission,
        "unit_id": unit_id,
        "chain": show_grants(outside, chain),
    }


def first_administrator(
    outside: Outside, unit_code: str, national_number: str, label: str, valid_from: date, valid_to: date
) -> Grant:
    """The root of all chains, made by the operator at the machine; everything else is given by people."""
    unit = outside.store.unit_by_code(unit_code)
    if unit is None:
        raise UnitUnknown(field="unit")
    if valid_to < outside.clock.today():
        raise GrantOver
    rules.check_period(valid_from, valid_to, outside.clock.today())
    grant = Grant(
        id=new_id(),
        unit_id=unit["_id"],
        unit_path=tuple(unit["path"]),
        role="administrator",
        valid_from=valid_from,
        valid_to=valid_to,
        status=Status.INVITED,
        national_index=outside.national_index(national_number),
        label=label,
        given_by="operator",
        given_by_name="",
        given_at=outside.clock.now(),
        reason="first administrator",
    )
    try:
        return outside.store.add_grant(
            grant, [Event("grant.given", _grant_news(grant))], [_grant_audit("grant.given", grant)]
        )
    except DuplicateKeyError as error:
        raise rules.GivenAlready from error


def show_roles(outside: Outside) -> list[Document]:
    return [
        {
            "key": role.key,
            "names": dict(role.names),
            "strong": role.strong,
            "deputies": role.deputies,
            "permissions": [
                {"permission": permission, "reach": str(reach), "use": part is role.use}
                for part in (role.use, role.pass_on)
                for permission, reach in part.items()
            ],
        }
        for role in outside.roles.roles.values()
    ]


def providers(outside: Outside) -> list[Document]:
    return [
        {
            "key": client.profile.key,
            "names": dict(client.profile.names),
            "minimum_level": client.profile.minimum_level,
            "up": client.metadata.down_since is None,
            "down_since": (
                datetime.fromtimestamp(client.metadata.down_since, UTC)
                if client.metadata.down_since
                else None
            ),
        }
        for client in outside.providers.values()
    ]


def units_changed(outside: Outside, event: Document) -> None:
    """Keeps the copies of units; rights follow a unit that moves at the same moment."""
    holders: set[str] = set()
    for unit in outside.store.put_units(event["data"]["units"]):
        holders |= outside.store.move_grants(unit)
    outside.store.raise_generations(holders, outside.clock.now())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
