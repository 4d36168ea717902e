"""Progress of many congresses: shares, the lines of a dashboard, and the shades of its map."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portal.congress.views.congress import Figure, figure_groups
from portal.congress.views.lists import (
    APART,
    BESIDE,
    BLOCKED,
    EXTENSIONS,
    POSTPONED,
    STANDINGS,
    chosen_milestone,
)
from portal.congress.views.versions import steps_ever
from portal.plans.outlines import Outline, Outlines
from portal.shared.units import Document, Names, Unit, unit_of
from servicekit.words.formats import tenths
from servicekit.words.titles import Group

SHADES = 5


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar; places are percentages of its width, as SVG attributes take them."""

    kind: str
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many of `total` have reached a milestone; `overdue` have not and should have, `left_out` never will."""

    total: int
    done: int
    on_time: int
    late: int
    overdue: int
    left_out: int = 0
    postponed: int = 0
    blocked: int = 0

    @property
    def to_come(self) -> int:
        return max(0, self.total - self.done - self.overdue - self.left_out - self.postponed - self.blocked)

    @property
    def tenths(self) -> int:
        return tenths(self.done, self.total)

    @property
    def parts(self) -> tuple[Part, ...]:
        counts = (
            ("on_time", self.on_time),
            ("late", self.late),
            ("overdue", self.overdue),
            ("to_come", self.to_come),
        )
        parts, before = [], 0
        for kind, count in counts:
            if count > 0 and self.total > 0:
                parts.append(Part(kind, _percentage(before, self.total), _percentage(count, self.total)))
            before += count
        return tuple(parts)


def _percentage(part: int, whole: int) -> str:
    return f"{min(100.0, part * 100 / whole):.2f}"


NOTHING = Share(0, 0, 0, 0, 0)


def share_of(answer: Document, total: int = 0) -> Share:
    """Of those that hold the milestone at all; `total` is taken where the answer's own does not repeat it."""
    done, late = answer.get("done", 0), answer.get("late", 0)
    return Share(
        total=answer.get("total", total) - answer.get("skipped", 0),
        done=done,
        on_time=answer.get("on_time", done - late),
        late=late,
        overdue=answer.get("overdue", 0),
        left_out=answer.get("left_out", 0),
        postponed=answer.get("postponed", 0),
        blocked=answer.get("blocked", 0),
    )


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    key: str
    names: Names
    share: Share
    chosen: bool


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A milestone, and its share at each level, in the order of the levels; None where none holds it."""

    key: str
    names: Names
    cells: tuple[Share | None, ...]


@dataclass(frozen=True, slots=True)
class LevelResults:
    """The figures that the congresses of one level have reported, `reported` of `total` of them; `of_approved`: those
    of the `approved` among them, by the figure's key.
    """

    level: str
    total: int
    reported: int
    figures: tuple[Figure, ...]
    approved: int = 0
    of_approved: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """`planned`: its congresses and those below, also those that never hold the milestone; `ended`: congresses that are
    not counted, for their units have ended or left the plan.
    """

    unit: Unit
    share: Share
    ended: int = 0
    planned: int = 0


@dataclass(frozen=True, slots=True)
class Dashboard:
    plan_id: str
    unit: Unit
    as_of: str
    share: Share
    chosen: str
    milestones: tuple[MilestoneLine, ...]
    levels: tuple[str, ...]
    matrix: tuple[MatrixRow, ...]
    children: tuple[UnitLine, ...]
    states: Mapping[str, int]
    results: tuple[LevelResults, ...]


def dashboard_of(
    rollup: Document, plan: Document, levels: Sequence[str], wanted: str = "", groups: Sequence[Group] = ()
) -> Dashboard:
    """`levels` from the top down, `groups` of figures as congress orders them.

    The page is about the milestone `wanted`; else, or where nobody holds it any more, the one that closes the congress.
    """
    names = {milestone["key"]: milestone["names"] for milestone in steps_ever(plan)}
    held = [line["key"] for line in rollup["milestones"]]
    chosen = chosen_milestone(plan, wanted if wanted in held else "")
    total = rollup["total"]
    lines = tuple(
        MilestoneLine(line["key"], names.get(line["key"], {}), share_of(line, total), line["key"] == chosen)
        for line in rollup["milestones"]
    )
    at_chosen = _at(rollup, chosen)
    there = {level for line in rollup["milestones"] for level in line.get("by_level", {})}
    found = tuple(sorted(there, key=lambda level: _place(levels, level)))
    return Dashboard(
        plan_id=rollup["plan_id"],
        unit=unit_of(rollup["unit"]),
        as_of=rollup["as_of"],
        share=share_of(at_chosen, total),
        chosen=chosen,
        milestones=lines,
        levels=found,
        matrix=tuple(_matrix_row(line, names, found) for line in rollup["milestones"]),
        children=unit_lines(rollup.get("children", ()), chosen),
        states=rollup.get("states", {}),
        results=_results(rollup.get("results", {}), levels, groups),
    )


# By the list that shows them: which number of a roll-up counts them.
_COUNTED: Mapping[str, str] = {
    POSTPONED: "postponed",
    BLOCKED: "blocked",
    "explanation_owed": "explanations_owed",
    "explanation_waiting": "explanations_waiting",
    "extension_asked": "extensions_asked",
    "extension_granted": "extended",
    "pilot": "pilots",
    "with_gaps": "with_gaps",
    "gaps_supplied": "gaps_supplied",
}


def beside_of(rollup: Document) -> list[tuple[str, str, int]]:
    """What stands beside the course of congresses: which list, its word, and how many there are in it."""
    words = {**EXTENSIONS, **BESIDE, **{one: STANDINGS[one] for one in APART}}
    return [(key, words[key], rollup[name]) for key, name in _COUNTED.items() if rollup.get(name)]


def _matrix_row(line: Document, names: Mapping[str, Names], levels: Sequence[str]) -> MatrixRow:
    by_level = line.get("by_level", {})
    shares = [share_of(by_level[level]) if level in by_level else None for level in levels]
    cells = tuple(share if share and share.total > 0 else None for share in shares)
    return MatrixRow(line["key"], names.get(line["key"], {}), cells)


def _results(
    found: Mapping[str, Document], levels: Sequence[str], groups: Sequence[Group]
) -> tuple[LevelResults, ...]:
    """From the top down, those levels that have reported."""
    return tuple(
        LevelResults(
            level,
            one["total"],
            one["reported"],
            tuple(figure for group in figure_groups(one["figures"], groups) for figure in group.figures),
            one.get("approved", 0),
            one.get("approved_figures", {}),
        )
        for level, one in sorted(found.items(), key=lambda item: _place(levels, item[0]))
        if one["reported"]
    )


def _place(levels: Sequence[str], level: str) -> int:
    return levels.index(level) if level in levels else len(levels)


def unit_lines(rollups: Iterable[Document], chosen: str) -> tuple[UnitLine, ...]:
    """Laggards first; among equals the one with more overdue, then by code, so that a list never jumps.

    Where nothing is held nobody lags: those come last.
    """
    lines = [
        UnitLine(
            *(unit_of(one["unit"]), share_of(_at(one, chosen), one["total"])),
            *(one.get("ended", 0), one["total"]),
        )
        for one in rollups
    ]
    return tuple(sorted(lines, key=_laggards_first))


SORTS: Mapping[str, Callable[[UnitLine], tuple[object, ...]]] = {
    "done": lambda line: (-line.share.tenths, line.unit.code),
    "late": lambda line: (-line.share.late, line.unit.code),
    "overdue": lambda line: (-line.share.overdue, line.unit.code),
    "code": lambda line: (line.unit.code,),
}


def of_class(lines: Sequence[UnitLine], wanted: str) -> list[UnitLine]:
    """Those that the map shades so: the rows that a line of its legend counts."""
    return [line for line in lines if str(shade_of(line.share)) == wanted]


def in_order(lines: Sequence[UnitLine], sort: str) -> list[UnitLine]:
    """As they are, which is laggards first, or by one column, the most first."""
    return sorted(lines, key=SORTS[sort]) if sort in SORTS else list(lines)


def _laggards_first(line: UnitLine) -> tuple[bool, int, int, str]:
    return line.share.total <= 0, line.share.tenths, -line.share.overdue, line.unit.code


def _at(rollup: Document, milestone: str) -> Document:
    """Of one that nobody of the unit holds any more there is no line: nothing of it is missing there."""
    return next((line for line in rollup["milestones"] if line["key"] == milestone), {"total": 0})


# ── the map ────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Region:
    """A district on the map; `shade` is 1 (least done) to 5, and 0 where there is no figure."""

    outline: Outline
    shade: int
    unit: Unit | None = None
    share: Share = NOTHING


@dataclass(frozen=True, slots=True)
class Band:
    """One line of the legend: from and to in tenths of a percent; shade 0 is of those without a figure."""

    shade: int
    lowest: int
    highest: int
    count: int


@dataclass(frozen=True, slots=True)
class Map:
    """`level`: of the units that it shows; empty for those right below. Its classes count all of them, those without an
    outline too, as the table does."""

    view_box: str
    regions: tuple[Region, ...]
    bands: tuple[Band, ...]
    level: str = ""


def map_of(lines: Sequence[UnitLine], outlines: Outlines, *, whole: bool, level: str = "") -> Map | None:
    """The units that have an outline; `whole` shows the country, not only these units.

    The classes are the same on every day and for every unit, so that two maps can be compared. Nothing when none has
    an outline and something to do.
    """
    drawn = [line for line in lines if line.unit.code in outlines.by_code]
    if not any(line.share.total > 0 for line in drawn):
        return None
    regions = {
        line.unit.code: Region(outlines.by_code[line.unit.code], shade_of(line.share), line.unit, line.share)
        for line in drawn
    }
    around = [] if whole else [Region(o, 0) for code, o in outlines.by_code.items() if code not in regions]
    return Map(
        view_box=outlines.view_box(outlines.by_code if whole else regions),
        regions=(*around, *regions.values()),
        bands=bands_of([shade_of(line.share) for line in lines]),
        level=level,
    )


def shade_of(share: Share) -> int:
    """Fifths of the whole, each from its lower bound on: 20.0 % is of the second."""
    return min(SHADES, share.tenths * SHADES // 1000 + 1) if share.total > 0 else 0


def bands_of(shades: Sequence[int]) -> tuple[Band, ...]:
    """All classes, whether anything is in them or not, and at the end those without a figure, if there are any."""
    step = 1000 // SHADES
    bands = [
        Band(shade, (shade - 1) * step, 1000 if shade == SHADES else shade * step - 1, shades.count(shade))
        for shade in range(1, SHADES + 1)
    ]
    missing = shades.count(0)
    return (*bands, *([Band(0, 0, 0, missing)] if missing else []))
