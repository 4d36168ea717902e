"""A newcomer whom the eID has confirmed asks for access, and whoever gives it looks at that and answers."""

from collections.abc import Callable

from tests.browser.conftest import PHONE, Visitor
from tests.browser.test_access import DISTRICT, open_access
from tests.browser.test_pages import check


def test_a_newcomer_asks_with_one_button_and_is_answered(visit: Callable[..., Visitor]) -> None:
    stranger = visit("", width=PHONE)
    stranger.sign_in("no-grant", accept=False)
    assert "no access has been given to you" in stranger.told
    found = check(stranger, "refused")
    # One button leads there, one sends it.
    stranger.press(stranger.page.get_by_role("link", name="Ask for access"))
    stranger.send()
    assert "Type the code of the unit and your office." in stranger.told
    stranger.fill(
        unit_code="  bd-d01 ", office="Office <b>secretary</b>", text="Ask for me at http://x.example"
    )
    found += check(stranger, "asking")
    stranger.send()
    assert "Your request is on its way." in stranger.told
    stranger.sign_in("no-grant", accept=False)
    assert "Nobody has answered yet" in stranger.told

    organiser = visit("hq-organiser")
    open_access(organiser, DISTRICT)
    organiser.press(organiser.page.get_by_role("link", name="Requests for access"))
    found += check(organiser, "requests")
    assert "Office <b>secretary</b>" in organiser.told
    organiser.press(organiser.page.locator("main tbody a").first)
    # A stranger's words are words: nothing in them is a link or markup.
    assert organiser.page.locator(".as-written a, .as-written b").count() == 0
    found += check(organiser, "request")
    organiser.send()
    assert "This is needed." in organiser.told
    organiser.page.locator("summary", has_text="Decline the request").click()
    organiser.fill(declined_for="Not known here")
    organiser.press(organiser.page.get_by_role("button", name="Decline the request"))
    assert "The request is declined." in organiser.told

    stranger.sign_in("no-grant", accept=False)
    assert "was declined" in stranger.told
    assert "Not known here" not in stranger.told
    assert found == []
    assert stranger.complaints == organiser.complaints == []
