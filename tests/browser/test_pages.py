"""Every page, as people of three languages see it on a phone and at a desk: usable, readable, within its frame."""

import re
from collections import deque
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESK, PHONE, Visitor

# Every kind of page that somebody of these can reach is looked at once.
READERS = ("district-secretary", "union-clerk")
PUBLIC = (
    "/",
    "/sign-in",
    "/sign-in/refused?why=no-grant",
    "/cannot-get-in",
    "/about",
    "/sign-in/refused?why=x",
)
LEAST_KINDS = 25
# A page with its style and scripts; the field's people sit on weak networks.
MOST_BYTES = 100_000
SMALLEST_TARGET = 44  # CSS pixels; links inside a line of text are as high as the line


@pytest.mark.parametrize("language", ["bn", "vi", "en"])
def test_every_page_is_accessible_and_fits_a_phone_and_a_desk(
    visit: Callable[..., Visitor], language: str
) -> None:
    stranger = visit("", language)
    found = []
    for path in PUBLIC:
        stranger.open(path)
        found.append(check(stranger, path))
    known: set[str] = set()
    for who in READERS:
        visitor = visit(who, language)
        found += [check(visitor, path) for path in walk(visitor, known)]
        assert visitor.complaints == []
    assert [fault for faults in found for fault in faults] == []
    assert len(found) >= LEAST_KINDS


def walk(visitor: Visitor, known: set[str]) -> Iterator[str]:
    """Each kind of page that is not yet known, followed from the start; it is open when its path is handed out."""
    queue = deque(["/"])
    while queue:
        path = queue.popleft()
        visitor.open(path)
        yield path
        for link in visitor.page.eval_on_selector_all(
            "a[href]", "all => all.map(a => a.getAttribute('href'))"
        ):
            kind = kind_of(link)
            if (
                link.startswith("/")
                and kind not in known
                and not link.startswith(("/api", "/sign-", "/static"))
            ):
                known.add(kind)
                queue.append(link)


def kind_of(link: str) -> str:
    path, _, query = link.partition("?")
    names = "&".join(sorted(part.partition("=")[0] for part in query.split("&") if part))
    return re.sub(r"/[a-z2-7]{20}", "/*", path) + "?" + names


def check(visitor: Visitor, path: str) -> list[str]:
    """What is wrong with the page that is open, at both widths."""
    page = visitor.page
    faults = []
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 800})
        rules = Axe().run(page).response["violations"]
        faults += [f"{path} at {width}: {rule['id']}: {rule['nodes'][0]['html'][:300]}" for rule in rules]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{path} at {width}: wider than the screen")
        low = page.evaluate(
            """least => [...document.querySelectorAll(
                "main a.button, main button, main .link-act, summary, .main-nav a, .languages button"
            )].filter(one => one.getClientRects().length && one.getBoundingClientRect().height < least)
            .map(one => one.outerHTML.slice(0, 200))""",
            SMALLEST_TARGET,
        )
        faults += [f"{path} at {width}: a small target: {one}" for one in low]
    if page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") < 18:
        faults.append(f"{path}: small text")
    weight = page.evaluate("""() => [
        ...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")
    ].reduce((sum, one) => sum + one.decodedBodySize, 0)""")
    if weight > MOST_BYTES:
        faults.append(f"{path}: {weight} bytes")
    if page.locator("h1").count() != 1:
        faults.append(f"{path}: {page.locator('h1').count()} main headings")
    return faults


def test_a_page_without_scripts_does_the_same(visit: Callable[..., Visitor]) -> None:
    clerk = visit("union-clerk", "bn", PHONE, scripts=False)
    clerk.page.locator("nav.main-nav summary").click()
    clerk.press(clerk.page.locator('.menu a[href="/units"]'))
    clerk.page.locator('input[name="q"]').fill("ফ")
    clerk.press(clerk.page.locator("form.search button"))
    assert "/units?q=" in clerk.path
    assert clerk.page.locator("html").get_attribute("lang") == "bn"


def test_bangla_figures_and_days_are_written_in_bangla(visit: Callable[..., Visitor]) -> None:
    organiser = visit("hq-organiser", "bn")
    organiser.open("/dashboard")
    figure = organiser.page.locator(".figure").first.inner_text()
    assert re.search(r"[০-৯]", figure)
    assert not re.search(r"[0-9]", figure.replace("CSV", ""))


def test_the_language_stays_with_the_account(visit: Callable[..., Visitor]) -> None:
    first = visit("two-posts", "vi")
    assert "Việc của bạn" in first.told
    elsewhere = visit()
    elsewhere.sign_in("two-posts")
    assert "Việc của bạn" in elsewhere.told
