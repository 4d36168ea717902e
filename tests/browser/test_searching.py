"""The search in the header: everything within the reader's reach, and nothing beyond it."""

from collections.abc import Callable
from urllib.parse import quote

from tests.browser.conftest import PHONE, Visitor
from tests.browser.test_pages import check

UNIT, CODE, NEIGHBOUR = "Kalirbazer", "BD-N0129", "BD-N0130"


def search(visitor: Visitor, words: str) -> str:
    visitor.open(f"/search?q={quote(words)}")
    return visitor.page.locator("#found").inner_text()


def test_a_superior_finds_the_unit_its_congress_the_plan_and_the_pages(visit: Callable[..., Visitor]) -> None:
    organiser = visit("hq-organiser", "en", PHONE)
    organiser.press(organiser.page.locator(".find-link"))
    organiser.fill(q=UNIT)
    organiser.send()
    assert CODE in organiser.told
    assert organiser.page.locator('#found a[href^="/congresses/"]').count() == 1
    faults = check(organiser, "search")
    # As the units' search, it bears with a letter that is wrong.
    assert CODE in search(organiser, "Kalirbazar")
    assert "Did you mean" in search(organiser, "Kalirbzaer")
    assert "Congresses at all levels" in search(organiser, "all levels")
    search(organiser, "audit")
    organiser.press(organiser.page.locator("#found").get_by_role("link", name="Audit", exact=True))
    assert organiser.path == "/audit"
    assert faults == organiser.complaints == []


def test_nobody_finds_what_is_out_of_their_sight(visit: Callable[..., Visitor]) -> None:
    """A clerk finds the own unit, and none beside it or above it; a stranger is asked to sign in."""
    organiser, clerk, stranger = visit("hq-organiser"), visit("union-clerk"), visit("")
    assert CODE in search(clerk, UNIT)
    for beside_or_above in (NEIGHBOUR, "BD-U011", "BD-D01"):
        assert beside_or_above in search(organiser, beside_or_above)
        assert "Nothing within your reach" in search(clerk, beside_or_above)
    # Nor a page that is not theirs.
    for one, count in ((organiser, 1), (clerk, 0)):
        search(one, "background tasks")
        assert one.page.locator('#found a[href="/jobs"]').count() == count
    stranger.open(f"/search?q={UNIT}")
    assert CODE not in stranger.page.content()
    assert stranger.page.locator("#found").count() == 0


def test_members_are_found_by_their_own_unit_alone(visit: Callable[..., Visitor]) -> None:
    clerk, organiser = visit("union-clerk"), visit("hq-organiser")
    clerk.open("/")
    clerk.press(clerk.page.locator('nav.main-nav a[href$="/members"]'))
    name = clerk.page.locator("main tbody th a").first.inner_text()
    search(clerk, name)
    assert clerk.page.locator('#found a[href^="/members/"]').filter(has_text=name).count() >= 1
    search(organiser, name)
    assert organiser.page.locator('#found a[href^="/members/"]').count() == 0


def test_a_holder_of_an_office_is_found_by_name_by_those_who_may_know(visit: Callable[..., Visitor]) -> None:
    organiser, approver, clerk = (
        visit("hq-organiser"),
        visit("hq-approver"),
        visit("union-clerk", "en", PHONE),
    )
    clerk.open("/account")
    name = clerk.page.locator("main dl.facts dd").first.inner_text()
    for one, link in ((organiser, "/access"), (approver, "")):
        search(one, name)
        found = one.page.locator('#found a[href^="/units/"]').filter(has_text=name)
        assert found.count() >= 1
        assert (found.first.get_attribute("href") or "").endswith(link)
    organiser.open(f"/search/holders?q={quote(name)}")
    assert UNIT in organiser.told
    assert check(organiser, organiser.path) == []
    nobody = search(clerk, "Zvxq Qxvz")
    assert search(clerk, name) == nobody
