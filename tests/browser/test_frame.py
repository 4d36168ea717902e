"""What stands around every page: where one can go, for whom one acts, the search, a word when there is no network."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import DESK, PHONE, Running, Visitor

MOST_NEAR = 4


def places(visitor: Visitor) -> list[str]:
    """The links of the main navigation that are in sight."""
    links = visitor.page.locator("nav.main-nav li a")
    return [str(one.get_attribute("href")) for one in links.all() if one.is_visible()]


@pytest.mark.parametrize("scripts", [True, False])
def test_the_side_bar_shows_all_that_this_person_may_and_a_narrow_one_four_and_more(
    visit: Callable[..., Visitor], scripts: bool
) -> None:
    clerk = visit("union-clerk", width=DESK, scripts=scripts)
    wide = places(clerk)
    assert {"/", "/dashboard", "/inbox", "/units", "/plans", "/account", "/why"} < set(wide)
    assert not {"/audit", "/jobs"} & set(wide)
    assert not clerk.page.locator("nav.main-nav summary").is_visible()
    clerk.page.set_viewport_size({"width": PHONE, "height": 740})
    assert places(clerk) == wide[:MOST_NEAR]
    clerk.open_menu()
    assert places(clerk) == wide
    bar = clerk.page.locator("nav.main-nav").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] == 740, "at hand at the lower edge"
    clerk.press(clerk.page.locator('.far a[href="/why"]'))
    assert clerk.page.locator('nav.main-nav [aria-current="page"]').count() == 1


def test_the_bar_does_not_cover_a_page_that_is_enlarged_four_times(visit: Callable[..., Visitor]) -> None:
    clerk = visit("union-clerk")
    clerk.page.set_viewport_size({"width": 320, "height": 256})
    assert clerk.page.locator("nav.main-nav").evaluate("one => getComputedStyle(one).position") == "relative"
    assert clerk.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_search_is_one_key_away_and_no_letter_that_is_typed_leads_there(
    visit: Callable[..., Visitor],
) -> None:
    clerk = visit("union-clerk")
    clerk.page.keyboard.press("/")
    clerk.page.keyboard.type("kalirbazer")
    with clerk.page.expect_navigation():
        clerk.page.keyboard.press("Enter")
    assert "/search?q=kalirbazer" in clerk.path
    assert "Kalirbazer" in clerk.told
    field = clerk.page.locator('main input[name="q"]')
    field.press("End")
    clerk.page.keyboard.type("a/b")
    assert field.input_value() == "kalirbazera/b"


def test_whoever_has_several_posts_chooses_for_which_unit_they_act(
    visit: Callable[..., Visitor],
) -> None:
    person = visit("two-posts", "en")
    acting = person.page.locator(".main-nav .acting")
    assert "All my units" in acting.inner_text()
    person.press(acting.get_by_role("link"))
    assert person.page.locator("main .choices button").count() >= 3
    choice = person.page.locator("main .choices button").nth(1)
    name = choice.inner_text().partition("\n")[0].partition(":")[0]
    person.press(choice)
    assert person.path == "/"
    assert name in acting.inner_text()
    person.open("/units")
    assert name in acting.inner_text()
    alone = visit("union-clerk")
    assert alone.page.locator(".main-nav .acting a").count() == 0
    assert "Kalirbazer" in alone.page.locator(".main-nav .acting").inner_text()


def test_without_a_network_a_page_says_so_and_names_nobody(running: Running, chromium: Browser) -> None:
    context = chromium.new_context(locale="bn-BD")
    page = context.new_page()
    page.goto(running.url + "/about")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("caches.match('/offline').then(found => Boolean(found))")
    context.set_offline(True)
    page.goto(running.url + "/inbox")
    told = page.locator("main").inner_text()
    assert "এই মুহূর্তে নেটওয়ার্ক নেই।" in told
    assert "There is no network at the moment." in told
    assert page.locator("nav.main-nav").count() == 0
    context.set_offline(False)
    page.goto(running.url + "/about")
    assert "এই মুহূর্তে নেটওয়ার্ক নেই।" not in page.locator("main").inner_text()
    context.close()


def test_on_paper_stands_the_page_and_not_what_is_around_it(visit: Callable[..., Visitor]) -> None:
    organiser = visit("hq-organiser")
    organiser.page.emulate_media(media="print")
    for around in ("nav.main-nav", ".find", ".languages", ".foot"):
        assert not organiser.page.locator(around).is_visible()
    assert organiser.page.locator("main h1").is_visible()
