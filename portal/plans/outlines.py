"""District outlines as SVG paths on a small integer grid, drawn once when the portal starts."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GRID_HEIGHT = 440  # units of the drawing; one is about 1.5 km, a pixel or less on a phone
SMALLEST_RING = 3.0  # area in square units; a smaller islet is not drawn beside its mainland
MARGIN = 4

Point = tuple[int, int]
Ring = list[tuple[float, float]]  # longitude, latitude
Box = tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Outline:
    code: str
    path: str  # the `d` of an SVG path
    box: Box


@dataclass(frozen=True, slots=True)
class Outlines:
    by_code: dict[str, Outline]

    def view_box(self, codes: Iterable[str]) -> str:
        """The `viewBox` that shows these districts and a little around them."""
        boxes = [self.by_code[code].box for code in codes]
        left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
        right, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
        return f"{left - MARGIN} {top - MARGIN} {right - left + 2 * MARGIN} {bottom - top + 2 * MARGIN}"


def draw(shapes: Mapping[str, list[Ring]]) -> Outlines:
    """`shapes`: rings that enclose something, by unit code."""
    if not shapes:
        return Outlines({})
    points = [point for rings in shapes.values() for ring in rings for point in ring]
    west = min(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    scale = GRID_HEIGHT / (north - south)
    # A degree of longitude shrinks with the latitude: without it the country looks too wide.
    shrink = math.cos(math.radians((south + north) / 2))

    def place(longitude: float, latitude: float) -> Point:
        return round((longitude - west) * shrink * scale), round((north - latitude) * scale)

    drawn = {}
    for code, rings in shapes.items():
        placed = _without_islets([_snapped([place(x, y) for x, y in ring]) for ring in rings])
        drawn[code] = Outline(code, "".join(_path(ring) for ring in placed), _box(placed))
    return Outlines(drawn)


def _snapped(ring: list[Point]) -> list[Point]:
    """The ring without repeated points and without points on a straight line.

    Neighbours share their border points and so stay without gaps; a simplification of each ring
    on its own would tear them apart.
    """
    kept: list[Point] = []
    for point in ring:
        if kept and kept[-1] == point:
            continue
        if len(kept) >= 2 and _straight(kept[-2], kept[-1], point):
            kept[-1] = point
        else:
            kept.append(point)
    if len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return kept


def _straight(a: Point, b: Point, c: Point) -> bool:
    cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    forward = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1])
    return cross == 0 and forward > 0


def _without_islets(rings: list[list[Point]]) -> list[list[Point]]:
    shown = [ring for ring in rings if _area(ring) >= SMALLEST_RING]
    return shown or [max(rings, key=_area)]


def _area(ring: list[Point]) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def _path(ring: list[Point]) -> str:
    """Relative steps: they are shorter than places."""
    (x, y), *rest = ring
    steps = [f"M{x} {y}l"]
    for to_x, to_y in rest:
        dx, dy = to_x - x, to_y - y
        first = f"{dx}" if dx < 0 or steps[-1].endswith("l") else f" {dx}"
        steps.append(f"{first}{dy}" if dy < 0 else f"{first} {dy}")
        x, y = to_x, to_y
    return "".join(steps) + "z"


def _box(rings: list[list[Point]]) -> Box:
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)
