"""Grants as people see them, with names, and as much as each of them may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from identity.context import Context
from identity.domain import bans
from identity.domain import grants as rules
from identity.domain.accounts import Account
from identity.domain.acts import acts_of
from identity.domain.extensions import open_extension
from identity.domain.grants import Extension, Grant, Removal, Status, WhyNot
from identity.domain.numbers import Digests, is_same
from servicekit.access import decision as access
from servicekit.access.decision import Caller
from servicekit.refusals import Acts

# Beside the states of grants: those of which a longer period waits for a second person.
EXTENSION_ASKED = "extension-asked"


@dataclass(frozen=True, kw_only=True)
class Holder:
    """`account_id`: None while the giver does not know who it is."""

    account_id: str | None
    name: str
    invited: bool


@dataclass(frozen=True, kw_only=True)
class HolderByNumber(Holder):
    """Of an open invitation: the last signs of its number, so that a slip of the pen shows, and whose number it is."""

    number_end: str
    national_number_scheme: str


@dataclass(frozen=True)
class Giver:
    account_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class GrantSeen:
    """A grant with names, and why it gives nothing today; `acts` are None in answers to acts."""

    id: str
    version: int
    unit_id: str
    unit_path: Sequence[str]
    unit_names: Mapping[str, str]
    unit_level: str
    role: str
    holder: Holder
    valid_from: date
    valid_to: date
    status: str
    effective: bool
    why_not: WhyNot | None
    given_by: Giver
    given_at: datetime
    parent_grant_id: str | None
    reason: str
    ended_reason: str
    confirm_until: datetime | None
    recertify_by: date | None
    removal: Removal | None
    extension: Extension | None
    mandate: str
    barred: bool
    barred_from: str | None
    invited_until: date | None
    accepted_at: datetime | None
    acts: Acts | None = None
    chain: tuple[
        str, ...
    ] = ()  # what it hangs on, nearest first, as far as the reader may read it; of one alone


@dataclass(frozen=True)
class NumberKind:
    """Whose national numbers an invitation can name, with the eIDs that prove them."""

    scheme: str
    names: Sequence[Mapping[str, str]]


def within_session(caller: Caller, grants: Sequence[Grant]) -> Sequence[Grant]:
    """Of one's own grants those that the session may speak of: by a sealed code, of the unit that it was opened for."""
    if not caller.fallback:
        return grants
    units = {right.unit_id for right in caller.rights}
    return [one for one in grants if one.unit_id in units]


def grants_for(context: Context, caller: Caller, grants: Sequence[Grant]) -> list[GrantSeen]:
    """As the caller may see them: in full where they read access, and nobody their own open removal."""
    now, own_number = context.clock.now(), _own_number(context, caller, grants)
    shown = []

    def acts(grant: Grant, one: GrantSeen) -> Acts:
        meant = grant.account_id is None and bool(grant.number) and is_same(grant.number, own_number)
        return acts_of(grant, caller, now, context.clock.today(), meant=meant, counts=one.effective)

    for grant, one in zip(grants, show_grants(context, grants), strict=True):
        if grant.account_id in caller.accounts:
            shown.append(replace(one, removal=None, acts=acts(replace(grant, removal=None), one)))
        elif access.decide(caller, "access:read", grant.unit_path, now).allowed:
            shown.append(replace(one, acts=acts(grant, one)))
        else:
            shown.append(_without_what_is_among_superiors(one))
    return shown


def _without_what_is_among_superiors(shown: GrantSeen) -> GrantSeen:
    """Whoever only learns that a grant is there is told nothing that is between those who stand over it."""
    return replace(
        shown,
        reason="",
        ended_reason="",
        confirm_until=None,
        recertify_by=None,
        removal=None,
        extension=None,
        barred=False,
        barred_from=None,
    )


def own_grants(context: Context, grants: Sequence[Grant]) -> list[GrantSeen]:
    """Somebody's own, without what may be done with each, and without an open removal."""
    return [replace(one, removal=None) for one in show_grants(context, grants)]


def _own_number(context: Context, caller: Caller, grants: Sequence[Grant]) -> Digests:
    """Read where an invitation by number is among them, for it may be the caller's own."""
    named = any(grant.account_id is None and grant.number for grant in grants)
    account = context.store.account(caller.account_id) if named else None
    return account.digests if account else Digests()


def show_grants(context: Context, grants: Sequence[Grant]) -> list[GrantSeen]:
    """Grants as people see them: names of units and holders, and why one gives nothing today."""
    above, today = context.store.with_chains(grants), context.clock.today()
    units = context.store.units.many(grant.unit_id for grant in grants)
    accounts = context.store.accounts_by_id(grant.account_id or "" for grant in grants)
    shown = []
    for grant in grants:
        why = rules.why_not(grant, above, today)
        account = accounts.get(grant.account_id or "") if grant.known_to_giver else None
        unit = units.get(grant.unit_id)
        over = why is WhyNot.ENDED and grant.status is not Status.REVOKED
        shown.append(
            GrantSeen(
                id=grant.id,
                version=grant.version,
                unit_id=grant.unit_id,
                unit_path=grant.unit_path,
                unit_names=unit.names if unit else {},
                unit_level=unit.level if unit else "",
                role=grant.role,
                holder=_holder_of(context, grant, account),
                valid_from=grant.valid_from,
                valid_to=grant.valid_to,
                status="ended" if over else str(grant.status),
                effective=why is None,
                why_not=why,
                given_by=Giver(grant.given_by, grant.given_by_name),
                given_at=grant.given_at,
                parent_grant_id=grant.parent_id,
                reason=grant.reason,
                ended_reason=grant.ended_reason,
                confirm_until=grant.confirm_until,
                recertify_by=grant.recertify_by,
                removal=grant.removal,
                extension=open_extension(grant, context.clock.now()),
                mandate=grant.mandate,
                barred=bans.ban_of(grant) is not None,
                barred_from=bans.barred_from(grant),
                invited_until=(
                    grant.invited_until if grant.status in (Status.INVITED, Status.OFFERED) else None
                ),
                accepted_at=grant.accepted_at,
            )
        )
    return shown


def _holder_of(context: Context, grant: Grant, account: Account | None) -> Holder:
    account_id = grant.account_id if grant.known_to_giver else None
    known = Holder(
        account_id=account_id, name=account.name if account else grant.label, invited=account_id is None
    )
    # Also while it is an offer: that somebody of this number has come is not the giver's to know yet.
    if grant.accepted_at is not None or grant.number_end is None:
        return known
    names = {one.namespace: one.name for one in context.schemes}
    return HolderByNumber(
        **vars(known),
        number_end=context.cipher.decrypt(grant.number_end),
        national_number_scheme=names.get(grant.national_namespace, grant.national_namespace),
    )


def number_kinds(context: Context) -> list[NumberKind]:
    kinds: dict[str, list[Mapping[str, str]]] = {one.name: [] for one in context.schemes}
    for client in context.providers.values():
        if client.profile.scheme.name in kinds:
            kinds[client.profile.scheme.name].append(client.profile.names)
    return [NumberKind(scheme, names) for scheme, names in kinds.items()]
