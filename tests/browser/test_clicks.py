"""The shortest ways of headquarters and of a newcomer, counted as `benchmarks.clicks` counts all of them."""

from playwright.sync_api import Browser

from benchmarks.clicks import (
    ASKING,
    CHIEF,
    NAMES,
    NEWCOMER,
    ONE_CONGRESS,
    at_work,
    fill_in_request,
    find_congress,
    open_last_row,
    open_late_list,
)
from tests.browser.conftest import DESK, PHONE, Running

UNION = "Elahabad"


def test_who_is_late_is_one_press_away_and_any_congress_two(running: Running, chromium: Browser) -> None:
    with at_work(chromium, running.url, CHIEF, DESK) as chief:
        open_late_list(chief)
        assert chief.clicks == NAMES
        assert "Who must act" in chief.visitor.told
        open_last_row(chief)
        assert (chief.clicks, "/congresses/" in chief.visitor.path) == (ONE_CONGRESS, True)
        chief.clicks = 0
        find_congress(chief, UNION)
        assert (chief.clicks, "/congresses/" in chief.visitor.path) == (ONE_CONGRESS, True)
        assert UNION in chief.visitor.told


def test_a_newcomer_only_has_to_send_what_they_typed(running: Running, chromium: Browser) -> None:
    with at_work(chromium, running.url, NEWCOMER, PHONE) as newcomer:
        fill_in_request(newcomer, "BD-D01")
        assert newcomer.clicks == ASKING - 1
