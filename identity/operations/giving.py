"""Giving access: what is asked before, what may be meant otherwise, and the operator's first administrator."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from identity import events
from identity.context import Context, UnitUnknown
from identity.domain import grant_refusals, offers
from identity.domain import grants as rules
from identity.domain.accounts import Machine
from identity.domain.grant_refusals import GrantOver, HolderNeeded, RoleUnknown
from identity.domain.grants import Grant, Status, WhyNot
from identity.domain.numbers import KnownNumber, is_of
from identity.domain.roles import Role, RoleTable
from identity.domain.two_hands import SecondBy
from identity.operations.answering import answers_for, asked_for
from identity.operations.bans import check_given, standing_of_giver
from identity.operations.invited import ask_before_a_second, invited_so, open_invitations
from identity.operations.showing import GrantSeen, Holder, show_grants
from identity.operations.telling import (
    given_news,
    grant_audit,
    grant_news,
)
from identity.operations.two_hands import second_for
from identity.store import DuplicateKeyError
from servicekit.access import decision as access
from servicekit.access.decision import Caller
from servicekit.data.events import Event
from servicekit.ids import new_id
from servicekit.refusals import NotFound
from servicekit.tree.units import Unit, require_live

DAY = timedelta(days=1)


CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Giving:
    """What a giver asks for; exactly one of national_number, account_id and by_code (a one-time code on paper).

    `code`: the one on paper, where it is drawn already. `even_if_invited`: whoever gives it knows of the invitations
    of this number that are open within their reach.
    """

    unit_id: str
    role: str
    valid_from: date
    valid_to: date
    national_number: str | None
    account_id: str | None
    label: str
    reason: str
    by_code: bool = False
    mandate: str = ""
    handover_days: int = rules.HANDOVER_DAYS
    national_number_scheme: str = ""
    code: str = ""
    even_if_invited: bool = False


@dataclass(frozen=True, kw_only=True)
class Caution:
    """What whoever gave something may not have meant: said, and hindering nothing."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class OpenInvitation(Caution):
    """Another one to the same that nobody has taken up: one of the two may be a slip of the pen."""

    kind: str = "open-invitation"
    grant_id: str
    holder: Holder


@dataclass(frozen=True, kw_only=True)
class GrantGiven(GrantSeen):
    cautions: Sequence[Caution]


@dataclass(frozen=True, kw_only=True)
class GrantByCode(GrantGiven):
    """`code`: on paper, for whoever comes with it; in this answer and in no other."""

    code: str


@dataclass(frozen=True)
class GivingForeseen:
    """`second_by`: whose second hand it takes. `open_beside`: invitations to the same that nobody has taken up."""

    unit_names: Mapping[str, str]
    number_end: str
    second_by: SecondBy
    open_beside: int


def grant_access(context: Context, caller: Caller, wanted: Giving, grant_id: str = "") -> GrantGiven:
    """Gives a role in a unit for a period, hanging on the giver's own grant. `grant_id`: of the new one, if chosen."""
    store, today = context.store, context.clock.today()
    role, unit, number = _meant(context, caller, wanted)
    path = unit.path
    if number is not None:
        _count_number(context, caller)
    holder = store.account(wanted.account_id) if wanted.account_id is not None else None
    if wanted.account_id is not None and (holder is None or holder.closed):
        raise NotFound(field="account_id")
    if isinstance(holder, Machine):
        check_machine_role(caller, role, context.roles, path)
    _refuse_oneself(context, caller, wanted.account_id, number)
    code = (wanted.code or new_code()) if wanted.by_code else None

    def work() -> Grant:
        _check_room(context, caller, wanted.account_id, number)
        held = store.units.hold(wanted.unit_id)
        if held is None or held.path != path:
            raise grant_refusals.UnitJustMoved
        require_live(held)
        own = _hung_on(context, caller, role, path, wanted.valid_to)
        if number is not None and invited_so(
            context, number, caller.account_id, (unit.id, role.key, wanted.valid_to)
        ):
            raise grant_refusals.GivenAlready(field="national_number")
        known = check_given(context, wanted.account_id, number, role.key, path, own.unit_path)
        if wanted.account_id is not None and _held_as_high(context, known, wanted, own):
            raise grant_refusals.GivenAlready(field="account_id")
        if number is not None and not wanted.even_if_invited:
            ask_before_a_second(context, caller, number)
        second = second_for(context, caller.accounts, role, own.unit_path)
        proposed = second is not SecondBy.NOBODY
        status = rules.first_status(known=holder is not None, proposed=proposed)
        # Whoever answers for a machine has accepted what they give it themselves.
        at_once = (
            status is Status.OFFERED
            and holder is not None
            and isinstance(holder, Machine)
            and answers_for(context, caller, holder)
        )
        grant = Grant(
            id=grant_id or new_id(),
            unit_id=wanted.unit_id,
            unit_path=path,
            role=role.key,
            valid_from=wanted.valid_from,
            valid_to=wanted.valid_to,
            status=Status.ACTIVE if at_once else status,
            accepted_at=context.clock.now() if at_once else None,
            account_id=wanted.account_id,
            label=wanted.label,
            chain=(*own.chain, own.id),
            owed_to=own.owed_to,
            given_by=caller.account_id,
            given_by_name=caller.name,
            given_at=context.clock.now(),
            reason=wanted.reason,
            confirm_until=context.clock.now() + rules.PROPOSAL_LIFE if proposed else None,
            recertify_by=today + context.recertify_within,
            mandate=wanted.mandate,
            handover_days=wanted.handover_days,
            code_index=context.code_index(code) if code else None,
            invited_until=None if at_once else rules.invited_until(wanted.valid_to, today),
        )
        grant = _naming(context, grant, number)
        told = given_news(grant, asked_for(holder))
        if proposed:
            told = Event(events.GRANT_PROPOSED, {**grant_news(grant), "asked_by": caller.account_id})
        given = store.add_grant(
            grant, [told], [grant_audit("grant.proposed" if proposed else "grant.given", grant)]
        )
        store.raise_generations([grant.account_id or ""], context.clock.now())
        return given

    try:
        grant = store.database.in_transaction(work)
    except DuplicateKeyError as error:
        raise grant_refusals.GivenAlready(field="national_number") from error
    given = GrantGiven(**vars(show_grants(context, [grant])[0]), cautions=cautions_of(context, grant))
    return GrantByCode(**vars(given), code=code) if code else given


