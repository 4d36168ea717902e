"""The map: every district drawn, small, without gaps between neighbours."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from portal.plans.map_file import MapFile, read_features, read_map_file
from portal.plans.outlines import GRID_HEIGHT, Outlines, draw
from sammelan import health
from sammelan.settings import read_settings
from tests.architecture.the_code import environment, make_app

FILE = Path(__file__).parents[3] / "examples" / "bangladesh" / "districts.geojson"
MAPS = Path(__file__).parent / "maps"
MOST_BYTES = 40_000


def drawn(*features: Any) -> Outlines:
    found = read_features(list(features))
    assert found.left_out == ()
    return draw(found.shapes)


def a_square(code: str, west: float, south: float, size: float = 1.0) -> dict[str, object]:
    corners = [(0, 0), (0, size), (size, size), (size, 0), (0, 0)]
    ring = [[west + x, south + y] for x, y in corners]
    return {"properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def test_all_districts_are_drawn_in_few_bytes() -> None:
    outlines = draw(read_map_file(FILE).shapes)
    assert len(outlines.by_code) == 64
    assert sum(len(one.path) for one in outlines.by_code.values()) < MOST_BYTES
    assert all(re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", one.path) for one in outlines.by_code.values())


def test_the_whole_country_fits_into_its_view() -> None:
    outlines = draw(read_map_file(FILE).shapes)
    left, top, width, height = map(int, outlines.view_box(outlines.by_code).split())
    assert GRID_HEIGHT * 0.95 < height < GRID_HEIGHT + 20
    for one in outlines.by_code.values():
        assert left <= one.box[0] <= one.box[2] <= left + width
        assert top <= one.box[1] <= one.box[3] <= top + height


def test_neighbours_share_their_border_points() -> None:
    outlines = drawn(a_square("west", 90.0, 23.0), a_square("east", 91.0, 23.0))
    assert outlines.by_code["west"].box[2] == outlines.by_code["east"].box[0]


def test_a_view_of_some_districts_is_smaller_than_the_country() -> None:
    outlines = drawn(a_square("west", 90.0, 23.0), a_square("east", 92.0, 23.0))
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
    assert drawn(both).by_code["d"].path.count("M") == 1
    assert drawn(islet, a_square("other", 90.0, 23.0)).by_code["d"].path.count("M") == 1


def test_without_a_file_there_is_no_map() -> None:
    assert read_map_file(None) == MapFile()
    assert draw({}) == Outlines({})


@pytest.mark.parametrize(
    ("name", "codes", "left_out"),
    [
        ("geo_3d", "ABC", ()),  # heights are not drawn
        ("geo_bom", "AB", ()),
        ("geo_collection", "AB", ("C: a GeometryCollection has no outline",)),
        ("geo_empty", "", ()),
        ("geo_empty_coordinates", "AB", ("C: it encloses nothing",)),
        ("geo_no_code", "AB", ("feature 3: it has no code",)),
        ("geo_null_geometry", "AB", ("C: it has no geometry",)),
        ("geo_one_flat", "", ("A: it encloses nothing",)),
        ("geo_point", "AB", ("C: a Point has no outline",)),
    ],
)
def test_what_cannot_be_drawn_is_left_out_and_named(name: str, codes: str, left_out: tuple[str, ...]) -> None:
    found = read_map_file(MAPS / f"{name}.geojson")
    assert found.left_out == left_out
    assert set(draw(found.shapes).by_code) == set(codes)


RING = [[90, 23], [91, 23], [91, 24], [90, 23]]


def a_feature(**changes: Any) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [RING]}
    return {"type": "Feature", "properties": {"code": "C"}, "geometry": geometry} | changes


@pytest.mark.parametrize(
    ("feature", "told"),
    [
        *(
            (one, "feature 2: it has no code")
            for one in list[Any]([None, 7, "x", [], {}, {"properties": None}])
        ),
        *(
            (a_feature(properties=one), "feature 2: it has no code")
            for one in list[Any](
                [
                    None,
                    [],
                    {"code": None},
                    {"code": ""},
                    {"code": " \u200b"},
                    {"code": {}},
                    {"code": True},
                ]
            )
        ),
        *((a_feature(geometry=one), "C: it has no geometry") for one in list[Any]([None, 3, "x", []])),
        *(
            (a_feature(geometry={"type": one}), f"C: a {one} has no outline")
            for one in ("LineString", "MultiPoint", "Feature", None, "")
        ),
        *(
            (a_feature(geometry={"type": "Polygon", "coordinates": one}), "C: ")
            for one in list[Any]([None, 5, "x", [5], [["x"]], RING, {}])
        ),
        *(
            (
                a_feature(geometry={"type": "Polygon", "coordinates": [[*RING[:3], one]]}),
                "C: one of its points",
            )
            for one in list[Any](
                [[], [90], [None, 1], ["90", "23"], [True, 1], [float("nan"), 1], [float("inf"), 1]]
            )
        ),
        (
            a_feature(geometry={"type": "Polygon", "coordinates": [[[500000, 23], *RING]]}),
            "C: its points are not",
        ),
        (
            a_feature(geometry={"type": "Polygon", "coordinates": [[[10**400, 23], *RING]]}),
            "C: its points are not",
        ),
        (
            a_feature(geometry={"type": "Polygon", "coordinates": [[[90, -(10**400)], *RING]]}),
            "C: its points are not",
        ),
        (
            a_feature(geometry={"type": "Polygon", "coordinates": [[[-180, 0], [180, 0], [0, 1e-310]]]}),
            "C: it encloses nothing",
        ),
        (
            a_feature(geometry={"type": "Polygon", "coordinates": [[[0, 0], [5e-324, 80], [1e-323, 0]]]}),
            "C: it encloses nothing",
        ),
        (a_feature(geometry={"type": "Polygon", "coordinates": [[[90, 23]] * 9]}), "C: it encloses nothing"),
        (
            a_feature(geometry={"type": "Polygon", "coordinates": [[[90, 23], [91, 23], [92, 23]]]}),
            "C: it enclo",
        ),
        (a_feature(geometry={"type": "Polygon", "coordinates": [[]]}), "C: it encloses nothing"),
        (
            a_feature(geometry={"type": "MultiPolygon", "coordinates": [[RING], [[5]]]}),
            "C: one of its points",
        ),
        (a_feature(properties={"code": "A"}), "A: its code is there twice"),
    ],
)
def test_one_feature_of_any_shape_never_takes_the_map_along(feature: Any, told: str) -> None:
    found = read_features([a_square("A", 90.0, 23.0), feature, a_square("B", 92.0, 23.0)])
    assert set(draw(found.shapes).by_code) == {"A", "B"}
    (named,) = found.left_out
    assert named.startswith(told)


def test_a_code_may_be_a_number_and_may_come_with_what_cannot_be_seen() -> None:
    found = read_features([a_feature(properties={"code": 17}), a_feature(properties={"code": "\ufeffBD-1 "})])
    assert set(found.shapes) == {"17", "BD-1"}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"\xff\xfe{\x00}\x00", "is not UTF-8"),
        (b"PK\x03\x04\xff", "is not UTF-8"),
        (b"[]", "holds no list of features"),
        (b"null", "holds no list of features"),
        (b"{}", "holds no list of features"),
        (b'{"features": null}', "holds no list of features"),
        (b'{"features": {"0": 1}}', "holds no list of features"),
    ],
)
def test_a_file_that_is_no_map_is_named_and_there_is_none(data: bytes, told: str, tmp_path: Path) -> None:
    file = tmp_path / "map.geojson"
    file.write_bytes(data)
    found = read_map_file(file)
    assert found.shapes == {}
    assert found.left_out[0].startswith(f"map.geojson: {told}")


@pytest.mark.parametrize("digits", [101, 4_301, 100_000])
@pytest.mark.parametrize("place", ["point", "code", "elsewhere"])
def test_a_number_of_any_length_takes_along_no_more_than_its_feature(
    digits: int, place: str, tmp_path: Path
) -> None:
    number = "9" * digits
    strange = json.dumps(a_feature(note="LONG"))
    strange = {
        "point": strange.replace("[90,", f"[{number},").replace("[90 ", f"[{number} ").replace("LONG", ""),
        "code": strange.replace('"code": "C"', f'"code": {number}').replace("LONG", ""),
        "elsewhere": strange.replace('"LONG"', number),
    }[place]
    file = tmp_path / "map.geojson"
    whole = json.dumps(a_feature(properties={"code": "A"}))
    file.write_text('{"features": [' + whole + ", " + strange + "]}")
    assert set(draw(read_map_file(file).shapes).by_code) - {"C"} == {"A"}


def test_half_a_sign_in_a_code_or_a_kind_is_named_without_it(tmp_path: Path) -> None:
    file = tmp_path / "map.geojson"
    half = [{"properties": {"code": "A\ud800"}, "geometry": None}, a_feature(geometry={"type": "\udfff"})]
    file.write_text(json.dumps({"features": half}))
    told = read_map_file(file).told()
    assert told == "A: it has no geometry; C: a  has no outline"
    assert told.encode()


def test_a_file_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path) -> None:
    assert read_map_file(tmp_path / "none").left_out == ("none: cannot be read (FileNotFoundError)",)
    assert "cannot be read" in read_map_file(tmp_path).told()


def test_of_many_features_left_out_the_first_are_named_and_the_rest_counted() -> None:
    assert read_features([None] * 5_000).told().endswith("; and 4980 more")
    assert len(read_features([a_feature(geometry={"type": "x" * 9_000})]).told()) < 100


def test_a_flat_country_is_no_division_by_nothing() -> None:
    needle = {"type": "Polygon", "coordinates": [[[90, 23], [91, 23], [90.5, 23.0000000001]]]}
    found = read_features([json.loads(json.dumps(a_feature(geometry=needle)))])
    assert set(draw(found.shapes).by_code) == {"C"}


@pytest.mark.parametrize(
    "file", [*sorted(MAPS.glob("*.geojson")), MAPS / "none.geojson"], ids=lambda one: one.stem
)
def test_the_portal_starts_and_doctor_names_what_is_left_out(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**environment(tmp_path), "MAP_OUTLINES": str(file)}.items():
        monkeypatch.setenv(name, value)
    assert make_app("portal").extensions["context"].outlines is not None
    (found,) = [one for one in health.examine(read_settings()) if one.what == "Map"]
    assert not found.matters
    assert found.good == (read_map_file(file).left_out == ())
    assert found.good or read_map_file(file).told() in found.found
