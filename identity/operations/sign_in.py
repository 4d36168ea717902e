"""Signing in: from the provider's word to an account and a session."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from identity.context import Context, hashed
from identity.domain import grant_acts, grant_refusals, offers
from identity.domain import grants as rules
from identity.domain.accounts import Account
from identity.domain.attempts import KeptAttempt
from identity.domain.grants import Grant
from identity.domain.numbers import KnownNumber, is_of
from identity.domain.sessions import holds_at
from identity.domain.starts import is_written_down, may_set_out, to_be_told
from identity.eid.attempt import Attempt
from identity.eid.id_token import Person
from identity.eid.profile import Profile
from identity.eid.refused import AttemptUnknown, NotVerified, ProviderUnknown, SignInRefused
from identity.operations.asking import open_ticket
from identity.operations.bans import hold_back, standing_of_giver
from identity.operations.joining import join, login_of, may_begin_joining, proven_number
from identity.operations.sessions import open_session
from identity.operations.sign_in_refusals import AccountClosed, EidBusy, NoGrant, why_refused
from identity.operations.telling import What, grant_audit, told_to
from identity.store import Store
from servicekit.data.events import AuditEntry
from servicekit.ids import new_id, new_reference


@dataclass(frozen=True)
class Departure:
    """Where to send the person, and what their browser must bring back."""

    url: str
    browser: str


def begin_sign_in(
    context: Context,
    provider: str,
    *,
    browser: str,
    return_to: str,
    language: str,
    level: int,
    max_age: int | None,
    code: str = "",
    join: bool = False,
    session: str = "",
    address: str = "",
) -> Departure:
    """Opens an attempt with the provider, bound to this browser. Raises SignInRefused.

    `session`: the secret of the session that this browser has. `join`: the account that comes back is to be joined
    with the session's. `address`: where the request comes from.
    """
    try:
        client = context.providers.get(provider)
        if client is None:
            raise ProviderUnknown("no such provider")
        _take_a_place(context, provider, session, address)
        joining = may_begin_joining(context, session) if join else ""
        attempt, url = client.begin(level, max_age, language)
    except SignInRefused as refusal:
        # Anybody can set out, as often as they like: so this is counted, and not written down one by one.
        refused = context.store.starts.refused(
            provider if provider in context.providers else "", context.clock.now()
        )
        if to_be_told(refused):
            _note_refusal(context, refusal, provider[:40], count=refused)
        raise
    browser = browser or secrets.token_urlsafe(24)
    context.store.keep_attempt(
        KeptAttempt(
            id=hashed(attempt.state),
            provider=provider,
            browser=hashed(browser),
            nonce=attempt.nonce,
            verifier=attempt.verifier,
            level=attempt.level,
            max_age=attempt.max_age,
            dpop_key=attempt.dpop_key,
            return_to=return_to,
            code_index=context.code_index(code) if code else "",
            joining=joining,
            at=context.clock.now(),
        )
    )
    return Departure(url, browser)


def _take_a_place(context: Context, provider: str, session: str, address: str) -> None:
    """Raises EidBusy. The address is kept as a digest, for some minutes."""
    starts, now = context.store.starts, context.clock.now()
    known = context.store.session(hashed(session)) if session else None
    inside = known is not None and holds_at(known, context.session_rules, now)
    account = known.account_id if known is not None and inside else ""
    place = context.address_index(address)
    minute = starts.minute(provider, place, account, now)
    if not may_set_out(minute, context.provider_limit, inside=inside):
        raise EidBusy(
            "limit of the provider" if inside else "limit of the provider, or of an address's share"
        )
    starts.begun(provider, place, account, now)


@dataclass(frozen=True)
class Spoken:
    """In which language somebody comes; `by_hand`: chosen, and not only what their browser says."""

    language: str
    by_hand: bool = False


@dataclass(frozen=True)
class Arrival:
    session_secret: str
    return_to: str


def finish_sign_in(
    context: Context,
    params: Mapping[str, str],
    *,
    browser: str,
    device: str,
    language: str,
    old_session: str,
    chosen: str = "",
    address: str = "",
) -> Arrival:
    """From the provider's callback to a session; a refusal is written to the audit and raised.

    `language`: of a new account, by what the browser says. `chosen`: by hand just before, which goes for any account.
    """
    provider, person = "", None
    try:
        kept = _attempt_of(context, params.get("state", ""), browser)
        provider = kept.provider
        client = context.providers.get(provider)
        if client is None:
            raise AttemptUnknown("the provider is no longer configured")
        own_key = dict(kept.dpop_key) if kept.dpop_key else None
        attempt = Attempt(params["state"], kept.nonce, kept.verifier, kept.level, kept.max_age, own_key)
        proven = client.finish(attempt, params)
        person = proven.person
        if kept.joining:
            join(context, kept.joining, old_session, proven.person)
        spoken = Spoken(chosen or language, by_hand=bool(chosen))
        account = _account_or_why(context, proven.person, spoken, kept.code_index, client.profile)
        secret = open_session(context, account, proven, provider, device, old_session)
    except AttemptUnknown as refusal:
        # As with refused starts: anybody can make one up, and takes nobody else's reference away by it.
        starts, now = context.store.starts, context.clock.now()
        own = starts.refused(f"callback {context.address_index(address)}", now)
        refused = starts.refused("callback", now)
        if is_written_down(own, refused):
            _note_refusal(context, refusal, provider, count=refused)
        raise
    except SignInRefused as refusal:
        _note_refusal(context, refusal, provider, person)
        if person is not None and refusal.may_ask:
            refusal.ticket, standing = open_ticket(context, person)
            refusal.told |= {"ask": 1, "asked_on": standing.asked_on, "declined_on": standing.declined_on}
        raise
    return Arrival(secret, _with_news(kept.return_to) if kept.joining else kept.return_to)


def _with_news(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}joined=1"


def _account_or_why(
    context: Context, person: Person, spoken: Spoken, code_index: str, profile: Profile
) -> Account:
    """For the operator: an invited person whose number does not arrive is known here as nobody."""
    try:
        return account_of(context, person, spoken.language, code_index, by_hand=spoken.by_hand)
    except NoGrant as refusal:
        if person.national_number or profile.national_number_from == "none":
            raise
        where = f"{profile.national_number_claim} in the {profile.national_number_from}"
        raise NoGrant(f"no grant; the eID gave no national number (claim {where})") from refusal


def _note_refusal(
    context: Context, refusal: SignInRefused, provider: str, person: Person | None = None, **more: int
) -> None:
    """The operator finds here why the person could not sign in, by the reference that their page shows.

    The account is named where the eID has proven who came; before that nobody is known.
    """
    account = context.store.account_by_login(login_of(person)) if person else None
    refusal.reference = new_reference()
    details = {"provider": provider, "code": refusal.code, "reason": refusal.reason, **more}
    context.store.notes.record(
        AuditEntry(
            "sign_in.refused",
            record_type="sign_in",
            record_id=refusal.reference,
            subject_id=account.id if account else "",
            outcome="refused",
            details=details,
        )
    )


def _attempt_of(context: Context, state: str, browser: str) -> KeptAttempt:
    refusal = AttemptUnknown("no such attempt in this browser")
    if not state or not browser:
        raise refusal
    kept = context.store.take_attempt(hashed(state), hashed(browser))
    if kept is None:
        raise refusal
    if kept.over(context.clock.now()):
        raise AttemptUnknown("the attempt is too old")
    return kept


def account_of(
    context: Context, person: Person, language: str, code_index: str = "", *, by_hand: bool = False
) -> Account:
    """The account of (issuer, subject), made at the first sign-in; binds what this person was invited to.

    `language`: of a new account, and of one that is there where it was chosen `by_hand`.
    """
    store, now = context.store, context.clock.now()
    number = proven_number(context, person)
    login = login_of(person)

    def work() -> Account:
        account = store.account_by_login(login)
        if account is not None and account.joined_to:
            account = _staying(store, account)
            if number is not None and not is_of(number, account.digests):
                raise NotVerified("the number is not that of the account this login was joined to")
        if account is not None and account.closed:
            # Before anything is bound to it: what is offered to a closed account nobody could accept.
            raise AccountClosed("the account is closed")
        if account is None:
            email = context.cipher.encrypt(person.email) if person.email else None
            made = Account(
                id=new_id(), login=login, name=person.name, language=language, first_seen=now, email=email
            )
            audit = [AuditEntry("account.made", record_type="account")]
            account = store.add_account(_known_by(made, number), audit)
        else:
            # A provider that leaves out a claim this time does not make us forget it.
            said = replace(
                _known_by(account, number),
                name=person.name or account.name,
                language=language if by_hand else account.language,
            )
            if said != account:
                chosen = said.language != account.language
                account = store.save_account(
                    said, account.version, audit=_language_chosen(account) if chosen else ()
                )
                if chosen:
                    # Their other sessions speak it too.
                    store.raise_generations([account.id], now)
        if number is not None:
            account = _notice_duplicates(store, account, number, now)
        invitations = store.invitations(number) if number is not None else []
        by_code = store.invitation_by_code(code_index) if code_index else None
        for invited in [*invitations, *([by_code] if by_code else [])]:
            _bind(store, invited, account, context.clock.today())
        hold_back(context, account)
        return account

    account = store.database.in_transaction(work)
    held = store.grants_of(account.id)
    above = store.with_chains(held)
    today = context.clock.today()
    if any(offers.is_open(grant, above, today) for grant in held):
        return account
    # What the person never accepted was never theirs to lose.
    refused = why_refused({rules.why_not(grant, above, today) for grant in held if grant.accepted_at})
    if refused is not None:
        raise refused
    return account


def _language_chosen(account: Account) -> list[AuditEntry]:
    return [AuditEntry("account.changed", record_id=account.id, actor=account.id, actor_name=account.name)]


def _staying(store: Store, account: Account) -> Account:
    """The account that a joined one opens, at the end of however many joinings."""
    seen = {account.id}
    while account.joined_to and account.joined_to not in seen:
        account = store.get_account(account.joined_to)
        seen.add(account.id)
    return account


def _known_by(account: Account, number: KnownNumber | None) -> Account:
    """With what is kept of its person's number, if the eID said one: ours, and those by which membership knows it."""
    if number is None:
        return account
    return replace(
        account,
        national_index=number.digests.index,
        national_core=number.digests.core,
        national_namespace=number.digests.namespace,
        member_index=number.members[0],
        member_forms=number.members[1:],
    )


