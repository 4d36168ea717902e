"""The portal grows by capabilities: what they share stays small, and each says what it does in its own words."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.app import CAPABILITIES, DONE
from portal.shared.words import SAID_BY_SEVERAL

PORTAL = Path(__file__).parents[2] / "portal"
# Of what every capability stands on; the clients of the services and the wiring are not counted.
MOST_SHARED = 1_500


def lines_of(room: str) -> int:
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (PORTAL / room).glob("*.py"))


def test_what_the_capabilities_share_stays_small() -> None:
    assert lines_of("frame") + lines_of("shared") <= MOST_SHARED


def test_no_act_is_said_by_two_capabilities() -> None:
    said = Counter(
        key for words in (SAID_BY_SEVERAL, *(routes.DONE for routes in CAPABILITIES)) for key in words
    )
    assert [key for key, times in said.items() if times > 1] == []


def acts_done() -> Iterator[tuple[str, str]]:
    """The words that routes send the reader on with, where they stand there as they are."""
    for path in sorted(PORTAL.glob("*/routes/*.py")) + sorted(PORTAL.glob("*/routes.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "done" and len(call.args) == 2:
                for what in filter(None, _choices(call.args[1])):
                    yield path.relative_to(PORTAL).parts[0], what


def _choices(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.IfExp):
        yield from _choices(argument.body)
        yield from _choices(argument.orelse)
    elif isinstance(argument, ast.Constant) and argument.value:
        yield str(argument.value)


WHOLE = list(acts_done())


@pytest.mark.parametrize(("capability", "what"), WHOLE)
def test_what_was_done_is_said_by_the_capability_that_did_it(capability: str, what: str) -> None:
    own = next(routes.DONE for routes in CAPABILITIES if routes.__name__.split(".")[1] == capability)
    assert what in {**SAID_BY_SEVERAL, **own}


def test_acts_are_found_in_the_code() -> None:
    assert {("plans", "planned"), ("congress", "approved")} <= set(WHOLE)
    assert {what for _capability, what in WHOLE} <= DONE.keys()
