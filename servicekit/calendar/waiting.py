"""What waits for somebody, and what they watch over: one shape for all services, so that one page can ask them all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

Names = Mapping[str, str]

# So near, a day that is due is said to be soon.
SOON = timedelta(days=7)


class Urgency(StrEnum):
    OVER = "over"
    SOON = "soon"
    LATER = "later"
    NONE = "none"  # due on no day


class Rank(StrEnum):
    """Whose waiting it is; within one, what is due first comes first."""

    FIRST = "first"  # nothing else goes on well before it is done
    OTHERS = "others"  # somebody else waits for it
    OWN = "own"
    ASIDE = "aside"  # nobody waits; it is worth a line


@dataclass(frozen=True, slots=True)
class Line:
    """One of several: `names` say which, or `word`, a key. `count` of `total`, `at` when it was, `due` until when."""

    link: str
    names: Names
    word: str = ""
    who: str = ""
    also: tuple[Names, ...] = ()
    at: datetime | None = None
    due: date | None = None
    count: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """`key`: which kind, a word of the portal's. `oldest`: since when the first of `count` waits, where it is known.

    `about`: a plan or the like; `step`: which of its steps; `lines`: the first of them, or what follows it.
    """

    key: str
    link: str
    rank: Rank = Rank.OWN
    unit: Names | None = None
    about: Names | None = None
    step: Names | None = None
    who: str = ""
    count: int = 1
    oldest: datetime | None = None
    due: date | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """How far the units below one have come: `done` of `total`, of which `late` were late; `overdue` are not done.
    `done_before`: so many a week ago; None where that day was not kept.
    """

    link: str
    unit: Names
    about: Names
    step: Names
    total: int
    done: int
    late: int
    overdue: int
    left_out: int
    done_before: int | None = None
    postponed: int = 0
    blocked: int = 0


@dataclass(frozen=True, slots=True)
class ShortList:
    """The first of a longer list, which `link` leads to. `total`: None where it is not counted."""

    key: str
    link: str
    lines: tuple[Line, ...]
    total: int | None = None
    about: Names | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """`units_left_out`: of how many units with something to do nothing is told, for they are too many."""

    tasks: tuple[Task, ...] = ()
    figures: tuple[Figure, ...] = ()
    lists: tuple[ShortList, ...] = ()
    units_left_out: int = 0

    def and_more(self, others: Iterable["Waiting"]) -> "Waiting":
        parts = (self, *others)
        return Waiting(
            tuple(one for part in parts for one in part.tasks),
            tuple(one for part in parts for one in part.figures),
            tuple(one for part in parts for one in part.lists),
            max(part.units_left_out for part in parts),
        )


def urgency(due: date | None, today: date) -> Urgency:
    if due is None:
        return Urgency.NONE
    if due < today:
        return Urgency.OVER
    return Urgency.SOON if due - today <= SOON else Urgency.LATER
