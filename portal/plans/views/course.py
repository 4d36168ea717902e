"""The course of a milestone as a curve: what was done, on the days that are kept, beside what was planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.plans.views.progress import Share, share_of
from portal.plans.words import SILENCES
from portal.shared.units import Document

WIDTH, HEIGHT = 600, 240
# For what is written on the axes.
LEFT, RIGHT, TOP, BOTTOM = 72, 10, 14, 32
TILES = ("on_time", "late", "overdue", "to_come")


@dataclass(frozen=True, slots=True)
class Tile:
    """`change` in seven days; None where the day a week ago was not kept."""

    kind: str
    count: int
    change: int | None


def tiles_of(share: Share, course: Document | None) -> tuple[Tile, ...]:
    before = share_of(course["week_ago"]) if course and course["week_ago"] else None
    return tuple(
        Tile(kind, count, count - int(getattr(before, kind)) if before else None)
        for kind in TILES
        for count in (int(getattr(share, kind)),)
    )


@dataclass(frozen=True, slots=True)
class Row:
    """Of one day; None where it is not known. `expected`: four times in five as many as between these."""

    day: str
    done: int | None
    planned: int
    expected: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the scale: its height, and the share in tenths of a percent."""

    y: str
    share: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Lines as the attribute `points` of SVG takes them; `rows` say the same. `expected` and the `band` around it are
    empty where nothing is.
    """

    done: str
    planned: str
    expected: str
    band: str
    last: tuple[str, str]
    marks: tuple[Mark, ...]
    first_day: str
    last_day: str
    rows: tuple[Row, ...]


def curve_of(
    course: Document | None, share: Share, today: date, forecast: Document | None = None
) -> Curve | None:
    """None where nothing was planned. Today's figure is the one that the page tells."""
    if course is None or not course["planned"] or share.total <= 0:
        return None
    done = {_day(one["day"]): int(one["done"]) for one in course["points"]} | {today: share.done}
    planned = [(_day(one["day"]), int(one["due"])) for one in course["planned"]]
    way = _way(forecast, share, today)
    first, last = min(*done, planned[0][0]), max(*done, planned[-1][0], *(one.day for one in way))
    most = max(share.total, planned[-1][1], *done.values(), *(one.high for one in way))
    scale = _Scale(first, max(1, (last - first).days), most)
    steps = [(first, 0), *_steps(planned), (last, planned[-1][1])]
    expected = {one.day: (one.low, one.high) for one in way if one.day > today}
    days = sorted({*done, *expected, *(day for day, _ in planned)})
    return Curve(
        done=scale.line(sorted(done.items())),
        planned=scale.line(steps),
        expected=scale.line([(one.day, one.middle) for one in way]),
        band=scale.line([(one.day, one.high) for one in way] + [(one.day, one.low) for one in reversed(way)]),
        last=scale.point(today, share.done),
        marks=tuple(Mark(scale.y(most * tenths / 1000), tenths) for tenths in (0, 500, 1000)),
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        rows=tuple(
            Row(
                day.isoformat(),
                done.get(day),
                max((due for at, due in planned if at <= day), default=0),
                expected.get(day),
            )
            for day in days
        ),
    )


@dataclass(frozen=True, slots=True)
class _Range:
    day: date
    low: int
    middle: int
    high: int


def _way(forecast: Document | None, share: Share, today: date) -> list[_Range]:
    """From today's figure on; nothing where nothing more is expected."""
    told = [
        _Range(_day(one["day"]), *(max(share.done, int(one[name])) for name in ("low", "middle", "high")))
        for one in (forecast["way"] if forecast else ())
        if _day(one["day"]) > today
    ]
    if not any(one.high > share.done for one in told):
        return []
    return [_Range(today, share.done, share.done, share.done), *told]


@dataclass(frozen=True, slots=True)
class Expected:
    """Of these levels; of all together where there are none. `silence`: in words why nothing is said of them."""

    levels: tuple[str, ...]
    silence: str = ""
    day: str = ""
    earliest: str = ""
    latest: str = ""


def expected_of(forecast: Document | None) -> tuple[Expected, ...]:
    """All together; of several levels each of which something is said, then the others by why not."""
    if forecast is None:
        return ()
    found = [_expected(forecast["whole"])]
    if len(forecast["levels"]) > 1:
        found += [_expected(one) for one in forecast["levels"] if not one["silence"]]
        for silence, words in SILENCES.items():
            if levels := tuple(one["level"] for one in forecast["levels"] if one["silence"] == silence):
                found.append(Expected(levels, words))
    return tuple(found)


def _expected(told: Document) -> Expected:
    levels = (told["level"],) if told["level"] else ()
    if told["silence"]:
        return Expected(levels, SILENCES[told["silence"]])
    return Expected(levels, "", told["day"], told["earliest"], told["latest"] or "")


def _day(told: str) -> date:
    return date.fromisoformat(told)


def _steps(planned: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """What is due on a day is due at once."""
    before, found = 0, []
    for day, due in planned:
        found += [(day, before), (day, due)]
        before = due
    return found


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    days: int
    most: int

    def x(self, day: date) -> str:
        return f"{LEFT + (day - self.first).days / self.days * (WIDTH - LEFT - RIGHT):.1f}"

    def y(self, count: float) -> str:
        return f"{HEIGHT - BOTTOM - count / self.most * (HEIGHT - TOP - BOTTOM):.1f}"

    def point(self, day: date, count: int) -> tuple[str, str]:
        return self.x(day), self.y(count)

    def line(self, points: Sequence[tuple[date, int]]) -> str:
        return " ".join(",".join(self.point(day, count)) for day, count in points)
