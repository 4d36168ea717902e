"""Who a second person is: whoever decides, beside whoever asked, with everything that both hold."""

from collections.abc import Callable, Iterable, Sequence

from identity.context import Context, Keeping
from identity.domain import grant_refusals, grant_rights, questions
from identity.domain import grants as rules
from identity.domain.grants import Grant
from identity.domain.questions import AskerLostPower
from identity.operations.hands import hand_of
from servicekit.access.decision import Caller, Right
from servicekit.access.second_person import Question, check_second, is_second
from servicekit.refusals import Forbidden, NotFound


def check_confirms(
    context: Context, caller: Caller, question: Question, deciding: Sequence[Grant], hands: Iterable[str] = ()
) -> None:
    """Raises unless the caller is an independent second person. `hands`: whose hand it may be besides the caller's."""
    second = hand_of(context, (*caller.accounts, *hands))
    check_second(question, second, [questions.power_of(one) for one in deciding])


def whoever_asked(context: Keeping, accounts: tuple[str, ...], name: str) -> Caller:
    """Somebody who asked for something that is done later, with the access that they have now."""
    held = context.store.grants_of(accounts[0])
    above, today = context.store.with_chains(held), context.clock.today()
    return Caller(
        accounts[0],
        rights=grant_rights.rights(held, above, context.roles, today),
        assurance=3,
        auth_time=context.clock.now(),
        name=name,
        also=accounts[1:],
    )


def check_asker(context: Context, account_id: str, name: str, could_ask: Callable[[Caller], object]) -> None:
    """Two decide together only while the first of them still could. Raises AskerLostPower.

    `could_ask`: what asking asked of them, with the refusals that it has.
    """
    try:
        could_ask(whoever_asked(context, (account_id,), name))
    except (Forbidden, NotFound) as refusal:
        raise AskerLostPower from refusal


def check_giver(context: Context, grant: Grant) -> None:
    """What a proposed grant hangs on gives access still, whoever holds it now. Raises AskerLostPower."""
    if grant.parent_id is None:
        return
    above = context.store.with_chains([grant])
    parent = above.get(grant.parent_id)
    if parent is None or rules.why_not(parent, above, context.clock.today()) is not None:
        raise AskerLostPower


def grants_behind(context: Context, rights: Iterable[Right]) -> list[Grant]:
    return list(context.store.grants_by_id({right.grant_id for right in rights}).values())


def could_give(context: Context, good: Iterable[Grant], grant: Grant) -> list[Grant]:
    """Of these grants those by which their holder could have given the other one; raises why none is."""
    good = list(good)
    role = context.roles.roles[grant.role]
    rules.hang_on(good, context.roles, role, grant.unit_path, grant.valid_to)
    return [one for one in good if could_give_it(context, one, grant)]


def could_give_it(context: Context, one: Grant, grant: Grant) -> bool:
    try:
        rules.hang_on([one], context.roles, context.roles.roles[grant.role], grant.unit_path, grant.valid_to)
    except (
        grant_refusals.OutsideOwnUnits,
        grant_refusals.NoDeputies,
        grant_refusals.MoreThanHeld,
        grant_refusals.BeyondOwnPeriod,
    ):
        return False
    return True


def seconds_for(context: Context, question: Question, deciding: Iterable[Grant]) -> list[str]:
    """The accounts that could answer the question today, of the holders of these grants that let one decide it."""
    by_account: dict[str, list[Grant]] = {}
    for grant in deciding:
        if grant.account_id:
            by_account.setdefault(grant.account_id, []).append(grant)
    return [
        account_id
        for account_id, held in sorted(by_account.items())
        if is_second(question, hand_of(context, [account_id]), [questions.power_of(one) for one in held])
    ]
