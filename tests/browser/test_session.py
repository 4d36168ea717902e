"""Nobody is signed out by surprise, and what was typed survives staying, leaving and coming back."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.browser.conftest import IDLE_SECONDS, PHONE, Running, Visitor, database_of

NOTICE = 120  # seconds before the end; as in portal.js
SOON = "You stay signed in until"
LONGEST = timedelta(hours=8)


def at_the_form(visitor: Visitor) -> None:
    """A form half filled, by a person whose browser's clock is the test's."""
    visitor.page.clock.install()
    visitor.open("/account")
    visitor.fill(email="moyna@example.org")


def spoken_of(visitor: Visitor) -> str:
    return visitor.page.locator(".leaving").inner_text()


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_who_stays_keeps_what_was_typed(visit: Callable[..., Visitor], width: int) -> None:
    clerk = visit("two-posts", width=width)
    at_the_form(clerk)
    clerk.page.clock.fast_forward((IDLE_SECONDS - NOTICE - 60) * 1000)
    assert spoken_of(clerk).strip() == ""
    clerk.page.clock.fast_forward(70_000)
    assert SOON in spoken_of(clerk)
    assert clerk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with clerk.page.expect_response("**/session") as answered:
        clerk.page.get_by_role("button", name="Stay signed in").click()
    assert answered.value.json()["left"] > IDLE_SECONDS - NOTICE
    clerk.page.wait_for_function("document.querySelector('.leaving').innerText.trim() === ''")
    assert clerk.page.locator("#email").input_value() == "moyna@example.org"
    clerk.page.clock.fast_forward((IDLE_SECONDS - NOTICE - 120) * 1000)
    assert spoken_of(clerk).strip() == ""
    assert clerk.complaints == []


def test_who_is_signed_out_is_told_so_and_what_was_typed_stays(visit: Callable[..., Visitor]) -> None:
    clerk = visit("two-posts", width=PHONE)
    at_the_form(clerk)
    clerk.page.clock.fast_forward((IDLE_SECONDS - 60) * 1000)
    clerk.context.clear_cookies(name="session")
    clerk.page.get_by_role("button", name="Stay signed in").click()
    clerk.page.get_by_text("You are signed out.").wait_for()
    assert clerk.page.locator("#email").input_value() == "moyna@example.org"
    assert clerk.page.get_by_role("link", name="Sign in again in a new window").is_visible()


def test_a_page_left_alone_says_at_the_end_that_it_is_over(visit: Callable[..., Visitor]) -> None:
    clerk = visit("two-posts")
    at_the_form(clerk)
    clerk.page.clock.fast_forward((IDLE_SECONDS + 1) * 1000)
    assert "You are signed out." in spoken_of(clerk)


def test_the_longest_time_cannot_be_stretched(visit: Callable[..., Visitor], running: Running) -> None:
    clerk = visit()
    clerk.open("/sign-in/start/practice?return_to=/api/identity/me")
    clerk.press(clerk.page.locator('button[value="two-posts"]'))
    account = clerk.context.request.get(f"{clerk.url}/api/identity/me").json()["account_id"]
    began = datetime.now(UTC) - LONGEST + timedelta(seconds=90)
    with database_of(running, "identity") as identity:
        newest = identity["sessions"].find({"account_id": account}).sort("created_at", -1)[0]
        identity["sessions"].update_one({"_id": newest["_id"]}, {"$set": {"created_at": began}})
    clerk.open("/account")
    assert SOON in spoken_of(clerk)
    clerk.page.get_by_role("button", name="Stay signed in").click()
    clerk.page.get_by_text("cannot be kept longer").wait_for()
    assert clerk.page.get_by_role("link", name="Sign in again in a new window").is_visible()


def test_without_scripts_the_foot_says_until_when(visit: Callable[..., Visitor]) -> None:
    clerk = visit("two-posts", width=PHONE, scripts=False)
    assert "Signed in until" in clerk.page.locator("footer").inner_text()
    assert spoken_of(clerk).strip() == ""


def test_what_one_page_learns_the_others_know(visit: Callable[..., Visitor]) -> None:
    clerk = visit("two-posts")
    at_the_form(clerk)
    clerk.page.clock.fast_forward((IDLE_SECONDS - 60) * 1000)
    assert SOON in spoken_of(clerk)
    other = Visitor(clerk.url, clerk.context, clerk.context.new_page(), [])
    other.page.clock.install(time=datetime.now(UTC) + timedelta(seconds=IDLE_SECONDS))
    other.open("/account")
    clerk.page.wait_for_function("document.querySelector('.leaving').innerText.trim() === ''")


def test_after_a_lost_phone_one_button_signs_out_everywhere(visit: Callable[..., Visitor]) -> None:
    here, lost = visit("two-posts"), visit("two-posts", width=PHONE)
    here.open("/account")
    assert "Practice eID" in here.told
    here.press(here.page.get_by_role("button", name="Sign out everywhere, here as well"))
    assert here.path.startswith("/sign-in")
    for visitor in (here, lost):
        reload_until_signed_out(visitor)


def reload_until_signed_out(visitor: Visitor) -> None:
    deadline = time.monotonic() + 2
    visitor.open("/account")
    while not visitor.path.startswith("/sign-in") and time.monotonic() < deadline:
        time.sleep(0.1)
        visitor.open("/account")
    assert visitor.path == "/sign-in?return_to=%2Faccount"
