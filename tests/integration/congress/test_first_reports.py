"""How many units have ever reported, and which: with the first report of each, wherever it stands afterwards."""

from typing import Any

from congress.context import Context
from congress.migrations import note_first_reports
from congress.operations.first_reports import check_of, count_changes
from tests.integration.congress.scene import (
    CLERK,
    PATHS,
    READER,
    Desk,
    Json,
    a_told_unit,
    reported,
    tell_units,
)
from tests.processes import House

REPORTS = "/first-reports"


def reader(house: House) -> Desk:
    return Desk(house, "root", READER)


def figure(house: House, below: str = "root") -> int:
    return int(reader(house).get(f"{REPORTS}?below={below}")["reported"])


def rows(house: House, limit: int = 50, **asked: str) -> list[Json]:
    query = "&".join(f"{name}={value}" for name, value in {"below": "root", **asked}.items())
    found: list[Json] = []
    after, totals = "", set()
    while True:
        page: Any = reader(house).get(f"{REPORTS}/units?{query}&limit={limit}&after={after}")
        found += page["items"]
        totals.add(page["total"])
        after = page["next"] or ""
        if not after:
            break
    assert totals == {len(found)}
    return found


def who_reported(context: Context) -> set[str]:
    """By the reports themselves."""
    kept = context.database.mongo["congresses"].find({})
    return {one["unit_id"] for one in kept if any(not entry.get("above") for entry in one["entries"])}


def undisturbed(context: Context) -> None:
    while count_changes(context):
        pass
    assert check_of(context).verify() == []


def test_a_unit_is_counted_with_its_first_report_and_once(
    congress_house: House, context: Context, plan: Json
) -> None:
    expected = who_reported(context)
    assert {one["unit_id"] for one in rows(congress_house)} == expected
    assert {"root", "north", "south"} <= expected
    day = context.clock.today()
    reported(congress_house, plan, "s1", "plan", day)
    now = rows(congress_house, limit=1)
    assert {one["unit_id"] for one in now} == expected | {"s1"}
    assert figure(congress_house) == len(now)
    (row,) = [one for one in now if one["unit_id"] == "s1"]
    assert (row["unit_code"], row["parent_names"]["en"], row["at"][:4]) == ("S1", "South", str(day.year))
    # In the order of the tree.
    order = [[PATHS[one["unit_id"]]] for one in now if one["unit_id"] in PATHS]
    assert order == sorted(order)
    answer = reader(congress_house).get(f"{REPORTS}?below=root")
    assert sum(one["reported"] for one in answer["levels"]) == len(now)
    below = {one["unit_id"]: one["reported"] for one in answer["children"]}
    assert below["south"] == figure(congress_house, "south") == len(rows(congress_house, below="south"))
    assert {one["level"] for one in rows(congress_house, level="union")} == {"union"}
    undisturbed(context)


def test_what_reported_is_counted_where_it_stands_and_no_more_once_it_has_ended(
    congress_house: House, context: Context, plan: Json
) -> None:
    path = ("root", "north", "n7")
    tell_units(context, [a_told_unit(path)])
    unit = context.units.find("n7")
    assert unit is not None
    north, south, all_ = (figure(congress_house, one) for one in ("north", "south", "root"))
    context.database.in_transaction(lambda: context.first_reports.note(unit, context.clock.now()))
    assert (figure(congress_house, "north"), figure(congress_house)) == (north + 1, all_ + 1)
    tell_units(context, [a_told_unit(("root", "south", "n7"))])
    assert [figure(congress_house, one) for one in ("north", "south", "root")] == [north, south + 1, all_ + 1]
    tell_units(context, [a_told_unit(("root", "south", "n7"), valid_to="2026-01-31")])
    assert [figure(congress_house, one) for one in ("north", "south", "root")] == [north, south, all_]
    undisturbed(context)
    context.database.mongo["first_reports"].delete_one({"_id": "n7"})
    check_of(context).make_right()


def test_sums_that_drifted_are_named_and_made_right(
    congress_house: House, context: Context, plan: Json
) -> None:
    before = figure(congress_house)
    sums = context.database.mongo["first_report_sums"]
    sums.update_one({"_id": "root"}, {"$inc": {"groups.centre.reported": 3}})
    (found,) = check_of(context).verify()
    assert (found.unit_id, found.counter) == ("root", "reported")
    assert check_of(context).make_right() == [found]
    assert figure(congress_house) == before
    undisturbed(context)


def test_reports_of_before_are_noted_once(congress_house: House, context: Context, plan: Json) -> None:
    before = rows(congress_house)
    mongo = context.database.mongo
    for name in ("first_reports", "first_report_sums", "first_report_contributions"):
        mongo[name].delete_many({})
    for _ in range(2):
        note_first_reports(context.database)
    assert rows(congress_house) == before
    undisturbed(context)


def test_it_is_for_who_reads_the_unit_and_all_below_it(congress_house: House, context: Context) -> None:
    for path in (f"{REPORTS}?below=", f"{REPORTS}/units?below="):
        assert reader(congress_house).send("GET", f"{path}nowhere").status_code == 404
        assert Desk(congress_house, "north", CLERK).send("GET", f"{path}south").status_code == 404
        own = Desk(congress_house, "north", ("congress:read own",))
        assert own.send("GET", f"{path}north").status_code in (403, 404)
    assert reader(congress_house).send("GET", f"{REPORTS}/units?below=root&after=WyJhIl0").status_code == 422
