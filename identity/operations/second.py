"""Who a second person is: whoever decides, beside whoever asked, with everything that both hold."""

from collections.abc import Iterable, Sequence

from identity.domain import grants as rules
from identity.domain import questions
from identity.domain.grants import Grant
from identity.operations.answering import asked_for
from identity.operations.grants import (
    ended_news,
    ending_grants,
    given_news,
    grant_audit,
    save_for_all,
)
from identity.operations.outside import Outside
from servicekit.access import Caller, Right
from servicekit.second_person import Hand, Question, SecondPersonThere, check_second, is_second

OPERATOR = "operator"


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


def confirm_by_operator(outside: Outside, grant_id: str, reason: str) -> Grant:
    """The second hand where the organisation has none: a proposed grant counts, or a peer's proposed removal is done.

    Raises SecondPersonThere while somebody could decide it, NotProposed, ProposalLapsed.
    """
    if not reason.strip():
        raise rules.ReasonNeeded(field="reason")
    store = outside.store

    def work() -> Grant:
        grant, now = store.grant(grant_id), outside.clock.now()
        removed = grant.removal is not None
        asked_by = hand_of(outside, [grant.removal.by if grant.removal else grant.given_by])
        about = questions.about_removal if removed else questions.about_grant
        _refuse_where_somebody_is(outside, about(grant, asked_by), grant, removed=removed)
        confirm = rules.confirm_removal if removed else rules.confirm
        changed = confirm(grant, (OPERATOR,), now)
        action = "grant.removed_by_operator" if removed else "grant.confirmed_by_operator"
        entry = grant_audit(action, changed, reason=reason)
        news = ended_news(changed, ending_grants(outside, grant), "removed") if removed else []
        if not removed:
            news = [given_news(changed, asked_for(store.account(changed.account_id or "")), why="confirmed")]
        return save_for_all(outside, grant, changed, news, entry)

    return store.database.in_transaction(work)


def _refuse_where_somebody_is(outside: Outside, question: Question, grant: Grant, *, removed: bool) -> None:
    over = outside.store.grants_over(grant.unit_path)
    above, today = outside.store.with_chains(over), outside.clock.today()
    good = [one for one in over if rules.why_not(one, above, today) is None]
    deciding = [
        one
        for one in good
        if (
            rules.gives_access(one, outside.roles) and one.id != grant.id
            if removed
            else _gives(outside, one, grant)
        )
    ]
    found = seconds_for(outside, question, deciding)
    if found:
        raise SecondPersonThere(name=outside.store.accounts_by_id(found[:1])[found[0]]["name"])
