"""Paths, languages, frame and files of the pages."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.frame.assets import address, assets
from portal.frame.menu import entries, person_of
from portal.frame.pages import safe_path
from portal.plans.outlines import Outlines
from portal.shared.units import in_words, trail_to
from servicekit.access.decision import Caller

HTMX_VERSION = 'version:"2.'


@pytest.mark.parametrize("path", ["/", "/units/abc?after=x", "/dashboard/p/u?milestone=closed"])
def test_a_local_path_is_gone_back_to(path: str) -> None:
    assert safe_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "/a b",
        "/\t/e",
    ],
)
def test_anything_else_leads_to_the_start(path: str) -> None:
    assert safe_path(path) == "/"


def test_a_name_is_shown_in_the_readers_language_or_marked_as_foreign() -> None:
    names = {"en": "Dhaka", "bn": "ঢাকা"}
    assert in_words(names, "bn").text == "ঢাকা"
    assert not in_words(names, "bn").foreign
    shown = in_words(names, "vi")
    assert (shown.text, shown.language, shown.foreign) == ("Dhaka", "en", True)
    assert in_words({}, "en").text == "–"


def test_units_above_ones_own_are_named_without_a_link() -> None:
    answer = {
        "id": "c",
        "names": {"en": "C"},
        "ancestors": [{"id": "a", "names": {"en": "A"}}, {"id": "b", "names": {"en": "B"}}],
    }
    trail = trail_to(answer, "/units/{}".format, lambda path: "b" in path)
    assert [(one.names, one.link) for one in trail] == [
        ({"en": "A"}, ""),
        ({"en": "B"}, "/units/b"),
        ({"en": "C"}, ""),
    ]


def test_the_menu_leaves_out_what_the_reader_cannot_use_and_says_where_one_is() -> None:
    held = {"unit:read": "r", "members:read": "u"}
    shown = entries("/units/u/members/new", lambda permission: held.get(permission, ""), 2)
    assert [one.link for one in shown] == [
        "/",
        "/inbox",
        "/units",
        "/units/u/members",
        "/account",
        "/why",
    ]
    assert [one.link for one in shown if one.current] == ["/units/u/members"]
    assert [one.count for one in shown if one.link == "/inbox"] == [2]
    assert [one.link for one in entries("/", lambda _: "", 0) if one.current] == ["/"]


def test_the_style_is_one_file_with_its_tokens_first_and_no_word_for_its_writers() -> None:
    style = assets()["portal.css"].body.decode()
    assert style.startswith(":root")
    assert "/*" not in style
    for component in (".main-nav", ".lead-task", ".table", ".queue", ".steps", "@media print"):
        assert component in style


@pytest.mark.parametrize(("passed", "left"), [(0, 900), (899.5, 0), (2000, 0)])
def test_a_page_counts_the_seconds_until_the_sign_in_ends(passed: float, left: int) -> None:
    now = datetime(2026, 11, 5, 10, 0, tzinfo=UTC)
    ends = now + timedelta(seconds=900 - passed)
    assert person_of(Caller("a", name="Rahima", session_ends=ends), now).left == left
    assert person_of(Caller("a", name="Rahima"), now).ends is None


def test_the_side_bar_is_as_high_as_the_screen_only_beside_a_page_that_has_a_menu() -> None:
    """Whoever is still to accept an offer has none: it would lie over the button."""
    style = assets()["portal.css"].body.decode()
    high = [line for line in style.splitlines() if "height: 100vh" in line and ".main-nav" in line]
    assert high
    assert all(line.lstrip().startswith(".has-nav ") for line in high)


def test_a_file_has_an_address_that_changes_with_its_content() -> None:
    style = assets()["portal.css"]
    assert address("portal.css") == f"/static/portal.css?v={style.digest}"


def test_the_vendored_script_is_of_the_second_line() -> None:
    assert HTMX_VERSION.encode() in assets()["htmx.min.js"].body


def test_nothing_is_loaded_from_elsewhere() -> None:
    for name in ("portal.css", "portal.js"):
        assert b"http" not in assets()[name].body.replace(b"http://www.w3.org", b"")
    assert Outlines({}).by_code == {}
