"""What waits for a decision beside reports, by clicking.

The same queue: for what is confirmed every year, for steps of a superior, and for what two administrators do together.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from identity.migrations import list_what_to_confirm
from servicekit.data.database import Database as ServicesDatabase
from tests.browser.conftest import DESK, PHONE, Running, Visitor, database_of, database_url, reload_until
from tests.browser.test_access import DISTRICT, TODAY
from tests.browser.test_pages import check

SECRETARY = "district-secretary"


def renew_yearly_lists(running: Running) -> None:
    """What was written past identity stands in no list; this makes the lists again from what they list."""
    identity = ServicesDatabase(database_url(running), "sammelan_identity")
    with identity.client:
        list_what_to_confirm(identity)


def almost_a_year_passes(running: Running, unit_code: str, most: int) -> int:
    """As nobody can wait for it: so many grants below the unit are to be confirmed within ten days."""
    with database_of(running, "identity") as identity:
        unit = identity["units"].find_one({"code": unit_code})
        assert unit is not None
        below = {"unit_path": unit["_id"], "unit_id": {"$ne": unit["_id"]}, "status": "active"}
        found = list(identity["grants"].find(below, {"_id": 1}))[:most]
        day = TODAY.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(10)
        for grant in found:
            identity["grants"].update_one({"_id": grant["_id"]}, {"$set": {"recertify_by": day}})
    renew_yearly_lists(running)
    return len(found)


def test_grants_whose_year_is_over_are_a_queue_gone_through_one_by_one_and_the_others_together(
    visit: Callable[..., Visitor], running: Running
) -> None:
    due = almost_a_year_passes(running, DISTRICT, 5)
    assert due == 5
    secretary = visit(SECRETARY, width=PHONE)
    secretary.press(
        secretary.page.get_by_role("link", name=re.compile("5 grants to be confirmed for another year"))
    )
    names = [row.inner_text() for row in secretary.page.locator("table[role=table] tbody th a").all()]
    assert len(names) == due
    assert secretary.page.locator(".tabs [aria-current]").inner_text().split() == [
        "Mine",
        "to",
        "decide",
        "5",
    ]
    assert checked(secretary, "yearly queue") == []
    secretary.press(secretary.page.locator("table[role=table] tbody th a").first)
    assert names[0] in secretary.told
    assert checked(secretary, "one of the yearly queue") == []
    confirmed(secretary, "Still right, and next")
    assert "confirmed for another year. This is the next one." in secretary.told
    assert names[1] in secretary.page.locator(".title").inner_text()
    secretary.press(secretary.page.get_by_role("link", name="Back to the queue"))
    assert secretary.page.locator(".tabs [aria-current] .count").inner_text() == "4"
    secretary.press(secretary.page.get_by_role("link", name="Tick all without cautions"))
    boxes = secretary.page.locator("table input[type=checkbox]")
    assert [box.is_checked() for box in boxes.all()] == [True] * 4
    boxes.first.uncheck()
    changed = (boxes.last.get_attribute("name") or "").removeprefix("tick/")
    with database_of(running, "identity") as identity:
        identity["grants"].update_one({"_id": changed}, {"$inc": {"version": 1}})
    confirmed(secretary, "The ticked ones are still right")
    assert "Not all could be done." in secretary.told
    assert secretary.page.locator(".badge.good").count() == 2
    assert checked(secretary, "what became of the ticked grants") == []
    secretary.press(secretary.page.get_by_role("link", name="Back to the queue"))
    secretary.press(secretary.page.get_by_role("link", name="Tick all without cautions"))
    confirmed(secretary, "The ticked ones are still right")
    assert "The grants that you ticked are confirmed for another year." in secretary.told
    assert "Nothing has to be confirmed at present." in secretary.told
    assert secretary.complaints == []


def test_on_a_desk_a_grant_stands_beside_the_yearly_queue(
    visit: Callable[..., Visitor], running: Running
) -> None:
    assert almost_a_year_passes(running, DISTRICT, 2) == 2
    secretary = visit(SECRETARY)
    secretary.press(
        secretary.page.get_by_role("link", name=re.compile("2 grants to be confirmed for another year"))
    )
    page, beside = secretary.page, secretary.page.locator("[data-beside]")
    first, second = [row.inner_text() for row in page.locator("table[role=table] tbody th a").all()]
    page.keyboard.press("j")
    beside.locator(".title", has_text=first).wait_for()
    page.keyboard.press("a")
    page.get_by_text(re.compile("This is the next one|Sign in once more")).wait_for()
    if "Sign in once more" in secretary.told:
        secretary.through_the_eid(SECRETARY)
        confirmed(secretary, "Still right, and next")
        secretary.press(page.get_by_role("link", name="Back to the queue"))
        page.keyboard.press("j")
    beside.locator(".title", has_text=second).wait_for()
    assert [row.inner_text() for row in page.locator("table[role=table] tbody th a").all()] == [second]
    page.keyboard.press("a")
    page.get_by_text("It was the last one in the queue.").wait_for()
    assert secretary.complaints == []


def confirmed(visitor: Visitor, button: str, who: str = SECRETARY) -> None:
    visitor.press(visitor.page.get_by_role("button", name=button, exact=True))
    if "Sign in once more" in visitor.told:
        visitor.through_the_eid(who)
        visitor.press(visitor.page.get_by_role("button", name=button, exact=True))


def checked(visitor: Visitor, what: str) -> list[str]:
    """At both widths, and back on the phone."""
    found = check(visitor, what)
    visitor.page.set_viewport_size({"width": PHONE, "height": 800})
    return found


APPROVER, UPAZILA, WAITING = "two-posts", "BD-U001", 4


@pytest.fixture
def waiting(running: Running) -> None:
    """So many congresses of this upazila's unions are again where their superior must approve the documents."""
    with database_of(running, "congress") as database:
        upazila = database["units"].find_one({"code": UPAZILA})
        assert upazila is not None
        approved = {"unit_path": upazila["_id"], "level": "union", "state": "approved"}
        found = list(database["congresses"].find(approved))[:WAITING]
        assert len(found) == WAITING
        for one in found:
            keys = [entry["milestone"] for entry in one["entries"]]
            change = {
                "state": "under_way",
                "acts": [],
                "result_entries": [],
                "entries": one["entries"][: keys.index("documents_approved")],
                "dirty": True,
            }
            database["congresses"].update_one({"_id": one["_id"]}, {"$set": change, "$inc": {"version": 1}})


