"""The rules of the way in while the eID is down, by tables."""

import tomllib
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from identity.domain import fallback as rules
from identity.domain.fallback import (
    Answer,
    AnsweredAlready,
    EidNeeded,
    HoursFaulty,
    SignInByCode,
    Window,
    WindowNotOn,
    WindowState,
)
from identity.domain.grant_refusals import NotProposed, ProposalLapsed, ReasonNeeded
from identity.domain.roles import role_table
from servicekit.access.decision import Reach, Right
from servicekit.access.second_person import SecondPersonNeeded

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ASKED = Window(
    id="w",
    unit_id="d",
    unit_path=("r", "d"),
    asked_by="anna",
    asked_by_name="A.",
    asked_at=NOW,
    hours=4,
    reason="deadline day",
)
OPEN = rules.confirm(ASKED, ("boris",), "B.", NOW)
CLOSED = rules.end(OPEN, "A.", "it answers again", NOW)
WAITING = SignInByCode("s", "clara", "u", ("r", "d", "u"), NOW, "phone", "w")


@pytest.mark.parametrize(
    ("window", "minutes", "state"),
    [
        (ASKED, 0, WindowState.ASKED),
        (ASKED, 60, WindowState.ASKED),
        (ASKED, 61, WindowState.LAPSED),
        (OPEN, 0, WindowState.ON),
        (OPEN, 240, WindowState.ON),
        (OPEN, 241, WindowState.ENDED),
        (CLOSED, 0, WindowState.ENDED),
    ],
)
def test_a_window_is_what_its_dates_say(window: Window, minutes: int, state: WindowState) -> None:
    assert rules.state_of(window, NOW + timedelta(minutes=minutes)) is state


@pytest.mark.parametrize(
    ("waiting", "elsewhere", "minutes", "room"),
    [(4, 0, 0, True), (5, 0, 0, False), (5, 0, 61, True), (0, 9, 0, True), (4, 9, 0, True)],
)
def test_so_many_windows_wait_over_one_unit(waiting: int, elsewhere: int, minutes: int, room: bool) -> None:
    known = [ASKED] * waiting + [replace(ASKED, unit_id="r", unit_path=("r",))] * elsewhere
    with nullcontext() if room else pytest.raises(rules.TooManyAsked):
        rules.check_room([*known, OPEN, CLOSED], "d", NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("window", "by", "minutes", "refusal"),
    [
        (ASKED, ("anna",), 0, SecondPersonNeeded),
        (ASKED, ("other", "anna"), 0, SecondPersonNeeded),  # with another account of theirs
        (ASKED, ("boris",), 61, ProposalLapsed),
        (OPEN, ("clara",), 0, NotProposed),
        (CLOSED, ("clara",), 0, NotProposed),
    ],
)
def test_a_window_is_opened_by_a_second_person_in_time_and_once(
    window: Window, by: tuple[str, ...], minutes: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        rules.confirm(window, by, "X.", NOW + timedelta(minutes=minutes))


def test_a_window_is_closed_early_with_a_reason_and_once() -> None:
    assert rules.state_of(rules.end(ASKED, "A.", "never mind", NOW), NOW) is WindowState.ENDED
    with pytest.raises(ReasonNeeded):
        rules.end(OPEN, "A.", " ", NOW)
    for window, later in ((CLOSED, 0), (OPEN, 241), (ASKED, 61)):
        with pytest.raises(WindowNotOn):
            rules.end(window, "A.", "because", NOW + timedelta(minutes=later))


@pytest.mark.parametrize("hours", [0, -1, 25])
def test_a_window_lasts_a_day_at_the_most(hours: int) -> None:
    with pytest.raises(HoursFaulty):
        rules.check_hours(hours)
    rules.check_hours(1)
    rules.check_hours(24)


def test_the_window_that_lasts_longest_lets_in_and_only_over_its_own_units() -> None:
    longer = replace(OPEN, id="longer", unit_id="r", until=NOW + timedelta(hours=9))
    assert rules.covering([OPEN, longer, CLOSED, ASKED], ("r", "d", "u"), NOW) == longer
    assert rules.covering([OPEN], ("r", "x"), NOW) is None
    assert rules.covering([OPEN], ("r", "d"), NOW + timedelta(hours=5)) is None


def test_a_sign_in_by_code_is_answered_once_by_its_person_through_the_eid() -> None:
    done = rules.answer(WAITING, ("clara",), Answer.CONFIRMED, through_eid=True, now=NOW)
    assert (done.answer, done.answered_at) == (Answer.CONFIRMED, NOW)
    with pytest.raises(EidNeeded):
        rules.answer(WAITING, ("clara",), Answer.CONFIRMED, through_eid=False, now=NOW)
    with pytest.raises(AnsweredAlready):
        rules.answer(done, ("clara",), Answer.DENIED, through_eid=True, now=NOW)
    with pytest.raises(AnsweredAlready):
        rules.answer(WAITING, ("boris",), Answer.CONFIRMED, through_eid=True, now=NOW)


def test_what_was_never_confirmed_stops_the_next_outage_and_not_this_one() -> None:
    assert not rules.unconfirmed_for_too_long([WAITING], NOW + timedelta(hours=48))
    assert rules.unconfirmed_for_too_long([WAITING], NOW + timedelta(hours=49))
    assert not rules.unconfirmed_for_too_long([], NOW)


def test_a_sealed_code_opens_reporting_and_nothing_that_needs_a_proven_person() -> None:
    data = tomllib.loads((Path(rules.__file__).parents[1] / "roles.toml").read_text(encoding="utf-8"))
    opened = {
        key: permission.fallback
        for key, permission in role_table(data).permissions.items()
        if permission.fallback
    }
    assert opened == {
        "unit:read": {"report", "switch"},
        "congress:read": {"report"},
        "congress:report": {"report"},
        "fallback:switch": {"report", "switch"},
    }


@pytest.mark.parametrize(
    ("unit", "permission", "kept"),
    [("u", "congress:report", True), ("u", "congress:approve", False), ("d", "congress:report", False)],
)
def test_a_session_by_code_has_of_one_unit_what_is_marked_and_nothing_below(
    unit: str, permission: str, kept: bool
) -> None:
    right = Right(permission, unit, ("r", unit), Reach.BELOW, "g", 2, 300)
    confined = rules.confined([right], "u", {"congress:report"})
    expected = (replace(right, reach=Reach.OWN, assurance=rules.ASSURANCE, max_age=None),)
    assert confined == (expected if kept else ())


def test_a_session_by_code_outlives_the_outage_by_ten_minutes_and_never_its_own_end() -> None:
    assert rules.ends_after_outage(NOW, NOW + timedelta(hours=2)) == NOW + timedelta(minutes=10)
    assert rules.ends_after_outage(NOW, NOW + timedelta(minutes=3)) == NOW + timedelta(minutes=3)
