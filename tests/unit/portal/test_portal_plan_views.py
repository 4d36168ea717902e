"""Plans as the pages show them."""

from portal.views.plans import levels_found

TREE = {
    "r": ["d1", "d2"],
    "d1": [],
    "d2": ["u1", "c1"],
    "u1": ["w1"],
}
LEVELS = {"r": "centre", "d": "district", "u": "upazila", "c": "city", "w": "ward"}


def a_unit(unit_id: str) -> dict[str, str]:
    return {"id": unit_id, "level": LEVELS[unit_id[0]]}


def children(unit_id: str) -> list[dict[str, str]]:
    return [a_unit(one) for one in TREE.get(unit_id, ())]


def test_a_plan_is_offered_the_levels_that_have_units_below() -> None:
    assert levels_found([a_unit("r")], children) == {"centre", "district", "upazila", "city", "ward"}
    assert levels_found([a_unit("c1")], children) == {"city"}
    assert levels_found([a_unit("c1"), a_unit("u1")], children) == {"city", "upazila", "ward"}
    assert levels_found([], children) == set()


def test_of_a_wide_level_only_some_units_are_looked_into() -> None:
    asked = []

    def wide(unit_id: str) -> list[dict[str, str]]:
        asked.append(unit_id)
        return [{"id": f"d{number}", "level": "district"} for number in range(50)] if unit_id == "r" else []

    assert levels_found([a_unit("r")], wide) == {"centre", "district"}
    assert asked == ["r", "d0", "d24", "d48"]
