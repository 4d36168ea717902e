"""Who holds access in one unit, for another service that lets somebody there name one of them."""

from dataclasses import dataclass

from identity.context import Context, NationalNumberFaulty
from identity.domain import grant_rights
from identity.domain.accounts import Account
from identity.domain.numbers import is_of
from servicekit.words.national_numbers import SchemeUnknown

HERE_MOST = 200


@dataclass(frozen=True, slots=True)
class PersonHere:
    account_id: str
    name: str


def people_here(context: Context, unit_id: str, permission: str, number: str = "") -> list[PersonHere]:
    """Those who hold the permission by a grant of just this unit, by name; with a national number, whose it is.

    A number of nobody here and one that is none are answered alike.
    """
    unit = context.store.units.find(unit_id)
    if unit is None:
        return []
    held = [grant for grant in context.store.grants_over(list(unit.path)) if grant.unit_id == unit_id]
    above, today = context.store.with_chains(held), context.clock.today()
    reached = {
        grant.account_id
        for grant in held
        for right in grant_rights.rights([grant], above, context.roles, today)
        if right.permission == permission and grant.account_id
    }
    accounts = context.store.accounts_by_id(sorted(reached)).values()
    found = [one for one in accounts if one.name and (not number or _bears(context, one, number))]
    people = [PersonHere(one.id, one.name) for one in found]
    return sorted(people, key=lambda one: (one.name.casefold(), one.account_id))[:HERE_MOST]


def _bears(context: Context, account: Account, number: str) -> bool:
    try:
        return is_of(context.invited_number(number), account.digests)
    except (NationalNumberFaulty, SchemeUnknown):
        return False
