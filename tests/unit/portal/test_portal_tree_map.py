"""The tree map: areas that fill its rectangle, each as large as its unit has congresses."""

import random
from dataclasses import replace

import pytest

from portal.plans.views.progress import Share, UnitLine
from portal.plans.views.tree_map import HEIGHT, MOST, WIDTH, Area, TreeMap, tree_map_of
from portal.shared.units import Unit


def a_line(code: str, planned: int, done: int = 0, total: int | None = None) -> UnitLine:
    held = planned if total is None else total
    return UnitLine(Unit(code, code, {"en": code}, "x"), Share(held, done, done, 0, 0), 0, planned)


def drawn(*lines: UnitLine) -> TreeMap:
    found = tree_map_of(lines)
    assert found is not None
    return found


def size(area: Area) -> float:
    return float(area.width) * float(area.height)


@pytest.mark.parametrize("seed", range(5))
def test_areas_fill_the_rectangle_and_are_as_large_as_congresses_are_many(seed: int) -> None:
    chance = random.Random(seed)
    lines = [a_line(f"u{number:02}", chance.randint(1, 400)) for number in range(chance.randint(2, 60))]
    areas = drawn(*lines).areas
    whole = sum(line.planned for line in lines)
    assert sum(map(size, areas)) == pytest.approx(WIDTH * HEIGHT, rel=0.02)
    for area in areas:
        assert size(area) == pytest.approx(WIDTH * HEIGHT * area.planned / whole, rel=0.1, abs=30)
        assert float(area.x) + float(area.width) <= WIDTH + 0.2
        assert float(area.y) + float(area.height) <= HEIGHT + 0.2


def test_equal_ones_keep_their_places_whatever_is_done() -> None:
    before = drawn(*(a_line(code, 8) for code in "cab"))
    after = drawn(*(a_line(code, 8, done) for code, done in zip("bca", (8, 0, 4), strict=True)))
    assert [area.unit.code for area in before.areas] == [area.unit.code for area in after.areas] == [*"abc"]


def test_classes_are_those_of_the_map_and_without_a_figure_there_is_one_of_its_own() -> None:
    found = drawn(a_line("a", 10, 10), a_line("b", 10, 2), a_line("c", 6, total=0))
    assert [area.shade for area in found.areas] == [5, 2, 0]
    assert [(band.shade, band.count) for band in found.bands] == [
        (1, 0),
        (2, 1),
        (3, 0),
        (4, 0),
        (5, 1),
        (0, 1),
    ]


def test_there_is_none_where_there_is_nothing_to_compare() -> None:
    assert tree_map_of([]) is None
    assert tree_map_of([a_line("a", 9), a_line("b", 0)]) is None


def test_what_is_too_small_to_be_told_apart_is_left_to_the_table_and_counted() -> None:
    lines = [a_line(f"u{number:04}", 5 + number % 3) for number in range(MOST + 7)]
    found = drawn(*lines)
    assert (len(found.areas), found.left_out) == (MOST, 7)
    assert min(area.planned for area in found.areas) == 5
    assert sum(band.count for band in found.bands) == MOST + 7


def test_only_what_has_room_is_written_into_an_area() -> None:
    large, *_, small = drawn(a_line("a", 3000), *(a_line(f"b{number}", 1) for number in range(20))).areas
    assert (large.figured, large.lines("Comilla Sadar")) == (True, ("Comilla Sadar",))
    assert (small.figured, small.lines("Comilla")) == (False, ())


@pytest.mark.parametrize(
    ("room", "lines"),
    [
        ((90.0, 2), ("Comilla Sadar",)),
        ((50.0, 3), ("Comilla", "Sadar")),
        ((50.0, 2), ()),  # the figure needs a line as well
        ((40.0, 9), ()),
    ],
)
def test_a_name_is_written_whole_else_a_word_a_line(room: tuple[float, int], lines: tuple[str, ...]) -> None:
    area = replace(drawn(a_line("a", 1), a_line("b", 1)).areas[0], room=room)
    assert area.lines("Comilla Sadar") == lines


def test_signs_around_a_letter_take_no_room() -> None:
    area = replace(drawn(a_line("a", 1), a_line("b", 1)).areas[0], room=(26.0, 2))
    assert area.lines("কুমিল্লা") == ("কুমিল্লা",)