def rows(visitor: Visitor) -> list[str]:
    return [row.inner_text() for row in visitor.page.locator("table[role=table] tbody th a").all()]


def test_steps_of_a_superior_are_recorded_one_by_one_the_others_together_and_beside_the_list(
    visit: Callable[..., Visitor], running: Running, waiting: None
) -> None:
    approver = visit(APPROVER, width=PHONE)
    reload_until(approver, f"{WAITING} congresses wait for a step of your unit", 60)
    approver.press(
        approver.page.get_by_role("link", name=re.compile("congresses wait for a step of your unit"))
    )
    first, second, *others = rows(approver)
    assert approver.page.locator(".tabs [aria-current] .count").inner_text() == str(WAITING)
    assert "Date and documents approved above" in approver.told
    assert checked(approver, "queue of steps") == []
    approver.press(approver.page.get_by_role("link", name=first))
    assert f"1 of {WAITING}" in approver.told
    assert checked(approver, "a step in its queue") == []
    confirmed(approver, "Record, and next", APPROVER)
    assert "The step is recorded. This is the next one." in approver.told
    assert second in approver.page.locator(".title").inner_text()
    approver.press(approver.page.get_by_role("link", name="Back to the queue"))
    assert rows(approver) == [second, *others]

    approver.press(approver.page.get_by_role("link", name="Tick all without cautions"))
    boxes = approver.page.locator("table input[type=checkbox]")
    assert [box.is_checked() for box in boxes.all()] == [True] * (WAITING - 1)
    boxes.first.uncheck()
    changed = (boxes.last.get_attribute("name") or "").removeprefix("tick/")
    with database_of(running, "congress") as database:
        database["congresses"].update_one({"_id": changed}, {"$inc": {"version": 1}})
    confirmed(approver, "Record the step for those ticked", APPROVER)
    assert "Not all could be done." in approver.told
    assert approver.page.locator(".badge.good").count() == 1
    assert checked(approver, "what became of the ticked congresses") == []

    approver.page.set_viewport_size({"width": DESK, "height": 800})
    approver.press(approver.page.get_by_role("link", name="Back to the queue"))
    page, beside = approver.page, approver.page.locator("[data-beside]")
    assert rows(approver) == [second, others[-1]]
    page.keyboard.press("j")
    beside.locator(".title", has_text=second).wait_for()
    page.keyboard.press("a")
    beside.locator(".title", has_text=others[-1]).wait_for()
    assert rows(approver) == [others[-1]]
    page.keyboard.press("a")
    page.get_by_text("It was the last one in the queue.").wait_for()
    assert "No step waits for your unit." in approver.told
    assert approver.complaints == []


