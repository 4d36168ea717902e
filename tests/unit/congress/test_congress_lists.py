"""Lists below a unit are walked over the sums: whole, in order, in pages, and only where there is something."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain import ordering
from congress.domain.history import Congress, State
from congress.domain.ordering import Order
from congress.domain.overdue import Standing
from congress.domain.owners import Actor
from congress.domain.plan import Plan, PlanState
from congress.domain.rollup import Rollup, contribution
from congress.domain.wanted import STANDINGS, Place, Walk, Wanted, deadlines_of, unplaced
from servicekit.tree.rollup.figures import recount
from servicekit.tree.units import Unit
from tests.unit.congress.builders import DEADLINE, EVERY_LEVEL, TODAY, a_congress, a_plan, at

LEVELS = {"centre", "district", "union"}
# The level "group" has no congress.
PLAN = a_plan(unit_id="r", unit_path=("r",), deadlines=dict.fromkeys(sorted(LEVELS), DEADLINE))
STAGES = ("approved", "submitted", "plan_issued", None)
OLD = DEADLINE - timedelta(days=300)
ALL = (
    Wanted(),
    Wanted("submitted"),
    Wanted(waits_for_superior=True),
    Wanted(overdue=True),
    Wanted("submitted", level="union"),
    Wanted(level="district", passed=True),
    Wanted(overdue=True, level="district"),
    *(Wanted(overdue=True, actor=actor) for actor in Actor),
    *(
        Wanted(milestone=milestone, standing=standing, level=level)
        for milestone in ("plan_issued", "credentials", "dossier", "approval", "unknown")
        for standing in STANDINGS
        for level in ("", "union")
    ),
    *(
        Wanted(milestone=milestone, standing=standing, actor=actor)
        for milestone in ("drafts", "approval")
        for standing in (Standing.OVERDUE, Standing.TO_COME)
        for actor in Actor
    ),
)


@dataclass
class House:
    """Congresses by unit, and their sums."""

    congresses: dict[str, Congress]
    units: dict[str, Unit]
    read: int = 0
    rollups: dict[str, Rollup] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sums = recount(contribution(PLAN, one) for one in self.congresses.values())
        self.rollups = {
            unit.id: Rollup("plan1", unit.id, unit.code, {}, unit.level, unit.path, sums.get(unit.id, {}))
            for unit in self.units.values()
        }

    def children(self, rollup: Rollup) -> list[Rollup]:
        self.read += 1
        return [one for one in self.rollups.values() if one.path[:-1] == rollup.path]

    def walk(
        self,
        wanted: Wanted,
        deadline: date | None,
        plan: Plan = PLAN,
        sees: Callable[[tuple[str, ...]], bool] = lambda _: True,
        *,
        direct: bool = False,
    ) -> Walk:
        return Walk(wanted, plan, TODAY, deadline, self.children, sees, direct)

    def found(self, wanted: Wanted, plan: Plan = PLAN) -> list[str]:
        top = self.rollups["r"]
        return [
            unit.unit_id
            for deadline in deadlines_of([top])
            for _, unit in self.walk(wanted, deadline, plan).places([top])
        ]


def a_house(units: Iterable[tuple[str, str, str | None, bool]]) -> House:
    """Each unit as its path of one-letter ids, its level, how far its congress is, and whether its day was long ago."""
    known, congresses = {}, {}
    for path, level, stage, late in units:
        unit = Unit(path, path[-1].upper(), {}, level, path[:-1] or None, tuple(_ids(path)))
        known[path] = unit
        if level in LEVELS:
            one = at(stage) if stage else a_congress()
            deadline = OLD if late else DEADLINE
            congresses[path] = Congress(
                **{name: getattr(one, name) for name in Congress.__dataclass_fields__}
                | {"id": path, "unit": unit, "deadline": deadline}
            )
    return House(congresses, known)


def _ids(path: str) -> list[str]:
    return [path[: end + 1] for end in range(len(path))]


@st.composite
def houses(draw: st.DrawFn) -> House:
    paths = {"r"}
    for _ in range(draw(st.integers(0, 14))):
        above = draw(st.sampled_from(sorted(paths)))
        if len(above) < 5:
            paths.add(above + draw(st.sampled_from("abc")))
    levels = st.sampled_from(["district", "union", "union", "group"])
    return a_house(
        (
            path,
            "centre" if path == "r" else draw(levels),
            draw(st.sampled_from(STAGES)),
            draw(st.booleans()),
        )
        for path in sorted(paths)
    )


def by_hand(house: House, wanted: Wanted) -> list[str]:
    fitting = [one for one in house.congresses.values() if wanted.fits(PLAN, one, TODAY)]
    return [one.id for one in sorted(fitting, key=lambda one: (one.deadline, one.id))]


@given(houses(), st.sampled_from(ALL))
def test_a_list_is_what_one_would_find_by_looking_at_every_congress(house: House, wanted: Wanted) -> None:
    top = house.rollups["r"]
    assert house.found(wanted) == by_hand(house, wanted)
    number = sum(house.walk(wanted, day).number([top]) for day in deadlines_of([top]))
    assert number == len(by_hand(house, wanted))


@given(houses(), st.sampled_from(ALL))
def test_in_the_order_of_the_tree_it_is_the_same_list_otherwise_ordered(house: House, wanted: Wanted) -> None:
    top = house.rollups["r"]
    walk = house.walk(wanted, None)
    found = [unit.unit_id for _, unit in walk.places([top])]
    assert found == sorted(by_hand(house, wanted))
    assert walk.number([top]) == len(found)


@given(houses(), st.sampled_from(ALL), st.integers(1, 3))
def test_pages_follow_each_other_without_gap_or_repetition(house: House, wanted: Wanted, size: int) -> None:
    top = house.rollups["r"]
    for deadline in deadlines_of([top]):
        walk, place, shown = house.walk(wanted, deadline), None, list[str]()
        while True:
            page = [one for one, _ in zip(walk.places([top], place), range(size), strict=False)]
            if not page:
                break
            assert page[-1][0] != place, "the page begins where it began"
            place = page[-1][0]
            shown += [unit.unit_id for _, unit in page]
        assert shown == [unit.unit_id for _, unit in walk.places([top])]


@given(houses(), st.sampled_from(ALL))
def test_directly_below_is_what_no_congress_stands_above(house: House, wanted: Wanted) -> None:
    tops = house.children(house.rollups["r"])
    expected = [
        one.id
        for one in house.congresses.values()
        if one.id != "r"
        and wanted.fits(PLAN, one, TODAY)
        and not any(above in house.congresses for above in _ids(one.id)[1:-1])
    ]
    found = [
        unit.unit_id
        for day in deadlines_of(tops)
        for _, unit in house.walk(wanted, day, direct=True).places(tops)
    ]
    assert sorted(found) == sorted(expected)
    assert sum(house.walk(wanted, day, direct=True).number(tops) for day in deadlines_of(tops)) == len(found)


@given(houses(), st.sampled_from(ALL), st.booleans())
def test_the_place_of_each_is_the_number_of_those_in_front_and_what_is_not_in_the_list_has_none(
    house: House, wanted: Wanted, direct: bool
) -> None:
    top = house.rollups["r"]
    tops = house.children(top) if direct else [top]
    for deadline in deadlines_of(tops):
        walk = house.walk(wanted, deadline, direct=direct)
        places = [place for place, _ in walk.places(tops)]
        assert [walk.before(tops, place) for place in places] == list(range(len(places)))
        for unit_id in house.units:
            way = _ids(unit_id)[direct:]
            place = tuple((one[-1].upper(), one) for one in way)
            if place and place not in places:
                assert walk.before(tops, place) is None


SMALL = (
    ("r", "centre", "approved", False),
    ("ra", "district", "plan_issued", False),
    ("raa", "union", "submitted", False),
    ("rab", "union", "submitted", False),
    ("rb", "district", "plan_issued", False),
    ("rba", "union", "plan_issued", False),
)


def test_branches_with_nothing_in_them_are_not_read() -> None:
    wide = [(f"rb{letter}", "union", "plan_issued", False) for letter in "bcdefghijklmnop"]
    house = a_house([*SMALL, *wide])
    assert house.found(Wanted("submitted")) == ["raa", "rab"]
    assert house.read == 2  # what is right below r and below ra


def test_who_sees_only_the_unit_itself_is_shown_and_counted_that_alone() -> None:
    house = a_house(SMALL)
    top = house.rollups["r"]
    walk = house.walk(Wanted(), DEADLINE, sees=lambda path: path == ("r",))
    assert [unit.unit_id for _, unit in walk.places([top])] == ["r"]
    assert walk.number([top]) == 1


def test_who_sees_what_is_below_and_not_the_unit_itself_is_shown_and_told_that() -> None:
    house = a_house(SMALL)
    top = house.rollups["r"]
    walk = house.walk(Wanted(), DEADLINE, sees=lambda path: path != ("r",))
    assert [unit.unit_id for _, unit in walk.places([top])] == ["ra", "raa", "rab", "rb", "rba"]
    assert walk.number([top]) == 5


def test_nothing_is_overdue_or_waits_under_a_closed_plan() -> None:
    house = a_house([("r", "centre", None, True), ("ra", "district", "plan_issued", True)])
    closed = replace(PLAN, state=PlanState.CLOSED)
    assert house.found(Wanted(overdue=True)) == ["r", "ra"]
    assert house.found(Wanted(overdue=True), closed) == []
    assert house.found(Wanted(waits_for_superior=True), closed) == []


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ([["A", "a"], ["B", "b"]], (("A", "a"), ("B", "b"))),
        ([["A", 1]], None),
        ([["A"]], None),
        ([1], None),
        ([[["A"], "a"]], None),
    ],
)
def test_a_place_in_a_cursor_is_codes_and_ids_and_nothing_else(
    told: list[object], place: Place | None
) -> None:
    assert unplaced(told) == place


# ── in another order ───────────────────────────────────────


def test_in_order_of_their_waiting_and_of_their_deadlines() -> None:
    first, second = at("submitted"), at("submitted")
    later = replace(second.acts[-1], at=second.acts[-1].at + timedelta(hours=1))
    second = replace(second, id="a", acts=(later,), deadline=OLD)
    both = [first, second]
    assert sorted(both, key=lambda one: ordering.key_of(Order.LONGEST, one)) == [first, second]
    assert sorted(both, key=lambda one: ordering.key_of(Order.NEWEST, one)) == [second, first]
    assert sorted(both, key=lambda one: ordering.key_of(Order.DEADLINE, one)) == [second, first]
    assert ordering.since(a_congress()) == ordering.NEVER


@pytest.mark.parametrize(
    ("state", "ended", "listed"),
    [
        (State.SUBMITTED, False, True),
        (State.SUBMITTED, True, True),
        (State.APPROVED, True, True),
        (State.RETURNED, False, True),
        (State.RETURNED, True, False),
        (State.REOPENED, True, False),
        (State.UNDER_WAY, False, False),
    ],
)
def test_by_its_waiting_is_listed_what_was_sent_up_and_somebody_can_act_on(
    state: State, ended: bool, listed: bool
) -> None:
    sent = at("submitted")
    act = replace(sent.acts[-1], kind=state, at=sent.acts[-1].at + timedelta(hours=1))
    unit = replace(sent.unit, valid_to=OLD) if ended else sent.unit
    congress = replace(sent, state=state, acts=(*sent.acts, act), unit=unit)
    plan = a_plan(deadlines=EVERY_LEVEL)
    assert ordering.listed_since(plan, congress) == (act.at if listed else None)


@pytest.mark.parametrize(
    ("levels", "above"),
    [
        ({"r": "nation", "a": "group", "b": "zone"}, ("b", "a", "r")),
        ({"r": "nation", "a": "upazila", "b": "zone"}, ("b", "a")),
        ({"r": "nation", "a": "upazila", "b": "upazila"}, ("b",)),
        ({}, ("b", "a", "r")),
    ],
)
def test_it_stands_right_below_those_up_to_the_first_that_has_a_congress(
    levels: dict[str, str], above: tuple[str, ...]
) -> None:
    unit = Unit("u", "U", {"en": "U"}, "union", "b", ("r", "a", "b", "u"))
    plan = a_plan(deadlines=dict.fromkeys(("upazila", "union"), DEADLINE))
    assert ordering.right_below(plan, unit, levels) == above


@pytest.mark.parametrize(
    ("search", "found"),
    [("kal", True), ("KALIRBAZAR", True), ("bd n01", True), ("bazar", True), ("comilla", False)],
)
def test_a_unit_is_searched_by_its_names_and_its_code(search: str, found: bool) -> None:
    unit = Unit("u", "BD-N01", {"en": "Kalir Bazar", "bn": "কালীর বাজার"}, "union", None, ("u",))
    assert ordering.is_named(search, a_congress(unit=unit)) is found


def test_more_than_a_request_may_read_are_refused() -> None:
    ordering.refuse_too_many(ordering.ORDERED_MOST)
    with pytest.raises(ordering.TooManyToOrder):
        ordering.refuse_too_many(ordering.ORDERED_MOST + 1)
