"""Teller and hearer of an event never import each other: what the hearer reads stands in the teller's shape."""

import ast
import importlib
import typing
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest

from servicekit.data.events import EventName, Id
from servicekit.exporting import news
from servicekit.settings import SERVICES
from tests.architecture.the_code import environment, handlers_of, make_app, sources, syntax
from tests.processes import ROOT

WITH_EVENTS = [service for service in SERVICES if (ROOT / service / "events.py").exists()]
# Each is a text on the wire; whoever hears may read less into it than the teller says, and checks its ids.
READ_AS = {(Id, str), (str, date)}


def events_of(service: str) -> Any:
    return importlib.import_module(f"{service}.events")


def tellers() -> dict[str, EventName[Any]]:
    """By name: what the teller's own module says of it."""
    told = [name for service in WITH_EVENTS for name in _told_by(service)]
    return {str(name): name for name in (*told, *news.TOLD)}


def _told_by(service: str) -> list[EventName[Any]]:
    events = events_of(service)
    if hasattr(events, "TOLD"):
        return list(events.TOLD)
    heard = getattr(events, "HEARD", ())
    return [value for value in vars(events).values() if isinstance(value, EventName) and value not in heard]


TOLD = tellers()


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[str, EventName[Any]]]]:
    """Each name that a service has a handler for, as that service knows it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("shapes")).items():
            patch.setenv(name, value)
        apps = {service: make_app(service) for service in SERVICES}
        yield [(service, name) for service, app in apps.items() for name in map(_named, handlers_of(app))]
        for app in apps.values():
            app.extensions["kit"].database.client.close()


def _named(name: str) -> EventName[Any]:
    assert isinstance(name, EventName), f"{name} is a plain text"
    return name


def misread(hearer: type, teller: type, where: str = "") -> list[str]:
    """What the hearer reads and the teller does not say, or says as something else."""
    told = {one.name: one for one in fields(teller)}
    hints, said = typing.get_type_hints(hearer), typing.get_type_hints(teller)
    found = []
    for one in fields(hearer):
        name = f"{where}{one.name}"
        if one.name not in told or (not _may_lack(one) and _may_lack(told[one.name])):
            found.append(name)
        else:
            found += _misread_part(hints[one.name], said[one.name], name)
    return found


def _may_lack(one: "Field[Any]") -> bool:
    return one.default is not MISSING or one.default_factory is not MISSING


def _misread_part(read: Any, told: Any, name: str) -> list[str]:
    if get_origin(read) is tuple and get_origin(told) is tuple:
        return _misread_part(get_args(read)[0], get_args(told)[0], name)
    if is_dataclass(read) and is_dataclass(told):
        return misread(typing.cast(type, read), typing.cast(type, told), f"{name}.")
    kinds = _kinds(read)
    taken = kinds | {said for one, said in READ_AS if one in kinds}
    return [] if _kinds(told) <= taken else [name]


def _kinds(kind: Any) -> set[Any]:
    return set(get_args(kind)) if get_origin(kind) in (Union, UnionType) else {kind}


def test_what_is_heard_stands_in_what_is_told(heard: list[tuple[str, EventName[Any]]]) -> None:
    assert {service for service, _ in heard} == {"identity", "membership", "congress", "notifications"}
    assert {str(name) for _, name in heard} == TOLD.keys()
    wrong = {
        f"{service}: {name}": parts
        for service, name in heard
        if (parts := misread(name.shape, TOLD[str(name)].shape))
    }
    assert wrong == {}


@dataclass(frozen=True)
class Part:
    id: str


@dataclass(frozen=True)
class Said:
    name: str
    day: date
    parts: tuple[Part, ...]
    who: str | None
    why: str = ""


@dataclass(frozen=True)
class ReadWell:
    name: Id
    day: str
    parts: tuple[Part, ...]
    who: str | None = None
    why: str | None = None


@dataclass(frozen=True)
class OtherPart:
    id: int


@dataclass(frozen=True)
class ReadIll:
    name: int
    parts: tuple[OtherPart, ...]
    who: str
    why: str
    where: str = ""


def test_what_nobody_says_is_found() -> None:
    assert misread(ReadWell, Said) == []
    assert misread(ReadIll, Said) == ["name", "parts.id", "who", "why", "where"]


def test_no_event_is_told_by_a_plain_text() -> None:
    """It would have no shape."""
    plain = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sources(*WITH_EVENTS, "servicekit")
        for call in ast.walk(syntax(path))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Event" and call.args
        for node in ast.walk(call.args[0])
        if isinstance(node, ast.Constant)
    ]
    assert plain == []
    assert all(isinstance(name, EventName) and is_dataclass(name.shape) for name in TOLD.values())


def test_an_event_is_read_by_the_shape_of_its_name_alone() -> None:
    read, beside = 0, []
    for path in sources(*WITH_EVENTS, "servicekit"):
        tree = syntax(path)
        by_shape = {
            id(argument)
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "read"
            for argument in call.args
        }
        for node in ast.walk(tree):
            if ast.unparse(node) == "event['data']" and isinstance(node, ast.Subscript):
                read += id(node) in by_shape
                # The relay carries it as it is.
                if id(node) not in by_shape and path.name != "relay.py":
                    beside.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert read >= 7
    assert beside == []
