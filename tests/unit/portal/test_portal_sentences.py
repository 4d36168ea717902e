"""What services say reaches the reader as a sentence in their language, whole: its places filled, nothing patched."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, g
from flask_babel import refresh

from congress.domain.cautions import TITLES, Caution
from congress.routes.views import cautions_view
from portal.app import install_words
from portal.frame.forms import Fault, fault_of
from portal.frame.pages import know_words, told
from portal.machines.views import NOT_A_KEY
from portal.shared.units import GIVEN, Ours, in_words
from portal.shared.words import LISTED, VERBATIM
from servicekit.settings import SERVICES
from tests.titles import titles_in

ROOT = Path(__file__).parents[3]
# Places whose values are read as keys (with the words of the page, of figures, of permissions), numbers or days.
READ = {
    *(
        "figure",
        "line",
        "count",
        "part",
        "whole",
        "milestone",
        "previous",
        "missing",
        "level",
        "parent_level",
        "lower",
        "higher",
        "top",
    ),
    *(
        "content_type",
        "permission",
        "date",
        "opens_on",
        "earliest",
        "latest",
        "end",
        "until",
        "row",
        "first",
        "second",
    ),
    *(
        "number",
        "confirmed",
        "most",
        "days",
        "moved",
        "least",
        "longest",
        "minutes",
        "sum",
        "total",
        "needed",
        "present",
        "percent",
        "target",
    ),
    *("listed", "seats", "given", "position", "before"),
}


@pytest.fixture
def pages() -> Iterator[Flask]:
    app = Flask("sentences")
    install_words(app, "Asia/Dhaka", titles_in)
    with app.test_request_context("/"):
        yield app


def as_told(fault: Fault, language: str) -> str:
    g.language = language
    refresh()  # Babel remembers the language of a request
    return told(fault)


SOME = Fault(
    "{part} cannot be more than {whole}, which is {total}.",
    {"part": "women", "whole": "summoned", "total": "1586"},
)


def test_keys_and_numbers_are_read_as_the_reader_knows_them(pages: Flask) -> None:
    assert (
        as_told(SOME, "en")
        == "Women among the delegates cannot be more than Delegates summoned, which is 1,586."
    )
    bangla = as_told(SOME, "bn")
    assert "১,৫৮৬" in bangla
    assert not re.search("[A-Za-z]", bangla)


def test_a_word_of_the_sentence_that_is_also_a_key_stays(pages: Flask) -> None:
    """ "members" is a figure, and a word of many a sentence."""
    said = Fault("Nobody is present of the members.", {"date": "2026-03-01"})
    assert as_told(said, "en") == "Nobody is present of the members."


def test_what_somebody_typed_is_never_taken_for_a_key_or_a_number(pages: Flask) -> None:
    said = Fault("There is no unit {code}.", {"code": "00129"})
    assert as_told(said, "en") == "There is no unit 00129."
    assert as_told(Fault("There is no unit {code}.", {"code": "women"}), "en") == "There is no unit women."


def test_a_place_with_a_brace_or_percent_in_its_value_does_no_harm(pages: Flask) -> None:
    assert as_told(Fault("There is no unit {code}.", {"code": "{total} 100%s"}), "en").endswith(
        "{total} 100%s."
    )


@pytest.mark.parametrize(
    ("value", "told_as"),
    [
        ("2026-03-01", "1 Mar 2026"),
        ("2026-02-30", "2026-02-30"),
        ("9999-99-99", "9999-99-99"),
        ("2026-W10-1", "2026-W10-1"),
    ],
)
def test_what_only_looks_like_a_day_is_told_as_it_is(pages: Flask, value: str, told_as: str) -> None:
    assert as_told(Fault("Not before {date}.", {"date": value}), "en") == f"Not before {told_as}."


@pytest.mark.parametrize("language", ["en", "bn", "vi"])
def test_braces_in_a_sentence_of_ours_are_shown(pages: Flask, language: str) -> None:
    assert '{"kty": "EC"' in as_told(Fault(NOT_A_KEY), language)


def test_milestones_of_the_page_are_named(pages: Flask) -> None:
    know_words({"opened": "উদ্বোধন"})
    said = Fault("Another milestone comes first: {missing}.", {"missing": "opened"})
    assert "উদ্বোধন" in as_told(said, "bn")


def test_several_permissions_are_named_each(pages: Flask) -> None:
    said = Fault(
        "You cannot give more than you hold: {permissions}.",
        {"permissions": "members:read, congress:approve"},
    )
    assert not re.search("[a-z]+:[a-z]+", as_told(said, "en"))


@pytest.mark.parametrize("language", ["bn", "vi"])
@pytest.mark.parametrize("kind", sorted(TITLES))
def test_a_caution_has_no_english_left_in_it(pages: Flask, kind: str, language: str) -> None:
    places = dict.fromkeys(re.findall(r"\{(\w+)", TITLES[kind]), "women")
    # Nor are names of people put into words.
    numbers = {name: "7" for name in places if name in {"percent", "target", "listed", "seats"} | VERBATIM}
    g.caller = None
    (view,) = cautions_view([Caution(kind, "figures/women", {**places, **numbers})])
    spoken = as_told(fault_of(view), language)
    assert spoken != as_told(fault_of(view), "en")
    assert "women" not in spoken.lower()
    assert "{" not in spoken


def test_a_text_of_ours_is_translated_and_a_given_name_is_not() -> None:
    assert in_words(Ours("Delegates summoned"), "bn").text != "Delegates summoned"
    assert in_words({GIVEN: "Plan 7"}, "bn").text == "Plan 7"
    assert not in_words({GIVEN: "Plan 7"}, "bn").foreign


def _titles() -> Iterator[str]:
    for service in (*SERVICES, "servicekit"):
        for path in sorted((ROOT / service).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    for one in node.body:
                        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "title":
                            yield from (
                                part.value
                                for part in ast.walk(one.value)
                                if isinstance(part, ast.Constant) and isinstance(part.value, str)
                            )
    yield from TITLES.values()


def test_of_every_place_in_a_refusal_it_is_said_how_its_value_is_read() -> None:
    places = {place for title in _titles() for place in re.findall(r"\{(\w+)", title)}
    assert len(places) > 20
    assert sorted(places - READ - VERBATIM - LISTED.keys()) == []


def test_no_page_takes_a_key_for_a_word() -> None:
    """`names.get(key, key)` shows the key where the word is missing: in one language for all."""
    wrong = re.compile(r"\.get\((\w+), \1\)|\.get\((\w+\[[^]]+\]), \2\)")
    found = [
        f"{path.name}: {one.group()}"
        for folder in ("portal", "notifications")
        for path in sorted((ROOT / folder).rglob("*.py"))
        # An auditor sees every act, also one of a newer service.
        for one in (wrong.finditer(path.read_text(encoding="utf-8")) if path.parent.name != "audit" else ())
    ]
    assert found == []
