"""The audit of all services, searched at once and taken along."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

from tests.browser.conftest import PHONE, Visitor, reload_until


def taken(visitor: Visitor, link: str) -> str:
    with visitor.page.expect_download() as file:
        visitor.page.get_by_role("link", name=link).click()
    return Path(file.value.path()).read_text(encoding="utf-8")


def test_one_search_finds_a_person_in_all_services_and_the_file_says_the_same(
    visit: Callable[..., Visitor],
) -> None:
    secretary = visit("district-secretary", width=PHONE)
    secretary.open("/units?q=BD-N0129")
    secretary.press(secretary.page.locator(".task").first)
    secretary.press(secretary.page.get_by_role("link", name="Audit of this unit"))
    secretary.page.get_by_text("Search in the audit").click()
    secretary.fill(person="farid")
    secretary.send_search()
    assert "Access given" in secretary.told
    assert "Sample Golapi Batashi" not in secretary.told

    secretary.open("/audit")
    secretary.page.get_by_text("Search in the audit").click()
    secretary.fill(action="grant.given")
    secretary.send_search()
    rows = secretary.page.locator("main tbody tr").count()
    assert rows > 0
    assert {"Access given"} == set(secretary.page.locator("main tbody th").all_inner_texts())
    lines = list(csv.DictReader(io.StringIO(taken(secretary, "Download as CSV").removeprefix("\ufeff"))))
    told = json.loads(taken(secretary, "Download as JSON"))
    assert [line["seq"] for line in lines] == [str(entry["seq"]) for entry in told["items"]]
    assert {line["act"] for line in lines} == {"Access given"}
    assert told["complete"]
    assert len(lines) >= rows
    assert secretary.complaints == []


def test_newest_entries_of_different_services_stand_in_one_list(visit: Callable[..., Visitor]) -> None:
    clerk = visit("union-clerk")
    clerk.press(clerk.page.locator("section[aria-labelledby=posts] a").first)
    clerk.press(clerk.page.get_by_role("link", name="Members of this unit"))
    auditor = visit("hq-organiser")
    auditor.open("/audit?person=golapi")
    reload_until(auditor, "Members listed")
    acts = auditor.page.locator("main tbody th").all_inner_texts()
    assert acts.index("Members listed") < acts.index("Signed in")
    auditor.open("/audit?person=golapi&service=identity")
    assert "Members listed" not in auditor.page.locator("main tbody").inner_text()


def test_a_code_that_no_unit_has_is_a_fault_at_its_field(visit: Callable[..., Visitor]) -> None:
    auditor = visit("hq-organiser", "bn", PHONE)
    auditor.open("/audit?unit=NOWHERE1")
    assert auditor.page.locator("#unit").get_attribute("aria-invalid") == "true"


def test_a_search_that_cannot_be_is_a_fault_at_its_field_and_takes_nothing_along(
    visit: Callable[..., Visitor],
) -> None:
    secretary = visit("district-secretary")
    for day in ("0001-01-01", "9999-12-31", "yesterday"):
        assert secretary.open(f"/audit?from={day}") == 200
        assert secretary.page.locator("#from").get_attribute("aria-invalid") == "true"
        for kind in ("csv", "json"):
            assert secretary.open(f"/audit/{kind}?from={day}") == 400
    assert secretary.open("/why?account_id=x'y&permission=congress:read&unit_id=x") == 422
    assert "This request cannot be read" in secretary.told
    assert secretary.complaints == []
