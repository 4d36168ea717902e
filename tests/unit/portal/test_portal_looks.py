"""How it looks: colours stand once, red is for what is overdue, and a state is a word with a shape."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.frame.assets import FOLDER
from portal.shared import states
from portal.shared.states import State

PORTAL = FOLDER.parent
SHEETS = sorted((FOLDER / "css").glob("*.css"))
OVERDUE = {"The deadline has passed", "Overdue", "Owed, and overdue"}


def all_states() -> Iterator[State]:
    words = (f"portal.{path.parent.name}.words" for path in sorted(PORTAL.glob("*/words.py")))
    for module in (states, *map(importlib.import_module, words)):
        for value in vars(module).values():
            yield from (
                one for one in (value.values() if isinstance(value, dict) else (value,)) if is_state(one)
            )


def is_state(value: object) -> bool:
    return isinstance(value, State)


def test_red_is_for_what_is_overdue_and_no_state_warns() -> None:
    found = set(all_states())
    assert len(found) > 30
    assert {one.word for one in found if one.tone == "bad"} == OVERDUE
    assert {one.tone for one in found} <= {"", "good", "bad"}


def test_every_state_has_a_shape_that_is_drawn() -> None:
    drawn = set(
        re.findall(r'"(\w+)": "M', (PORTAL / "frame/templates/parts/icons.html").read_text(encoding="utf-8"))
    )
    assert {one.shape for one in all_states()} <= drawn


@pytest.mark.parametrize("sheet", SHEETS[1:], ids=lambda sheet: sheet.stem)
def test_a_colour_stands_among_the_tokens_and_nowhere_else(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    assert re.findall(r"(?<!url\(\")#[0-9a-fA-F]{3,8}\b", text) == []
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    told = set(
        re.findall(r"^\s*(--[\w-]+):", "".join(one.read_text(encoding="utf-8") for one in SHEETS), re.M)
    )
    assert used <= told


def test_tokens_come_first() -> None:
    assert SHEETS[0].stem == "10-tokens"
