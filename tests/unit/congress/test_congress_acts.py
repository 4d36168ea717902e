"""Each act on a report changes what it says and nothing else; each refusal names its field and what it is about."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from congress.domain.decisions import approve, send_back
from congress.domain.history import Act, Choice, Congress, Entry, ResultEntry, State
from congress.domain.plan import Applies, Owner
from congress.domain.plan_refusals import UnitNotPlanned
from congress.domain.progress import (
    CHOICES_KEPT,
    ENTRIES_MOST,
    NOTE_LONGEST,
    REASON_LONGEST,
    Report,
    choose_content_type,
    content_of,
    is_held,
    record_milestone,
    report_results,
    state_of,
    submit,
)
from congress.domain.progress_refusals import (
    BeforeParentsPlan,
    BeforePlanOpens,
    CongressApproved,
    DateAfterNext,
    DateBeforePrevious,
    DateInFuture,
    ElectionRecorded,
    LaterMilestoneStands,
    MilestoneOutOfOrder,
    NoteTooLong,
    NotHeldHere,
    NothingSubmitted,
    ReasonsMissing,
    ReasonTooLong,
    ResultsMissing,
    ResultsTooEarly,
    SubmittedTooEarly,
    TooManyEntries,
    UnknownContentType,
    UnknownField,
    UnknownMilestone,
    WaitingForApproval,
)
from congress.domain.results import Figures, NotACount
from servicekit.refusals import Invalid, Refusal
from servicekit.tree.units import UnitEnded
from tests.unit.congress.builders import (
    DEADLINE,
    FIGURES_THAT_ADD_UP,
    MILESTONES,
    OPENS,
    TODAY,
    a_congress,
    a_milestone,
    a_plan,
    a_unit,
    at,
    by,
    the_top,
)

DAY = OPENS + timedelta(days=10)  # of all that a builder records
ONE_DAY = timedelta(days=1)
HAND = replace(by(), by_code=True, kept_by="keeper", over_reason="nobody there")
PLAN = a_plan()
FIGURES: Figures = FIGURES_THAT_ADD_UP


def entry(
    milestone: str,
    day: date | None = TODAY,
    note: str = "",
    corrects: str | None = None,
    over_reason: str = "",
) -> Entry:
    made = ("new", milestone, day, note, HAND.at, "clerk", corrects)
    return Entry(*made, by_code=True, kept_by="keeper", over_reason=over_reason)


def act(kind: State, **reasons: str) -> Act:
    return Act(kind, HAND.at, "clerk", reasons, by_code=True, kept_by="keeper", over_reason="nobody there")


def with_entry(congress: Congress, added: Entry, **changes: object) -> Congress:
    return replace(congress, entries=(*congress.entries, added), **changes)  # type: ignore[arg-type]


def record(
    congress: Congress, milestone: str, day: date | None = TODAY, note: str = "", corrects: str | None = None
) -> Congress:
    return record_milestone(PLAN, congress, Report(milestone, day, note, corrects), the_top(DAY), HAND, "new")


def sent(congress: Congress) -> Congress:
    return with_entry(
        congress, entry("dossier"), acts=(*congress.acts, act(State.SUBMITTED)), state=State.SUBMITTED
    )


BEFORE_SENDING, SENT, APPROVED = at("results"), at("submitted"), at("approved")
RETURNED = send_back(PLAN, SENT, {"results": "see"}, by(account_id="approver"), "b0")
SENT_AGAIN = replace(APPROVED, state=State.SUBMITTED)
LONGEST = "x" * NOTE_LONGEST


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (
            lambda: record(a_congress(), "plan_issued", DAY, LONGEST),
            with_entry(
                a_congress(),
                entry("plan_issued", DAY, LONGEST, over_reason="nobody there"),
                state=State.UNDER_WAY,
            ),
        ),
        (
            lambda: record(at("election"), "closed"),
            with_entry(at("election"), entry("closed", over_reason="nobody there"), state=State.CLOSED),
        ),
        (
            lambda: record(at("plan_issued"), "plan_issued", None, "a slip", "e0"),
            with_entry(
                at("plan_issued"),
                entry("plan_issued", None, "a slip", "e0", over_reason="nobody there"),
                state=State.PLANNED,
            ),
        ),
        # Whatever is corrected with the unit again leaves it there.
        (
            lambda: record(RETURNED, "closed", DAY + ONE_DAY, "", "e4"),
            with_entry(RETURNED, entry("closed", DAY + ONE_DAY, "", "e4", over_reason="nobody there")),
        ),
        (
            lambda: choose_content_type(PLAN, a_congress(), "2", HAND),
            a_congress(content_type="2", chosen=(Choice(HAND.at, "clerk", "keeper"),)),
        ),
        (
            lambda: report_results(PLAN, at("closed"), FIGURES, HAND, "new", 120, asked=True),
            replace(
                at("closed"),
                result_entries=(ResultEntry("new", FIGURES, HAND.at, "clerk", True, "keeper", 120, True),),
            ),
        ),
        (
            lambda: report_results(PLAN, BEFORE_SENDING, FIGURES, HAND, "new"),
            replace(
                BEFORE_SENDING,
                result_entries=(
                    *BEFORE_SENDING.result_entries,
                    ResultEntry("new", FIGURES, HAND.at, "clerk", True, "keeper", None, False),
                ),
            ),
        ),
        (lambda: submit(PLAN, BEFORE_SENDING, HAND, "new"), sent(BEFORE_SENDING)),
        (lambda: submit(PLAN, RETURNED, HAND, "new"), sent(RETURNED)),
        # Where a plan marks no milestone for it, the act alone says it.
        (
            lambda: submit(a_plan(milestones=MILESTONES[:6]), BEFORE_SENDING, HAND, "new"),
            replace(BEFORE_SENDING, acts=(act(State.SUBMITTED),), state=State.SUBMITTED),
        ),
        (
            lambda: approve(PLAN, SENT, HAND, "new"),
            with_entry(SENT, entry("approval"), acts=(*SENT.acts, act(State.APPROVED)), state=State.APPROVED),
        ),
        # Approved once more, after it was reopened: the day of the last one counts.
        (
            lambda: approve(PLAN, SENT_AGAIN, HAND, "new"),
            with_entry(
                SENT_AGAIN,
                entry("approval", corrects="a0"),
                acts=(*SENT_AGAIN.acts, act(State.APPROVED)),
                state=State.APPROVED,
            ),
        ),
        (
            lambda: approve(a_plan(milestones=MILESTONES[:7]), SENT, HAND, "new"),
            replace(SENT, acts=(*SENT.acts, act(State.APPROVED)), state=State.APPROVED),
        ),
        (
            lambda: send_back(PLAN, SENT, {"present": "x" * REASON_LONGEST, "drafts": "late"}, HAND, "new"),
            with_entry(
                SENT,
                Entry("new", "dossier", None, "", HAND.at, "clerk", "s0"),
                acts=(*SENT.acts, act(State.RETURNED, present="x" * REASON_LONGEST, drafts="late")),
                state=State.RETURNED,
            ),
        ),
        (
            lambda: send_back(a_plan(milestones=MILESTONES[:6]), SENT, {"results": "see"}, HAND, "new"),
            replace(SENT, acts=(*SENT.acts, act(State.RETURNED, results="see")), state=State.RETURNED),
        ),
    ],
)
def test_an_act_changes_what_it_says_and_nothing_else(
    done: Callable[[], Congress], expected: Congress
) -> None:
    assert done() == expected


def test_of_earlier_choices_so_many_are_kept_and_the_last_ones() -> None:
    congress = a_congress()
    for number in range(CHOICES_KEPT + 3):
        congress = choose_content_type(PLAN, congress, "3", by(account_id=f"p{number}"))
    assert [one.by for one in congress.chosen] == [f"p{number}" for number in range(2, CHOICES_KEPT + 3)]


FULL_HISTORY = replace(at("plan_issued"), entries=at("plan_issued").entries * ENTRIES_MOST)
FULL_RESULTS = replace(BEFORE_SENDING, result_entries=BEFORE_SENDING.result_entries * ENTRIES_MOST)
# Between the closing and the sending up.
MINUTES = a_plan(milestones=(*MILESTONES[:6], a_milestone("minutes", -5), *MILESTONES[6:]))
TOMORROW, EVE, TOO_LONG = TODAY + ONE_DAY, OPENS - ONE_DAY, LONGEST + "x"
# What the refusals speak of.
PLAN_ISSUED, DRAFTS = {"milestone": "plan_issued"}, {"milestone": "drafts"}
NINE, WEATHER, MOST = {"content_type": "9"}, {"name": "weather"}, {"longest": 1000}
NO_MINUTES, COUNTED = {"missing": "minutes"}, {"most": 10_000_000}
NEGATIVE: Figures = {**FIGURES, "women": -1}
AFTER_PLAN, BEFORE_OPENING = {**PLAN_ISSUED, "date": str(DAY)}, {"milestone": "opened", "date": str(DAY)}
GONE = replace(a_unit(), valid_to=TODAY)


@pytest.mark.parametrize(
    ("act", "refusal", "field", "params"),
    [
        (lambda: record(a_congress(), "horoscope"), UnknownMilestone, "milestone", {"milestone": "horoscope"}),
        (lambda: record(a_congress(), "plan_issued", DAY, TOO_LONG), NoteTooLong, "note", {"longest": 2000}),
        (lambda: record(FULL_HISTORY, "drafts"), TooManyEntries, None, {"most": 500}),
        (lambda: report_results(PLAN, FULL_RESULTS, FIGURES, HAND, "new"), TooManyEntries, None, {"most": 500}),
        (lambda: record(a_congress(), "plan_issued", TOMORROW), DateInFuture, "date", {"date": str(TOMORROW)}),
        (lambda: record(a_congress(), "plan_issued", EVE), BeforePlanOpens, "date", {"opens_on": str(OPENS)}),
        (lambda: record(a_congress(), "plan_issued", DAY - ONE_DAY), BeforeParentsPlan, "date", PLAN_ISSUED),
        (lambda: record(a_congress(), "drafts"), MilestoneOutOfOrder, "milestone", {"missing": "plan_issued"}),
        (lambda: record(at("plan_issued"), "drafts", DAY - ONE_DAY), DateBeforePrevious, "date", AFTER_PLAN),
        (lambda: record(at("opened"), "credentials", DAY + ONE_DAY), DateAfterNext, "date", BEFORE_OPENING),
        (lambda: record(at("opened"), "plan_issued", None, "", "e0"), LaterMilestoneStands, "milestone", DRAFTS),
        (lambda: choose_content_type(PLAN, a_congress(), "9", HAND), UnknownContentType, "content_type", NINE),
        (lambda: choose_content_type(PLAN, at("election"), "2", HAND), ElectionRecorded, "content_type", {}),
        (lambda: choose_content_type(PLAN, SENT, "4", HAND), WaitingForApproval, None, {}),
        (lambda: report_results(PLAN, at("election"), FIGURES, HAND, "new"), ResultsTooEarly, "figures", {}),
        (lambda: report_results(PLAN, at("closed"), NEGATIVE, HAND, "new"), NotACount, "figures/women", COUNTED),
        (lambda: record(choose_content_type(PLAN, at("opened"), "2", HAND), "election"), NotHeldHere, "milestone", {}),
        (lambda: record(APPROVED, "approval", None, "", "a0"), CongressApproved, None, {}),
        (lambda: submit(PLAN, at("election"), HAND, "new"), SubmittedTooEarly, None, {}),
        (lambda: submit(PLAN, at("closed"), HAND, "new"), ResultsMissing, "figures", {}),
        (lambda: submit(PLAN, SENT, HAND, "new"), WaitingForApproval, None, {}),
        (lambda: submit(PLAN, APPROVED, HAND, "new"), CongressApproved, None, {}),
        # The sending up has its place among the milestones as any other.
        (lambda: submit(MINUTES, BEFORE_SENDING, HAND, "new"), MilestoneOutOfOrder, "milestone", NO_MINUTES),
        (lambda: submit(PLAN, BEFORE_SENDING, by(DAY - ONE_DAY), "new"), DateBeforePrevious, "date", AFTER_PLAN),
        (lambda: approve(PLAN, BEFORE_SENDING, HAND, "new"), NothingSubmitted, None, {}),
        (lambda: approve(PLAN, APPROVED, HAND, "new"), CongressApproved, None, {}),
        (lambda: send_back(PLAN, BEFORE_SENDING, {"results": "x"}, HAND, "new"), NothingSubmitted, None, {}),
        (lambda: send_back(PLAN, APPROVED, {"results": "x"}, HAND, "new"), CongressApproved, None, {}),
        (lambda: send_back(PLAN, SENT, {}, HAND, "new"), ReasonsMissing, "reasons", {}),
        (lambda: send_back(PLAN, SENT, {"weather": "x"}, HAND, "new"), UnknownField, "reasons/weather", WEATHER),
        (lambda: send_back(PLAN, SENT, {"present": "\t"}, HAND, "new"), ReasonsMissing, "reasons/present", {}),
        (lambda: send_back(PLAN, SENT, {"present": TOO_LONG}, HAND, "new"), ReasonTooLong, "reasons/present", MOST),
        # Of a unit that is no more nobody is left to correct it; what it has sent up is still approved.
        (lambda: send_back(PLAN, replace(SENT, unit=GONE), {"results": "x"}, HAND, "new"), UnitEnded, None, {}),
        (lambda: submit(PLAN, replace(BEFORE_SENDING, unit=GONE), HAND, "new"), UnitEnded, None, {}),
        (lambda: submit(a_plan(deadlines={"centre": DEADLINE}), BEFORE_SENDING, HAND, "new"), UnitNotPlanned, None, {}),
    ],
)  # fmt: skip
def test_what_an_act_is_refused_for(
    act: Callable[[], Congress], refusal: type[Refusal], field: str | None, params: dict[str, object]
) -> None:
    with pytest.raises(refusal) as caught:
        act()
    assert type(caught.value) is refusal
    assert (caught.value.field, caught.value.params) == (field, params)


def test_what_a_superior_sends_back_speaks_of_every_field_that_is_wrong() -> None:
    with pytest.raises(Invalid) as caught:
        send_back(PLAN, SENT, {"weather": "x", "present": " ", "drafts": "late"}, HAND, "new")
    assert {name: type(fault) for name, fault in caught.value.fields} == {
        "reasons/weather": UnknownField,
        "reasons/present": ReasonsMissing,
    }


@pytest.mark.parametrize(
    "stage", [None, "plan_issued", "election", "closed", "results", "submitted", "approved"]
)
def test_the_state_follows_from_entries_and_acts(stage: str | None) -> None:
    congress = at(stage) if stage else a_congress()
    assert state_of(PLAN, replace(congress, state=State.REOPENED)) is congress.state


@pytest.mark.parametrize(
    ("changes", "content_type", "subordinates", "top", "held"),
    [
        ({}, "2", False, False, True),
        ({"applies": Applies.ELECTION}, "4", False, False, True),
        ({"applies": Applies.ELECTION}, "3", False, False, True),  # delegates are elected
        ({"applies": Applies.ELECTION}, "2", False, False, False),
        ({"applies": Applies.SUBORDINATES}, "4", False, False, False),
        ({"applies": Applies.SUBORDINATES}, "4", True, False, True),
        ({"owner": Owner.SUPERIOR}, "4", False, False, True),
        ({"owner": Owner.SUPERIOR}, "4", False, True, False),
        # A content type that the plan has no more is as the first.
        ({"applies": Applies.ELECTION}, "9", False, False, True),
    ],
)
def test_through_which_milestones_a_congress_goes(
    changes: dict[str, object], content_type: str, subordinates: bool, top: bool, held: bool
) -> None:
    unit = a_unit("root", ("root",), "centre") if top else a_unit()
    congress = a_congress(content_type=content_type, has_subordinates=subordinates, unit=unit)
    assert is_held(PLAN, congress, replace(a_milestone("m"), **changes)) is held  # type: ignore[arg-type]


def test_a_content_type_that_the_plan_has_no_more_is_as_the_first() -> None:
    assert content_of(PLAN, a_congress(content_type="9")) is PLAN.content_types[0]
    assert content_of(PLAN, a_congress(content_type="2")) is PLAN.content_types[2]


def test_a_step_of_a_unit_that_is_no_more_is_held_where_it_was_recorded() -> None:
    gone = replace(at("drafts"), unit=GONE)
    assert [is_held(PLAN, gone, one) for one in MILESTONES[:3]] == [True, True, False]


def test_behind_the_approval_only_what_the_plan_puts_there_is_open() -> None:
    assert record(APPROVED, "programme").current["programme"].id == "new"
    without = a_plan(milestones=(*MILESTONES[:7], MILESTONES[8]))
    with pytest.raises(CongressApproved):
        record_milestone(without, APPROVED, Report("programme", TODAY), None, HAND, "new")
