"""What the list of reports that wait says of each, and how one goes through it report by report."""

from datetime import timedelta

import pytest

from congress.context import Context
from servicekit.ids import new_id
from tests.integration.congress.scene import APPROVER, CLERK, READER, Desk, Json, project, reported
from tests.processes import House

UNITS = ("north", "n1", "n2")


@pytest.fixture
def queue(congress_house: House, context: Context, plan: Json) -> str:
    """Of three reports, in this order; the address as the list below root has it."""
    for unit in UNITS:
        reported(congress_house, plan, unit, "submit", context.clock.today() - timedelta(days=1))
    project(context)
    return f"/congresses?below=root&plan_id={plan['id']}&state=submitted"


def test_a_line_of_the_list_says_what_the_page_of_the_report_says(congress_house: House, queue: str) -> None:
    top = Desk(congress_house, "root", APPROVER)
    lines = top.get(queue)["items"]
    assert [line["unit_id"] for line in lines] == list(UNITS)
    assert [line["parent"]["code"] for line in lines] == ["ROOT", "NORTH", "NORTH"]
    assert [line["levels_between"] for line in lines] == [0, 1, 1]
    assert {line["submitted"]["by_name"] for line in lines} == {"A. Tester"}
    assert "subordinates-open" in [one["kind"] for one in lines[0]["cautions"]]
    for line in lines:
        # What was approved the last time is told of a report that is read by itself.
        alone = top.get(f"/congresses/{line['id']}")
        assert {**line, "last": alone["last"]} == alone


def test_who_sent_it_is_told_to_whoever_decides_and_to_nobody_else(congress_house: House, queue: str) -> None:
    """Who holds which office is not for everybody who reads figures; whoever reports there knows it."""
    reader = Desk(congress_house, "root", READER)
    lines = reader.get(queue)["items"]
    assert len(lines) == len(UNITS)
    for line in (*lines, *(reader.get(f"/congresses/{line['id']}") for line in lines)):
        assert line["submitted"]["by_name"] == ""
        assert {act["by_name"] for act in line["history"]} == {""}


def test_what_was_returned_says_why_and_by_whom_to_its_sender_and_what_changed_to_the_approver(
    congress_house: House, context: Context, queue: str
) -> None:
    top, clerk = Desk(congress_house, "root", APPROVER), Desk(congress_house, "north", CLERK)
    reader = Desk(congress_house, "root", READER)
    (waiting,) = [one for one in top.get(queue)["items"] if one["unit_id"] == "north"]
    assert waiting["since_return"] is None
    returned = top.done(waiting, "return", {"reasons": {"present": "One too many."}})
    path = f"/congresses/{waiting['id']}"
    for desk, name in ((clerk, "A. Tester"), (reader, "")):
        told = desk.get(path)["since_return"]
        assert (told["kind"], told["by_name"], told["reasons"]) == (
            "returned",
            name,
            {"present": "One too many."},
        )
        assert (told["figures"], told["milestones"]) == ({}, {})
    figures = {**{key: int(value) for key, value in returned["results"].items()}, "members": 900}
    corrected = clerk.done(clerk.get(path), "results", {"figures": figures})
    clerk.done(corrected, "submit")
    for desk in (top, reader):
        told = desk.get(path)["since_return"]
        assert told["figures"] == {"members": returned["results"].get("members")}
        assert told["milestones"] == {}


def test_whoever_had_a_part_in_a_report_is_told_so_before_they_press_a_button(
    congress_house: House, context: Context, queue: str
) -> None:
    north = Desk(congress_house, "north", (*APPROVER, "congress:report below"))
    path = queue.replace("below=root", "below=north") + "&direct=true"
    first, _second = north.get(path)["items"]
    returned = Desk(congress_house, "north", APPROVER).done(first, "return", {"reasons": {"results": "see"}})
    north.done(returned, "submit")
    project(context)
    told = {line["unit_id"]: line["refusal"] for line in north.get(path)["items"]}
    assert told["n2"] is None
    assert told["n1"]["type"] == "/problems/own-report"
    assert told["n1"]["message"].startswith("Nobody approves or returns the report of their own unit")
    refused = north.act(north.get(f"/congresses/{first['id']}"), "approve")
    assert refused.json()["type"] == told["n1"]["type"]
    assert Desk(congress_house, "north", READER).get(path)["items"][0]["refusal"] is None


def test_behind_a_report_stands_the_next_and_each_knows_its_place(congress_house: House, queue: str) -> None:
    top = Desk(congress_house, "root", APPROVER)
    first, second, third = top.get(queue)["items"]
    for place, (one, following) in enumerate([(first, second), (second, third)], start=1):
        found = top.get(f"{queue}&behind={one['id']}&limit=1")
        assert ([line["id"] for line in found["items"]], found["position"], found["total"]) == (
            [following["id"]],
            place,
            3,
        )
    last = top.get(f"{queue}&behind={third['id']}")
    assert (last["items"], last["next"], last["position"]) == ([], None, 3)
    assert top.get(queue)["position"] is None
    over = {"over_levels": True, "over_reason": "The office is closed."}
    top.done(second, "approve", over)
    found = top.get(f"{queue}&behind={second['id']}&limit=1")
    assert ([line["id"] for line in found["items"]], found["position"], found["total"]) == (
        [third["id"]],
        None,
        2,
    )
    direct = top.get(f"{queue}&direct=true&behind={third['id']}")
    assert (direct["items"], direct["position"], direct["total"]) == ([], None, 1)


