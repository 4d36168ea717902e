"""Two accounts of one person become one: both sign-ins proven within minutes of each other, one number behind both."""

from dataclasses import replace
from datetime import timedelta

from identity import events
from identity.domain.grants import Grant, Status, ended
from identity.domain.numbers import KnownNumber, is_of
from identity.domain.sessions import holds_at
from identity.eid.id_token import Person
from identity.eid.refused import NotVerified, SignInRefused
from identity.operations.bans import hold_back
from identity.operations.grants import grant_audit, save_for_all
from identity.operations.outside import Document, Outside, hashed
from identity.store import digests_of
from servicekit.events import AuditEntry, Event
from servicekit.ids import new_id
from servicekit.national_numbers import NationalNumberFaulty

# The sign-in of the account that stays may be so old when the other one sets out.
FRESH = timedelta(seconds=300)


class JoinStale(SignInRefused):
    code = "join-stale"


class JoinOtherPerson(SignInRefused):
    code = "join-other-person"


class JoinSameAccount(SignInRefused):
    code = "join-same-account"


def login_of(person: Person) -> str:
    """What an account is found by: an issuer's name for a person means nothing without the issuer."""
    return f"{person.issuer} {person.subject}"


def proven_number(outside: Outside, person: Person) -> KnownNumber | None:
    """The number that the eID said, by the scheme of its provider. Raises NotVerified for one that is none."""
    if not person.national_number:
        return None
    try:
        schemes = (person.scheme,) if person.scheme is not None else outside.schemes
        return outside.known_number(person.national_number, schemes)
    except NationalNumberFaulty as error:
        raise NotVerified("the national number is none of its scheme") from error


def may_begin_joining(outside: Outside, secret: str) -> str:
    """The account of this session, when the eID saw its person just now. Raises JoinStale."""
    known, now = outside.store.session(hashed(secret)), outside.clock.now()
    if known is None or not holds_at(known, outside.session_rules, now):
        raise JoinStale("join: the session that stays has ended")
    if now - known.auth_time > FRESH or known.fallback:
        raise JoinStale("join: the sign-in that stays is too old")
    return known.account_id


def join(outside: Outside, staying_id: str, secret: str, person: Person) -> None:
    """The proven person's login opens the staying account from now on; grants go over, the other account closes.

    `secret` is the browser's session, which must still be the one that set out. Raises SignInRefused.
    """
    known = outside.store.session(hashed(secret)) if secret else None
    if (
        known is None
        or known.account_id != staying_id
        or not holds_at(known, outside.session_rules, outside.clock.now())
    ):
        raise JoinStale("join: another session than the one that set out")
    try:
        number = proven_number(outside, person)
    except NotVerified as error:
        raise JoinOtherPerson("join: the national number is none") from error
    outside.store.database.in_transaction(lambda: _join(outside, staying_id, person, number))


def _join(outside: Outside, staying_id: str, person: Person, number: KnownNumber | None) -> None:
    store, now = outside.store, outside.clock.now()
    staying = store.accounts.get(staying_id)
    if number is None or not is_of(number, digests_of(staying)):
        raise JoinOtherPerson("join: the national numbers differ")
    other = store.account_by_login(login_of(person))
    if other is None:
        other = store.accounts.insert(_alias(person, staying, outside))
    if other["_id"] == staying_id or other.get("joined_to") == staying_id:
        raise JoinSameAccount("join: it is the same account")
    if other["closed"] or staying["closed"]:
        raise JoinOtherPerson("join: one of the two accounts is closed")
    for grant in store.grants_of(other["_id"]):
        if grant.status is not Status.REVOKED:
            _hand_over(outside, grant, staying_id)
    joined = [*staying.get("joined", []), other["_id"], *other.get("joined", [])]
    same = [one for one in staying.get("same_person", []) if one != other["_id"]]
    entry = AuditEntry(
        "account.joined",
        record_type="account",
        record_id=staying_id,
        subject_id=staying_id,
        actor=staying_id,
        actor_name=staying["name"],
        details={"other": other["_id"]},
    )
    store.accounts.save(
        {**staying, "joined": joined, "same_person": same},
        staying["version"],
        events=[Event(events.ACCOUNTS_JOINED, {"account_id": staying_id, "other": other["_id"]})],
        audit=[entry],
    )
    store.accounts.save(
        {**other, "closed": True, "joined_to": staying_id, "same_person": []}, other["version"]
    )
    hold_back(outside, store.accounts.get(staying_id))
    sessions = store.sessions_of(other["_id"])
    store.end_sessions(sessions, now, AuditEntry("session.ended_by_joining", record_type="session"))
    store.raise_generations([staying_id, other["_id"]], now)


def _hand_over(outside: Outside, grant: Grant, staying_id: str) -> None:
    """What the staying account holds already is not held twice, and what one gave oneself not at all."""
    store = outside.store
    same = (grant.unit_id, grant.role)
    held = [g for g in store.grants_of(staying_id) if g.status is not Status.REVOKED and g.accepted_at]
    if any((one.unit_id, one.role) == same for one in held):
        why_over = "held already"
    elif {grant.given_by, grant.confirmed_by} & {staying_id, grant.account_id}:
        why_over = "given by the same person"
    else:
        why_over = ""
    if why_over:
        changed, action = ended(grant, why_over), "grant.revoked"
    else:
        changed, action = replace(grant, account_id=staying_id), "grant.handed_over"
    save_for_all(outside, grant, changed, (), grant_audit(action, changed, reason="accounts joined"))


def _alias(person: Person, staying: Document, outside: Outside) -> Document:
    """A login that was never used here before: it opens the staying account only."""
    return {
        "_id": new_id(),
        "login": login_of(person),
        "national_index": staying["national_index"],
        "national_core": staying.get("national_core", ""),
        "national_namespace": staying.get("national_namespace", ""),
        "member_index": staying.get("member_index"),
        "member_forms": staying.get("member_forms", []),
        "name": person.name,
        "language": staying["language"],
        "email": None,
        "generation": 0,
        "closed": False,
        "first_seen": outside.clock.now(),
    }
