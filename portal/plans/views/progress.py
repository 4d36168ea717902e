"""Progress of many congresses: shares, the lines of a dashboard, and the shades of its map."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from portal.congress.views.congress import Figure, figure_groups
from portal.congress.views.lists import chosen_milestone
from portal.shared.outlines import Outline, Outlines
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

    @property
    def to_come(self) -> int:
        return max(0, self.total - self.done - self.overdue - self.left_out)

    @property
    def tenths(self) -> int:
        return tenths(self.done, self.total)

    @property
    def parts(self) -> tuple[Part, ...]:
        counts = (("on-time", self.on_time), ("late", self.late), ("overdue", self.overdue))
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
    )


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    key: str
    names: Names
    share: Share
    chosen: bool


@dataclass(frozen=True, slots=True)
class LevelLine:
    level: str
    share: Share


@dataclass(frozen=True, slots=True)
class LevelResults:
    """The figures that the congresses of one level have reported, `reported` of `total` of them."""

    level: str
    total: int
    reported: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """`ended`: congresses that are not counted, for their units have ended or left the plan."""

    unit: Unit
    share: Share
    ended: int = 0


@dataclass(frozen=True, slots=True)
class Dashboard:
    plan_id: str
    unit: Unit
    as_of: str
    share: Share
    chosen: str
    milestones: tuple[MilestoneLine, ...]
    levels: tuple[LevelLine, ...]
    children: tuple[UnitLine, ...]
    states: Mapping[str, int]
    results: tuple[LevelResults, ...]


def dashboard_of(
    rollup: Document, plan: Document, levels: Sequence[str], wanted: str = "", groups: Sequence[Group] = ()
) -> Dashboard:
    """`levels` from the top down, `groups` of figures as congress orders them.

    The page is about the milestone `wanted`, else the one that closes the congress."""
    names = {milestone["key"]: milestone["names"] for milestone in plan["milestones"]}
    chosen = chosen_milestone(plan, wanted)
    total = rollup["total"]
    lines = tuple(
        MilestoneLine(line["key"], names.get(line["key"], {}), share_of(line, total), line["key"] == chosen)
        for line in rollup["milestones"]
    )
    at_chosen = _at(rollup, chosen)
    return Dashboard(
        plan_id=rollup["plan_id"],
        unit=unit_of(rollup["unit"]),
        as_of=rollup["as_of"],
        share=share_of(at_chosen, total),
        chosen=chosen,
        milestones=lines,
        levels=tuple(
            LevelLine(level, share_of(part))
            for level, part in sorted(
                at_chosen.get("by_level", {}).items(), key=lambda item: _place(levels, item[0])
            )
        ),
        children=unit_lines(rollup.get("children", ()), chosen),
        states=rollup.get("states", {}),
        results=_results(rollup.get("results", {}), levels, groups),
    )


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
        UnitLine(unit_of(one["unit"]), share_of(_at(one, chosen), one["total"]), one.get("ended", 0))
        for one in rollups
    ]
    return tuple(sorted(lines, key=_laggards_first))


def _laggards_first(line: UnitLine) -> tuple[bool, int, int, str]:
    return line.share.total <= 0, line.share.tenths, -line.share.overdue, line.unit.code


def _at(rollup: Document, milestone: str) -> Document:
    return next((line for line in rollup["milestones"] if line["key"] == milestone), {})


# ── the map ────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Region:
    """A district on the map; `shade` is 1 (least done) to 5, and 0 where there is nothing to do."""

    outline: Outline
    shade: int
    unit: Unit | None = None
    share: Share = NOTHING


@dataclass(frozen=True, slots=True)
class Band:
    """One line of the legend: from and to in tenths of a percent."""

    shade: int
    lowest: int
    highest: int
    count: int


@dataclass(frozen=True, slots=True)
class Map:
    view_box: str
    regions: tuple[Region, ...]
    bands: tuple[Band, ...]


def map_of(lines: Sequence[UnitLine], outlines: Outlines, *, whole: bool) -> Map | None:
    """The units that have an outline, shaded by quantile; `whole` shows the country, not only these units.

    Nothing when none has an outline and something to do.
    """
    shown = [line for line in lines if line.unit.code in outlines.by_code and line.share.total > 0]
    if not shown:
        return None
    bands = bands_of([line.share.tenths for line in shown])
    regions = {
        line.unit.code: Region(
            outlines.by_code[line.unit.code], _shade(line.share.tenths, bands), line.unit, line.share
        )
        for line in shown
    }
    around = [] if whole else [Region(o, 0) for code, o in outlines.by_code.items() if code not in regions]
    return Map(
        view_box=outlines.view_box(outlines.by_code if whole else regions),
        regions=(*around, *regions.values()),
        bands=bands,
    )


def bands_of(values: Sequence[int]) -> tuple[Band, ...]:
    """Fifths of the districts by what is done; equal values always share a shade, so there may be fewer bands."""
    ordered = sorted(values)
    bands: list[Band] = []
    for place, value in enumerate(ordered):
        if bands and bands[-1].highest == value:
            bands[-1] = replace(bands[-1], count=bands[-1].count + 1)
            continue
        shade = place * SHADES // len(ordered) + 1
        if bands and bands[-1].shade == shade:
            bands[-1] = replace(bands[-1], highest=value, count=bands[-1].count + 1)
        else:
            bands.append(Band(shade, value, value, 1))
    if bands and bands[0].lowest == 1000:  # all are complete: the darkest shade says it
        return (replace(bands[0], shade=SHADES),)
    return tuple(bands)


def _shade(value: int, bands: Sequence[Band]) -> int:
    return next(band.shade for band in bands if band.lowest <= value <= band.highest)
