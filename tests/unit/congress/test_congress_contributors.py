"""Nobody decides on what they have had a part in: not only whoever pressed the last button."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from congress.domain.approval import AppointedByContributor, refuse_the_contributors_own
from congress.domain.decisions import contributors, refuse_own_report, refuse_own_unit, send_back
from congress.domain.history import Act, Attachment, By, Choice, Congress, Entry, Removal, ResultEntry, State
from congress.domain.progress import choose_content_type, report_results, submit
from congress.domain.progress_refusals import OwnReport
from servicekit.access.decision import Caller, Reach, Right
from tests.unit.congress.builders import FIGURES_THAT_ADD_UP, TODAY, a_congress, a_plan, at
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


def hour(number: int) -> datetime:
    return datetime.combine(TODAY, time(number), UTC)


def entry(entry_id: str, milestone: str, when: int, who: str, **changes: object) -> Entry:
    made = Entry(entry_id, milestone, TODAY, "", hour(when), who)
    return replace(made, **changes)  # type: ignore[arg-type]


def act(kind: State, when: int, who: str) -> Act:
    return Act(kind, hour(when), who, {})


def test_who_has_a_part_in_a_report_that_was_reopened() -> None:
    """In what stands, however old; in what does not, only since the decision at six."""
    congress = a_congress(
        entries=(
            entry("e1", "plan_issued", 1, "machine", kept_by="keeper"),
            entry("e2", "drafts", 1, "no: corrected"),
            entry("e3", "drafts", 2, "corrector", corrects="e2"),
            entry("e4", "opened", 3, "no: superior", above=True),
            entry("e5", "credentials", 1, "no: withdrawn since"),
            entry("e6", "approval", 5, "no: approver"),
            entry("e7", "credentials", 7, "withdrawer", date=None, corrects="e5"),
        ),
        result_entries=(
            ResultEntry("r1", {}, hour(2), "no: replaced"),
            ResultEntry("r2", {}, hour(3), "reporter"),
        ),
        acts=(
            act(State.SUBMITTED, 1, "no: sent first"),
            act(State.RETURNED, 2, "no: returned"),
            act(State.SUBMITTED, 2, "no: sent again"),
            act(State.SUBMITTED, 4, "sender"),
            act(State.APPROVED, 5, "no: approver"),
            act(State.REOPENED, 6, "no: reopened"),
        ),
        chosen=(
            Choice(hour(1), "no: chose first"),
            Choice(hour(2), "no: chose again"),
            Choice(hour(3), "chooser"),
        ),
        attachments=(Attachment("f1", hour(1), "attacher"),),
        removals=(
            Removal(Attachment("f2", hour(6), "no: put at the decision"), hour(7), "remover"),
            Removal(Attachment("f3", hour(7), "put since"), hour(8), "remover"),
        ),
    )
    assert contributors(congress) == {
        *("machine", "keeper", "corrector", "withdrawer", "reporter", "sender", "chooser", "attacher"),
        *("remover", "put since"),
    }


def test_before_any_decision_everybody_who_has_added_something_has_a_part() -> None:
    congress = a_congress(
        entries=(entry("e1", "drafts", 1, "first"), entry("e2", "drafts", 2, "second", corrects="e1")),
        acts=(act(State.SUBMITTED, 1, "sender"),),
    )
    assert contributors(congress) == {"first", "second", "sender"}


def test_the_right_from_above_is_decided_as_any_other_by_the_age_of_the_sign_in() -> None:
    right = Right("congress:approve", "root", ("root",), Reach.UNDER, max_age=300)
    caller = Caller("decider", rights=(right,), assurance=2, auth_time=NOW - timedelta(seconds=300))
    congress = at("submitted")
    refuse_own_report(congress, caller, "congress:approve", NOW)
    for asked in (refuse_own_report, refuse_own_unit):
        with pytest.raises(OwnReport):
            asked(congress, caller, "congress:approve", NOW + timedelta(seconds=1))
        with pytest.raises(OwnReport):
            asked(congress, caller, "congress:reopen", NOW)
