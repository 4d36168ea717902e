"""Whose grants a ban concerns, and that nothing goes past it: given, accepted, or when a person is recognised."""

from collections.abc import Iterable

from identity.domain import bans as rules
from identity.domain import grants
from identity.domain.bans import Ban
from identity.domain.grants import Grant
from identity.domain.numbers import Digests, KnownNumber, is_of, is_same
from identity.operations.outside import Document, Outside
from identity.store import digests_of
from servicekit.events import AuditEntry


def held_by_person(
    outside: Outside,
    account_ids: Iterable[str],
    number: KnownNumber | None = None,
    kept: Digests | None = None,
) -> list[Grant]:
    """All that one person has or had, by every account that is theirs and by every form of their number."""
    store = outside.store
    known = store.accounts_by_id(account_ids)
    if number is not None:
        known |= {one["_id"]: one for one in store.accounts_with_number(number)}
    others = {
        other
        for one in known.values()
        for other in (*one.get("same_person", []), *one.get("joined", []), one.get("joined_to") or "")
    }
    known |= store.accounts_by_id(others)
    found = {one.id: one for one in store.grants_held_by(sorted(known))}
    said = [digests for digests in (kept, *(digests_of(one) for one in known.values())) if digests]
    keys = {key for one in said for key in (one.index, one.core) if key} | (number.every if number else set())
    for grant in store.grants_by_digests(keys) if keys else ():
        own = number is not None and is_of(number, grant.number)
        if own or any(is_same(one, grant.number) for one in said):
            found[grant.id] = grant
    return list(found.values())


def check_given(
    outside: Outside,
    account_id: str | None,
    number: KnownNumber | None,
    role: str,
    unit_path: tuple[str, ...],
    standing: int,
) -> list[Grant]:
    """What the person holds, when nothing bars a giver who stands there. Raises Barred."""
    held = held_by_person(outside, [account_id] if account_id else [], number)
    rules.check_not_barred(rules.bans_of(held), role, unit_path, standing)
    return held


def standing_of_giver(grant: Grant, above: dict[str, Grant]) -> int:
    """How far below the root stands whoever gave it: the unit of the grant that it hangs on."""
    parent = above.get(grant.parent_id or "")
    return len(parent.unit_path) if parent else 0


def check_accepted(outside: Outside, grant: Grant) -> list[Grant]:
    """What else the person holds, when nothing bars the grant that they accept. Raises Barred."""
    held = held_by_person(outside, [grant.account_id or ""])
    standing = standing_of_giver(grant, outside.store.with_chains([grant]))
    rules.check_not_barred(rules.bans_of(held), grant.role, grant.unit_path, standing, grant.id)
    return held


def hold_back(outside: Outside, account: Document) -> int:
    """Suspends what goes past a ban, as when two accounts turn out to be one person's; how many grants.

    Call inside the transaction in which the person was recognised.
    """
    held = held_by_person(outside, [account["_id"]])
    bans = rules.bans_of(held)
    if not bans:
        return 0
    above, today = outside.store.with_chains(held), outside.clock.today()
    done = 0
    for grant in held:
        if grants.why_not(grant, above, today) not in (None, grants.WhyNot.NOT_YET):
            continue
        ban = rules.barred(grant, standing_of_giver(grant, above), bans)
        if ban is not None:
            _suspend_under(outside, grant, ban, "")
            done += 1
    return done


def _suspend_under(outside: Outside, grant: Grant, ban: Ban, reason: str) -> None:
    changed = rules.held_back(grant, ban, reason or grant.ended_reason)
    hanging = outside.store.hanging_on(grant.id)
    entry = AuditEntry(
        *("grant.held_back", grant.unit_id, grant.unit_path, "grant", grant.id),
        details={"role": grant.role, "ban": ban.grant_id},
    )
    outside.store.save_grant(changed, grant.version, (), [entry])
    concerned = (grant, *hanging)
    outside.store.raise_generations([one.account_id or "" for one in concerned], outside.clock.now())
