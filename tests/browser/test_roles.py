"""Two at the top change what a role allows: typed, looked at, asked for, confirmed by the other one."""

import re
from collections.abc import Callable

from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.test_pages import check


def test_a_role_is_changed_by_two_and_each_page_of_it_is_accessible(visit: Callable[..., Visitor]) -> None:
    organiser, second = visit("hq-organiser"), visit("hq-second", width=PHONE)
    secretary = visit("district-secretary")
    # Whoever is not at the top compares roles, and changes none.
    secretary.open("/roles")
    assert "Change roles" not in secretary.told
    organiser.open("/roles")
    found = [*check(organiser, "/roles")]
    organiser.page.set_viewport_size({"width": DESK, "height": 800})
    organiser.press(organiser.page.get_by_role("link", name="Change: Reader"))
    found += check(organiser, "a role")
    # A name that is missing comes back at its field, with all that was chosen.
    organiser.page.locator('select[name="may/audit:read"]').select_option("own")
    organiser.fill(role__names__bn="")
    organiser.send()
    assert "Name in Bangla: This is needed." in organiser.told
    assert organiser.page.locator('select[name="may/audit:read"]').input_value() == "own"
    organiser.fill(role__names__bn="পাঠক")
    organiser.send()
    for word in ("It gives, and gave not before", "Read the audit", "in the unit itself", "Whom it touches"):
        assert word in organiser.told
    found += check(organiser, "what a change of a role comes to")
    organiser.fill(reason="Decision 9")
    organiser.send_seen_by_the_eid("hq-organiser")
    assert "A second administrator must confirm it; until then nothing changes." in organiser.told
    assert organiser.page.get_by_role("button", name="Confirm and do it").count() == 0

    second.open("/")
    second.press(second.page.get_by_role("link", name=re.compile("change of a role waits for you")))
    assert second.page.locator(".tabs [aria-current] .count").inner_text() == "1"
    assert second.page.locator("input[type=checkbox]:not(#keys-on)").count() == 0
    found += check(second, "changes of roles that wait")
    second.open(second.page.get_by_role("link", name="Reader", exact=True).get_attribute("href") or "")
    assert "Decision 9" in second.told
    found += check(second, "a change of a role")
    second.press(second.page.get_by_role("button", name="Confirm and do it"))
    if "Sign in once more" in second.told:
        second.through_the_eid("hq-second")
        second.press(second.page.get_by_role("button", name="Confirm and do it"))
    assert "It is done, and counts for everybody who has the role." in second.told
    row = second.page.locator("tr", has_text="Read the audit")
    assert "in the unit itself" in row.inner_text()

    # What cannot be done is said on the form, which is kept.
    organiser.open("/roles/administrator/change")
    organiser.page.locator('select[name="may/congress:report"]').select_option("below")
    organiser.send()
    assert "Nobody gives more to themselves" in organiser.told
    assert organiser.page.locator('select[name="may/congress:report"]').input_value() == "below"
    organiser.open("/roles/clerk/change")
    organiser.press(organiser.page.get_by_role("button", name="Withdraw this role"))
    assert "Somebody holds this role" in organiser.told
    organiser.open("/roles/clerk/holders")
    found += check(organiser, "who has a role")
    assert found == []
