"""The table of a list of congresses: each with what it waits for, by how much it is late, and whose act comes next."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from congress.domain.blocking import holds_up
from congress.domain.history import Congress
from congress.domain.overdue import awaited
from congress.domain.owners import Actor, who_acts
from congress.domain.plan import Plan
from congress.domain.postponing import is_postponed
from congress.domain.rule_sets import under
from congress.rendering.tables import STATES, UNIT_COLUMNS
from servicekit.out.exports.tables import Column, Row, Table, Type
from servicekit.tree.units import Unit
from servicekit.words import N_

LISTED_COLUMNS = (
    *UNIT_COLUMNS,
    Column("parent_code", N_("Code of the unit above")),
    Column("parent", N_("Unit above"), Type.NAMES),
    Column("state", N_("State"), Type.WORD),
    Column("deadline", N_("Deadline"), Type.DATE),
    Column("milestone", N_("Milestone that is open"), Type.NAMES),
    Column("due", N_("Due"), Type.DATE),
    Column("days_late", N_("Days late"), Type.WHOLE),
    Column("who_acts", N_("Who must act"), Type.WORD),
)
ACTORS = {Actor.UNIT: N_("The unit itself"), Actor.SUPERIOR: N_("The unit above")}


def listed_table(name: str) -> Table:
    return Table(name, LISTED_COLUMNS)


def listed_rows(
    plan: Plan, congresses: Iterable[Congress], parents: Mapping[str, Unit], milestone: str, today: date
) -> Iterator[Row]:
    """`milestone`: the one that the list is about; else what is due first of each."""
    newest = plan
    for congress in congresses:
        plan = under(newest, congress)
        unit, parent = congress.unit, parents.get(congress.unit.parent_id or "")
        open_one, actor = awaited(plan, congress, milestone), who_acts(plan, congress)
        due = open_one.due(congress.deadline) if open_one else None
        apart = open_one and (is_postponed(plan, congress, today) or holds_up(plan, congress, open_one))
        yield [
            unit.code,
            _named(unit.names, unit.code),
            unit.level,
            parent.code if parent else None,
            _named(parent.names, parent.code) if parent else None,
            STATES[congress.state],
            congress.deadline,
            _named(open_one.names, open_one.key) if open_one else None,
            due,
            max(0, (today - due).days) if due and not apart else None,
            ACTORS[actor] if actor else None,
        ]


def _named(names: Mapping[str, str], otherwise: str) -> dict[str, str]:
    return dict(names) or {"en": otherwise}
