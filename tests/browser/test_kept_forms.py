"""Nothing typed is lost: after a sign-out, a fault or a text that is too long it is shown as what it was typed into."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, Running, Visitor
from tests.browser.test_access import DISTRICT, UNION, open_access
from tests.browser.test_forms import report_of
from tests.browser.test_pages import check

# What a browser tells of a paste: the clipboard itself is the reader's own.
PASTE = """(field, text) => {
  const data = new DataTransfer();
  data.setData("text", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
REASON = "Elected by the congress\nin March & confirmed"


def half_granted(visitor: Visitor) -> None:
    open_access(visitor, UNION)
    visitor.press(visitor.page.get_by_role("link", name="Give access", exact=True))
    visitor.fill(national_number="9990000000017", role="clerk", valid_to="2027-03-31", reason=REASON)


def is_refilled(visitor: Visitor) -> bool:
    def value(name: str) -> str:
        return visitor.page.locator(f'main [name="{name}"]').input_value()

    day = [value(f"valid_to-{part}") for part in ("day", "month", "year")]
    return (
        value("reason") == REASON and day == ["31", "03", "2027"] and value("national_number").endswith("17")
    )


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_who_was_signed_out_comes_back_to_the_form_as_it_was(
    visit: Callable[..., Visitor], width: int
) -> None:
    organiser = visit("hq-organiser", width=width)
    half_granted(organiser)
    organiser.context.clear_cookies(name="session")
    organiser.send()
    kept = organiser.page.locator(".kept")
    assert "You were signed out while you were writing." in organiser.told
    assert kept.get_by_text("National number of the person").count() == 1
    assert "31 / 03 / 2027" in kept.inner_text()
    assert REASON in kept.inner_text()
    assert "national_number" not in organiser.told
    assert check(organiser, "kept form") == []

    again = Visitor(organiser.url, organiser.context, organiser.context.new_page(), [])
    again.sign_in("hq-organiser")
    organiser.press(organiser.page.get_by_role("button", name="Show the form again"))
    assert "You are signed in again." in organiser.told
    assert is_refilled(organiser)
    assert organiser.complaints == []


def test_what_was_sent_in_vain_stands_in_its_form_or_by_its_labels(
    visit: Callable[..., Visitor], running: Running
) -> None:
    organiser = visit("hq-organiser")
    half_granted(organiser)
    with running.without("identity"):
        organiser.send()
        assert "Nothing that you typed is lost" in organiser.told
        assert "National number of the person" in organiser.told, organiser.told
    organiser.page.locator('main input[name="csrf"]').evaluate("one => { one.value = 'of another sign-in' }")
    organiser.press(organiser.page.get_by_role("button", name="Send it again"))
    assert "This page was open for too long." in organiser.told
    assert is_refilled(organiser)


def test_what_is_too_long_to_be_saved_is_still_there(visit: Callable[..., Visitor]) -> None:
    organiser = visit("hq-organiser")
    half_granted(organiser)
    book = "ক" * 60_000  # nine bytes each on their way
    organiser.page.locator("#reason").evaluate("(one, text) => { one.value = text }", book)
    organiser.send()
    assert "longer than what can be saved" in organiser.told
    assert organiser.page.locator("#reason").input_value() == book
    organiser.fill(reason=REASON)
    assert is_refilled(organiser)


def test_what_is_longer_than_can_be_sent_is_not_sent_and_the_page_that_refuses_it_leads_back(
    visit: Callable[..., Visitor],
) -> None:
    book = "k" * 1_100_000
    for scripts, said in ((True, "1 MB at most"), (False, "It was not read")):
        organiser = visit("hq-organiser", scripts=scripts)
        half_granted(organiser)
        form = organiser.path
        organiser.page.locator("#reason").fill(book)
        organiser.page.locator("main form button.button").first.click()
        expect(organiser.page.locator("main")).to_contain_text(said)
        if scripts:
            assert len(organiser.page.locator("#reason").input_value()) == len(book)
            organiser.fill(reason=REASON)
            assert is_refilled(organiser)
            continue
        assert "1 MB at most" in organiser.told
        organiser.press(organiser.page.get_by_role("link", name="Open the form again"))
        assert organiser.path == form


def test_a_grant_and_a_table_are_drafts_without_the_numbers_of_people(visit: Callable[..., Visitor]) -> None:
    organiser = visit("hq-organiser")
    open_access(organiser, DISTRICT)
    many = organiser.page.get_by_role("link", name="Give access to many").get_attribute("href") or ""
    organiser.press(organiser.page.get_by_role("link", name="Give access", exact=True))
    giving = organiser.path
    organiser.fill(national_number="9990000077001", label="A. One", role="clerk", reason=REASON)
    organiser.page.get_by_text("Saved as a draft at").wait_for()
    organiser.open(giving)
    assert "This is your draft" in organiser.told
    assert "The national number is never part of a draft" in organiser.told
    fields = ("national_number", "label", "role", "reason")
    shown = [organiser.page.locator(f'main [name="{name}"]').input_value() for name in fields]
    assert shown == ["", "A. One", "clerk", REASON]
    assert check(organiser, giving) == []
    organiser.press(organiser.page.locator('button[name="drop"]'))
    assert organiser.page.locator("#reason").input_value() == ""

    organiser.open(many)
    table = "BD-D01\t9990000077009\tclerk\t\tA. One\nBD-D01\t\tclerk\t\tB. Two"
    organiser.fill(table=table, reason=f"{REASON} 9990000077009")
    organiser.page.get_by_text("Saved as a draft at").wait_for()
    organiser.open(many)
    assert "The table is never part of a draft" in organiser.told
    shown = [organiser.page.locator(f"#{name}").input_value() for name in ("table", "reason")]
    assert shown == ["", f"{REASON} …"]
    assert check(organiser, many) == []
    organiser.fill(table=table, reason=REASON)
    organiser.send()
    assert "2 lines can be given." in organiser.told
    organiser.press(organiser.page.get_by_role("button", name="Give access to 2 people"))
    organiser.open(many)
    assert organiser.page.locator("#reason").input_value() == ""
    assert organiser.complaints == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_column_of_a_spreadsheet_fills_the_report_and_saves_nothing(
    visit: Callable[..., Visitor], scripts: bool
) -> None:
    clerk = visit("union-clerk", "bn" if not scripts else "en", PHONE, scripts=scripts)
    report_of(clerk)
    results = clerk.path.partition("?")[0] + "/results"
    clerk.open(results)
    drop = clerk.page.locator('button[name="drop"]')
    if drop.count():
        clerk.press(drop)
        clerk.open(results)
    figures = clerk.page.locator(".figure-input")
    column = "\n".join(["৫১", "৪৮", "–", "many", *["7"] * figures.count()])
    if scripts:
        figures.first.evaluate(PASTE, column)
        assert "Left over: 7 · 7 · 7 · 7" in clerk.told
    else:
        clerk.page.locator("#column").locator("xpath=ancestor::details").locator("summary").click()
        clerk.page.locator("#column").fill(column)
        clerk.press(clerk.page.locator('button[formaction$="/fill"]'))
        assert "7 · 7 · 7 · 7" in clerk.told
        assert figures.nth(3).get_attribute("aria-invalid") == "true"
    assert [figures.nth(place).input_value() for place in (0, 1, 3, 4)] == [
        "৫১",
        "৪৮",
        "many",
        "7" if scripts else "৭",  # what the server read comes back in the reader's digits
    ]
    if not scripts:
        clerk.open(results)
        assert figures.first.input_value() != "৫১"


def test_what_is_written_to_ask_for_a_later_deadline_is_a_draft_of_its_writer(
    visit: Callable[..., Visitor],
) -> None:
    clerk = visit("union-clerk", width=PHONE)
    report_of(clerk)
    asking = clerk.path.partition("?")[0] + "/extension"
    clerk.open(asking)
    clerk.fill(until="2027-03-31", reason=REASON)
    clerk.page.get_by_text("Saved as a draft at").wait_for()
    clerk.open(asking)
    assert "This is your draft" in clerk.told
    assert clerk.page.locator("#reason").input_value() == REASON
    assert clerk.page.locator('[name="until-day"]').input_value() == "31"
    assert check(clerk, "later deadline") == []
    other = visit("upazila-clerk")
    other.open(asking)
    assert REASON not in other.page.content()
    clerk.press(clerk.page.locator('button[name="drop"]'))
    assert clerk.page.locator("#reason").input_value() == ""
    assert clerk.complaints == []