def _notice_duplicates(store: Store, account: Account, number: KnownNumber, now: datetime) -> Account:
    """One person with two accounts, through two providers: written down at both, and joined only with proof."""
    others = [one for one in store.accounts_with_number(number) if one.id != account.id and not one.closed]
    if sorted(one.id for one in others) == sorted(account.same_person):
        return account
    everybody = {account.id, *(one.id for one in others)}
    for one in (account, *others):
        same = tuple(sorted(everybody - {one.id}))
        if same != one.same_person:
            entry = AuditEntry(
                "account.duplicate_noticed",
                record_type="account",
                record_id=one.id,
                details={"others": list(same)},
            )
            store.save_account(replace(one, same_person=same), one.version, audit=[entry])
    # Their tokens must say so too.
    store.raise_generations([one.id for one in others], now)
    return store.get_account(account.id)


def _bind(store: Store, invited: Grant, account: Account, today: date) -> None:
    """The invitation becomes an offer to the person; one for what they hold already ends, so that it is held once.

    What the same giver has offered before waits for its answer first; where it has lapsed, this takes its place.
    """
    account_id = account.id
    if today <= invited.valid_to and _is_spare(store, invited, account_id, today):
        spare = grant_acts.revoke(invited, (account_id,), "held already", today)
        told = told_to([invited.given_by], What.SPARE, invited.unit_path, [account_id])
        entry = grant_audit("grant.revoked", spare, reason="held already")
        store.save_grant(spare, invited.version, told, [entry])
        return
    try:
        bound = grant_acts.bind(invited, account_id, today, [*account.same_person, *account.joined])
    except grant_refusals.GrantOver:
        return
    except grant_refusals.GivingToOneself:
        refused = grant_audit("grant.bound", invited, reason="given or confirmed by the same person")
        store.notes.record(replace(refused, outcome="refused", actor=account_id, actor_name=account.name))
        return
    earlier = store.claimed_by_another(bound)
    if earlier is not None:
        # Also what waits for a second person, or rests with its giver, may still come to be accepted.
        if not offers.has_lapsed(earlier, store.with_chains([earlier]), today):
            return
        lapsed = grant_acts.ended(earlier, "given anew")
        store.save_grant(
            lapsed, earlier.version, (), [grant_audit("grant.revoked", lapsed, reason="given anew")]
        )
    # Not an entry of the unit: whose number it is, its giver learns when it is accepted.
    entry = AuditEntry(*("grant.bound", "", (), "grant", bound.id), actor=account_id, actor_name=account.name)
    store.save_grant(bound, invited.version, (), [entry])


def _is_spare(store: Store, invited: Grant, account_id: str, today: date) -> bool:
    """Only beside what gives the same today, from a giver who stands as high.

    Beside a dead one, or one whose days are to come, it is needed.
    """
    held = store.grants_of(account_id)
    above = store.with_chains([*held, invited])
    standing = standing_of_giver(invited, above)
    return any(
        (one.unit_id, one.role) == (invited.unit_id, invited.role)
        and rules.why_not(one, above, today) is None
        and not rules.higher(standing, standing_of_giver(one, above))
        for one in held
    )
