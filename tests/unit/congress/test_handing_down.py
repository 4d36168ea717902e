"""Days that a unit sets for those below it: bounded by what they have from above, counted below that unit alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from congress.domain import handing_down as rules
from congress.domain.extensions import ask, decide
from congress.domain.handing_down import brought_down, levels_below, refuse_days_below, set_above
from congress.domain.history import Congress
from congress.domain.overdue import Standing, standing_of
from congress.domain.pilots import NotEarlier, choose
from congress.domain.plan import Reach
from congress.domain.rollup import contribution, group_key
from congress.domain.rule_sets import Edit, add_version
from congress.domain.takings import Taking
from congress.store.documents import congress_document, congress_of
from servicekit.refusals import Refusal
from tests.unit.congress.builders import (
    DEADLINE,
    EVERY_LEVEL,
    OPENS,
    TODAY,
    a_congress,
    a_plan,
    a_unit,
    at,
    by,
    recorded,
    the_top,
)

PLAN = a_plan(deadlines=EVERY_LEVEL)
DAY = timedelta(days=1)
SET = DEADLINE - timedelta(days=20)
UNION = a_unit("n1", ("root", "north", "n1"), "union")


def a_setting(day: date | None, since: date = TODAY, whose: Congress | None = None) -> Congress:
    """A unit's congress with what it has set for the unions below it."""
    whose = whose or a_congress()
    below = {"union": day} if day else {}
    moment = datetime.combine(since, time(9), UTC)
    taking = Taking(None, "", since, moment, "clerk", below=below)
    return replace(whose, takings=(*whose.takings, taking))


def brought(congress: Congress, *above: Congress, on: date = TODAY) -> Congress:
    return brought_down(PLAN, congress, above, datetime.combine(on, time(12), UTC), on)


def a_union(**changes: object) -> Congress:
    return a_congress(id="congress2", unit=UNION, **changes)


def test_whoever_comes_there_after_the_day_keeps_the_deadline_of_before() -> None:
    north = a_setting(SET)
    assert brought(a_union(), north, on=SET - DAY).deadline == SET
    for late in (SET, SET + DAY):
        assert brought(a_union(), north, on=late) == a_union()
    there = brought(a_union(), north)
    assert brought(there, north, on=SET + DAY) == there


def test_it_counts_below_and_the_earliest_of_several_does() -> None:
    north, top = a_setting(SET), a_setting(SET - DAY, whose=the_top())
    assert brought(a_union(), north).deadline == SET
    both = brought(a_union(), north, top)
    assert (both.deadline, both.handed_until) == (SET - DAY, SET - DAY)
    # The unit's own congress is of another level.
    assert set_above(a_congress(), [top]) == {}
    assert brought(a_union()) == a_union()


def test_it_is_brought_once_and_taken_back_again() -> None:
    north = a_setting(SET)
    once = brought(a_union(), north)
    assert brought(once, north, on=TODAY + DAY) is once
    back = brought(once, a_setting(None, whose=north), on=TODAY + DAY)
    assert (back.deadline, back.handed_down) == (DEADLINE, ())
    assert [(one.until, one.day) for one in back.handed] == [(SET, TODAY), (None, TODAY + DAY)]
    # Elsewhere in the tree it stands below others.
    moved = brought(once, a_setting(SET - DAY, whose=the_top()), on=TODAY + DAY)
    assert (moved.deadline, [one.above for one in moved.handed_down]) == (SET - DAY, ["root"])


def test_what_was_done_until_then_is_judged_by_the_deadline_of_before() -> None:
    opened = {one.key: one for one in PLAN.milestones}["opened"]
    drafts = recorded(recorded(a_union(), "plan_issued", OPENS), "drafts", DEADLINE - timedelta(days=60))
    early = brought(recorded(drafts, "opened", SET), a_setting(SET), on=SET)
    assert standing_of(PLAN, early, opened, SET) is Standing.ON_TIME
    later = recorded(brought(drafts, a_setting(SET)), "opened", SET)
    assert standing_of(PLAN, later, opened, SET) is Standing.LATE
    # Taken back, or moved away, it judges on what was done while it counted, and nothing that comes after.
    back = brought(later, on=SET + DAY)
    assert standing_of(PLAN, back, opened, SET) is Standing.LATE
    after = brought(recorded(brought(brought(drafts, a_setting(SET)), on=SET), "opened", SET + DAY))
    assert standing_of(PLAN, after, opened, SET + DAY) is Standing.ON_TIME


def test_what_has_closed_stays_and_what_was_granted_later_counts() -> None:
    closed = replace(at("closed"), unit=UNION)
    assert brought(closed, a_setting(SET)) is closed
    asked = ask(PLAN, a_union(), DEADLINE + DAY, "Floods.", None, by(), "x1")
    granted = decide(PLAN, asked, DEADLINE + DAY, "", None, by(account_id="above"))
    assert brought(granted, a_setting(SET)).deadline == DEADLINE + DAY


def test_a_new_version_of_the_rules_leaves_it_the_earlier_of_both_days() -> None:
    for day, expected in ((SET - DAY, SET - DAY), (DEADLINE + DAY, SET)):
        plan = add_version(PLAN, Edit(deadlines={"union": day}), Reach.NOT_CLOSED, "x", by())
        now = brought_down(plan, a_union(rules=2), [a_setting(SET)], by().at, TODAY)
        assert now.deadline == expected


