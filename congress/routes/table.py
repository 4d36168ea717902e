"""A roll-up as CSV: UTF-8 with a byte order mark, which spreadsheet programs need to see that it is UTF-8."""

from collections.abc import Iterable, Iterator, Sequence

from congress.domain.plan import Plan
from congress.domain.results import FIGURES, Sums
from congress.domain.rollup import Answer, Count, LevelResults
from servicekit.i18n import translate
from servicekit.spreadsheet import BYTE_ORDER_MARK, line
from servicekit.units import Names
from servicekit.words import N_

UNIT_COLUMNS = (N_("Code"), N_("Unit"), N_("Level"), N_("As of"), N_("Congresses"), N_("Results reported"))
EVERY = N_("All congresses of this level")
MILESTONE_COLUMNS = (
    N_("{milestone}: done"),
    N_("{milestone}: on time"),
    N_("{milestone}: late"),
    N_("{milestone}: overdue"),
    N_("{milestone}: %"),
)


def lines(plan: Plan, answer: Answer, language: str) -> Iterator[str]:
    """The header, the unit itself, then the units below it, each with a line per level at and below it.

    Figures stand on the lines of one level only: the same people are counted at every level.
    """
    figures = [
        figure for figure in FIGURES if figure.sums_over is Sums.LEVEL and figure.key in plan.results_fields
    ]
    head = [translate(title, language) for title in UNIT_COLUMNS]
    for milestone in plan.milestones:
        name = _name(milestone.names, language) or milestone.key
        head += [translate(title, language).format(milestone=name) for title in MILESTONE_COLUMNS]
    head += [translate(figure.title, language) for figure in figures]
    yield BYTE_ORDER_MARK + line(head)
    keys = [figure.key for figure in figures]
    for unit in (answer, *answer.children):
        yield line(_row(unit, keys, language))
        if len(unit.results) > 1:
            order = {level: place for place, level in enumerate(plan.deadlines)}
            for level in sorted(unit.results, key=lambda one: order.get(one, len(order))):
                yield line(_level_row(unit, level, keys, language))


def _row(answer: Answer, figures: Sequence[str], language: str) -> list[object]:
    rollup = answer.rollup
    row: list[object] = [
        rollup.code,
        _name(rollup.names, language) or rollup.code,
        rollup.level,
        answer.as_of.isoformat(timespec="seconds"),
        answer.total,
        answer.reported,
    ]
    row += _figures(milestone.count for milestone in answer.milestones)
    only = next(iter(answer.results.values())) if len(answer.results) == 1 else None
    return row + _results(only, figures)


def _level_row(answer: Answer, level: str, figures: Sequence[str], language: str) -> list[object]:
    """What the unit and all below it have done and reported at one level."""
    counts = [milestone.by_level.get(level, Count()) for milestone in answer.milestones]
    found = answer.results[level]
    every, when = translate(EVERY, language), answer.as_of.isoformat(timespec="seconds")
    row: list[object] = [answer.rollup.code, every, level, when, found.total, found.reported]
    return [*row, *_figures(counts), *_results(found, figures)]


def _results(found: LevelResults | None, figures: Sequence[str]) -> list[object]:
    """Nothing where several levels stand together."""
    return [found.figures.get(figure, 0) if found else "" for figure in figures]


def _figures(counts: Iterable[Count]) -> list[object]:
    """As MILESTONE_COLUMNS has them, milestone after milestone."""
    return [
        figure for one in counts for figure in (one.done, one.on_time, one.late, one.overdue, one.percent)
    ]


def _name(names: Names, language: str) -> str:
    return names.get(language) or names.get("en") or next(iter(names.values()), "")
