"""While the eID is down: two administrators open a window, an official reports, and confirms it afterwards."""

import re
from collections.abc import Callable

from tests.browser.conftest import PHONE, Running, Visitor, reload_until
from tests.browser.test_access import CODE, DISTRICT, UNION, open_access
from tests.browser.test_pages import check


def open_fallback(visitor: Visitor, code: str) -> None:
    open_access(visitor, code)
    visitor.press(visitor.page.get_by_role("link", name="When the eID is down"))


def codes_for(giver: Visitor, name: str, official: Visitor, unit: str = UNION) -> list[str]:
    """Named by somebody above, drawn by the official: the codes of the sheet, which only they see."""
    open_fallback(giver, unit)
    giver.press(giver.page.get_by_role("link", name="Name an official"))
    giver.page.locator('select[name="account_id"]').select_option(label=name)
    giver.fill(reason="Has been in office for years")
    giver.send_seen_by_the_eid("hq-organiser")
    assert "They draw their codes themselves." in giver.told, giver.told
    assert not CODE.findall(giver.told)
    official.open("/")
    official.press(official.page.get_by_role("link", name=re.compile("Draw your sealed codes")))
    official.press(official.page.get_by_role("button", name=re.compile("Draw five codes")))
    assert "These codes are shown only now." in official.told, official.told
    assert check(official, "sheet of codes") == []
    return CODE.findall(official.page.locator(".codes").inner_text())


def test_an_official_reports_by_a_sealed_code_and_confirms_it_when_the_eid_is_back(
    visit: Callable[..., Visitor], running: Running
) -> None:
    organiser, secretary = visit("hq-organiser"), visit("district-secretary", width=PHONE)
    second = visit("hq-second")
    codes = codes_for(organiser, "Sample Golapi Batashi", visit("union-clerk"))
    assert len(set(codes)) == 5

    clerk = visit("", width=PHONE)
    with running.without("practice_eid"):
        clerk.open("/sign-in")
        # Slow at first, then known to be down, and since when.
        reload_until(clerk, "Since")
        assert "does not answer" in clerk.told
        type_sealed(clerk, codes[0])
        assert "No outage window is open" in clerk.told

        open_fallback(organiser, DISTRICT)
        organiser.press(organiser.page.get_by_role("link", name="Ask for a window"))
        organiser.fill(hours="2", reason="The eID does not answer since nine")
        organiser.send()
        assert "A second person must confirm it." in organiser.told
        assert organiser.page.get_by_role("button", name="Confirm and open the window").count() == 0

        # Not whom the first one has appointed, but somebody who owes them nothing.
        open_fallback(second, DISTRICT)
        second.open(second.page.locator("[data-row]").get_attribute("href") or "")
        assert check(second, "a window that waits") == []
        assert "The eID does not answer since nine" in second.told
        second.press(second.page.get_by_role("button", name="Confirm and open the window"))
        assert "The outage window is open." in second.told

        type_sealed(clerk, codes[0])
        assert "Your next task" in clerk.told
        mark = clerk.page.locator(".sealed")
        assert "Signed in with a sealed code." in mark.inner_text()
        clerk.press(clerk.page.locator("main .lead-task a.button"))
        assert mark.is_visible()
        clerk.open("/".join(clerk.path.partition("?")[0].split("/")[:3]))
        clerk.press(clerk.page.get_by_role("link", name=re.compile("^Record")).first)
        clerk.send()
        assert "Reported with a sealed code while the eID was down" in clerk.told
        clerk.open("/account")
        assert "With a sealed code" in clerk.told
        assert clerk.open("/plans/new") == 403

    back_again(organiser)
    back = visit("union-clerk")
    back.press(back.page.get_by_role("link", name=re.compile("1 sign-in with a sealed code: was this you")))
    back.press(back.page.get_by_role("button", name="It was me"))
    assert "The sign-in is confirmed." in back.told

    open_fallback(secretary, DISTRICT)
    secretary.open(secretary.page.locator("[data-row]").get_attribute("href") or "")
    secretary.press(secretary.page.get_by_role("link", name="Close the window"))
    secretary.fill(reason="The eID is back")
    secretary.send()
    assert "The outage window is closed" in secretary.told
    open_fallback(secretary, UNION)
    assert "Confirmed by its person" in secretary.told
    secretary.press(secretary.page.get_by_role("link", name=re.compile("End the codes.*Golapi")))
    assert check(secretary, "ending codes") == []
    assert "Golapi" in secretary.page.locator("h1").inner_text()
    secretary.send()
    assert "is no official for outages any more" in secretary.told or "Sign in once more" in secretary.told
    assert organiser.complaints == secretary.complaints == clerk.complaints == []


def test_an_administrator_outside_opens_the_window_by_a_sealed_code(
    visit: Callable[..., Visitor], running: Running
) -> None:
    organiser = visit("hq-organiser")
    codes = codes_for(organiser, "Sample Elora Shishir", visit("district-secretary"), DISTRICT)
    context = visit("", width=PHONE)
    with running.without("practice_eid"):
        context.open("/sign-in")
        reload_until(context, "does not answer")
        type_sealed(context, codes[0])
        context.press(context.page.get_by_role("link", name="Open a window for the outage of the eID"))
        assert "Officials with sealed codes" not in context.told
        context.press(context.page.get_by_role("link", name="Ask for a window"))
        context.fill(hours="25", reason="Outage")
        context.send()
        assert context.page.locator("#hours").get_attribute("aria-invalid") == "true"
        context.fill(hours="1")
        context.send()
        assert "A second person must confirm it." in context.told
        open_fallback(organiser, DISTRICT)
        organiser.open(organiser.page.locator("[data-row]").get_attribute("href") or "")
        assert organiser.page.get_by_role("button", name="Confirm and open the window").is_visible()
        context.press(context.page.locator("[data-row]"))
        context.press(context.page.get_by_role("link", name="Take it back"))
        context.fill(reason="It works again")
        context.send()
        assert "No window is open or asked for." in context.told
    back_again(organiser)
    secretary = visit("district-secretary")
    secretary.press(secretary.page.get_by_role("link", name=re.compile("was this you")))
    secretary.press(secretary.page.get_by_role("button", name="It was not me"))
    assert "The sessions and the codes have ended" in secretary.told
    assert context.complaints == organiser.complaints == secretary.complaints == []


def type_sealed(visitor: Visitor, code: str) -> None:
    visitor.open("/sign-in")
    visitor.page.get_by_text("I have a sealed code").click()
    visitor.page.locator("#sealed").fill(code.lower())
    visitor.press(visitor.page.get_by_role("button", name="Sign in with the code"))


def back_again(visitor: Visitor) -> None:
    """The sign-in page notices by itself, within seconds."""
    other = Visitor(visitor.url, visitor.context, visitor.context.new_page(), [])
    other.open("/sign-in")
    reload_until(other, "Assurance level 2", 15)
    while other.page.locator(".choices a.button").count() == 0:
        other.page.reload()
