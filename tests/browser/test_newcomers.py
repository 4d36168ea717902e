"""A newcomer whom the eID has confirmed asks for access, and whoever gives it looks at that and answers."""

from collections.abc import Callable

from tests.browser.conftest import PHONE, Visitor
from tests.browser.test_access import DISTRICT, open_access
from tests.browser.test_pages import check
from tests.papers import a_workbook

TABLE = """unit\tnumber\trole\tuntil\tname
BD-D01\t9990000077001\tclerk\t\tA. One
BD-D01\t\tClerk\t\tB. Two
BD-D01\t9990000077001\tclerk\t\tA. One again
BD-X99\t9990000077002\tclerk\t\tC. Three
BD-D01\t9990000077003\tchief\tsoon\tD. Four
"""


def read_file(visitor: Visitor, name: str, content: bytes) -> None:
    details = visitor.page.locator("details:has(#file)")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    visitor.page.locator("#file").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
    visitor.press(visitor.page.get_by_role("button", name="Read the file"))


def test_a_newcomer_asks_with_one_button_and_is_answered(visit: Callable[..., Visitor]) -> None:
    stranger = visit("", width=PHONE)
    stranger.sign_in("no-grant", accept=False)
    assert "no access has been given to you" in stranger.told
    found = check(stranger, "refused")
    # One button leads there, one sends it.
    stranger.press(stranger.page.get_by_role("link", name="Ask for access"))
    stranger.send()
    assert "Type the code of the unit and your office." in stranger.told
    stranger.fill(
        unit_code="  bd-d01 ", office="Office <b>secretary</b>", text="Ask for me at http://x.example"
    )
    found += check(stranger, "asking")
    stranger.send()
    assert "Your request is on its way." in stranger.told
    stranger.sign_in("no-grant", accept=False)
    assert "Nobody has answered yet" in stranger.told

    organiser = visit("hq-organiser")
    open_access(organiser, DISTRICT)
    organiser.press(organiser.page.get_by_role("link", name="Requests for access"))
    found += check(organiser, "requests")
    assert "Office <b>secretary</b>" in organiser.told
    # As in every queue: what a row leads to stands beside it.
    organiser.page.locator("main tbody a").first.click()
    organiser.page.locator("[data-beside]").get_by_role("button", name="Give access").wait_for()
    organiser.open(str(organiser.page.locator("main tbody a").first.get_attribute("href")))
    # A stranger's words are words: nothing in them is a link or markup.
    assert organiser.page.locator(".as-written a, .as-written b").count() == 0
    found += check(organiser, "request")
    organiser.send()
    assert "This is needed." in organiser.told
    organiser.page.locator("summary", has_text="Decline the request").click()
    organiser.fill(declined_for="Not known here")
    organiser.press(organiser.page.get_by_role("button", name="Decline the request"))
    assert "The request is declined." in organiser.told

    stranger.sign_in("no-grant", accept=False)
    assert "was declined" in stranger.told
    assert "Not known here" not in stranger.told
    assert found == []
    assert stranger.complaints == organiser.complaints == []


def test_a_table_of_people_is_looked_through_given_printed_and_taken_back(
    visit: Callable[..., Visitor],
) -> None:
    organiser = visit("hq-organiser")
    open_access(organiser, DISTRICT)
    organiser.press(organiser.page.get_by_role("link", name="Give access to many"))
    found = check(organiser, "many")
    organiser.send()
    assert "There is no row in it." in organiser.told
    # From a file, without being given, it comes into the form, and what is typed beside it stays.
    organiser.fill(reason="Decision 11")
    read_file(organiser, "people.csv", TABLE.replace("\t", ";").encode())
    assert organiser.page.locator("#table").input_value() == TABLE.replace("\t", ";")
    read_file(organiser, "people.csv", b"x;y\n" * 20_000)
    assert "100" in organiser.told
    assert organiser.page.locator("#table").input_value() == TABLE.replace("\t", ";")
    read_file(organiser, "people.xlsx", a_workbook({(0, 0): "=1+1"}))
    assert "A cell of this workbook is calculated." in organiser.told
    assert organiser.page.locator("#table").input_value() == TABLE.replace("\t", ";")
    found += check(organiser, "many, refused")
    cells = {
        (row, at): cell
        for row, line in enumerate(TABLE.splitlines())
        for at, cell in enumerate(line.split("\t"))
    }
    read_file(organiser, "people.xlsx", a_workbook(cells))
    assert organiser.page.locator("#table").input_value() == TABLE
    assert organiser.page.locator("#reason").input_value() == "Decision 11"
    organiser.send()
    for words in (
        "2 lines can be given.",
        "3 lines are left out.",
        "There is no such role.",
        "A code on paper",
    ):
        assert words in organiser.told
    found += check(organiser, "many, foreseen")
    organiser.press(organiser.page.get_by_role("button", name="Change the table"))
    assert organiser.page.locator("#table").input_value() == TABLE
    organiser.send()
    organiser.send()
    assert "The codes are shown only now." in organiser.told
    assert organiser.page.locator(".sheet").count() == 2
    assert organiser.page.locator(".sheet .code").count() == 1
    found += check(organiser, "letters")
    organiser.press(organiser.page.get_by_role("link", name="It is printed: go on"))
    assert "2 given" in organiser.told
    found += check(organiser, "batch")
    organiser.page.locator("summary", has_text="Take back what nobody has accepted yet").click()
    organiser.fill(reason="The wrong list")
    organiser.press(organiser.page.get_by_role("button", name="Take back", exact=True))
    assert "What nobody had accepted has ended." in organiser.told
    assert "0 not accepted yet" in organiser.told
    organiser.press(organiser.page.get_by_role("link", name="What I have given to many"))
    found += check(organiser, "batches")
    assert found == []
    assert organiser.complaints == []
