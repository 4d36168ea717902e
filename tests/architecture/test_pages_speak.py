"""No template of a page says anything that is not marked for translation, in whatever state it is shown."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment

from tests.processes import ROOT

TEMPLATES = sorted((ROOT / "portal").rglob("templates/**/*.html"))
# What stands in a template beside its expressions, once the tags are gone.
NOT_TEXT = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>|<[^>]*>|[\w-]+=\"[^\"]*\"", re.DOTALL)
READ_ALOUD = re.compile(r'\b(?:aria-label|placeholder|alt|title)="([^"\0]*)"')
WORD = re.compile(r"[^\W\d_]{3,}")
NAMES = {"Sammelan"}
# What an expression leaves behind: no letter, so that nothing runs together.
HOLE = "\0"


def said_by(source: str) -> set[str]:
    """The words that the source shows in every language alike."""
    pieces = (value if kind == "data" else HOLE for _, kind, value in Environment().lex(source))
    text = re.sub(f"{HOLE}+", HOLE, "".join(pieces))
    shown = [*READ_ALOUD.findall(text), NOT_TEXT.sub(HOLE, text)]
    return {word for piece in shown for word in WORD.findall(piece)} - NAMES


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_says_nothing_in_one_language_for_all(template: Path) -> None:
    assert said_by(template.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Left out</p>", {"Left", "out"}),
        ('<p>{{ _("Left out") }}</p>', set()),
        ('<p title="Left">{% if a %}Đồng{% endif %}</p>', {"Left", "Đồng"}),
        ('<a class="{{ look }}" href="/units/{{ id }}">{{ name }}</a> · 5', set()),
        ("{# a word for us #}<script>let words = 1</script>", set()),
        ('{% set more %} aria-describedby="a-{{ id }}"{% endset %}', set()),
    ],
)
def test_the_check_sees_what_is_said(source: str, words: set[str]) -> None:
    assert said_by(source) == words
