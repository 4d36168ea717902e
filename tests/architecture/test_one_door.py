"""What comes from outside passes the one door: text, numbers, dates and contacts of servicekit, nothing beside."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from marshmallow import Schema, fields

from sammelan.main import main
from sammelan.typed import Day as DayType
from sammelan.typed import Text
from sammelan.typed import Whole as WholeType
from servicekit.settings import SERVICES
from servicekit.web.schemas import (
    AskedWhole,
    Birth,
    Day,
    Email,
    Line,
    Name,
    Number,
    Prose,
    Verbatim,
    Whole,
    Word,
)
from tests.architecture.the_code import environment, make_app, sources, syntax
from tests.processes import ROOT

# The standard library's own reading of a regular expression.
signs: Any = importlib.import_module("re._constants")
reading: Any = importlib.import_module("re._parser")

DOOR = (
    *(
        "servicekit/words/text.py",
        "servicekit/words/numbers.py",
        "servicekit/words/dates.py",
        "servicekit/words/contacts.py",
    ),
    "servicekit/words/national_numbers.py",
)
READERS = {"int", "float", "Decimal", "fromisoformat", "strptime", "isdigit", "isdecimal", "isnumeric"}
SHAPERS = {"normalize", "validate_email", "parse_phone"}
# An interval or an instant in seconds is made by us, not read.
MADE = re.compile(r"total_seconds|timestamp|time\.time|self\.clock")
# Where something is turned into a number, a day or another form of text although it is not what came from outside.
OWN = {
    "servicekit/exporting/links.py": "what its own mac vouches for",
    "servicekit/files/arriving/uploads.py": "Upload-Length and Upload-Offset, in ASCII and within bounds",
    "servicekit/files/checking/confining.py": "what the kernel answers",
    "servicekit/files/checking/examination.py": "what a process of ours says",
    "servicekit/files/giving.py": "how a file's name is folded into the letters that every header takes",
    "servicekit/files/store.py": "our own records",
    "servicekit/out/door/destinations.py": "ports and addresses of the operator's settings, and of what passes them",
    "servicekit/out/peers.py": "what a service of ours answers",
    "servicekit/serving/bodies.py": "Content-Length, in ASCII, that the server has checked",
    "servicekit/calendar/order.py": "the place in a list that we gave out, in ASCII",
    "servicekit/web/preconditions.py": "If-Match holds the version that we gave out, in ASCII",
    "servicekit/web/openapi.py": "our own document",
    "servicekit/files/checking/workbooks.py": "numbers as a library has read them, to be typed again",
    "servicekit/tree/units_copy.py": "our own records, and events",
    "congress/store/days.py": "our own records",
    "congress/store/forecasts.py": "our own records",
    "congress/forecasting.py": "what a library has reckoned",
    "congress/store/congresses.py": "our own records",
    "servicekit/events/relay.py": "our own log",
    "servicekit/data/strict_json.py": "numbers in JSON, within bounds",
    "servicekit/access/tokens.py": "a token that we signed",
    "identity/domain/roles.py": "the role table of the operator, read at start",
    "identity/eid/id_token.py": "a time of a claim, which must be a number in JSON",
    "identity/eid/keys.py": "our own files",
    "identity/operations/machines.py": "our own records, and times of claims, which must be numbers in JSON",
    "servicekit/words/names.py": "how names are folded for search",
    "membership/domain/likeness.py": "how codes are folded to be compared",
    "sammelan/leftovers.py": "our own word about a process",
    "portal/plans/map_file.py": "numbers in the operator's file of outlines, within bounds",
    "servicekit/out/spreadsheet.py": "how a sign is folded to see whether it begins a formula",
    "congress/domain/difficulty_figures.py": "our own records",
    "congress/domain/cycles.py": "how cycles are folded to be compared",
    "congress/domain/results.py": "half of a whole number",
    "congress/domain/level_results.py": "our own records",
    "congress/domain/rollup.py": "our own records",
    "congress/domain/sealing.py": "our own records",
    "congress/rendering/sealed.py": "our own records",
    "sammelan/commands/report.py": "a sealed report, whose hash is signed",
    "congress/sample.py": "an id of the sample",
    "notifications/domain/matters.py": "events, which are signed by a service of ours",
    "servicekit/words/formats.py": "what a service of ours answers",
    "portal/frame/forms.py": "a number that has passed the door, and the version that our page carries, in ASCII",
    "portal/congress/views/by_table.py": "a number that has passed the door",
    "portal/frame/pages.py": "what a service of ours answers",
    "portal/units/routes/units.py": "whether a digit was typed at all",
    "portal/congress/views/congress.py": "what a service of ours answers",
    "portal/frame/menu.py": "a number of seconds",
    "portal/plans/views/course.py": "what a service of ours answers",
    "portal/plans/views/plans.py": "what a service of ours answers",
    "servicekit/serving/bulkheads.py": "a number of threads",
    "gateway/counting.py": "our own clock, and what Redis has counted for us",
    "gateway/forward.py": "the length of an answer of a service of ours",
    "practice_eid/provider.py": "a claim of our own signed assertion",
}


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield name, node


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_nothing_beside_the_door_reads_numbers_days_or_text() -> None:
    found = {
        named(path)
        for path in sources()
        for name, call in calls(path)
        if name in READERS | SHAPERS
        and not (name == "int" and MADE.search(ast.unparse(call)))
        and not ast.unparse(call.func).startswith("env.")  # the operator's settings
    }
    assert sorted(found - set(OWN) - set(DOOR)) == []
    assert sorted(set(OWN) - found) == [], "no longer needed"


def test_what_an_address_asks_for_is_read_in_one_place_of_the_portal() -> None:
    wrong = [
        f"{named(path)}:{node.lineno}"
        for path in sources("portal")
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Attribute)
        and node.attr in ("args", "values")
        and ast.unparse(node.value) == "request"
        and named(path) != "portal/frame/query.py"
    ]
    assert wrong == []


# What may come in: each of these passes the door, or can hold nothing but what it lists.
TAKEN = (Line, Prose, Verbatim, Word, Name, Email, Whole, AskedWhole, Number, Day, Birth, fields.Boolean)


def leaves(field: Any) -> Iterator[Any]:
    if isinstance(field, fields.Nested):
        for inner in field.schema.fields.values():
            yield from leaves(inner)
    elif isinstance(field, fields.List):
        yield from leaves(field.inner)
    elif isinstance(field, fields.Dict) and field.value_field is not None:
        yield from leaves(field.key_field)
        yield from leaves(field.value_field)
    else:
        yield field


# Public keys, which are JWKs: the library that reads keys reads them.
KEYS = {"RegisterMachine.keys", "ChangeMachine.keys"}


@pytest.mark.parametrize("service", [name for name in SERVICES if name != "portal"])
def test_every_field_that_comes_in_passes_the_door(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    wrong = []
    seen = 0
    for view in make_app(service).view_functions.values():
        handlers = [
            view,
            *(getattr(getattr(view, "view_class", None), verb, None) for verb in ("get", "post", "put")),
        ]
        for handler in filter(None, handlers):
            for one in getattr(handler, "_apidoc", {}).get("arguments", {}).get("parameters", ()):
                if not isinstance(one, dict) or "schema" not in one:
                    continue
                schema = one["schema"]() if isinstance(one["schema"], type) else one["schema"]
                assert isinstance(schema, Schema)
                for name, field in schema.fields.items():
                    place = f"{type(schema).__name__}.{name}"
                    seen += 1
                    if place not in KEYS:
                        wrong += [
                            f"{place}: {type(leaf).__name__}"
                            for leaf in leaves(field)
                            if type(leaf) not in TAKEN
                        ]
    assert seen > 3
    assert wrong == []


def parameters(command: click.Command) -> Iterator[tuple[str, click.Parameter]]:
    for parameter in command.params:
        yield f"{command.name} {parameter.name}", parameter
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from parameters(inner)


def test_every_word_of_the_command_line_passes_the_door() -> None:
    known = (Text, WholeType, DayType, click.Path, click.Choice, click.types.BoolParamType)
    every = dict(parameters(main))
    assert len(every) > 20
    assert [name for name, one in every.items() if not isinstance(one.type, known)] == []


# ---------------------------------------------------------------- patterns for the whole text


def ends_at_a_line(pattern: Any) -> bool:
    """Whether `$` stands in it, which is also true before a line break at the end."""
    for kind, value in pattern:
        if kind is signs.AT and value is signs.AT_END:
            return True
        inner = value if isinstance(value, list | tuple) else (value,)
        for one in inner:
            if isinstance(one, reading.SubPattern) and ends_at_a_line(one):
                return True
            if isinstance(one, list) and any(
                ends_at_a_line(two) for two in one if isinstance(two, reading.SubPattern)
            ):
                return True
    return False


def patterns(path: Path) -> Iterator[tuple[int, str]]:
    for name, call in calls(path):
        ours = ast.unparse(call.func).startswith("re.") or name in ("Regexp", "matching", "Matching")
        for one in call.args[:1] if ours else ():
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield call.lineno, one.value
            elif isinstance(one, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else "x" for part in one.values]
                yield call.lineno, "".join(map(str, parts))


def test_a_pattern_that_means_the_whole_text_does_not_end_at_a_line() -> None:
    wrong = [
        f"{named(path)}:{number} {pattern}"
        for path in sources()
        if '__init__(f"^(?:{form})$"' not in path.read_text(encoding="utf-8")
        for number, pattern in patterns(path)
        if "$" in pattern and ends_at_a_line(reading.parse(pattern))
    ]
    assert wrong == []


@pytest.mark.parametrize("pattern", ["^a$", "(a|b$)", "(?:a$)?", "^(x|(y$))+"])
def test_the_check_of_patterns_sees_a_line_end(pattern: str) -> None:
    assert ends_at_a_line(reading.parse(pattern))


@pytest.mark.parametrize("pattern", [r"a\$", "[$]", r"\A(a)\Z"])
def test_the_check_of_patterns_sees_a_dollar_sign_as_such(pattern: str) -> None:
    assert not ends_at_a_line(reading.parse(pattern))


def test_nothing_is_checked_by_its_beginning_alone() -> None:
    """`re.match` accepts whatever stands behind."""
    wrong = [
        f"{named(path)}:{call.lineno}"
        for path in sources()
        for _, call in calls(path)
        if ast.unparse(call.func) == "re.match"
    ]
    assert wrong == []


def test_nginx_asks_for_the_whole_path_too() -> None:
    """PCRE's `$` stands before a line break at the end as well, and nginx looks at the decoded path."""
    text = (ROOT / "gateway" / "nginx.py").read_text(encoding="utf-8")
    assert re.findall(r'location[^\n]*\$"|"\^\{pattern\}\$"', text) == []


def test_a_file_of_the_operator_may_begin_with_the_mark_that_some_editors_write() -> None:
    """With it the first key of a settings file is another one."""
    wrong = [
        f"{named(path)}:{call.lineno}"
        for path in sources()
        for name, call in calls(path)
        if name == "loads"
        and "tomllib" in ast.unparse(call.func)
        and "read_text" in ast.unparse(call)
        and "utf-8-sig" not in ast.unparse(call)
    ]
    assert wrong == []


def test_numbers_days_and_digits_are_written_in_one_place() -> None:
    """Whoever writes them by themselves writes them otherwise: another month, other digits."""
    writing = re.compile(r"babel\.(?:dates|numbers)|০১২৩৪৫৬৭৮৯")
    found = {
        str(path.relative_to(ROOT)) for path in sources() if writing.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"servicekit/words/formats.py"}
