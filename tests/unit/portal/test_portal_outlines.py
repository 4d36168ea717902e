"""The map: every district drawn, small, without gaps between neighbours."""

import re
from pathlib import Path

from portal.outlines import GRID_HEIGHT, Outlines, draw, read_outlines

FILE = Path(__file__).parents[3] / "examples" / "bangladesh" / "districts.geojson"
MOST_BYTES = 40_000


def a_square(code: str, west: float, south: float, size: float = 1.0) -> dict[str, object]:
    corners = [(0, 0), (0, size), (size, size), (size, 0), (0, 0)]
    ring = [[west + x, south + y] for x, y in corners]
    return {"properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def test_all_districts_are_drawn_in_few_bytes() -> None:
    outlines = read_outlines(FILE)
    assert len(outlines.by_code) == 64
    assert sum(len(one.path) for one in outlines.by_code.values()) < MOST_BYTES
    assert all(re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", one.path) for one in outlines.by_code.values())


def test_the_whole_country_fits_into_its_view() -> None:
    outlines = read_outlines(FILE)
    left, top, width, height = map(int, outlines.view_box(outlines.by_code).split())
    assert GRID_HEIGHT * 0.95 < height < GRID_HEIGHT + 20
    for one in outlines.by_code.values():
        assert left <= one.box[0] <= one.box[2] <= left + width
        assert top <= one.box[1] <= one.box[3] <= top + height


def test_neighbours_share_their_border_points() -> None:
    outlines = draw([a_square("west", 90.0, 23.0), a_square("east", 91.0, 23.0)])
    assert outlines.by_code["west"].box[2] == outlines.by_code["east"].box[0]


def test_a_view_of_some_districts_is_smaller_than_the_country() -> None:
    outlines = draw([a_square("west", 90.0, 23.0), a_square("east", 92.0, 23.0)])
    alone = outlines.view_box(["west"]).split()
    both = outlines.view_box(["west", "east"]).split()
    assert int(alone[2]) < int(both[2])


def test_an_islet_is_left_out_but_never_the_only_land() -> None:
    mainland, islet = a_square("d", 90.0, 23.0), a_square("d", 90.5, 24.5, 0.001)
    both = {
        "properties": {"code": "d"},
        "geometry": {
            "type": "MultiPolygon",
            "coordinates": [mainland["geometry"]["coordinates"], islet["geometry"]["coordinates"]],  # type: ignore[index]
        },
    }
    assert draw([both]).by_code["d"].path.count("M") == 1
    assert draw([islet, a_square("other", 90.0, 23.0)]).by_code["d"].path.count("M") == 1


def test_without_a_file_there_is_no_map() -> None:
    assert read_outlines(None) == Outlines({})