def foresee_giving(context: Context, caller: Caller, wanted: Giving) -> GivingForeseen:
    """What giving this would come to, without asking who has the number. Raises as giving does."""
    role, unit, number = _meant(context, caller, wanted)
    require_live(unit)
    own = _hung_on(context, caller, role, unit.path, wanted.valid_to)
    _refuse_oneself(context, caller, None, number)
    return GivingForeseen(
        unit_names=unit.names,
        number_end=number.end if number is not None else "",
        second_by=second_for(context, caller.accounts, role, own.unit_path),
        open_beside=len(open_invitations(context, unit.id, role.key)),
    )


def _meant(context: Context, caller: Caller, wanted: Giving) -> tuple[Role, Unit, KnownNumber | None]:
    """Raises RoleUnknown, HolderNeeded, UnitUnknown, what the period and the number are refused for."""
    role = context.roles.given(wanted.role)
    if role is None:
        raise RoleUnknown(field="role")
    if [wanted.national_number is not None, wanted.account_id is not None, wanted.by_code].count(True) != 1:
        raise HolderNeeded(field="national_number")
    unit = context.store.units.find(wanted.unit_id)
    if unit is None or not access.visible(caller, unit.path):
        raise UnitUnknown(field="unit_id")
    access.require(caller, "access:grant", unit.path, context.clock.now())
    rules.check_period(wanted.valid_from, wanted.valid_to, context.clock.today())
    _check_mandate(context, wanted)
    if wanted.national_number is None:
        return role, unit, None
    return role, unit, context.invited_number(wanted.national_number, wanted.national_number_scheme)


def _hung_on(context: Context, caller: Caller, role: Role, path: tuple[str, ...], valid_to: date) -> Grant:
    """The grant of the giver that bears it."""
    mine, today = context.store.grants_of(caller.account_id), context.clock.today()
    above = context.store.with_chains(mine)
    good = [grant for grant in mine if rules.why_not(grant, above, today) is None]
    return rules.hang_on(good, context.roles, role, path, valid_to)


def _check_mandate(context: Context, wanted: Giving) -> None:
    """Identity hears of congresses when they are approved; of one that it has not heard of it says so afterwards."""
    whose = context.store.unit_of_congress(wanted.mandate) if wanted.mandate else None
    if whose and whose != wanted.unit_id:
        raise grant_refusals.MandateElsewhere(field="mandate")


def cautions_of(context: Context, grant: Grant) -> list[Caution]:
    found: list[Caution] = []
    if grant.status is Status.INVITED and grant.national_index:
        beside = show_grants(context, _open_beside(context, grant))
        found += [OpenInvitation(grant_id=one.id, holder=one.holder) for one in beside]
    if grant.mandate and context.store.unit_of_congress(grant.mandate) is None:
        found.append(Caution(kind="congress-not-approved"))
    return found


def _open_beside(context: Context, grant: Grant) -> list[Grant]:
    """Other invitations to the same role in the same unit that nobody has taken up: one may be a slip of the pen."""
    return [one for one in open_invitations(context, grant.unit_id, grant.role) if one.id != grant.id]


