"""Whose the second hand is for a strong role, by who gives access in the unit from which it is given."""

from collections.abc import Sequence

from identity.context import Keeping
from identity.domain import grant_rights, two_hands
from identity.domain import grants as rules
from identity.domain.grants import Grant, Status
from identity.domain.roles import Role
from identity.domain.two_hands import SecondBy, Tenure
from identity.operations.hands import hand_of, hands_of

Path = tuple[str, ...]


def second_for(context: Keeping, accounts: Sequence[str], role: Role, path: Path) -> SecondBy:
    """`path`: of the unit from which the role is given."""
    if not role.strong:
        return SecondBy.NOBODY
    store = context.store
    found = [one for one in store.grants_over(path) if _gives(context, one)]
    above, today = store.with_chains(found), context.clock.today()
    good = [one for one in found if rules.why_not(one, above, today) is None]
    hands = hands_of(context, [one.account_id or "" for one in good])
    mine = [hands[one] for one in {g.account_id or "" for g in good if g.unit_id == path[-1]}]
    over = [hands[one] for one in {g.account_id or "" for g in good if g.unit_id != path[-1]}]
    have_been = store.two_hands.have_been(path[-1]) or two_hands.were_two(_tenures(context, path[-1]))
    return two_hands.second_by(hand_of(context, accounts), mine, over, have_been_two=have_been)


def note_two(context: Keeping, grant: Grant) -> None:
    """Writes down that its unit has two independent administrators, for when one of them is none any more."""
    if not grant_rights.gives_access(grant, context.roles) or context.store.two_hands.have_been(
        grant.unit_id
    ):
        return
    if two_hands.were_two(_tenures(context, grant.unit_id)):
        context.store.two_hands.note(grant.unit_id, context.clock.now())


def _tenures(context: Keeping, unit_id: str) -> list[Tenure]:
    """Also of those whose days are over, or who are suspended; when somebody was revoked nobody wrote down.

    Whose days are to come holds no office yet: nobody makes a second one for a far day.
    """
    today = context.clock.today()
    found = [one for one in context.store.grants_in(unit_id) if _gives(context, one)]
    hands = hands_of(context, [one.account_id or "" for one in found])
    return [
        Tenure(hands[one.account_id], max(one.valid_from, one.accepted_at.date()), one.valid_to)
        for one in found
        if one.account_id and one.accepted_at and one.valid_from <= today
    ]


def _gives(context: Keeping, grant: Grant) -> bool:
    counts = grant.status in (Status.ACTIVE, Status.SUSPENDED) and grant.accepted_at is not None
    return counts and bool(grant.account_id) and grant_rights.gives_access(grant, context.roles)
