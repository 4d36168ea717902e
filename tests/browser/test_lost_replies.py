"""The line breaks after what was sent has arrived: the button works again, and what is corrected and sent again is
compared with what was saved, not refused for its key."""

from collections.abc import Callable

from playwright.sync_api import Route

from tests.browser.conftest import Visitor
from tests.browser.test_forms import new_member


def lose_the_next_reply(visitor: Visitor) -> list[int]:
    """What is posted reaches the house, and its answer never comes back; the statuses of such answers."""
    arrived: list[int] = []

    def handle(route: Route) -> None:
        if route.request.method != "POST" or arrived:
            route.continue_()
            return
        arrived.append(route.fetch(max_redirects=0).status)
        # As when the reader presses Stop: the page stays as it is.
        route.abort("aborted")

    visitor.page.route("**/*", handle)
    return arrived


def test_a_lost_reply_leaves_a_button_that_works_and_nothing_is_saved_twice(
    visit: Callable[..., Visitor],
) -> None:
    clerk = visit("union-clerk")
    new_member(clerk, "LOST1")
    clerk.send_seen_by_the_eid("union-clerk")
    clerk.press(clerk.page.get_by_role("link", name="Change the record"))
    clerk.fill(card_number="LOST2")
    arrived = lose_the_next_reply(clerk)
    clerk.page.locator("main form button.button").first.click(no_wait_after=True)
    while not arrived:
        clerk.page.wait_for_timeout(50)
    clerk.fill(card_number="LOST3")
    assert clerk.page.locator("main form[data-sent]").count() == 0

    clerk.send_seen_by_the_eid("union-clerk")
    assert "now saved LOST2" in clerk.told, clerk.told
    assert "Somebody else" not in clerk.told
    assert clerk.page.locator("#card_number").input_value() == "LOST3"
    clerk.send()
    assert "The changes are saved." in clerk.told
    assert "LOST3" in clerk.told
