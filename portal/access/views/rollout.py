"""The roll-out as people meet it: figures that lead to their rows, and the rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from portal.access.words import ROLLOUT_STATES
from portal.shared.clients.answers import Document
from portal.shared.states import State
from portal.shared.units import Names

# As identity names them, the furthest first, with the name of their figure in its answers.
FIGURES = {"signed-in": "signed_in", "held": "held", "offered": "offered", "nobody": "nobody"}
# What a list of units can be asked for, beside these four.
LISTED = ("without", "holder", *FIGURES)
# Of a unit that has ever reported, as congress says.
REPORTED = "reported"
WITHOUT = ("without", "offered", "nobody")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the way to its rows; no way where there are none."""

    state: str
    count: int
    link: str


@dataclass(frozen=True, slots=True)
class Line:
    """A level, or a unit right below with all below it."""

    names: Names
    level: str
    units: Figure
    figures: tuple[Figure, ...]
    unit_id: str = ""

    @property
    def link(self) -> str:
        return f"/units/{self.unit_id}/rollout" if self.unit_id else ""


@dataclass(frozen=True, slots=True)
class Holder:
    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Row:
    """A unit behind a figure. `give`: the way to give access there, empty where the reader may not."""

    unit_id: str
    code: str
    names: Names
    parent: Names
    level: str
    state: State
    since: str
    roles: tuple[Names, ...]
    holders: tuple[Holder, ...]
    further: int
    give: str

    @property
    def link(self) -> str:
        return f"/units/{self.unit_id}/access"


def list_link(unit_id: str, state: str = "", level: str = "") -> str:
    asked = {name: value for name, value in (("state", state), ("level", level)) if value}
    return f"/units/{unit_id}/rollout/units" + (f"?{urlencode(asked)}" if asked else "")


def figures_of(answer: Document, unit_id: str, level: str = "") -> tuple[Figure, ...]:
    return tuple(_figure(answer[name], unit_id, state, level) for state, name in FIGURES.items())


def _figure(count: int, unit_id: str, state: str, level: str) -> Figure:
    return Figure(state, count, list_link(unit_id, state, level) if count else "")


def levels_of(answer: Document, name_of_level: Callable[[str], Names]) -> list[Line]:
    unit_id = answer["unit_id"]
    return [
        Line(
            name_of_level(one["level"]),
            one["level"],
            _figure(one["units"], unit_id, "", one["level"]),
            figures_of(one, unit_id, one["level"]),
        )
        for one in answer["levels"]
    ]


def children_of(answer: Document) -> list[Line]:
    return [
        Line(
            one["unit_names"],
            one["level"],
            _figure(one["units"], one["unit_id"], "", ""),
            figures_of(one, one["unit_id"]),
            one["unit_id"],
        )
        for one in answer["children"]
    ]


@dataclass(frozen=True, slots=True)
class Reported:
    """How many have ever reported; by level, and of each unit right below. `known`: congress has said so."""

    known: bool
    whole: Figure
    levels: Mapping[str, Figure]
    children: Mapping[str, Figure]

    def of(self, line: Line) -> Figure:
        """Of a line of either table."""
        return (self.children if line.unit_id else self.levels).get(
            line.unit_id or line.level, Figure(REPORTED, 0, "")
        )


def reported_of(answer: Document | None, unit_id: str) -> Reported:
    if answer is None:
        return Reported(False, Figure(REPORTED, 0, ""), {}, {})
    return Reported(
        known=True,
        whole=_reported(answer["reported"], unit_id),
        levels={one["level"]: _reported(one["reported"], unit_id, one["level"]) for one in answer["levels"]},
        children={one["unit_id"]: _reported(one["reported"], one["unit_id"]) for one in answer["children"]},
    )


def _reported(count: int, unit_id: str, level: str = "") -> Figure:
    asked = f"?{urlencode({'level': level})}" if level else ""
    return Figure(REPORTED, count, f"/units/{unit_id}/rollout/reports{asked}" if count else "")


def rows_of(items: Iterable[Document]) -> list[Row]:
    return [
        Row(
            unit_id=one["unit_id"],
            code=one["unit_code"],
            names=one["unit_names"],
            parent=one["parent_names"],
            level=one["level"],
            state=ROLLOUT_STATES[one["state"]],
            since=one["since"] or "",
            roles=tuple(role["names"] for role in one["roles"]),
            holders=tuple(
                Holder(holder["name"], holder["office_phone"], holder["office_email"])
                for holder in one["holders"]
            ),
            further=one["further"],
            give=f"/units/{one['unit_id']}/access/new" if one["may_give"] and one["state"] in WITHOUT else "",
        )
        for one in items
    ]


def many_link(unit_id: str, state: str, level: str) -> str:
    """To give access to many, with the codes of the units in this list."""
    asked = {"of": state, **({"level": level} if level else {})}
    return f"/units/{unit_id}/access/many?{urlencode(asked)}"


def table_of(items: Sequence[Document]) -> str:
    """A row for each unit, as it can be pasted into a spreadsheet: what is missing is to be written there."""
    return "".join(f"{one['unit_code']}\t\t\t\t\n" for one in items)
