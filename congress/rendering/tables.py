"""The tables of congress that are taken along: the roll-up, and the congresses themselves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from congress.domain.history import Congress
from congress.domain.level_results import LevelResults
from congress.domain.plan import Plan
from congress.domain.results import FIGURES, Figure, Sums
from congress.domain.rollup import Answer, Count
from congress.domain.rule_kinds import kinds_ever
from congress.domain.rule_sets import ever_asked
from congress.domain.rule_steps import steps_ever
from servicekit.out.exports.tables import Column, Row, Table, Type
from servicekit.words import N_

UNIT_COLUMNS = (
    Column("code", N_("Code")),
    Column("unit", N_("Unit"), Type.NAMES),
    Column("unit_level", N_("Level of the unit"), Type.LEVEL),
)
ROLLUP_COLUMNS = (
    *UNIT_COLUMNS,
    Column("level", N_("Level of the congresses"), Type.LEVEL),
    Column("as_of", N_("As of"), Type.INSTANT),
    Column("covers", N_("Counted in this row"), Type.WORD),
    Column("total", N_("Congresses"), Type.WHOLE),
    Column("ended", N_("Not counted: unit ended or left the plan"), Type.WHOLE),
    Column("reported", N_("Results reported"), Type.WHOLE),
)
MILESTONE_COLUMNS = (
    ("done", N_("{milestone}: done"), Type.WHOLE),
    ("on_time", N_("{milestone}: on time"), Type.WHOLE),
    ("late", N_("{milestone}: late"), Type.WHOLE),
    ("overdue", N_("{milestone}: overdue"), Type.WHOLE),
    ("postponed", N_("{milestone}: postponed"), Type.WHOLE),
    ("blocked", N_("{milestone}: blocked"), Type.WHOLE),
    ("skipped", N_("{milestone}: not held"), Type.WHOLE),
    ("left_out", N_("{milestone}: left out"), Type.WHOLE),
    ("percent", N_("{milestone}: %"), Type.DECIMAL),
)
CONGRESS_COLUMNS = (
    *UNIT_COLUMNS,
    Column("state", N_("State"), Type.WORD),
    Column("deadline", N_("Deadline"), Type.DATE),
    Column("kind", N_("Kind of congress"), Type.NAMES),
)
# A unit's row holds what the rows of its children hold: who adds them up counts twice.
WHOLE_BRANCH = N_("the unit and all below it")
MILESTONE = "{milestone}"
STATES = {
    "planned": N_("Not begun"),
    "under_way": N_("Under way"),
    "closed": N_("Closed, report to be sent"),
    "submitted": N_("Sent, waiting for approval"),
    "returned": N_("Returned for correction"),
    "approved": N_("Approved"),
    "reopened": N_("Reopened for correction"),
}


def rollup_table(plan: Plan, answer: Answer) -> Table:
    steps = {one.key: one for one in steps_ever(plan)}
    columns = [
        Column(f"{milestone.key}.{key}", title, kind, {"milestone": _named(milestone.names, milestone.key)})
        for milestone in (steps[one.key] for one in answer.milestones)
        for key, title, kind in MILESTONE_COLUMNS
    ]
    figures = [Column(figure.key, figure.title, Type.WHOLE) for figure in _summed(plan)]
    return Table(answer.rollup.code or answer.rollup.unit_id, (*ROLLUP_COLUMNS, *columns, *figures))


def rollup_rows(plan: Plan, answer: Answer) -> Iterator[Row]:
    """The unit, then those below it: a row for each level of congresses at and below one.

    The same people are counted at every level, so no row is of several.
    """
    figures = _summed(plan)
    milestones = [one.key for one in answer.milestones]
    order = {level: place for place, level in enumerate(plan.deadlines)}
    for unit in (answer, *answer.children):
        for level in sorted(unit.results, key=lambda one: order.get(one, len(order))):
            yield _level_row(unit, milestones, level, unit.results[level], figures)
        if not unit.results:
            yield _level_row(unit, milestones, None, LevelResults(0, 0, {}), figures)


def _level_row(
    answer: Answer,
    milestones: Sequence[str],
    level: str | None,
    found: LevelResults,
    figures: Sequence[Figure],
) -> Row:
    """`milestones`: those of the table; of what nobody of this unit holds any more nothing is counted."""
    rollup, by_key = answer.rollup, {one.key: one.by_level for one in answer.milestones}
    nobody = Count(found.total, found.total)
    row: list[object] = [
        rollup.code,
        _named(rollup.names, rollup.code),
        rollup.level,
        level,
        answer.as_of,
        WHOLE_BRANCH,
        found.total,
        found.ended,
        found.reported,
    ]
    for key in milestones:
        one = by_key.get(key, {}).get(level or "", nobody)
        row += [one.done, one.on_time, one.late, one.overdue, one.postponed, one.blocked]
        row += [one.skipped, one.left_out, one.percent]
    return [*row, *(found.figures.get(figure.key, 0) for figure in figures)]


def congress_table(plan: Plan, name: str) -> Table:
    milestones = [
        Column(f"milestone.{one.key}", MILESTONE, Type.DATE, {"milestone": _named(one.names, one.key)})
        for one in steps_ever(plan)
    ]
    return Table(name, (*CONGRESS_COLUMNS, *milestones, *(_figure_column(one) for one in _asked(plan))))


def congress_rows(plan: Plan, congresses: Iterable[Congress]) -> Iterator[Row]:
    figures, steps = _asked(plan), steps_ever(plan)
    kinds = {one.key: one for one in kinds_ever(plan)}
    for congress in congresses:
        unit, results = congress.unit, congress.results or {}
        kind = kinds.get(congress.content_type)
        current = congress.current
        yield [
            unit.code,
            _named(unit.names, unit.code),
            unit.level,
            STATES[congress.state],
            congress.deadline,
            dict(kind.names) if kind else None,
            *(current[one.key].date if one.key in current else None for one in steps),
            *(results.get(figure.key) for figure in figures),
        ]


def _figure_column(figure: Figure) -> Column:
    return Column(figure.key, figure.title, Type.DECIMAL if figure.mean else Type.WHOLE)


def _asked(plan: Plan) -> list[Figure]:
    asked = ever_asked(plan)
    return [figure for figure in FIGURES if figure.key in asked]


def _summed(plan: Plan) -> list[Figure]:
    return [figure for figure in _asked(plan) if figure.sums_over is Sums.LEVEL]


def _named(names: Mapping[str, str], otherwise: str) -> dict[str, str]:
    return dict(names) or {"en": otherwise}