def test_what_two_administrators_do_is_looked_at_one_by_one_and_never_ticked(
    visit: Callable[..., Visitor], running: Running
) -> None:
    with database_of(running, "identity") as identity:
        top = {"unit_path": {"$size": 1}, "status": "active", "role": {"$in": ["approver", "auditor"]}}
        people = [one["_id"] for one in identity["grants"].find(top)]
    assert len(people) == 2
    organiser, second = visit("hq-organiser"), visit("hq-second", width=PHONE)
    for grant_id in people:
        organiser.open(f"/grants/{grant_id}/sign-out")
        organiser.fill(reason="The telephone was lost")
        organiser.send_seen_by_the_eid("hq-organiser")
        assert "second administrator" in organiser.told, organiser.told
    organiser.open("/together")
    assert "Nothing waits for a second administrator." in organiser.told
    organiser.press(organiser.page.get_by_role("link", name=re.compile("For others to decide")))
    assert organiser.told.count("You asked for it, so somebody else decides.") == 2

    second.open("/")
    second.press(second.page.get_by_role("link", name=re.compile("waits for you as second administrator")))
    one, other = rows(second)
    assert second.page.locator("input[type=checkbox]:not(#keys-on)").count() == 0
    assert "Confirm and do it" not in second.told
    assert checked(second, "what two do together") == []
    second.press(second.page.get_by_role("link", name=one))
    assert "The telephone was lost" in second.told
    assert checked(second, "one of what two do together") == []
    confirmed(second, "Confirm and do it", "hq-second")
    assert "It is confirmed and done. The person is told. This is the next one." in second.told
    assert other in second.page.locator(".title").inner_text()
    confirmed(second, "Decline", "hq-second")
    assert "Nothing waits for a second administrator." in second.told
    assert organiser.complaints == second.complaints == []


def test_of_two_offers_the_one_that_was_accepted_does_not_stay_beside_the_other(
    visit: Callable[..., Visitor], running: Running
) -> None:
    supervisor = visit("division-supervisor")
    with database_of(running, "identity") as identity:
        again = {"status": "offered", "accepted_at": None}
        found = identity["units"].find_one({"code": "BD-V01"})
        assert found is not None
        changed = identity["grants"].update_many(
            {"unit_id": found["_id"], "status": "active"}, {"$set": again, "$inc": {"version": 1}}
        )
        assert changed.modified_count == 2
    supervisor.open("/offers")
    page = supervisor.page
    first, second = rows(supervisor)
    page.get_by_role("link", name=first).click()
    beside = page.locator("[data-beside]")
    beside.get_by_role("button", name=re.compile("Accept and next")).click()
    page.get_by_text("This is the next one.").wait_for()
    assert page.locator("table").count() == 0
    assert second.split(",")[0] in page.locator(".title").inner_text()
    supervisor.press(page.get_by_role("button", name=re.compile("^Accept")))
    assert "You have accepted the access." in supervisor.told
    assert supervisor.complaints == []
