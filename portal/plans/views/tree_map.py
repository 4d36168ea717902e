"""Where there are no outlines: units as areas of a rectangle, each as large as it has congresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from unicodedata import category

from squarify import normalize_sizes, squarify

from portal.plans.views.progress import Band, Share, UnitLine, bands_of, shade_of
from portal.shared.units import Unit

# Units of the drawing: about a pixel on a phone, somewhat more on a desk.
WIDTH, HEIGHT = 320, 300
# So many are told apart; smaller units stand in the table alone.
MOST = 100
# What a line of letters takes, how wide a letter and a percentage are about, and the room that stays around them.
LINE, LETTER, FIGURE, AROUND = 14, 6.4, 40, 6


@dataclass(frozen=True, slots=True)
class Area:
    """Places and sizes as SVG attributes take them; `shade` as on a map. `room`: for letters, and for lines of them."""

    x: str
    y: str
    width: str
    height: str
    shade: int
    unit: Unit
    share: Share
    planned: int
    room: tuple[float, int]

    @property
    def figured(self) -> bool:
        """Whether a percentage has room in it."""
        return self.room[0] >= FIGURE and self.room[1] > 0

    def lines(self, name: str) -> tuple[str, ...]:
        """The name in lines, where it has room above the percentage: whole, else a word each; else not at all."""
        wide, most = self.room
        for lines in ((name,), tuple(name.split())):
            if len(lines) < most and all(_letters(line) * LETTER <= wide for line in lines):
                return lines
        return ()


def _letters(text: str) -> int:
    """Without the signs that stand above, below or around another."""
    return sum(not category(sign).startswith("M") for sign in text)


@dataclass(frozen=True, slots=True)
class TreeMap:
    """Of the units right below. `left_out`: how many are too small for it; the classes count them too."""

    areas: tuple[Area, ...]
    bands: tuple[Band, ...]
    left_out: int
    level: str = ""

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"


def tree_map_of(lines: Sequence[UnitLine]) -> TreeMap | None:
    """The largest first, among equals by code, so that they stay where they are while figures change.

    Nothing where there is nothing to compare: fewer than two units with congresses.
    """
    planned = sorted((one for one in lines if one.planned > 0), key=lambda one: (-one.planned, one.unit.code))
    if len(planned) < 2:
        return None
    shown = planned[:MOST]
    sizes = normalize_sizes([one.planned for one in shown], WIDTH, HEIGHT)
    places = squarify(sizes, 0, 0, WIDTH, HEIGHT)
    return TreeMap(
        tuple(_area(one, place) for one, place in zip(shown, places, strict=True)),
        bands_of([shade_of(one.share) for one in lines]),
        len(planned) - len(shown),
    )


def _area(line: UnitLine, place: dict[str, float]) -> Area:
    width, height = place["dx"], place["dy"]
    return Area(
        *(f"{place['x']:.1f}", f"{place['y']:.1f}", f"{width:.1f}", f"{height:.1f}"),
        *(shade_of(line.share), line.unit, line.share, line.planned),
        (width - AROUND, floor((height - AROUND / 2) / LINE)),
    )
