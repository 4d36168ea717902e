"""Who a second person is: whoever decides, beside whoever asked, with everything that both hold."""

from collections.abc import Iterable, Sequence

from identity.domain import grants as rules
from identity.domain import questions
from identity.domain.grants import Grant
from identity.operations.outside import Outside
from servicekit.access import Caller, Right
from servicekit.second_person import Hand, Question, check_second, is_second


def accounts_of_person(outside: Outside, account_ids: Iterable[str]) -> frozenset[str]:
    """These accounts and every other one of the same person: of the same number, or joined."""
    ids = {one for one in account_ids if one}
    found = outside.store.accounts_by_id(ids)
    others = (
        other
        for one in found.values()
        for other in (*one.get("same_person", []), *one.get("joined", []), one.get("joined_to"))
        if other
    )
    # A machine acts for whoever keeps it.
    keepers = (str(one["kept_by"]) for one in found.values() if one.get("kept_by"))
    return frozenset({*ids, *others, *keepers})


def hand_of(outside: Outside, account_ids: Iterable[str]) -> Hand:
    accounts = accounts_of_person(outside, account_ids)
    return questions.hand_of(accounts, outside.store.grants_held_by(sorted(accounts)))


def check_confirms(
    outside: Outside, caller: Caller, question: Question, deciding: Sequence[Grant], hands: Iterable[str] = ()
) -> None:
    """Raises unless the caller is an independent second person. `hands`: whose hand it may be besides the caller's."""
    second = hand_of(outside, (*caller.accounts, *hands))
    check_second(question, second, [questions.power_of(one) for one in deciding])


def grants_behind(outside: Outside, rights: Iterable[Right]) -> list[Grant]:
    return list(outside.store.grants_by_id({right.grant_id for right in rights}).values())


def could_give(outside: Outside, good: Iterable[Grant], grant: Grant) -> list[Grant]:
    """Of these grants those by which their holder could have given the other one; raises why none is."""
    good = list(good)
    role = outside.roles.roles[grant.role]
    rules.hang_on(good, outside.roles, role, grant.unit_path, grant.valid_to)
    return [one for one in good if _gives(outside, one, grant)]


def _gives(outside: Outside, one: Grant, grant: Grant) -> bool:
    try:
        rules.hang_on([one], outside.roles, outside.roles.roles[grant.role], grant.unit_path, grant.valid_to)
    except (rules.OutsideOwnUnits, rules.NoDeputies, rules.MoreThanHeld, rules.BeyondOwnPeriod):
        return False
    return True


def seconds_for(outside: Outside, question: Question, deciding: Iterable[Grant]) -> list[str]:
    """The accounts that could answer the question today, of the holders of these grants that let one decide it."""
    by_account: dict[str, list[Grant]] = {}
    for grant in deciding:
        if grant.account_id:
            by_account.setdefault(grant.account_id, []).append(grant)
    return [
        account_id
        for account_id, held in sorted(by_account.items())
        if is_second(question, hand_of(outside, [account_id]), [questions.power_of(one) for one in held])
    ]
