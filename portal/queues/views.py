"""A queue of things that wait for a decision, whatever they are: its tabs, what is shown of it, what is ticked in it.

What a row says is its own, and so is what can be done with it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from portal.frame.forms import Fault
from portal.shared.states import State
from portal.shared.units import GIVEN, Document, Names
from servicekit.words import numbers

Row = TypeVar("Row")

TICK = "tick/"
TICKED_MOST = 50  # a page of rows
NAME_MOST = 200
_ID = r"[a-z0-9_-]{1,64}"
_SEEN = re.compile(r"([0-9]{1,9})(?: (.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tab:
    """`word`: untranslated. `count` is None where it is not counted."""

    word: str
    link: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What one of the filter's fields may be: values and words in the reader's language; the first is the default."""

    name: str
    word: str
    values: Sequence[tuple[str, str]]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A form that leads to the same list, filtered. `kept` goes along unseen, `plain` is the way back to the whole.

    `searched`: whether its rows can be looked for by their unit.
    """

    action: str
    plain: str
    search: str = ""
    choices: Sequence[Choice] = ()
    kept: Sequence[tuple[str, str]] = ()
    is_set: bool = False
    searched: bool = True


@dataclass(frozen=True, slots=True)
class Saved:
    """Lists and queues that the reader saved. `here`: the address of the one that is shown."""

    items: Sequence[Document]
    here: str

    @property
    def name(self) -> str:
        """By which this one is saved already, or nothing."""
        return next((one["name"] for one in self.items if one["address"] == self.here), "")


class Queue(Protocol):
    """One that forms and addresses carry by its name."""

    @property
    def name(self) -> str: ...

    @property
    def link(self) -> str: ...

    def report(self, one_id: str) -> str:
        """Where one of it is decided."""


Q = TypeVar("Q", bound=Queue)


@dataclass(frozen=True, slots=True)
class Place(Generic[Q]):
    """`next`: the way to what stands behind this one; `position` is 0 where this one is not in the queue any more."""

    queue: Q
    position: int
    total: int
    next: str


def place_of(answer: Document, queue: Q) -> Place[Q]:
    """Of the queue as it stands behind one of it."""
    following = answer["items"][:1]
    link = queue.report(following[0]["id"]) if following else ""
    return Place(queue, answer["position"] or 0, answer["total"], link)


# ── ticked ─────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Seen:
    """A row as it was ticked: `named` for whoever may not read it any more."""

    version: int
    named: str = ""

    @property
    def names(self) -> Names:
        return {GIVEN: self.named}


def ticked(values: Mapping[str, str]) -> dict[str, Seen]:
    """What was seen, by id; what no page of ours sends is left out."""
    found = {
        name.removeprefix(TICK): Seen(numbers.whole(seen[1], grouping=""), (seen[2] or "")[:NAME_MOST])
        for name, value in values.items()
        if re.fullmatch(TICK + _ID, name) and (seen := _SEEN.fullmatch(value))
    }
    return dict(list(found.items())[:TICKED_MOST])


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that was ticked and is not decided with the others; `state` where that says more.

    Without a `link` where there is nothing left to read.
    """

    names: Names
    why: Fault
    link: str
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Chosen(Generic[Row]):
    """What was ticked: rows that wait as they were seen, and others."""

    rows: tuple[Row, ...] = ()
    left: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row of many; without a `fault` it is done, without a `link` it is out of sight."""

    names: Names
    link: str
    fault: Fault | None


def what_is_left_first(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Those that were refused are what is left to do."""
    return tuple(sorted(outcomes, key=lambda one: one.fault is None))
