"""From a number to the names behind it, and the dashboard on a phone and on paper."""

import re
from collections.abc import Callable
from urllib.parse import quote

from tests.browser.conftest import PHONE, Visitor
from tests.browser.test_pages import check

SCREEN = 800
BN = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")


def figure(text: str) -> int:
    found = re.search(r"\d[\d.,]*", text.translate(BN))
    assert found is not None, text
    return int(re.sub(r"\D", "", found[0]))


def test_each_tile_leads_to_exactly_what_it_counts_and_all_late_names_are_one_click_away(
    visit: Callable[..., Visitor],
) -> None:
    organiser = visit("hq-organiser", "en")
    organiser.open("/dashboard")
    dashboard = organiser.path
    for number in range(organiser.page.locator("a.tile").count()):
        tile = organiser.page.locator("a.tile").nth(number)
        count = figure(tile.locator("strong").inner_text())
        organiser.press(tile)
        assert figure(organiser.page.locator("h1").inner_text().rpartition(":")[2]) == count
        organiser.open(dashboard)
    assert "in 7 days" in organiser.told
    every = organiser.page.get_by_text("overdue at any milestone: who must act")
    count = figure(every.inner_text().partition(" ")[0])
    organiser.press(every)
    assert figure(organiser.page.locator("h1").inner_text().rpartition(":")[2]) == count
    assert organiser.page.locator("table.people tbody tr").count() == 50
    assert "Who must act" in organiser.told
    organiser.press(organiser.page.locator("table.people tbody th a").first)
    assert organiser.path.startswith("/congresses/")
    assert organiser.complaints == []


def test_each_part_of_the_bar_and_each_class_of_the_map_leads_to_what_it_counts(
    visit: Callable[..., Visitor],
) -> None:
    organiser = visit("hq-organiser", "en")
    organiser.open("/dashboard")
    dashboard = organiser.path
    tiles = {
        one.get_attribute("href"): figure(one.locator("strong").inner_text())
        for one in organiser.page.locator("a.tile").all()
    }
    parts = organiser.page.locator(".figure .bar.tall a")
    assert {one.get_attribute("href") for one in parts.all()} == {at for at, count in tiles.items() if count}
    organiser.press(parts.first)
    assert figure(organiser.page.locator("h1").inner_text().rpartition(":")[2]) > 0
    organiser.open(dashboard)
    classes = organiser.page.locator("#map-title ~ .key a")
    for number in range(classes.count()):
        count = figure(classes.nth(number).locator(".soft").inner_text())
        classes.nth(number).focus()
        with organiser.page.expect_navigation():
            organiser.page.keyboard.press("Enter")
        shown = organiser.page.locator('table[aria-labelledby="below"] tbody tr').count()
        pages = organiser.page.locator("nav.pager p")
        assert (figure(pages.inner_text().rpartition(" ")[2]) if pages.count() else shown) == count
        organiser.open(dashboard)
    assert organiser.complaints == []


def test_each_unit_below_says_who_answers_for_it_to_those_who_stand_above(
    visit: Callable[..., Visitor],
) -> None:
    secretary = visit("district-secretary", "en")
    secretary.open("/dashboard")
    assert secretary.page.locator('table[aria-labelledby="below"] .office').count() > 0
    assert secretary.complaints == []


def test_what_its_holder_released_is_shown_above_and_all_in_a_list_are_reminded(
    visit: Callable[..., Visitor],
) -> None:
    clerk, secretary = visit("union-clerk", "en"), visit("district-secretary", "en")
    clerk.open("/account")
    clerk.fill(office_phone="01711 223344")
    clerk.press(clerk.page.get_by_role("button", name="Save what is shown"))
    assert "Saved." in clerk.told
    name = clerk.page.locator("dl.facts dd").first.inner_text()
    secretary.open("/dashboard")
    lists = secretary.path.partition("?")[0].replace("/dashboard/", "/lists/")
    clerk.open("/dashboard")
    unit = clerk.page.locator("h1").inner_text()
    secretary.open(f"{lists}?which=all&level=union&search={quote(unit)}")
    row = secretary.page.locator("table.people tbody tr").filter(has_text=unit)
    assert name in row.inner_text()
    assert row.locator('a[href="tel:+8801711223344"]').count() == 1
    secretary.open(f"{lists}?which=overdue")
    secretary.press(secretary.page.get_by_role("button", name=re.compile("^Remind")))
    assert "The reminders are on their way" in secretary.told
    assert "Last on" in secretary.told
    assert secretary.complaints == clerk.complaints == []