def test_the_list_begins_behind_nothing_that_has_no_place_in_it(
    congress_house: House, queue: str, plan: Json
) -> None:
    top, north = Desk(congress_house, "root", APPROVER), Desk(congress_house, "north", APPROVER)
    south = top.congress_of("south", plan)
    for desk, path in (
        (top, f"{queue}&behind={new_id()}"),
        (top, f"{queue.replace('below=root', 'below=north')}&behind={south['id']}"),
        (north, f"{queue.replace('below=root', 'below=north')}&behind={south['id']}"),
    ):
        assert desk.send("GET", path).status_code == 404
    page = top.get(f"{queue}&limit=1")
    for wrong in (
        f"{queue}&behind={south['id']}&after={page['next']}",
        f"/congresses?unit_id=n1&behind={south['id']}",
    ):
        refused = top.send("GET", wrong)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/behind")


def test_those_that_were_ticked_are_read_at_once_and_what_is_out_of_reach_is_left_out(
    congress_house: House, queue: str
) -> None:
    top = Desk(congress_house, "root", APPROVER)
    lines = top.get(queue)["items"]
    ids = [line["id"] for line in reversed(lines)]
    ids = [*ids, new_id(), ids[0]]
    found = top.get(f"/congresses/named?ids={','.join(ids)}")
    assert (found["items"], found["next"], found["total"]) == (lines[::-1], None, 3)
    north = Desk(congress_house, "n1", APPROVER).get(f"/congresses/named?ids={','.join(ids)}")
    assert [line["unit_id"] for line in north["items"]] == ["n1"]
    for wrong in ("", "a,", "A", ",".join(["a"] * 51)):
        assert top.send("GET", f"/congresses/named?ids={wrong}").status_code == 422


def test_a_list_is_of_a_level_or_of_what_is_past_its_day_with_its_exact_number(
    congress_house: House, queue: str
) -> None:
    top = Desk(congress_house, "root", APPROVER)
    for asked, units in (
        ("level=union", ["n1", "n2"]),
        ("level=district", ["north"]),
        ("level=centre", []),
        ("passed=true", []),
        ("level=union&direct=true", []),
        ("level=district&direct=true", ["north"]),
    ):
        found = top.get(f"{queue}&{asked}")
        assert ([one["unit_id"] for one in found["items"]], found["total"]) == (units, len(units))


def test_a_list_is_searched_and_put_in_order_page_by_page(
    congress_house: House, context: Context, queue: str
) -> None:
    """North was sent first, and n2 last."""
    top = Desk(congress_house, "root", APPROVER)
    for asked, units in (
        ("sort=longest", ["north", "n1", "n2"]),
        ("sort=newest", ["n2", "n1", "north"]),
        ("search=n", ["n1", "n2", "north"]),
        ("search=N2&sort=longest", ["n2"]),
        ("search=nor&sort=longest", ["north"]),
        ("search=s1", []),
    ):
        found = top.get(f"{queue}&{asked}")
        assert ([one["unit_id"] for one in found["items"]], found["total"]) == (units, len(units)), asked
    first = top.get(f"{queue}&sort=newest&limit=2")
    rest = top.get(f"{queue}&sort=newest&limit=2&after={first['next']}")
    assert [one["unit_id"] for one in (*first["items"], *rest["items"])] == ["n2", "n1", "north"]
    assert rest["next"] is None
    middle = first["items"][1]
    found = top.get(f"{queue}&sort=newest&behind={middle['id']}&limit=1")
    assert ([one["unit_id"] for one in found["items"]], found["position"]) == (["north"], 2)
    top.done(middle, "approve", {"over_levels": True, "over_reason": "The office is closed."})
    found = top.get(f"{queue}&sort=newest&behind={middle['id']}&limit=1")
    assert ([one["unit_id"] for one in found["items"]], found["position"]) == (["north"], None)


def test_a_list_says_how_many_are_in_which_state_whatever_it_shows(
    congress_house: House, context: Context, queue: str
) -> None:
    top, north = Desk(congress_house, "root", APPROVER), Desk(congress_house, "north", APPROVER)
    first, second, third = top.get(queue)["items"]
    assert top.get(queue)["totals"] is None
    north.done(second, "approve")
    north.done(third, "return", {"reasons": {"results": "see"}})
    for unit, totals in (
        ("root", {"direct": 1, "submitted": 1, "returned": 1, "approved": 1}),
        ("north", {"direct": 0, "submitted": 1, "returned": 1, "approved": 1}),
    ):
        path = queue.replace("below=root", f"below={unit}").replace("state=submitted", "state=approved")
        assert top.get(f"{path}&level=centre&totals=true")["totals"] == totals


def test_search_order_and_totals_are_of_one_list_below_a_unit(congress_house: House, queue: str) -> None:
    top = Desk(congress_house, "root", APPROVER)
    for wrong, field in (
        ("/congresses?below=root&sort=longest", "/below"),
        ("/congresses?unit_id=n1&level=union", "/below"),
        (f"{queue}&sort=best", "/sort"),
    ):
        refused = top.send("GET", wrong)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, field)
    assert top.send("GET", f"/congresses?below=root&plan_id={new_id()}&sort=longest").status_code == 404
