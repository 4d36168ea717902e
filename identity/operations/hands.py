"""Persons as the rule about second persons sees them: all their accounts, and everything that these hold."""

from collections.abc import Iterable

from identity.context import Keeping
from identity.domain import questions
from identity.domain.accounts import Account, Machine
from servicekit.access.second_person import Hand


def accounts_of_person(context: Keeping, account_ids: Iterable[str]) -> frozenset[str]:
    """These accounts and every other one of the same person: of the same number, or joined."""
    ids = {one for one in account_ids if one}
    found = context.store.accounts_by_id(ids)
    return frozenset(ids.union(*(_others(one) for one in found.values())))


def _others(account: Account) -> frozenset[str]:
    """A machine acts for whoever keeps it."""
    kept_by = account.kept_by if isinstance(account, Machine) else ""
    return (account.others | {kept_by}) - {""}


def people_behind(context: Keeping, account_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Of each account all of its person's."""
    ids = {one for one in account_ids if one}
    found = context.store.accounts_by_id(ids) if ids else {}
    return {one: frozenset({one, *(_others(found[one]) if one in found else ())}) for one in ids}


def hand_of(context: Keeping, account_ids: Iterable[str]) -> Hand:
    accounts = accounts_of_person(context, account_ids)
    return questions.hand_of(accounts, context.store.grants_held_by(sorted(accounts)))


def hands_of(context: Keeping, account_ids: Iterable[str]) -> dict[str, Hand]:
    """The person behind each of these accounts, asked for all at once."""
    people = people_behind(context, account_ids)
    held = context.store.grants_held_by(sorted(set().union(*people.values())))
    return {
        one: questions.hand_of(accounts, [grant for grant in held if grant.account_id in accounts])
        for one, accounts in people.items()
    }