def test_on_a_phone_the_table_begins_within_three_screens_and_nothing_is_wider(
    visit: Callable[..., Visitor],
) -> None:
    organiser = visit("hq-organiser", "bn", PHONE)
    organiser.open("/dashboard")
    top = organiser.page.locator("table.table").first.bounding_box()
    assert top is not None
    assert top["y"] < 3 * SCREEN
    assert not organiser.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    weight = organiser.page.evaluate("""() => [
        ...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")
    ].map(one => one.encodedBodySize)""")
    assert sum(weight) <= 120_000
    assert len(weight) <= 4


def test_on_paper_it_is_two_pages(visit: Callable[..., Visitor]) -> None:
    organiser = visit("hq-organiser", "en")
    organiser.open("/dashboard")
    assert len(re.findall(rb"/Type /Page\b", organiser.page.pdf(format="A4"))) <= 2


def test_a_unit_with_one_congress_leads_straight_to_it(visit: Callable[..., Visitor]) -> None:
    clerk = visit("union-clerk", "en")
    clerk.open("/dashboard")
    assert clerk.path.startswith("/congresses/")


def test_a_filtered_list_is_saved_by_a_name_and_stands_on_every_list_and_queue(
    visit: Callable[..., Visitor],
) -> None:
    secretary = visit("district-secretary", "en", PHONE)
    secretary.open("/dashboard")
    place = secretary.path.partition("?")[0].replace("/dashboard/", "")
    filtered = f"/lists/{place}?which=overdue&who=unit"
    secretary.open(filtered)
    secretary.page.locator("summary", has_text="Saved lists").click()
    secretary.page.locator("#save-name").fill("Late, their own act")
    secretary.press(secretary.page.locator("form[action='/saved-lists'] button"))
    assert "Saved. It stands" in secretary.told
    assert secretary.path.startswith(filtered)
    secretary.open(f"/approvals/{place}")
    secretary.page.locator("summary", has_text="Saved lists").click()
    found = check(secretary, "saved lists")
    secretary.press(secretary.page.get_by_role("link", name="Late, their own act"))
    assert secretary.path == filtered
    secretary.open("/saved-lists")
    found += check(secretary, "all saved lists")
    secretary.press(secretary.page.get_by_role("button", name=re.compile("^Forget it.*Late, their own act")))
    assert "It is forgotten." in secretary.told
    assert "Late, their own act" not in secretary.told
    assert found == secretary.complaints == []


def test_where_there_are_no_outlines_each_area_of_the_tree_map_leads_to_what_it_counts(
    visit: Callable[..., Visitor],
) -> None:
    secretary = visit("district-secretary", width=PHONE)
    secretary.open("/dashboard")
    dashboard = secretary.path
    assert secretary.page.locator("svg.map:not(.tree)").count() == 0
    assert check(secretary, "dashboard with a tree map") == []
    secretary.page.set_viewport_size({"width": PHONE, "height": SCREEN})
    areas = secretary.page.locator("svg.tree a")
    shown = secretary.page.locator('table[aria-labelledby="below"] tbody tr').count()
    assert areas.count() == shown > 1
    counted = []
    for number in (0, shown - 1):
        said = areas.nth(number).get_attribute("aria-label") or ""
        counted.append(figure(said.rpartition(", ")[2]))
        areas.nth(number).focus()
        with secretary.page.expect_navigation():
            secretary.page.keyboard.press("Enter")
        assert figure(secretary.page.locator("h1 .figures").inner_text()) == counted[-1]
        secretary.open(dashboard)
    assert counted == sorted(counted, reverse=True)
    classes = secretary.page.locator("#map-title ~ .key a")
    assert sum(figure(one.locator(".soft").inner_text()) for one in classes.all()) == shown
    assert secretary.complaints == []
