"""What counts as a unit's first report, and what it adds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from congress.domain.history import Entry
from congress.domain.reported import (
    OWN,
    FirstReport,
    by_level,
    contribution,
    count_of,
    first_report_at,
    first_report_just_now,
    is_in,
)
from tests.unit.congress.builders import TODAY, a_congress

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def an_entry(hours: int, *, above: bool = False) -> Entry:
    return Entry("e", "opened", TODAY, "", AT + hours * HOUR, "clerk", above=above)


def test_the_first_report_is_the_units_own_and_not_its_superiors() -> None:
    assert first_report_at(a_congress()) is None
    assert first_report_at(a_congress(entries=(an_entry(0, above=True),))) is None
    both = (an_entry(0, above=True), an_entry(2), an_entry(1))
    assert first_report_at(a_congress(entries=both)) == AT + HOUR


def test_who_saves_a_later_report_need_not_note_the_first_again() -> None:
    first, later, above = an_entry(1), an_entry(2), an_entry(0, above=True)
    assert first_report_just_now(a_congress(entries=(above,))) is None
    assert first_report_just_now(a_congress(entries=(above, first))) == AT + HOUR
    assert first_report_just_now(a_congress(entries=(first, replace(first, id="f")))) == AT + HOUR
    assert first_report_just_now(a_congress(entries=(first, later))) is None


def test_a_unit_that_reported_adds_one_and_an_ended_one_nothing() -> None:
    one = FirstReport("u", ("r", "u"), "union", AT)
    made = contribution(one)
    assert (made.path, made.group, made.counters, made.home) == (("r", "u"), "union", {"reported": 1}, OWN)
    assert contribution(replace(one, live=False)).counters == {}


def test_a_list_of_a_level_counts_as_its_figure() -> None:
    groups = {"union": {"reported": 3}, "district": {"reported": 1}, "gone": {}, OWN: {"reported": 1}}
    assert (count_of(groups), count_of(groups, "union"), count_of(groups, "nowhere")) == (4, 3, 0)
    assert by_level(groups) == {"union": 3, "district": 1}
    assert is_in(groups, "district", "")
    assert is_in(groups, "district", "district")
    assert not is_in(groups, "district", "union")
    assert not is_in({"union": {"reported": 3}}, "district", "")
