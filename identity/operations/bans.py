"""Whose grants a ban concerns, and that nothing goes past it: given, accepted, or when a person is recognised."""

from collections.abc import Iterable

from identity.context import Context
from identity.domain import bans as rules
from identity.domain import grants
from identity.domain.accounts import Account
from identity.domain.bans import Ban
from identity.domain.grants import OPERATORS, Grant, Place
from identity.domain.numbers import Digests, KnownNumber, is_of, is_same
from identity.operations.aftermath import save_for_all
from identity.operations.hands import people_behind
from identity.operations.telling import displaced_news
from servicekit.data.events import AuditEntry


def held_by_person(
    context: Context,
    account_ids: Iterable[str],
    number: KnownNumber | None = None,
    kept: Digests | None = None,
) -> list[Grant]:
    """All that one person has or had, by every account that is theirs and by every form of their number."""
    store = context.store
    known = store.accounts_by_id(account_ids)
    if number is not None:
        known |= {one.id: one for one in store.accounts_with_number(number)}
    known |= store.accounts_by_id({other for one in known.values() for other in one.others})
    found = {one.id: one for one in store.grants_held_by(sorted(known))}
    said = [digests for digests in (kept, *(one.digests for one in known.values())) if digests]
    keys = {key for one in said for key in (one.index, one.core) if key} | (number.every if number else set())
    for grant in store.grants_by_digests(keys) if keys else ():
        own = number is not None and is_of(number, grant.number)
        if own or any(is_same(one, grant.number) for one in said):
            found[grant.id] = grant
    return list(found.values())


def check_given(
    context: Context,
    account_id: str | None,
    number: KnownNumber | None,
    role: str,
    unit_path: tuple[str, ...],
    standing: Place,
) -> list[Grant]:
    """What the person holds, when nothing bars a giver who stands there. Raises Barred."""
    held = held_by_person(context, [account_id] if account_id else [], number)
    rules.check_not_barred(rules.bans_of(held), role, unit_path, standing)
    return held


def standing_of_giver(grant: Grant, above: dict[str, Grant]) -> Place:
    """From where it was given: the path of the unit of the grant that it hangs on."""
    parent = above.get(grant.parent_id or "")
    return parent.unit_path if parent else OPERATORS


def check_accepted(context: Context, grant: Grant) -> list[Grant]:
    """What else the person holds, when nothing bars the grant that they accept. Raises Barred."""
    held = held_by_person(context, [grant.account_id or ""])
    standing = standing_of_giver(grant, context.store.with_chains([grant]))
    rules.check_not_barred(rules.bans_of(held), grant.role, grant.unit_path, standing, grant.id)
    return held


def hold_back(context: Context, account: Account) -> int:
    """Suspends what goes past a ban, as when two accounts turn out to be one person's; how many grants.

    Also what gives nothing just now for another reason: it would count again with whatever it hangs on.

    Call inside the transaction in which the person was recognised.
    """
    held = held_by_person(context, [account.id])
    bans = rules.bans_of(held)
    if not bans:
        return 0
    above, today = context.store.with_chains(held), context.clock.today()
    done = 0
    for grant in held:
        if grant.status is not grants.Status.ACTIVE or grants.is_over(grant, today):
            continue
        ban = rules.barred(grant, standing_of_giver(grant, above), bans)
        if ban is not None:
            _suspend_under(context, grant, ban, "")
            done += 1
    return done


def hold_back_moved(context: Context, account_ids: Iterable[str]) -> None:
    """A unit has come to stand below one for which somebody is banned: what its people hold there goes past the ban."""
    people = people_behind(context, account_ids)
    held = context.store.grants_held_by(sorted(set().union(*people.values())))
    banned = {grant.account_id for grant in held if rules.ban_of(grant) is not None}
    for account_id, account in sorted(context.store.accounts_by_id(people).items()):
        if people[account_id] & banned:
            hold_back(context, account)


def _suspend_under(context: Context, grant: Grant, ban: Ban, reason: str) -> None:
    changed = rules.held_back(grant, ban, reason or grant.ended_reason)
    entry = AuditEntry(
        *("grant.held_back", grant.unit_id, grant.unit_path, "grant", grant.id),
        details={"role": grant.role, "ban": ban.grant_id},
    )
    save_for_all(context, grant, changed, displaced_news(changed, "held-back"), entry, "held-back")
