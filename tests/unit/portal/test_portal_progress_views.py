"""The dashboard's values: shares, laggards first, shades of the map."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.plans.outlines import Outline, Outlines
from portal.plans.views.progress import (
    Share,
    UnitLine,
    bands_of,
    dashboard_of,
    in_order,
    map_of,
    of_class,
    shade_of,
    share_of,
    unit_lines,
)
from portal.shared.units import Unit

PLAN = {
    "milestones": [
        {"key": "opened", "names": {"en": "Opened"}, "mark": None},
        {"key": "ended", "names": {"en": "Closed"}, "mark": "closed"},
        {"key": "approved", "names": {"en": "Approved"}, "mark": "approved"},
    ]
}


def a_count(done: int, total: int = 10, **changes: int) -> dict[str, Any]:
    return {"total": total, "skipped": 0, "done": done, "on_time": done, "late": 0, "overdue": 0, **changes}


def a_rollup(code: str, done: int, **changes: Any) -> dict[str, Any]:
    milestones = [
        {"key": key, **a_count(done), "by_level": {"union": a_count(done), "district": a_count(0, 1)}}
        for key in ("opened", "ended", "approved")
    ]
    unit = {"id": code.lower(), "code": code, "names": {"en": code}, "level": "district"}
    return {
        "plan_id": "p", "unit": unit, "as_of": "2026-11-22T00:00:00+00:00", "total": 10,
        "milestones": milestones, "states": {}, "results": {}, **changes,
    }  # fmt: skip


def a_line(code: str, done: int, total: int = 10, overdue: int = 0) -> UnitLine:
    share = Share(total, done, done, 0, overdue)
    return UnitLine(Unit(code.lower(), code, {"en": code}, "district"), share)


def test_the_page_is_about_the_milestone_that_closes_a_congress() -> None:
    page = dashboard_of(a_rollup("BD", 4), PLAN, ["district", "union"])
    assert page.chosen == "ended"
    assert dashboard_of(a_rollup("BD", 4), PLAN, [], "opened").chosen == "opened"
    assert dashboard_of(a_rollup("BD", 4), PLAN, [], "no-such").chosen == "ended"


def test_levels_stand_from_the_top_down() -> None:
    page = dashboard_of(a_rollup("BD", 4), PLAN, ["district", "union"])
    assert page.levels == ("district", "union")
    row = page.matrix[0]
    assert (row.key, [cell.tenths for cell in row.cells if cell]) == ("opened", [0, 400])


def test_of_a_level_that_holds_none_the_matrix_says_nothing() -> None:
    rollup = a_rollup("BD", 4)
    rollup["milestones"][0]["by_level"] = {"union": a_count(0, 4, skipped=4)}
    assert dashboard_of(rollup, PLAN, ["district", "union"]).matrix[0].cells == (None, None)


def test_of_a_milestone_that_nobody_holds_any_more_there_is_no_page_and_below_nobody_lags_in_it() -> None:
    none, some = a_rollup("A", 4), a_rollup("B", 1)
    none["milestones"] = none["milestones"][1:]
    page = dashboard_of({**none, "children": [none, some]}, PLAN, ["district", "union"], "opened")
    assert [line.key for line in page.milestones if line.chosen] == [page.chosen] == ["ended"]
    lines = unit_lines([none, some], "opened")
    assert [(one.unit.code, one.share.total) for one in lines] == [("B", 10), ("A", 0)]


def test_the_table_is_sorted_by_one_column_the_most_first() -> None:
    lines = [a_line("B", 5, overdue=1), a_line("C", 1, overdue=3), a_line("A", 9)]
    codes = {
        sort: [line.unit.code for line in in_order(lines, sort)] for sort in ("code", "done", "overdue", "")
    }
    assert codes == {
        "code": ["A", "B", "C"],
        "done": ["A", "B", "C"],
        "overdue": ["C", "B", "A"],
        "": ["B", "C", "A"],
    }


def test_results_are_shown_by_level_and_summed_over_none() -> None:
    """An upazila reports the members again that its unions have reported."""
    results = {
        "union": {
            "total": 17,
            "reported": 2,
            "figures": {"members": 1214},
            "approved": 1,
            "approved_figures": {"members": 600},
        },
        "upazila": {"total": 1, "reported": 1, "figures": {"members": 1214}},
        "district": {"total": 1, "reported": 0, "figures": {}},
    }
    page = dashboard_of(a_rollup("BD", 4, results=results), PLAN, ["district", "upazila", "union"])
    assert [
        (one.level, one.reported, one.total, [figure.value for figure in one.figures]) for one in page.results
    ] == [("upazila", 1, 1, [1214]), ("union", 2, 17, [1214])]
    assert [(one.approved, one.of_approved) for one in page.results] == [(0, {}), (1, {"members": 600})]


def test_those_behind_come_first_and_equals_by_code() -> None:
    lines = unit_lines([a_rollup("B", 5), a_rollup("C", 1), a_rollup("A", 5)], "ended")
    assert [line.unit.code for line in lines] == ["C", "A", "B"]


def test_what_is_skipped_is_not_missing() -> None:
    assert share_of(a_count(6, 10, skipped=4)).tenths == 1000


def test_the_parts_of_a_bar_stand_one_behind_the_other() -> None:
    parts = Share(total=8, done=4, on_time=2, late=2, overdue=1).parts
    assert [(p.kind, p.start, p.width) for p in parts] == [
        ("on_time", "0.00", "25.00"),
        ("late", "25.00", "25.00"),
        ("overdue", "50.00", "12.50"),
        ("to_come", "62.50", "37.50"),
    ]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=64))
def test_every_share_is_of_one_class_and_between_the_classes_is_nothing(
    counts: list[tuple[int, int]],
) -> None:
    shares = [Share(max(done, total), done, done, 0, 0) for done, total in counts]
    bands = bands_of([shade_of(share) for share in shares])
    assert sum(band.count for band in bands) == len(shares)
    for share in shares:
        (band,) = [one for one in bands if one.shade == shade_of(share)]
        assert share.total == 0 or band.lowest <= share.tenths <= band.highest
    classes = [band for band in bands if band.shade]
    assert [(one.lowest, one.highest) for one in classes] == [
        (0, 199),
        (200, 399),
        (400, 599),
        (600, 799),
        (800, 1000),
    ]


def test_those_without_a_figure_are_a_class_of_their_own() -> None:
    assert shade_of(Share(0, 0, 0, 0, 0)) == 0
    assert [(band.shade, band.count) for band in bands_of([0, 5, 5])][-2:] == [(5, 2), (0, 1)]
    assert [band.shade for band in bands_of([5])] == [1, 2, 3, 4, 5]


OUTLINES = Outlines({code: Outline(code, "M0 0l1 1z", (0, 0, 9, 9)) for code in ("A", "B", "C")})


def test_the_map_shows_the_districts_around_in_grey() -> None:
    drawn = map_of([a_line("A", 3), a_line("B", 9)], OUTLINES, whole=False)
    assert drawn is not None
    assert {(one.outline.code, one.shade > 0) for one in drawn.regions} == {
        ("A", True),
        ("B", True),
        ("C", False),
    }


def test_each_class_of_the_map_counts_exactly_the_rows_that_it_leads_to() -> None:
    """Also a unit that has no outline, and one that has nothing to do."""
    lines = [a_line("A", 3), a_line("B", 9), a_line("C", 0, total=0), a_line("X", 3)]
    drawn = map_of(lines, OUTLINES, whole=True)
    assert drawn is not None
    rows = {band.shade: [one.unit.code for one in of_class(lines, str(band.shade))] for band in drawn.bands}
    assert rows == {1: [], 2: ["A", "X"], 3: [], 4: [], 5: ["B"], 0: ["C"]}
    assert {band.shade: band.count for band in drawn.bands} == {
        shade: len(codes) for shade, codes in rows.items()
    }


def test_units_without_outlines_have_no_map() -> None:
    assert map_of([a_line("X", 3)], OUTLINES, whole=True) is None
