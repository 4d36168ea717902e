"""The main job, told by clicking: headquarters → district → upazila → union → report → approve → the figure."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.browser.conftest import PHONE, Visitor, reload_until
from tests.browser.test_access import confirm
from tests.browser.test_pages import check
from tests.people import citizens

TODAY = datetime.now(ZoneInfo("Asia/Dhaka")).date()
NEXT_YEAR = (TODAY + timedelta(days=300)).isoformat()
PLAN = f"Story {TODAY} {datetime.now(ZoneInfo('Asia/Dhaka')):%H%M%S}"


def look_at(visitor: Visitor) -> None:
    """The page as it is at this moment of the story, with what was typed and refused, at both widths."""
    size = visitor.page.viewport_size
    assert size is not None
    assert check(visitor, visitor.path) == []
    visitor.page.set_viewport_size(size)


def number_of(who: str) -> str:
    return str(citizens()[who]["national_number"])


def give(visitor: Visitor, code: str, who: str, role: str, told: str = "Access has been given.") -> None:
    """From the start page to the unit of this code, and there a role to a person."""
    visitor.open_menu()
    visitor.press(visitor.page.locator('nav.main-nav a[href="/units"]'))
    visitor.fill(q=code)
    visitor.send_search()
    visitor.press(visitor.page.locator(f".task:has-text('{code}')").first)
    visitor.press(visitor.page.get_by_role("link", name="Access of this unit"))
    visitor.press(visitor.page.get_by_role("link", name="Give access", exact=True))
    visitor.fill(national_number=number_of(who), role=role, valid_to=NEXT_YEAR, reason="decision 12")
    visitor.send()
    known = visitor.page.locator("#even_if_invited")
    if known.count():
        known.check()
        visitor.send()
    assert told in visitor.told, visitor.told


@pytest.fixture
def places(visit: Callable[..., Visitor]) -> dict[str, str]:
    """A district, an upazila of it and a union of that, by code: found as the organiser finds them."""
    organiser = visit("hq-organiser")
    organiser.open("/units?q=BD-D02")
    codes = {"district": "BD-D02"}
    organiser.press(organiser.page.locator(".task").first)
    for level in ("upazila", "union"):
        organiser.press(organiser.page.locator("section[aria-labelledby=below] a.line").first)
        words = organiser.page.locator(".title p").inner_text()
        codes[level] = words.rpartition(" ")[2]
    return codes


def test_the_twelve_steps(visit: Callable[..., Visitor], places: dict[str, str]) -> None:
    stranger = visit()
    stranger.sign_in("no-grant")
    assert "no access has been given to you" in stranger.told
    look_at(stranger)

    organiser = visit("hq-organiser")
    organiser.open("/plans")
    organiser.press(organiser.page.get_by_role("link", name="Make a plan"))
    organiser.fill(name=PLAN, cycle="2036–2041", deadlines__district=NEXT_YEAR, deadlines__upazila=NEXT_YEAR)
    organiser.fill(deadlines__union=NEXT_YEAR)
    look_at(organiser)
    for field in organiser.page.locator('main input[name^="milestones/"]').all():
        if field.get_attribute("name") not in ("milestones/opened", "milestones/closed"):
            field.fill("")
    organiser.send()
    assert "saved as a draft" in organiser.told
    look_at(organiser)
    organiser.send()
    reload_until(organiser, "Open for reports", 60)
    give(organiser, places["district"], "no-grant", "administrator", "Access has been proposed.")
    confirm(visit("hq-second"), "Feni")

    secretary = visit("", width=PHONE)
    secretary.sign_in("no-grant", accept=False)
    for words in ("Access that you are offered", "Administrator", "decision 12", "Give and take access"):
        assert words in secretary.told
    assert secretary.page.locator("nav.main-nav a").count() == 0  # nowhere to go but out
    look_at(secretary)
    secretary.open("/inbox")
    assert secretary.path == "/"
    secretary.accept_offers()
    assert "Your units" in secretary.told
    assert "Administrator" in secretary.told
    give(secretary, places["upazila"], "ended-grant", "administrator")
    give(secretary, places["upazila"], "ended-grant", "approver")

    upazila = visit("ended-grant", width=PHONE)
    give(upazila, places["union"], "auditor", "clerk")

    clerk = visit("auditor", width=PHONE)
    report_the_congress(clerk)

    check_the_report(upazila)
    upazila.page.locator(".wrong:has([name='reasons/present']) summary").click()
    upazila.page.locator('[name="reasons/present"]').fill("The list of attendance has 38 names.")
    upazila.press(upazila.page.get_by_role("button", name="Return it"))
    assert "returned with your reasons" in upazila.told
    look_at(upazila)

    clerk.open("/")
    clerk.page.get_by_role("link", name=re.compile(f"Your report has come back.*{PLAN}", re.S)).click()
    assert "The list of attendance has 38 names." in clerk.told
    look_at(clerk)
    clerk.press(clerk.page.get_by_role("link", name="Correct", exact=True))
    clerk.fill(figures__present="38", figures__absent_with_reason="2")
    clerk.send()
    clerk.send()
    assert "sent to the superior unit" in clerk.told

    check_the_report(upazila)
    upazila.press(upazila.page.get_by_role("button", name="Approve and lock"))
    assert "approved and locked" in upazila.told
    look_at(upazila)

    organiser.open("/plans")
    organiser.press(organiser.page.get_by_role("link", name=PLAN).first)
    organiser.press(organiser.page.get_by_role("link", name="See the progress"))
    reload_until(organiser, "Approved")
    assert re.search(r"1 of 5,09\d congresses", organiser.told), organiser.told
    assert organiser.page.locator(".map a").count() == 64
    look_at(organiser)

    clerk.open("/inbox")
    reload_until(clerk, "A congress report was approved")
    clerk.press(clerk.page.get_by_role("button", name=re.compile("^Open.*report was approved")))
    assert clerk.path.startswith("/congresses/")
    assert organiser.complaints == clerk.complaints == upazila.complaints == []


def check_the_report(upazila: Visitor) -> None:
    upazila.open("/")
    reload_until(upazila, f"1 report waits for your approval\n\n{upazila_name(upazila)} · {PLAN}")
    upazila.press(upazila.page.get_by_role("link", name=re.compile(f"1 report waits.*{PLAN}", re.S)))
    upazila.press(upazila.page.locator("main tbody th a").first)


def upazila_name(upazila: Visitor) -> str:
    return upazila.page.locator("section[aria-labelledby=posts] a").first.inner_text()


def report_the_congress(clerk: Visitor) -> None:
    """A milestone, results that do not add up at first, and the report sent up."""
    clerk.press(clerk.page.get_by_role("link", name=re.compile(f"Report: Opened.*{PLAN}", re.S)))
    clerk.fill(date=(TODAY + timedelta(days=3)).isoformat())
    clerk.send()
    assert "is in the future" in clerk.told
    look_at(clerk)
    clerk.fill(date=TODAY.isoformat())
    clerk.send()
    assert "The milestone is recorded." in clerk.told
    clerk.press(clerk.page.get_by_role("link", name="Record: Closed"))
    clerk.send()
    clerk.press(clerk.page.get_by_role("link", name="Enter the results"))
    clerk.fill(figures__summoned="40", figures__present="39", figures__absent_with_reason="2")
    clerk.send()
    assert "Elected to the committee: This figure is needed." in clerk.told
    look_at(clerk)
    clerk.fill(figures__committee_seats="5", figures__committee_listed="6", figures__committee_elected="5")
    clerk.send()
    assert "The parts are 41 together, and Delegates summoned is 40" in clerk.told
    assert clerk.page.locator('[name="figures/present"]').input_value() == "39"
    clerk.fill(figures__absent_with_reason="1")
    clerk.send()
    # What is complete stands there whole, to be sent.
    assert "The results are saved." in clerk.told, clerk.told
    clerk.send()
    assert "sent to the superior unit" in clerk.told
