from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from servicekit.data.events import Event, EventName, EventUnreadable, Id, Origin, outgoing


@dataclass(frozen=True)
class Unit:
    id: Id
    path: tuple[str, ...]


@dataclass(frozen=True)
class Thing:
    units: tuple[Unit, ...]
    day: date
    count: int
    who: str | None
    why: str = ""


DONE = EventName("thing.done", Thing)
DATA: dict[str, Any] = {
    "units": [{"id": "u1", "path": ["root", "u1"]}],
    "day": "2026-03-31",
    "count": 2,
    "who": None,
}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in DATA.items() if key != name}


WRONG = [
    (without("count"), "count"),
    (without("who"), "who"),
    ({**DATA, "count": "2"}, "count"),
    ({**DATA, "count": True}, "count"),
    ({**DATA, "who": 3}, "who"),
    ({**DATA, "why": None}, "why"),
    ({**DATA, "day": "soon"}, "day"),
    ({**DATA, "day": date(2026, 3, 31)}, "day"),
    ({**DATA, "units": {}}, "units"),
    ({**DATA, "units": "u1"}, "units"),
    ({**DATA, "units": ["u1"]}, "units"),
    ({**DATA, "units": [{"id": "u1"}]}, "units.path"),
    ({**DATA, "units": [{"id": "../u1", "path": []}]}, "units.id"),
    ({**DATA, "units": [{"id": "u1", "path": "root"}]}, "units.path"),
    ({**DATA, "units": [{"id": "u1", "path": [1]}]}, "units.path"),
]


@pytest.mark.parametrize(("data", "part"), WRONG)
def test_what_does_not_fit_is_neither_told_nor_read(data: dict[str, Any], part: str) -> None:
    for attempt in (lambda: Event(DONE, data), lambda: DONE.read(data)):
        with pytest.raises(EventUnreadable) as refusal:
            attempt()
        assert str(refusal.value).startswith(part)


@pytest.mark.parametrize(
    ("data", "part"),
    [({**DATA, "more": 1}, "more"), ({**DATA, "units": [{**DATA["units"][0], "name": "x"}]}, "units.name")],
)
def test_what_the_shape_does_not_name_is_not_told_but_may_be_heard(data: dict[str, Any], part: str) -> None:
    with pytest.raises(EventUnreadable) as refusal:
        Event(DONE, data)
    assert str(refusal.value) == part
    assert DONE.read(data) == DONE.read(DATA)


@pytest.mark.parametrize("data", [None, [], "text", 3])
def test_data_have_names(data: object) -> None:
    with pytest.raises(EventUnreadable, match="data"):
        DONE.read(data)


def test_an_event_is_read_as_values() -> None:
    assert DONE.read(DATA) == Thing((Unit(Id("u1"), ("root", "u1")),), date(2026, 3, 31), 2, None)


def test_the_outbox_keeps_plain_text() -> None:
    (item,) = outgoing(Origin(datetime(2026, 3, 1, tzinfo=UTC), "p1"), (Event(DONE, DATA),), ())
    assert (type(item["type"]), item["type"], item["data"]) == (str, "thing.done", DATA)
