"""Reports in order of their waiting: any number of them, page by page, whatever the tree does meanwhile."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from congress.context import Context
from congress.domain import ordering
from congress.domain.history import Act, Congress, State
from congress.domain.ordering import Order
from congress.domain.plan import Plan
from congress.domain.planned import congress_id
from congress.domain.wanted import Wanted
from congress.migrations import list_reports
from congress.operations import congresses, mend_rollups, plans, verify_rollups
from congress.operations.listing import Found, Shown, list_congresses_below
from congress.operations.queueing import list_report
from servicekit.access.decision import Caller, Reach, Right
from servicekit.web.listing import CursorUnknown, cursor
from tests.integration.congress.scene import a_told_unit, a_wanted_plan, context_of, project, tell_units
from tests.processes import House

# root, three districts, four unions in each.
TREE = [("root",)] + [("root", f"d{d}") for d in range(3)]
TREE += [(*path, f"{path[-1]}u{n}") for path in TREE[1:] for n in range(4)]
SENT = ordering.LISTED
OLDEST, NEWEST = Shown(order=Order.LONGEST), Shown(order=Order.NEWEST)


def reader(*paths: tuple[str, ...], own: tuple[str, ...] = ()) -> Caller:
    rights = [
        Right(name, path[-1], path, Reach.BELOW)
        for path in paths
        for name in ("congress:read", "congress:approve", "plan:manage")
    ]
    return Caller(
        "r",
        rights=(*rights, *([Right("congress:read", own[-1], own, Reach.OWN)] if own else [])),
        assurance=3,
    )


HQ = reader(("root",))


@pytest.fixture
def tree(congress_house: House) -> Iterator[Context]:
    before = congress_house.prefix
    congress_house.prefix = f"{before}o"
    found = context_of(congress_house)
    congress_house.prefix = before
    found.database.client.drop_database(found.database.name)
    found.prepare()
    tell_units(found, map(a_told_unit, TREE))
    yield found
    found.database.client.close()


@pytest.fixture
def plan(tree: Context) -> Plan:
    """Of districts and unions."""
    wanted = a_wanted_plan(tree.clock.today())
    wanted["deadlines"] = {
        level: date.fromisoformat(day) for level, day in wanted["deadlines"].items() if level != "centre"
    }
    wanted["opens_on"] = date.fromisoformat(wanted["opens_on"])
    made = plans.create_plan(tree, HQ, wanted)
    plans.cascade_plan(tree, HQ, made.plan.id, made.plan.version)
    project(tree)
    return tree.plans.get(made.plan.id)


def of(tree: Context, plan: Plan, unit: str) -> Congress:
    found = tree.congresses.find(congress_id(plan.id, unit))
    assert found is not None
    return found


def put(tree: Context, plan: Plan, unit: str, state: State, at: datetime) -> None:
    """As a save does, without what must be reported before."""

    def work() -> None:
        known = of(tree, plan, unit)
        changed = replace(known, state=state, acts=(*known.acts, Act(state, at, "somebody", {})))
        list_report(tree, plan, tree.congresses.save(changed, known.version))

    tree.database.in_transaction(work)


def storm(tree: Context, plan: Plan, chance: random.Random) -> dict[str, tuple[State, datetime]]:
    """Reports of most units, sent between the opening of the plan and today; some in one instant."""
    found: dict[str, tuple[State, datetime]] = {}
    now = tree.clock.now().replace(microsecond=0)
    for path in TREE[1:]:
        for _ in range(chance.randrange(4)):
            at = now - timedelta(days=chance.choice([0, 0, 0.5, 3, 20, 90]))
            found[path[-1]] = chance.choice(SENT), at
            put(tree, plan, path[-1], *found[path[-1]])
    project(tree)
    return found


def listed(
    tree: Context,
    plan: Plan,
    wanted: Wanted,
    shown: Shown,
    *,
    caller: Caller = HQ,
    unit: str = "root",
    limit: int = 3,
) -> list[str]:
    """All pages, each of which says how many there are."""
    found, after, totals = list[str](), "", set[int | None]()
    while True:
        page = list_congresses_below(tree, caller, unit, plan.id, wanted, after, limit, shown).page
        found += [view.congress.unit.id for view in page.items]
        totals.add(page.total)
        if page.next is None:
            assert totals == {len(found)}
            return found
        after = page.next


def behind(tree: Context, plan: Plan, wanted: Wanted, shown: Shown, unit: str) -> Found:
    shown = replace(shown, behind=of(tree, plan, unit).id)
    return list_congresses_below(tree, HQ, "root", plan.id, wanted, "", 3, shown)


@pytest.fixture(autouse=True)
def _nothing_is_read_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "ORDERED_MOST", 0)


def test_any_order_gives_each_report_once_in_pages_with_its_number(tree: Context, plan: Plan) -> None:
    reports = storm(tree, plan, random.Random(3))
    levels = {path[-1]: "district" if len(path) == 2 else "union" for path in TREE[1:]}
    for state in SENT:
        for level in ("", "district", "union"):
            units = [
                unit for unit, (its, _) in reports.items() if its is state and level in ("", levels[unit])
            ]
            wanted = Wanted(state.value, level=level)
            oldest, newest = (listed(tree, plan, wanted, shown) for shown in (OLDEST, NEWEST))
            assert oldest == newest[::-1]
            assert sorted(oldest) == sorted(units)
            assert [reports[unit][1] for unit in oldest] == sorted(reports[unit][1] for unit in units)
            if not level:
                places = [behind(tree, plan, wanted, OLDEST, unit) for unit in oldest]
                assert [found.position for found in places] == list(range(1, len(oldest) + 1))
                assert [[view.congress.unit.id for view in found.page.items] for found in places] == [
                    oldest[number : number + 3] for number in range(1, len(oldest) + 1)
                ]
    assert verify_rollups(tree) == []


def test_a_list_is_of_a_unit_or_right_below_it_or_of_what_its_reader_sees(tree: Context, plan: Plan) -> None:
    now = tree.clock.now().replace(microsecond=0)
    for number, unit in enumerate(["d0u0", "d1", "d0", "d1u2", "d2u1"]):
        put(tree, plan, unit, State.SUBMITTED, now - timedelta(days=number))
    project(tree)
    wanted, right_below = Wanted("submitted"), replace(NEWEST, direct=True)
    assert listed(tree, plan, wanted, NEWEST) == ["d0u0", "d1", "d0", "d1u2", "d2u1"]
    assert listed(tree, plan, wanted, NEWEST, unit="d0") == ["d0u0", "d0"]
    assert listed(tree, plan, wanted, right_below) == ["d1", "d0"]
    assert listed(tree, plan, wanted, right_below, unit="d0") == ["d0u0"]
    some = reader(("root", "d1"), ("root", "d2"), own=("root",))
    assert listed(tree, plan, wanted, NEWEST, caller=some) == ["d1", "d1u2", "d2u1"]
    assert listed(tree, plan, wanted, OLDEST, caller=some, limit=1) == ["d2u1", "d1u2", "d1"]
    own = reader(("root", "d1", "d1u2"), own=("root", "d1"))
    assert listed(tree, plan, wanted, NEWEST, caller=own, unit="d1") == ["d1", "d1u2"]
    assert listed(tree, plan, wanted, OLDEST, caller=own, unit="d1", limit=1) == ["d1u2", "d1"]
    last = replace(NEWEST, behind=of(tree, plan, "d1u2").id)
    found = list_congresses_below(tree, own, "d1", plan.id, wanted, "", 3, last)
    assert ([*found.page.items], found.position) == ([], 2)


def test_those_past_their_deadline_are_a_part_of_it(tree: Context, plan: Plan) -> None:
    now, yesterday = tree.clock.now(), tree.clock.today() - timedelta(days=1)
    for unit in ("d0", "d0u0", "d1"):
        put(tree, plan, unit, State.SUBMITTED, now)
    tree.database.mongo["congresses"].update_many(
        {"_id": {"$in": [congress_id(plan.id, one) for one in ("d0", "d1")]}},
        {"$set": {"deadline": yesterday.isoformat(), "dirty": True}, "$inc": {"version": 1}},
    )
    project(tree)
    assert sorted(listed(tree, plan, Wanted("submitted", passed=True), NEWEST)) == ["d0", "d1"]
    assert listed(tree, plan, Wanted("submitted", level="union", passed=True), NEWEST) == []


def test_reports_stand_where_their_units_do(tree: Context, plan: Plan) -> None:
    now = tree.clock.now().replace(microsecond=0)
    for number, unit in enumerate(["d0u0", "d0", "d1", "d2u0"]):
        put(tree, plan, unit, State.SUBMITTED, now - timedelta(days=number))
    put(tree, plan, "d2u1", State.RETURNED, now)
    wanted, right_below = Wanted("submitted"), replace(NEWEST, direct=True)

    def seen(unit: str, shown: Shown = NEWEST) -> list[str]:
        project(tree)
        assert verify_rollups(tree) == []
        return listed(tree, plan, wanted, shown, unit=unit)

    tell_units(tree, [a_told_unit(("root", "d1", "d0u0"))])
    assert (seen("d0"), seen("d1"), seen("root")) == (["d0"], ["d0u0", "d1"], ["d0u0", "d0", "d1", "d2u0"])
    # A district that is one no more has no congress, and those below it stand right below headquarters.
    tell_units(tree, [a_told_unit(("root", "d2"), level="zone")])
    assert seen("root", right_below) == ["d0", "d1", "d2u0"]
    tell_units(tree, [a_told_unit(("root", "d2"))])
    assert seen("root", right_below) == ["d0", "d1"]
    # What was sent up is decided although its unit ends; what went back is nobody's any more.
    tell_units(
        tree,
        [
            a_told_unit(path, valid_to="2026-01-01")
            for path in (("root", "d2", "d2u0"), ("root", "d2", "d2u1"))
        ],
    )
    assert seen("d2") == ["d2u0"]
    assert listed(tree, plan, Wanted("returned"), NEWEST) == []


def harms(tree: Context, plan: Plan) -> Iterator[str]:
    lines, one = tree.database.mongo["listed"], congress_id(plan.id, "d0")
    lines.delete_one({"_id": f"reports root/{one}"})
    lines.delete_many({"item": f"reports {one}"})
    yield "lost"
    lines.update_many({"item": f"reports-nearest {one}"}, {"$set": {"order": "0"}})
    yield "displaced"
    lines.delete_many({})
    yield "all lost"


def test_lines_that_drifted_are_named_and_made_right_and_filled_by_the_migration(
    tree: Context, plan: Plan
) -> None:
    storm(tree, plan, random.Random(5))
    put(tree, plan, "d0", State.APPROVED, tree.clock.now())
    put(tree, plan, "d1", State.RETURNED, tree.clock.now())
    tell_units(tree, [a_told_unit(("root", "d1"), valid_to="2026-01-01")])
    project(tree)
    lines = tree.database.mongo["listed"]

    def standing() -> list[Mapping[str, Any]]:
        return sorted(lines.find({}), key=lambda line: str(line["_id"]))

    right = standing()
    for harm in harms(tree, plan):
        assert {one.counter for one in verify_rollups(tree)} <= {one["id"] for one in right}, harm
        assert verify_rollups(tree), harm
        assert mend_rollups(tree)
        assert standing() == right
        assert verify_rollups(tree) == []
    lines.delete_many({})
    for _ in range(2):
        list_reports(tree.database)
        assert standing() == right


def test_what_the_version_before_decided_is_shown_no_more(tree: Context, plan: Plan) -> None:
    for unit in ("d0", "d1"):
        put(tree, plan, unit, State.SUBMITTED, tree.clock.now())
    known = of(tree, plan, "d0")
    tree.congresses.save(replace(known, state=State.APPROVED), known.version)
    project(tree)
    assert listed(tree, plan, Wanted("submitted"), NEWEST) == ["d1"]


def test_a_decision_takes_a_report_out_of_one_list_and_into_another(tree: Context, plan: Plan) -> None:
    put(tree, plan, "d0", State.SUBMITTED, tree.clock.now())
    one = of(tree, plan, "d0")
    congresses.send_back(tree, HQ, one.id, {"results": "Again"}, one.version)
    project(tree)
    assert listed(tree, plan, Wanted("submitted"), NEWEST) == []
    assert listed(tree, plan, Wanted("returned"), NEWEST) == ["d0"]
    assert verify_rollups(tree) == []


@pytest.mark.parametrize(
    "after", [cursor(("nonsense",)), cursor(("0" * 20,)), cursor(("a", "b")), "we7cvzhtu26s33jp2ata"]
)
def test_what_is_no_place_in_the_order_is_refused(tree: Context, plan: Plan, after: str) -> None:
    with pytest.raises(CursorUnknown):
        list_congresses_below(tree, HQ, "root", plan.id, Wanted("submitted"), after, 3, OLDEST)


def test_what_has_no_order_of_its_own_is_refused_where_it_is_too_much(tree: Context, plan: Plan) -> None:
    for wanted, shown in (
        (Wanted("submitted"), Shown(search="d0")),
        (Wanted("planned"), OLDEST),
        (Wanted(), NEWEST),
    ):
        put(tree, plan, "d0", State.SUBMITTED, tree.clock.now())
        project(tree)
        with pytest.raises(ordering.TooManyToOrder):
            list_congresses_below(tree, HQ, "root", plan.id, wanted, "", 3, shown)
