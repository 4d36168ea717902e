"""The table of a list of difficulties: what the page of the list shows, and no more."""

from collections.abc import Iterable, Iterator, Mapping

from congress.domain.difficulties import Difficulty, Kind, Urgency
from congress.rendering.tables import UNIT_COLUMNS
from servicekit.out.exports.tables import Column, Row, Table, Type
from servicekit.tree.units import Unit
from servicekit.words import N_
from servicekit.words.text import excerpt

COLUMNS = (
    *UNIT_COLUMNS,
    Column("parent_code", N_("Code of the unit above")),
    Column("parent", N_("Unit above"), Type.NAMES),
    Column("kind", N_("What it is about"), Type.WORD),
    Column("urgency", N_("How urgent it is"), Type.WORD),
    Column("text", N_("What the difficulty is")),
    Column("raised_at", N_("Raised on"), Type.INSTANT),
    Column("state", N_("State"), Type.WORD),
    Column("waits_with", N_("Next to act"), Type.NAMES),
    Column("due", N_("Due"), Type.DATE),
)
KINDS = {
    Kind.PERSONNEL: N_("Personnel"),
    Kind.PETITIONS: N_("Petitions"),
    Kind.REORGANISATION: N_("Reorganisation"),
    Kind.VENUE_OR_DISASTER: N_("Venue or disaster"),
    Kind.LATE_DOCUMENTS: N_("Late documents"),
    Kind.SOFTWARE_ACCOUNT_NETWORK: N_("Software, account or network"),
    Kind.DEADLINE_CHANGE: N_("Change of a deadline"),
    Kind.OTHER: N_("Other"),
}
URGENCIES = {Urgency.ORDINARY: N_("Ordinary"), Urgency.SOON: N_("Soon"), Urgency.URGENT: N_("Urgent")}
STANDINGS = {
    "open": N_("Waits for an answer"),
    "overdue": N_("Overdue"),
    "asked_back": N_("Asked back"),
    "answered": N_("Answered"),
    "solved": N_("Solved"),
    "withdrawn": N_("Withdrawn"),
    "ended": N_("Ended with its unit"),
}


def difficulty_table(name: str) -> Table:
    return Table(name, COLUMNS)


def difficulty_rows(some: Iterable[Difficulty], units: Mapping[str, Unit]) -> Iterator[Row]:
    """`units`: of their paths. A text is cut as on the page: who reads one has all of it there, with its way."""
    for one in some:
        unit = one.unit
        parent, waits = units.get(unit.parent_id or ""), units.get(one.waits_with)
        yield [
            unit.code,
            _named(unit),
            unit.level,
            parent.code if parent else None,
            _named(parent) if parent else None,
            KINDS[one.kind],
            URGENCIES[one.urgency],
            excerpt(one.text),
            one.raised_at,
            STANDINGS[one.standing],
            _named(waits) if waits else None,
            one.due,
        ]


def _named(unit: Unit) -> dict[str, str]:
    return dict(unit.names) or {"en": unit.code}
