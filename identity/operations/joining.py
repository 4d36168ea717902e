"""Two accounts of one person become one: both sign-ins proven within minutes of each other, one number behind both."""

from dataclasses import replace
from datetime import timedelta

from identity import events
from identity.context import Context, hashed
from identity.domain import bans
from identity.domain.accounts import Account
from identity.domain.grant_acts import ended
from identity.domain.grants import Grant, Status, WhyNot, why_not
from identity.domain.numbers import KnownNumber, is_of
from identity.domain.sessions import holds_at
from identity.eid.id_token import Person
from identity.eid.refused import NotVerified, SignInRefused
from identity.operations.aftermath import save_for_all
from identity.operations.bans import hold_back, standing_of_giver
from identity.operations.hands import accounts_of_person
from identity.operations.succession import give_way
from identity.operations.telling import grant_audit
from servicekit.data.events import AuditEntry, Event
from servicekit.ids import new_id
from servicekit.words.national_numbers import NationalNumberFaulty

# The sign-in of the account that stays may be so old when the other one sets out.
FRESH = timedelta(seconds=300)
REASON = "accounts joined"


class JoinStale(SignInRefused):
    code = "join-stale"


class JoinOtherPerson(SignInRefused):
    code = "join-other-person"


class JoinSameAccount(SignInRefused):
    code = "join-same-account"


def login_of(person: Person) -> str:
    """What an account is found by: an issuer's name for a person means nothing without the issuer."""
    return f"{person.issuer} {person.subject}"


def proven_number(context: Context, person: Person) -> KnownNumber | None:
    """The number that the eID said, by the scheme of its provider. Raises NotVerified for one that is none."""
    if not person.national_number:
        return None
    try:
        schemes = (person.scheme,) if person.scheme is not None else context.schemes
        return context.known_number(person.national_number, schemes)
    except NationalNumberFaulty as error:
        raise NotVerified("the national number is none of its scheme") from error


def may_begin_joining(context: Context, secret: str) -> str:
    """The account of this session, when the eID saw its person just now. Raises JoinStale."""
    known, now = context.store.session(hashed(secret)), context.clock.now()
    if known is None or not holds_at(known, context.session_rules, now):
        raise JoinStale("join: the session that stays has ended")
    if now - known.auth_time > FRESH or known.fallback:
        raise JoinStale("join: the sign-in that stays is too old")
    return known.account_id


def join(context: Context, staying_id: str, secret: str, person: Person) -> None:
    """The proven person's login opens the staying account from now on; grants go over, the other account closes.

    `secret` is the browser's session, which must still be the one that set out. Raises SignInRefused.
    """
    known = context.store.session(hashed(secret)) if secret else None
    if (
        known is None
        or known.account_id != staying_id
        or not holds_at(known, context.session_rules, context.clock.now())
    ):
        raise JoinStale("join: another session than the one that set out")
    try:
        number = proven_number(context, person)
    except NotVerified as error:
        raise JoinOtherPerson("join: the national number is none") from error
    context.store.database.in_transaction(lambda: _join(context, staying_id, person, number))


def _join(context: Context, staying_id: str, person: Person, number: KnownNumber | None) -> None:
    store, now = context.store, context.clock.now()
    staying = store.get_account(staying_id)
    if number is None or not is_of(number, staying.digests):
        raise JoinOtherPerson("join: the national numbers differ")
    other = store.account_by_login(login_of(person))
    if other is None:
        other = store.add_account(_alias(person, staying, context))
    if staying_id in (other.id, other.joined_to):
        raise JoinSameAccount("join: it is the same account")
    if other.closed or staying.closed:
        raise JoinOtherPerson("join: one of the two accounts is closed")
    for grant in store.grants_of(other.id):
        if grant.status is not Status.REVOKED:
            _hand_over(context, grant, staying_id)
    joined = (*staying.joined, other.id, *other.joined)
    same = tuple(one for one in staying.same_person if one != other.id)
    entry = AuditEntry(
        "account.joined",
        record_type="account",
        record_id=staying_id,
        subject_id=staying_id,
        actor=staying_id,
        actor_name=staying.name,
        details={"other": other.id},
    )
    # What was released goes over with the offices for which it was; nothing stays where nobody can withdraw it.
    shown = {**other.released, **staying.released}
    store.save_account(
        replace(staying, joined=joined, same_person=same, released=shown),
        staying.version,
        [Event(events.ACCOUNTS_JOINED, {"account_id": staying_id, "other": other.id})],
        [entry],
    )
    store.save_account(
        replace(other, closed=True, joined_to=staying_id, same_person=(), released={}), other.version
    )
    for alias in store.accounts_by_id(other.joined).values():
        # What opened the other one opens this one now.
        store.save_account(replace(alias, joined_to=staying_id), alias.version)
    hold_back(context, store.get_account(staying_id))
    sessions = store.sessions_of(other.id)
    store.end_sessions(sessions, now, AuditEntry("session.ended_by_joining", record_type="session"))
    store.raise_generations([staying_id, other.id], now)


def _hand_over(context: Context, grant: Grant, staying_id: str) -> None:
    """What the staying account holds already is not held twice, and what one gave oneself not at all."""
    same = accounts_of_person(context, [staying_id, grant.account_id or ""])
    if {grant.given_by, grant.confirmed_by} & same:
        changed = ended(grant, "given by the same person")
        entry = grant_audit("grant.revoked", changed, reason=REASON)
        save_for_all(context, grant, changed, (), entry, "revoked")
        return
    changed = replace(grant, account_id=staying_id)
    if grant.accepted_at is not None:
        today = context.clock.today()
        for other in bans.same_place(grant, context.store.grants_of(staying_id), today):
            if _stays(context, other, grant):
                # What hung on the one goes on hanging on the other: it is the same person's.
                give_way(context, grant, other)
                return
            give_way(context, other, changed)
    entry = grant_audit("grant.handed_over", changed, reason=REASON)
    save_for_all(context, grant, changed, (), entry, "adopted")


def _stays(context: Context, held: Grant, grant: Grant) -> bool:
    """Of two of one place: what is in force, of two in force what was given from higher up, and always a ban."""
    above, today = context.store.with_chains([held, grant]), context.clock.today()
    standing = standing_of_giver(grant, above)
    if bans.barred(grant, standing, bans.bans_of([held])) is not None:
        return True
    counts = [why_not(one, above, today) in (None, WhyNot.NOT_YET) for one in (held, grant)]
    if counts[0] is not counts[1]:
        return counts[0]
    return standing_of_giver(held, above) <= standing


def _alias(person: Person, staying: Account, context: Context) -> Account:
    """A login that was never used here before: it opens the staying account only."""
    return Account(
        id=new_id(),
        login=login_of(person),
        name=person.name,
        language=staying.language,
        first_seen=context.clock.now(),
        national_index=staying.national_index,
        national_core=staying.national_core,
        national_namespace=staying.national_namespace,
        member_index=staying.member_index,
        member_forms=staying.member_forms,
    )
