"""An approver's queue, by clicking: one by one with the next at once, one returned, and the others ticked together."""

import re
from collections.abc import Callable, Iterator

import pytest

from tests.browser.conftest import PHONE, Running, Visitor, database_of, reload_until
from tests.browser.test_pages import check

APPROVER, UPAZILA = "two-posts", "BD-U001"
WANTED = 6


@pytest.fixture
def waiting(running: Running) -> Iterator[int]:
    """So many reports of this upazila's unions wait again, as they did before they were decided."""
    with database_of(running, "congress") as database:
        upazila = database["units"].find_one({"code": UPAZILA})
        assert upazila is not None
        decided = database["congresses"].find(
            {"unit_path": upazila["_id"], "level": "union", "state": "approved"}
        )
        for one in list(decided)[:WANTED]:
            acts = one["acts"][: [act["kind"] for act in one["acts"]].index("submitted") + 1]
            acts[-1]["by_name"] = "Jamil Udoy"
            entries = [entry for entry in one["entries"] if entry["at"] <= acts[-1]["at"]]
            change = {"state": "submitted", "acts": acts, "entries": entries, "dirty": True}
            database["congresses"].update_one({"_id": one["_id"]}, {"$set": change, "$inc": {"version": 1}})
        wanted = {"unit_path": upazila["_id"], "level": "union", "state": "submitted"}
        yield database["congresses"].count_documents(wanted)


def checked(visitor: Visitor, what: str) -> list[str]:
    """At both widths, and back on the phone."""
    found = check(visitor, what)
    visitor.page.set_viewport_size({"width": PHONE, "height": 800})
    return found


def rows(visitor: Visitor) -> list[str]:
    return [row.inner_text() for row in visitor.page.locator("table[role=table] tbody th a").all()]


def test_one_by_one_and_the_others_together(
    visit: Callable[..., Visitor], running: Running, waiting: int
) -> None:
    approver = visit(APPROVER, width=PHONE)
    assert waiting >= WANTED
    approver.open("/")
    reload_until(approver, f"{waiting} reports wait for your approval", 60)
    approver.press(approver.page.get_by_role("link", name=re.compile(f"{waiting} reports wait")))
    first, second, third, *others = rows(approver)
    assert "Jamil Udoy" in approver.told
    assert checked(approver, "queue") == []

    approver.press(approver.page.get_by_role("link", name=first))
    assert f"1 of {waiting}" in approver.told
    assert checked(approver, "report in the queue") == []
    approver.press(approver.page.get_by_role("link", name="Next report"))
    assert f"2 of {waiting}" in approver.told
    assert second in approver.told
    approver.page.go_back()
    approve(approver, "Approve and next")
    assert "This is the next one." in approver.told
    assert second in approver.page.locator(".title").inner_text()
    assert f"1 of {waiting - 1}" in approver.told
    approver.page.locator(".wrong:has([name='reasons/present']) summary").click()
    approver.page.locator("textarea:focus").fill("The list has another number.")
    approve(approver, "Approve and next")
    assert "You wrote what is wrong." in approver.told
    assert checked(approver, "report that is wrong") == []
    approve(approver, "Return it")
    assert "returned with your reasons. This is the next one." in approver.told
    assert third in approver.page.locator(".title").inner_text()

    approver.press(approver.page.get_by_role("link", name="Back to the queue"))
    assert rows(approver) == [third, *others]
    in_its_tabs(approver, second, third)
    assert rows(approver) == [third, *others]
    approver.press(approver.page.get_by_role("link", name="Tick all without cautions"))
    for row in approver.page.locator("table[role=table] tbody tr").all():
        odd = row.locator(".badge.warn").count() > 0
        assert row.locator("input[type=checkbox]").is_checked() is not odd
    for box in approver.page.locator("table input[type=checkbox]").all():
        box.check()
    approver.press(approver.page.get_by_role("button", name="Approve the ticked ones"))
    assert f"{waiting - 2} reports are approved and locked, each as it stands here." in approver.told
    assert checked(approver, "ticked reports") == []
    with database_of(running, "congress") as database:
        last = approver.page.locator('input[name^="tick/"]').last.get_attribute("name") or ""
        congress_id = last.removeprefix("tick/")
        database["congresses"].update_one({"_id": congress_id}, {"$inc": {"version": 1}})
    approve(approver, "Approve and lock")
    assert "Not all could be approved." in approver.told
    assert approver.page.locator(".badge.good").count() == waiting - 3
    assert checked(approver, "what became of them") == []
    approver.press(approver.page.get_by_role("link", name="Back to the queue"))
    assert rows(approver) == [others[-1]]
    approver.press(approver.page.get_by_role("link", name=others[-1]))
    approve(approver, "Approve and lock")
    assert "It was the last one in the queue." in approver.told
    assert "No report waits for your approval." in approver.told
    assert approver.complaints == []


