"""Every page, as people of three languages see it on a phone and at a desk: usable, readable, within its frame."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE

from tests.browser.conftest import DESK, IDLE_SECONDS, PHONE, Visitor
from tests.browser.test_access import give_by_code

# Every kind of page that somebody of these can reach is looked at once.
READERS = ("district-secretary", "union-clerk")
PUBLIC = (
    "/",
    "/sign-in",
    "/sign-in/refused?why=no-grant&ask=1&asked_on=2026-11-28",
    "/sign-in/refused?why=grant-ended&ask=1&declined_on=2026-11-28",
    "/sign-in/ask?problem=needed",
    "/sign-in/ask?problem=over",
    "/sign-in/ask?sent=1",
    "/cannot-get-in",
    "/about",
    "/sign-in/refused?why=x",
)
LEAST_KINDS = 45
# A page with its style and scripts, as it travels to somebody new; the field's people sit on weak networks.
MOST_BYTES, MOST_BYTES_OF_FIGURES = 60_000, 120_000
MOST_REQUESTS = 4
# At a desk one sits nearer.
TEXT = {PHONE: 18, DESK: 16}
# A screen of 1,280 by 1,024 at 400 %; a sheet of A4 within its margins.
ENLARGED_AND_PRINTED: tuple[tuple[Literal["screen", "print"], tuple[int, int]], ...] = (
    ("screen", (320, 256)),
    ("print", (720, 1040)),
)
SMALLEST_TARGET = 44  # CSS pixels; links inside a line of text are as high as the line

# Measuring contrast takes longer than all other rules together, and what is painted alike is as readable on one page
# as on the next: the same elements of the same classes in each other, in the same colours, size and weight. So each
# painting is measured where it is met first. What lies over other things counts as alike only over the same ones.
MEASURED: set[str] = set()
NOT_MEASURED = """measured => {
    // A number is enough to know one among some thousand again.
    const told = text => {
        let [high, low] = [5381, 52711];
        for (let at = 0; at < text.length; at++) {
            high = Math.imul(high, 33) ^ text.charCodeAt(at);
            low = Math.imul(low, 31) + text.charCodeAt(at) | 0;
        }
        return `${high >>> 0} ${low >>> 0}`;
    };
    const paintings = new Map();
    const painting = one => {
        if (!one) return ["", false];
        if (!paintings.has(one)) {
            const [above, over] = painting(one.parentElement), style = getComputedStyle(one);
            const all = [
                above, one.tagName, one.getAttribute("class"), one.disabled || one.ariaDisabled, style.color,
                style.backgroundColor, style.backgroundImage, style.opacity, style.position, style.filter,
                style.textShadow, style.fontSize, style.fontWeight,
            ];
            paintings.set(one, [told(all.join()), over || ["absolute", "fixed"].includes(style.position)]);
        }
        return paintings.get(one);
    };
    const known = new Set(measured), found = new Set();
    const reads = one => one.matches("input, select, textarea")
        || [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    window.notMeasured = [...document.body.querySelectorAll("*")].filter(one => {
        if (!reads(one)) return false;
        const box = one.getBoundingClientRect(), [painted, over] = painting(one);
        const seen = box.width > 1 && box.right > 0;  // or it may be on another page
        const under = over && seen
            ? document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2).map(at => painting(at)[0])
            : [painted];
        const name = told(`${seen} ${painted} ${under.join()}`);
        if (under.length && known.has(name)) return false;
        known.add(name);
        found.add(name);
        return true;
    });
    return [...found];
}"""
AXE_FINDS = """how => axe.run(how.runOnly ? { include: notMeasured } : document, how)
    .then(found => found.violations.map(one => [one.id, one.nodes[0].html]))"""
ALL_BUT_CONTRAST = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}
CONTRAST = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}


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
        for path in walk(visitor, known):
            found.append(check(visitor, path))
            if language == "en":
                found.append(check_enlarged_and_printed(visitor, path))
        assert visitor.complaints == []
    assert [fault for faults in found for fault in faults] == []
    assert len(found) >= LEAST_KINDS


def test_what_only_a_form_leads_to_is_accessible_as_well(visit: Callable[..., Visitor]) -> None:
    """Sheets to print, which stand on no address, and a code on its way to the eID."""
    organiser, found = visit("hq-organiser", "bn"), []
    give_by_code(organiser, "reader", "A sheet to look at")
    found.append(check(organiser, "code on paper"))
    unit = organiser.page.locator(".crumbs a").last.get_attribute("href")
    assert unit is not None
    organiser.open(f"{unit}/new".replace("/access/new", "/machines/new"))
    organiser.fill(name="Nightly export", keys='{"kty": "EC", "d": "secret"}')
    organiser.send()
    found.append(check(organiser, "a private key"))
    organiser.open(unit.replace("/access", "/access/fallback/officials/new"))
    organiser.page.locator('select[name="account_id"]').select_option(index=1)
    found.append(check(organiser, "naming an official"))
    for path in ("/account/sealed-sign-ins", "/account/sealed-codes", "/together", "/offers"):
        organiser.open(path)
        found.append(check(organiser, path))
    organiser.open("/account/sealed-sign-ins")
    found.append(check(organiser, "sealed sign-ins"))
    organiser.page.clock.install()
    organiser.open("/account")
    organiser.page.clock.fast_forward((IDLE_SECONDS - 60) * 1000)
    found.append(check(organiser, "the sign-in ends soon"))
    stranger = visit("", "bn")
    stranger.open("/sign-in")
    stranger.page.locator("summary").first.click()
    stranger.fill(paper="ABCD-EFGH-JKMN-PQ23")
    stranger.send()
    found.append(check(stranger, "on the way with a code"))
    assert [fault for faults in found for fault in faults] == []


def walk(visitor: Visitor, known: set[str], *, shown_again: bool = True) -> Iterator[str]:
    """Each kind of page that is not yet known, followed from the start; it is open when its path is handed out.

    What is known is gone through as well: to another reader it may lead further. Where nobody asks what the browser
    says of it then, it is read and not shown.
    """
    queue, met = deque(["/"]), {kind_of("/")}
    while queue:
        path = queue.popleft()
        looked_at = path == "/" or kind_of(path) not in known
        if looked_at or shown_again:
            visitor.open(path)
            links = visitor.page.evaluate(f"({LINKS})(document)")
        else:
            links = visitor.page.evaluate(READ_LINKS, path)
        if looked_at:
            known.add(kind_of(path))
            yield path
        for link in links:
            kind = kind_of(link)
            if (
                link.startswith("/")
                and kind not in met
                and not link.startswith(("/api", "/sign-", "/static", "/audit/", "/files/"))
            ):
                met.add(kind)
                queue.append(link)


# A place within a page is no page of its own.
LINKS = "page => [...page.querySelectorAll('a[href]')].map(a => a.getAttribute('href').replace(/#.*/, ''))"
READ_LINKS = f"""path => fetch(path, {{ headers: {{ Accept: "text/html" }} }})
    .then(answer => answer.text())
    .then(text => ({LINKS})(new DOMParser().parseFromString(text, "text/html")))"""


def kind_of(link: str) -> str:
    path, _, query = link.partition("?")
    names = "&".join(sorted(part.partition("=")[0] for part in query.split("&") if part))
    return re.sub(r"/[a-z2-7]{20}", "/*", path) + "?" + names


def check(visitor: Visitor, path: str) -> list[str]:
    """What is wrong with the page that is open, at both widths."""
    page = visitor.page
    faults = []
    page.evaluate(AXE)
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 800})
        broken = page.evaluate(AXE_FINDS, ALL_BUT_CONTRAST)
        if painted := page.evaluate(NOT_MEASURED, sorted(MEASURED)):
            broken += page.evaluate(AXE_FINDS, CONTRAST)
            MEASURED.update(painted)
        faults += [f"{path} at {width}: {rule}: {html[:300]}" for rule, html in broken]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{path} at {width}: wider than the screen")
        low = page.evaluate(
            """least => [...document.querySelectorAll(
                "main a.button, main button, main .link-act, summary, .main-nav a, .languages button, .find button"
            )].filter(one => one.getClientRects().length && one.getBoundingClientRect().height < least)
            .map(one => one.outerHTML.slice(0, 200))""",
            SMALLEST_TARGET,
        )
        faults += [f"{path} at {width}: a small target: {one}" for one in low]
        if page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") < TEXT[width]:
            faults.append(f"{path} at {width}: small text")
    loaded = page.evaluate("""() => [
        ...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")
    ].map(one => one.encodedBodySize)""")
    most = MOST_BYTES_OF_FIGURES if path.startswith("/dashboard") else MOST_BYTES
    if sum(loaded) > most or len(loaded) > MOST_REQUESTS:
        faults.append(f"{path}: {sum(loaded)} bytes in {len(loaded)} requests")
    if page.locator("h1").count() != 1:
        faults.append(f"{path}: {page.locator('h1').count()} main headings")
    return faults


def check_enlarged_and_printed(visitor: Visitor, path: str) -> list[str]:
    """What is wrong at four times the size, which leaves a desk's screen this width, and on paper."""
    page, faults = visitor.page, []
    for medium, (width, height) in ENLARGED_AND_PRINTED:
        page.emulate_media(media=medium)
        page.set_viewport_size({"width": width, "height": height})
        broken = page.evaluate(AXE_FINDS, ALL_BUT_CONTRAST)
        faults += [f"{path} at {width}, {medium}: {rule}: {html[:300]}" for rule, html in broken]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{path} at {width}, {medium}: wider than it may be")
    page.emulate_media(media="screen")
    return faults


