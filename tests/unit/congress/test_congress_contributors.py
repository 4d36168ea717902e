"""Nobody decides on what they have had a part in: not only whoever pressed the last button."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from congress.domain.approval import AppointedByContributor, refuse_the_contributors_own
from congress.domain.decisions import contributors, refuse_own_report, send_back
from congress.domain.history import By, Congress
from congress.domain.progress import choose_content_type, report_results, submit
from congress.domain.progress_refusals import OwnReport
from servicekit.access.decision import Caller, Reach, Right
from tests.unit.congress.builders import FIGURES_THAT_ADD_UP, TODAY, a_plan, at
from tests.unit.congress.builders import by as made_by

NOW = datetime.combine(TODAY, time(18), UTC)
Added = Callable[[Congress, By], Congress]


def by(account_id: str, hour: int = 10) -> By:
    made = made_by(account_id=account_id)
    return replace(made, at=datetime.combine(TODAY, time(hour), made.at.tzinfo))


def decides(congress: Congress, *accounts: str) -> bool:
    right = Right("congress:approve", "root", ("root",), Reach.UNDER, assurance=2)
    caller = Caller(accounts[0], rights=(right,), assurance=2, auth_time=NOW, also=accounts[1:])
    try:
        refuse_own_report(congress, caller, "congress:approve", NOW)
    except OwnReport:
        return False
    return True


def results(congress: Congress, who: By) -> Congress:
    return report_results(a_plan(), congress, FIGURES_THAT_ADD_UP, who, "r1")


@pytest.mark.parametrize(
    "add",
    [
        results,
        lambda congress, who: choose_content_type(a_plan(), congress, "4", who),
        lambda congress, who: replace(
            congress,
            entries=(*congress.entries[:-1], replace(congress.entries[-1], by=who.account_id)),
        ),
    ],
)
def test_the_author_does_not_approve_what_a_colleague_sends_up(add: Added) -> None:
    congress = submit(a_plan(), add(at("results"), by("author")), by("colleague", 11), "s1")
    assert not decides(congress, "author")
    assert not decides(congress, "author-by-another-eid", "author")
    assert not decides(congress, "colleague")
    assert decides(congress, "somebody")


def test_what_another_wrote_over_since_counts_until_the_next_decision() -> None:
    first = results(at("results"), by("author"))
    sent = submit(a_plan(), results(first, by("colleague", 11)), by("colleague", 12), "s1")
    assert not decides(sent, "author")
    back = send_back(a_plan(), sent, {"results": "look again"}, by("approver", 13), "b1")
    anew = submit(a_plan(), results(back, by("third", 14)), by("third", 15), "s2")
    assert decides(anew, "author")
    # Whoever sent it back has no part in it; whose entry still stands has one.
    assert decides(anew, "approver")
    assert not decides(submit(a_plan(), back, by("third", 14), "s2"), "colleague")


def test_what_a_program_reports_is_the_hand_of_whoever_keeps_it() -> None:
    program = replace(by("machine"), kept_by="keeper")
    sent = submit(a_plan(), results(at("results"), program), by("clerk", 11), "s1")
    assert {"machine", "keeper"} <= contributors(sent)
    assert not decides(sent, "keeper")


def approves(congress: Congress, *owed_to: tuple[str, ...]) -> bool:
    """Somebody with a right to approve for each of these, to whom they owe it."""
    rights = tuple(
        Right("congress:approve", unit, path, Reach.UNDER, f"g{number}", owed_to=accounts)
        for number, accounts in enumerate(owed_to)
        for unit, path in [("root", ("root",))]
    )
    try:
        refuse_the_contributors_own(congress, Caller("decider", rights=rights), "congress:approve")
    except AppointedByContributor:
        return False
    return True


@pytest.mark.parametrize(
    ("owed_to", "may"),
    [
        ([("headquarters",)], True),
        ([()], True),
        # Given by the author, by whoever sent it, or on a grant that hangs on theirs.
        ([("author",)], False),
        ([("colleague",)], False),
        ([("headquarters", "author")], False),
        # By another right of theirs they decide for themselves.
        ([("author",), ("headquarters",)], True),
        ([("author",), ("colleague",)], False),
    ],
)
def test_who_owes_the_power_to_decide_to_a_contributor_does_not_decide(
    owed_to: list[tuple[str, ...]], may: bool
) -> None:
    congress = submit(a_plan(), results(at("results"), by("author")), by("colleague", 11), "s1")
    assert approves(congress, *owed_to) is may