def test_on_a_desk_the_report_stands_beside_the_list_and_keys_go_through_it(
    visit: Callable[..., Visitor], running: Running, waiting: int
) -> None:
    approver = visit(APPROVER)
    approver.open("/")
    reload_until(approver, f"{waiting} reports wait for your approval", 60)
    approver.press(approver.page.get_by_role("link", name=re.compile(f"{waiting} reports wait")))
    page, beside = approver.page, approver.page.locator("[data-beside]")
    first, second, third, *others = rows(approver)
    page.keyboard.press("j")
    beside.locator(".title", has_text=first).wait_for()
    page.keyboard.press("j")
    beside.locator(".title", has_text=second).wait_for()
    page.keyboard.press("k")
    beside.locator(".title", has_text=first).wait_for()
    found = check(approver, "queue with a report beside")
    assert [one for one in found if " bytes" not in one] == [], "three reports were read into one page"
    page.keyboard.press("r")
    page.keyboard.type("ajk?")
    assert beside.locator("textarea:focus").input_value() == "ajk?"
    page.get_by_role("link", name=first).click()
    beside.locator("textarea").first.wait_for(state="hidden")
    page.keyboard.press("a")
    page.get_by_text(re.compile("This is the next one|Sign in once more")).wait_for()
    if "Sign in once more" in approver.told:
        approver.through_the_eid(APPROVER)
        approve(approver, "Approve and next")
        approver.press(page.get_by_role("link", name="Back to the queue"))
        page.keyboard.press("j")
    beside.locator(".title", has_text=second).wait_for()
    assert rows(approver) == [second, third, *others]
    assert page.locator(".tabs [aria-current] .count").inner_text() == str(waiting - 1)
    page.keyboard.press("a")
    beside.locator(".title", has_text=third).wait_for()
    assert rows(approver) == [third, *others]
    page.keyboard.press("?")
    page.get_by_label("Use these keys on this device").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    assert third in beside.locator(".title").inner_text()
    assert approver.complaints == []


def in_its_tabs(approver: Visitor, returned: str, waiting: str) -> None:
    """What was returned stands in its tab; a search leaves what is named so, and the way back all."""
    approver.press(approver.page.locator(".tabs a", has_text="Returned"))
    assert returned in rows(approver)
    assert approver.page.locator("table input[type=checkbox]").count() == 0
    assert checked(approver, "returned reports") == []
    approver.press(approver.page.locator(".tabs a", has_text="Mine to decide"))
    approver.page.get_by_text("Filter, order, search").click()
    approver.fill(search=waiting, sort="longest")
    approver.press(approver.page.get_by_role("button", name="Show"))
    assert rows(approver) == [waiting]
    assert checked(approver, "filtered queue") == []
    approver.press(approver.page.get_by_role("link", name="Show all"))


def approve(visitor: Visitor, button: str) -> None:
    """By way of the eID where it last saw the person too long ago."""
    visitor.press(visitor.page.get_by_role("button", name=button))
    if "Sign in once more" in visitor.told:
        visitor.through_the_eid(APPROVER)
        visitor.press(visitor.page.get_by_role("button", name=button))
