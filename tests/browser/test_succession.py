"""A ban is lifted, a period changed and a successor named by somebody above, each after it was shown what it means."""

from collections.abc import Callable

from tests.browser.conftest import PHONE, Visitor
from tests.browser.test_access import DISTRICT, NEXT_YEAR, give_by_code, open_access


def test_a_period_is_changed_and_a_ban_lifted_from_above(visit: Callable[..., Visitor]) -> None:
    organiser = visit("hq-organiser", width=PHONE)
    give_by_code(organiser, "clerk", "Passing Clerk")
    organiser.press(organiser.page.get_by_role("link", name="It is printed: go on"))
    organiser.press(organiser.page.get_by_role("link", name="Passing Clerk"))
    grant = organiser.path
    organiser.press(organiser.page.get_by_role("link", name="Change the period"))
    organiser.fill(valid_to="", reason="A longer post")
    organiser.send_seen_by_the_eid("hq-organiser")
    assert "This is needed." in organiser.told
    organiser.fill(valid_to="9999-01-01")
    organiser.send_seen_by_the_eid("hq-organiser")
    assert "What you typed is still there." in organiser.told
    organiser.fill(valid_to=NEXT_YEAR)
    organiser.send()
    assert "What the change means" in organiser.told
    organiser.send()
    assert "The period is changed." in organiser.told

    organiser.press(organiser.page.get_by_role("link", name="Revoke this access"))
    organiser.fill(reason="Left the district")
    organiser.send()
    assert "until the ban is lifted" in organiser.told
    assert "Left the district" in organiser.told
    organiser.press(organiser.page.get_by_role("link", name="Lift the ban"))
    organiser.fill(reason="Came back")
    organiser.send()
    assert "The ban is lifted." in organiser.told
    assert organiser.path.startswith(grant.partition("?")[0])
    assert organiser.page.get_by_role("link", name="Lift the ban").count() == 0
    assert organiser.complaints == []


def test_some_of_what_hangs_on_a_grant_is_chosen(visit: Callable[..., Visitor]) -> None:
    organiser = visit("hq-organiser", width=PHONE)
    open_access(organiser, DISTRICT)
    rows = organiser.page.get_by_role("row").filter(has_text="Sample Elora Shishir")
    organiser.press(rows.filter(has_text="Administrator").get_by_role("link"))
    organiser.press(organiser.page.get_by_role("link", name="Name a successor for what hangs on it"))
    own = organiser.page.locator("select[name=to] option", has_text="My own access").get_attribute("value")
    assert own is not None
    organiser.fill(to=own)
    organiser.press(organiser.page.get_by_role("button", name="Choose what goes over"))
    boxes = organiser.page.locator('input[name^="grant-"]')
    before = boxes.count()
    assert before > 1
    organiser.fill(reason="A part of it")
    organiser.send_seen_by_the_eid("hq-organiser")
    assert "Tick at least one." in organiser.told
    organiser.page.locator('input[name^="grant-"]').first.check()
    organiser.send_seen_by_the_eid("hq-organiser")
    assert "What you ticked hangs on" in organiser.told
    assert organiser.page.locator('input[name^="grant-"]').count() == before - 1
    assert organiser.complaints == []


def test_what_hangs_on_a_grant_is_counted_before_it_goes_over(visit: Callable[..., Visitor]) -> None:
    organiser = visit("hq-organiser", width=PHONE)
    open_access(organiser, DISTRICT)
    rows = organiser.page.get_by_role("row").filter(has_text="Sample Elora Shishir")
    organiser.press(rows.filter(has_text="Administrator").get_by_role("link"))
    organiser.press(organiser.page.get_by_role("link", name="Name a successor for what hangs on it"))
    own = organiser.page.locator("select[name=to] option", has_text="My own access").get_attribute("value")
    assert own is not None
    organiser.fill(to=own, reason="She leaves")
    organiser.send_seen_by_the_eid("hq-organiser")
    assert "My own access" in organiser.told
    assert "go over" in organiser.told or "goes over" in organiser.told
    organiser.send()
    assert "hangs on the other one now" in organiser.told
    assert organiser.complaints == []