def test_it_stands_in_the_sums_under_its_day_and_is_kept() -> None:
    now = brought(a_union(), a_setting(SET))
    assert contribution(PLAN, now).group == group_key("union", SET)
    document = congress_document(now)
    assert document["handed_until"] == SET.isoformat()
    assert congress_of({**document, "version": 1}) == now
    del document["handed"], document["handed_until"]
    assert congress_of({**document, "version": 1}).handed == ()


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ({"union": SET}, None),
        ({"district": SET}, rules.LevelNotBelow),
        ({"nowhere": SET}, rules.LevelNotBelow),
        ({"union": DEADLINE}, rules.DayBelowNotEarlier),
        ({"union": DEADLINE + DAY}, rules.DayBelowNotEarlier),
        # Set above: never past that, and not the same either.
        ({"cell": SET}, rules.DayBelowNotEarlier),
        ({"cell": SET - DAY}, None),
        ({"union": TODAY}, rules.DayBelowPast),
        ({"union": TODAY - DAY}, rules.DayBelowPast),
        ({"union": OPENS - DAY}, rules.DayBelowPast),
        # Credentials are due five days before: they would be so today.
        ({"union": TODAY + 5 * DAY}, rules.StepBelowDueAlready),
        ({"union": TODAY + 6 * DAY}, None),
    ],
)
def test_which_days_a_unit_may_set(wanted: dict[str, date], refusal: type[Refusal] | None) -> None:
    top = replace(the_top(), takings=(Taking(None, "", TODAY, by().at, "clerk", below={"cell": SET}),))
    north = a_congress()
    below = recorded(recorded(a_union(), "plan_issued", OPENS), "drafts", OPENS + DAY)
    groups = {one.group: one.counters for one in (contribution(PLAN, below),)}
    levels = levels_below(PLAN, north, [top], ["union", "cell"], groups)
    assert [(one.level, one.congresses) for one in levels] == [("union", 1), ("cell", 0)]
    if refusal is None:
        refuse_days_below(PLAN, wanted, {}, levels, groups, TODAY)
    else:
        with pytest.raises(refusal):
            refuse_days_below(PLAN, wanted, {}, levels, groups, TODAY)


def test_no_day_before_the_plan_opens() -> None:
    early = OPENS - timedelta(days=30)
    levels = levels_below(PLAN, a_congress(), [], ["union"], {})
    with pytest.raises(rules.DayBelowBeforeOpening):
        refuse_days_below(PLAN, {"union": OPENS - DAY}, {}, levels, {}, early)


def test_what_a_unit_has_set_it_may_keep_however_near_it_is() -> None:
    levels = levels_below(PLAN, a_congress(), [], ["union"], {})
    refuse_days_below(PLAN, {"union": TODAY}, {"union": TODAY}, levels, {}, TODAY)


def test_a_step_that_is_late_or_done_everywhere_binds_nobody() -> None:
    late = contribution(PLAN, a_union())
    groups = {late.group: late.counters}
    levels = levels_below(PLAN, a_congress(), [], ["union"], groups)
    # Not issued, and no drafts: both overdue. What comes first of the rest is due a day before.
    refuse_days_below(PLAN, {"union": TODAY + 6 * DAY}, {}, levels, groups, TODAY)
    with pytest.raises(rules.StepBelowDueAlready) as caught:
        refuse_days_below(PLAN, {"union": TODAY + DAY}, {}, levels, groups, TODAY)
    assert caught.value.params["date"] == (TODAY + 6 * DAY).isoformat()


def test_where_no_earlier_day_leaves_time_none_is_named() -> None:
    # Issued and drafted: the credentials are due five days before the deadline, which is close.
    below = recorded(recorded(a_union(), "plan_issued", OPENS), "drafts", OPENS + DAY)
    (made,) = (contribution(PLAN, below),)
    groups, near = {made.group: made.counters}, DEADLINE - 5 * DAY
    levels = levels_below(PLAN, a_congress(), [], ["union"], groups)
    with pytest.raises(rules.NoEarlierDayBelow):
        refuse_days_below(PLAN, {"union": near + DAY}, {}, levels, groups, near)
    # One day sooner there is one, and it is taken.
    with pytest.raises(rules.StepBelowDueAlready) as caught:
        refuse_days_below(PLAN, {"union": near + DAY}, {}, levels, groups, near - 2 * DAY)
    named = date.fromisoformat(str(caught.value.params["date"]))
    refuse_days_below(PLAN, {"union": named}, {}, levels, groups, near - 2 * DAY)


def test_who_was_granted_a_later_deadline_holds_up_nobody_else() -> None:
    asked = ask(PLAN, a_union(), DEADLINE + 30 * DAY, "Floods.", None, by(), "x1")
    later = contribution(PLAN, decide(PLAN, asked, DEADLINE + 30 * DAY, "", None, by(account_id="above")))
    groups = {later.group: later.counters}
    assert later.group != group_key("union", DEADLINE)
    levels = levels_below(PLAN, a_congress(), [], ["union"], groups)
    refuse_days_below(PLAN, {"union": TODAY + DAY}, {}, levels, groups, TODAY)


def test_a_pilots_day_comes_before_the_one_that_was_set_for_it() -> None:
    own = brought(a_union(), a_setting(SET))
    with pytest.raises(NotEarlier) as caught:
        choose(PLAN, own, SET, "root", by(TODAY, "superior"))
    assert caught.value.params["date"] == SET.isoformat()
    assert choose(PLAN, own, SET - DAY, "root", by(TODAY, "superior")).deadline == SET - DAY