def _check_room(context: Context, caller: Caller, account_id: str | None, number: KnownNumber | None) -> None:
    """Raises TooManyOffers, PersonHasTooManyOffers: what nobody has accepted yet must not pile up.

    Within the transaction that gives, so that of several at once each is counted.
    """
    store, today = context.store, context.clock.today()
    whom = account_id or (number.digests.index if number is not None else "")
    store.hold(f"offers of {caller.account_id}", *([f"offers to {whom}"] if whom else []))
    index = number.digests.index if number is not None else None
    if account_id is not None:
        account = store.account(account_id)
        index = (account.national_index if account else None) or index
    mine = [one for one in store.waiting_from(caller.account_id) if offers.counts_as_waiting(one, today)]
    known = store.unaccepted_of(account_id, index)
    theirs = [one for one in known if offers.counts_as_waiting(one, today)]
    from_me = {one.id for one in theirs if one.given_by == caller.account_id}
    now = context.clock.now()
    from_me |= {one.id for one in known if offers.counts_as_tried(one, caller.account_id, now)}
    offers.check_room(len(mine), len(from_me), len(theirs))


def _count_number(context: Context, caller: Caller) -> None:
    """Counted before anything is answered, and also when it is refused. Raises TooManyNumbers."""
    now = context.clock.now()
    if context.store.numbers_tried(caller.account_id, now - DAY) >= rules.NUMBERS_A_DAY:
        raise grant_refusals.TooManyNumbers(retry_after=3600)
    context.store.try_number(caller.account_id, now)
    # Of several at the same moment each has counted itself by now.
    if context.store.numbers_tried(caller.account_id, now - DAY) > rules.NUMBERS_A_DAY:
        raise grant_refusals.TooManyNumbers(retry_after=3600)


def check_machine_role(caller: Caller, role: Role, table: RoleTable, path: tuple[str, ...]) -> None:
    rules.machine_may_hold(caller.rights, role, table, path)


def _refuse_oneself(
    context: Context, caller: Caller, account_id: str | None, number: KnownNumber | None
) -> None:
    own = context.store.account(caller.account_id)
    if account_id in caller.accounts or (
        number is not None and own is not None and is_of(number, own.digests)
    ):
        raise grant_refusals.GivingToOneself


def _naming(context: Context, grant: Grant, number: KnownNumber | None) -> Grant:
    """The invitation, with its person named by their number."""
    if number is None:
        return grant
    return replace(
        grant,
        national_index=number.digests.index,
        national_core=number.digests.core,
        national_namespace=number.digests.namespace,
        number_end=context.cipher.encrypt(number.end),
    )


def new_code() -> str:
    """80 random bits in four groups of four letters and digits that are not mistaken for each other on paper."""
    return _grouped(secrets.choice(CODE_LETTERS) for _ in range(16))


def code_drawn_by(digest: bytes) -> str:
    """As `new_code`, but the same by the same digest of a secret: whoever sends it anew draws it again."""
    return _grouped(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in digest[:16])


def _grouped(letters: Iterable[str]) -> str:
    line = "".join(letters)
    return "-".join(line[i : i + 4] for i in range(0, 16, 4))


def _held_as_high(context: Context, known: Sequence[Grant], wanted: Giving, own: Grant) -> bool:
    """Whether the person holds it already, in force and from a giver who stands at least as high."""
    today, above = context.clock.today(), context.store.with_chains(known)
    return any(
        (one.unit_id, one.role) == (wanted.unit_id, wanted.role)
        and rules.why_not(one, above, today) in (None, WhyNot.NOT_YET)
        and not rules.higher(own.unit_path, standing_of_giver(one, above))
        for one in known
    )


def first_administrator(
    context: Context,
    unit_code: str,
    national_number: str,
    label: str,
    valid_from: date,
    valid_to: date,
    scheme: str = "",
) -> Grant:
    """The root of all chains, made by the operator at the machine; everything else is given by people."""
    unit = context.store.units.by_code(unit_code)
    if unit is None:
        raise UnitUnknown(field="unit")
    require_live(unit, field="unit")
    if valid_to < context.clock.today():
        raise GrantOver
    rules.check_period(valid_from, valid_to, context.clock.today())
    number = context.invited_number(national_number, scheme)
    grant = Grant(
        id=new_id(),
        unit_id=unit.id,
        unit_path=unit.path,
        role="administrator",
        valid_from=valid_from,
        valid_to=valid_to,
        status=Status.INVITED,
        label=label,
        given_by="operator",
        given_by_name="",
        given_at=context.clock.now(),
        reason="first administrator",
        recertify_by=context.clock.today() + context.recertify_within,
        invited_until=rules.invited_until(valid_to, context.clock.today()),
    )
    grant = _naming(context, grant, number)
    before = invited_so(context, number, grant.given_by, (unit.id, grant.role, valid_to))
    if before is not None:
        # Nobody took it up in time, and nobody stands above it who could renew it.
        if before.invited_until is None or before.invited_until >= context.clock.today():
            raise grant_refusals.GivenAlready
        renewed = replace(before, invited_until=grant.invited_until)
        return context.store.save_grant(renewed, before.version, (), [grant_audit("grant.given", renewed)])
    try:
        return context.store.add_grant(
            grant, [Event(events.GRANT_GIVEN, grant_news(grant))], [grant_audit("grant.given", grant)]
        )
    except DuplicateKeyError as error:
        raise grant_refusals.GivenAlready from error
