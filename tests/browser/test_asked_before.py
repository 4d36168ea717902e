"""Before a number that has an open invitation gets another one, its giver sees the first and says so."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.test_access import UNION, open_access
from tests.browser.test_pages import check

NUMBERS = {PHONE: "9990000000897", DESK: "9990000000798"}


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_open_invitation_is_shown_and_a_second_one_is_given_on_purpose(
    visit: Callable[..., Visitor], width: int
) -> None:
    organiser, number = visit("hq-organiser", width=width), NUMBERS[width]

    def give(role: str) -> None:
        open_access(organiser, UNION)
        organiser.press(organiser.page.get_by_role("link", name="Give access", exact=True))
        organiser.fill(national_number=number, role=role, reason="decision 9")
        organiser.send_seen_by_the_eid("hq-organiser")

    give("clerk")
    assert "Access has been given." in organiser.told
    give("reader")
    known = organiser.page.locator("#even_if_invited")
    assert "has an open invitation already" in organiser.told
    assert f"number ending in {number[-3:]}" in organiser.told
    assert check(organiser, "open invitation") == []

    # What is ticked is said of this number, and of no other that is typed in its place.
    known.check()
    organiser.fill(national_number=NUMBERS[width][:-1])
    organiser.send()
    assert organiser.page.locator("#national_number").get_attribute("aria-invalid") == "true"
    organiser.fill(national_number=number)
    organiser.send()
    known.check()
    organiser.send()
    # Proposed where the role has been made a strong one, as tests in this house do.
    assert "has been given" in organiser.told or "has been proposed" in organiser.told, organiser.told
    assert organiser.complaints == []
