"""Difficulties as people meet them: the rows of a list, and one with its way and what may be done with it."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from portal.difficulties.words import KINDS, OVERDUE_NOW, STANDINGS, STEPS, TABS, URGENCIES
from portal.queues.views import Tab
from portal.shared import states
from portal.shared.clients.acts import offered
from portal.shared.states import State
from portal.shared.units import Document, Names
from servicekit.words.numbers import NotWhole, whole
from servicekit.words.text import excerpt

# The columns of the figures, each a list.
COUNTED = ("open", "overdue", "asked_back", "answered", "solved")
JOINABLE = ("open", "overdue")
FOR_SUPERIOR = ("answer", "ask-back", "forward", "separate")


@dataclass(frozen=True, slots=True)
class Row:
    """`tick`: the name of its box where it can be joined with others; `waits`: the unit whose act comes next; `due`:
    until when.
    """

    link: str
    unit: Names
    level: str
    parent: Names
    kind: str
    urgency: str
    text: str
    state: State
    waits: Names
    due: str
    raised_at: str
    tick: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    kind: State
    at: str
    unit: Names
    to: Names
    text: str
    by: str
    by_code: bool


@dataclass(frozen=True, slots=True)
class Other:
    """Of the same group."""

    link: str
    unit: Names
    state: State
    seen: str = ""  # the name of the field that carries its version, where an answer goes to it as well
    version: int = 0


@dataclass(frozen=True, slots=True)
class DifficultyPage:
    """`acts`: what the superior's form offers; `replies`, `confirms`, `withdraws`: what the unit's does."""

    id: str
    version: int
    kind: str
    urgency: str
    text: str
    state: State
    place: Names
    waits: Names
    due: str
    over: bool  # the day is past
    blocks: Names
    blocks_link: str
    steps: tuple[Step, ...]
    acts: tuple[str, ...]
    replies: bool
    confirms: bool
    withdraws: bool
    joined: bool
    others: tuple[Other, ...]

    @property
    def link(self) -> str:
        return f"/difficulties/{self.id}"


def kind_of(answer: Document) -> str:
    return KINDS.get(answer["kind"], states.UNKNOWN.word)


def _urgency(answer: Document) -> str:
    """Nothing to be said where it is as ever."""
    return URGENCIES.get(answer["urgency"], "") if answer["urgency"] != "ordinary" else ""


# Standings in which an answer is waited for.
WAITING = ("open", "overdue")
TICK = "tick-"
SEEN = "beside-"


def ticked(names: Iterable[str]) -> list[str]:
    """The ids of the difficulties whose boxes were ticked."""
    return [name.removeprefix(TICK) for name in names if name.startswith(TICK)]


def seen_beside(values: Mapping[str, str]) -> dict[str, int]:
    """The versions of the others to which an answer goes as well, as they were shown."""
    found = {}
    for name, value in values.items():
        if name.startswith(SEEN):
            # What is no version is none that was shown: the service then asks to look again.
            with suppress(NotWhole):
                found[name.removeprefix(SEEN)] = whole(value)
    return found


def state_of(answer: Document, today: date) -> State:
    """Overdue is what is so now: of what went on to the next level the day lies ahead again."""
    standing, due = answer["standing"], answer["due"]
    if standing == "overdue" and not due:
        return OVERDUE_NOW
    if standing in WAITING and due and due < today.isoformat():
        return OVERDUE_NOW
    return STANDINGS.get(standing, states.UNKNOWN)


def rows_of(items: Iterable[Document], today: date, *, joins: bool = False) -> list[Row]:
    """`joins`: the reader may answer several of them together."""
    return [
        Row(
            f"/difficulties/{one['id']}",
            one["unit"]["names"],
            one["unit"]["level"],
            (one["parent"] or {}).get("names", {}),
            kind_of(one),
            _urgency(one),
            excerpt(one["text"]),
            state_of(one, today),
            (one["waits_with"] or {}).get("names", {}),
            one["due"] or "",
            one["raised_at"],
            f"{TICK}{one['id']}" if joins and one["standing"] in JOINABLE else "",
        )
        for one in items
    ]


def page_of(answer: Document, today: date) -> DifficultyPage:
    blocks = answer["blocks"] or {}
    due = answer["due"] or ""
    return DifficultyPage(
        answer["id"],
        answer["version"],
        kind_of(answer),
        _urgency(answer),
        answer["text"],
        state_of(answer, today),
        answer["place"]["names"],
        (answer["waits_with"] or {}).get("names", {}),
        due,
        bool(due) and due < today.isoformat(),
        blocks.get("milestone_names", {}),
        f"/congresses/{blocks['congress_id']}" if blocks else "",
        tuple(map(_step, answer["steps"] or ())),
        tuple(act for act in FOR_SUPERIOR if offered(answer, act)),
        offered(answer, "reply"),
        offered(answer, "confirm"),
        offered(answer, "withdraw"),
        answer["joined"],
        tuple(
            Other(
                f"/difficulties/{one['id']}",
                one["unit"]["names"],
                STANDINGS.get(one["standing"], states.UNKNOWN),
                f"{SEEN}{one['id']}" if one["standing"] in JOINABLE else "",
                one["version"],
            )
            for one in answer["others"]
        ),
    )


def _step(one: Document) -> Step:
    return Step(
        STEPS.get(one["kind"], states.UNKNOWN),
        one["at"],
        one["unit"]["names"],
        (one["to"] or {}).get("names", {}),
        one["text"],
        one["by_name"],
        one["by_code"],
    )


@dataclass(frozen=True, slots=True)
class FigureRow:
    """`counts`: number and the list behind it, in the order of the columns."""

    names: Names
    word: str
    counts: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    kinds: tuple[FigureRow, ...]
    units: tuple[FigureRow, ...]
    further_below: int
    more: bool  # units than are shown


def figures_of(answer: Document) -> Figures:
    unit_id = answer["unit_id"]
    return Figures(
        tuple(
            FigureRow({}, kind_of(one), _counts(one, unit_id, kind=one["kind"])) for one in answer["kinds"]
        ),
        tuple(
            FigureRow(one["unit"]["names"], "", _counts(one, unit_id, below=one["unit"]["id"]))
            for one in answer["items"]
        ),
        answer["further_below"],
        answer["next"] is not None,
    )


def _counts(one: Document, unit_id: str, **narrowed: str) -> tuple[tuple[int, str], ...]:
    return tuple((one[which], list_link(unit_id, which=which, **narrowed)) for which in COUNTED)


def list_link(unit_id: str, **asked: str) -> str:
    query = {name: value for name, value in asked.items() if value}
    return f"/difficulties/of/{unit_id}" + (f"?{urlencode(query)}" if query else "")


def tabs_of(unit_id: str, which: str, total: int | None, kept: Mapping[str, str]) -> list[Tab]:
    """What waits is of every class; `kept`: what else the other lists are narrowed by."""
    return [
        Tab(
            word,
            list_link(unit_id, which=key, **(kept if key != "waiting" else {})),
            total if key == which else None,
            key == which,
        )
        for key, word in TABS.items()
    ]


def whose_office(answer: Document) -> tuple[list[str], list[str]]:
    """The unit whose own office acts next, or the one whose superior's does: right below that with which it lies."""
    waits, path = answer["waits_with"], answer["unit_path"]
    if waits is None:
        return [], []
    if waits["id"] == answer["unit_id"]:
        return [answer["unit_id"]], []
    return [], [path[path.index(waits["id"]) + 1]] if waits["id"] in path[:-1] else []