def test_a_page_without_scripts_does_the_same(visit: Callable[..., Visitor]) -> None:
    clerk = visit("union-clerk", "bn", PHONE, scripts=False)
    clerk.open_menu()
    assert clerk.page.locator('.far a[href="/why"]').is_visible()
    clerk.press(clerk.page.locator('nav.main-nav a[href="/units"]'))
    clerk.page.locator('main input[name="q"]').fill("ফ")
    clerk.press(clerk.page.locator("main form.search button"))
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
    assert "Đơn vị của bạn" in first.told
    elsewhere = visit()
    elsewhere.sign_in("two-posts")
    assert "Đơn vị của bạn" in elsewhere.told


def test_a_language_chosen_before_signing_in_wins_and_is_kept(visit: Callable[..., Visitor]) -> None:
    first = visit("division-supervisor", "en")
    assert first.page.locator("html").get_attribute("lang") == "en"
    chooser = visit()
    chooser.open("/sign-in")
    chooser.speak("bn")
    chooser.sign_in("division-supervisor")
    assert chooser.page.locator("html").get_attribute("lang") == "bn"
    elsewhere = visit()
    elsewhere.sign_in("division-supervisor")
    assert elsewhere.page.locator("html").get_attribute("lang") == "bn"
    # On a shared computer the next person finds their own again, whatever the last one chose.
    chooser.context.clear_cookies(name="session")
    chooser.sign_in("two-posts")
    assert chooser.page.locator("html").get_attribute("lang") == "vi"
