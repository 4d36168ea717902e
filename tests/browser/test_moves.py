"""Moving a unit, giving up one's own access, and joining two accounts."""

from collections.abc import Callable

from tests.browser.conftest import PHONE, Running, Visitor, database_of
from tests.browser.test_access import DISTRICT, open_access
from tests.browser.test_pages import check

UPAZILA, OTHER_UPAZILA, ELSEWHERE = "BD-U011", "BD-U001", "BD-D02"
OTHER_NAME = "Debidwar"


def find(visitor: Visitor, code: str) -> str:
    """Opens the unit of this code; its address."""
    visitor.open(f"/units?q={code}")
    visitor.press(visitor.page.locator(f".task:has-text('{code}')").first)
    return visitor.page.url


def move(visitor: Visitor, unit: str, to: str, who: str) -> None:
    find(visitor, unit)
    visitor.press(visitor.page.get_by_role("link", name="Move to another unit above"))
    visitor.fill(to_id=to, reason="Decision 9")
    visitor.send_seen_by_the_eid(who)
    if visitor.page.locator("input[name=seen]").count():
        visitor.send()


def last_union(visitor: Visitor) -> str:
    find(visitor, UPAZILA)
    visitor.press(visitor.page.locator("section[aria-labelledby=below] a.line").last)
    return visitor.page.locator(".title p").inner_text().rpartition(" ")[2]


def test_who_stands_over_both_moves_a_unit_at_once(visit: Callable[..., Visitor]) -> None:
    secretary = visit("district-secretary", width=PHONE)
    union = last_union(secretary)
    move(secretary, union, "NOWHERE1", "district-secretary")
    assert secretary.page.locator("#to_id").get_attribute("aria-invalid") == "true"
    # A name that several units have is asked back, and one of them chosen.
    find(secretary, union)
    secretary.press(secretary.page.get_by_role("link", name="Move to another unit above"))
    secretary.fill(to_id="Comilla", reason="Decision 9")
    secretary.send_seen_by_the_eid("district-secretary")
    assert "Several units may be meant" in secretary.told
    assert check(secretary, "which of several units") == []
    assert secretary.page.get_by_role("radio").count() == 2
    secretary.page.get_by_role("radio", name="Comilla Sadar").check()
    secretary.send()
    assert "The unit stands there already." in secretary.told
    find(secretary, union)
    secretary.press(secretary.page.get_by_role("link", name="Move to another unit above"))
    secretary.fill(to_id=OTHER_NAME, reason="Decision 9")
    secretary.send_seen_by_the_eid("district-secretary")
    assert "1 unit moves" in secretary.told  # seen first, and whose access falls by it
    assert "loses access by it" in secretary.told or "stop by it" in secretary.told
    secretary.send()
    assert "The unit has been moved." in secretary.told
    move(secretary, union, UPAZILA, "district-secretary")
    assert "The unit has been moved." in secretary.told
    assert secretary.complaints == []


def test_a_move_beyond_ones_own_reach_waits_for_a_second_person_who_may_decline(
    visit: Callable[..., Visitor],
) -> None:
    organiser, secretary = visit("hq-organiser"), visit("district-secretary", width=PHONE)
    find(organiser, ELSEWHERE)
    organiser.press(organiser.page.locator("section[aria-labelledby=below] a.line").first)
    address = organiser.page.url
    union = last_union(secretary)
    move(secretary, union, address, "district-secretary")
    assert "A second person must confirm it." in secretary.told
    assert secretary.page.get_by_role("button", name="Confirm the move").count() == 0
    organiser.open(address.removeprefix(organiser.url))
    organiser.press(organiser.page.get_by_role("link", name="Move to another unit above"))
    moves = organiser.path
    # As in every queue: what a row leads to stands beside it.
    organiser.page.locator("[data-row]").first.click()
    beside = organiser.page.locator("[data-beside]")
    beside.get_by_role("button", name="Confirm the move").wait_for()
    assert "Decision 9" in beside.inner_text()
    assert "access by it" in beside.inner_text() or "stop by it" in beside.inner_text()
    organiser.open(moves)
    organiser.open(str(organiser.page.locator("[data-row]").first.get_attribute("href")))
    for _ in range(2):
        organiser.page.locator("summary", has_text="Decline the move").click()
        organiser.fill(reason="Not this year")
        organiser.press(organiser.page.get_by_role("button", name="Decline the move"))
        if "Sign in once more" not in organiser.told:
            break
        organiser.through_the_eid("hq-organiser")
    assert "The move is declined." in organiser.told
    organiser.page.locator("[data-row]").first.click()
    beside.get_by_text("Not this year").wait_for()


def test_the_last_power_over_a_unit_is_not_given_up(visit: Callable[..., Visitor]) -> None:
    secretary = visit("district-secretary", width=PHONE)
    secretary.open("/why")
    secretary.press(secretary.page.get_by_role("link", name="Administrator · Comilla"))
    secretary.press(secretary.page.get_by_role("link", name="Give up this access"))
    assert "would have no access at all any more" in secretary.told
    secretary.send()
    assert "This is needed." in secretary.told
    secretary.fill(reason="I leave")
    secretary.send()
    assert secretary.page.locator("#reason").input_value() == "I leave"
    assert secretary.page.locator('[role="alert"]').is_visible()


def test_ending_access_names_who_would_be_left_without_any(visit: Callable[..., Visitor]) -> None:
    organiser = visit("hq-organiser")
    open_access(organiser, DISTRICT)
    organiser.press(organiser.page.get_by_role("row", name="Administrator").get_by_role("link").last)
    organiser.press(organiser.page.get_by_role("link", name="Suspend this access"))
    assert "Sample Golapi Batashi" in organiser.told


def test_two_accounts_are_offered_to_be_joined_and_the_same_one_is_refused(
    visit: Callable[..., Visitor], running: Running
) -> None:
    person = visit("two-posts", width=PHONE)
    person.open("/account")
    assert "You have another account here" not in person.told
    account = person.context.request.get(f"{person.url}/api/identity/me").json()["account_id"]
    with database_of(running, "identity") as identity:
        identity["accounts"].update_one({"_id": account}, {"$set": {"same_person": ["a" * 20]}})
    try:
        person.page.reload()
        assert "You have another account here" in person.told
        person.through_the_eid("two-posts")
        assert "This is the account that you have already" in person.told
    finally:
        with database_of(running, "identity") as identity:
            identity["accounts"].update_one({"_id": account}, {"$set": {"same_person": []}})
