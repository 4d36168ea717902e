"""Results for many over HTTP: by whoever may report for each, each row by itself, sent again without harm."""

from datetime import timedelta
from typing import Any

import pytest

from congress.context import Context
from servicekit.ids import new_id
from tests.integration.congress.scene import APPROVER, CLERK, FIGURES, Desk, Json, an_open_plan, reported
from tests.processes import House

ABOVE = ("congress:read below", "congress:report below")
OTHER = {**FIGURES, "present": 96, "absent_with_reason": 4}


def ask(desk: Desk, plan: Json, rows: list[Json], act: str = "/preview") -> Any:
    return desk.send("POST", f"/plans/{plan['id']}/results{act}", {"rows": rows})


def seen(desk: Desk, plan: Json, rows: list[Json], act: str = "/preview") -> list[Json]:
    answer = ask(desk, plan, rows, act)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def why(rows: list[Json]) -> list[str]:
    return [str(one["why"]["type"]).rpartition("/")[2] if one["why"] else "" for one in rows]


@pytest.fixture
def closed(congress_house: House, context: Context, plan: Json) -> Json:
    for unit in ("n1", "n2", "s1"):
        reported(congress_house, plan, unit, "closed", context.clock.today() - timedelta(days=3))
    return plan


def a_row(line: int, unit: str, figures: Json = FIGURES, **more: Any) -> Json:
    return {"line": line, "unit_code": unit, "figures": figures, **more}


def test_each_row_is_foreseen_and_filled_in_by_itself_and_none_is_sent(
    congress_house: House, closed: Json
) -> None:
    north = Desk(congress_house, "north", ABOVE)
    rows = [
        a_row(2, "N1"),
        a_row(3, "N2", {**FIGURES, "present": 1}),
        a_row(4, "S1"),
        a_row(5, "NOBODY"),
        a_row(6, "N1"),
    ]
    before = north.congress_of("n1", closed)
    found = seen(north, closed, rows)
    # What is outside the reach answers like a unit that is not there.
    assert why(found) == ["", "does-not-add-up", "unknown-here", "unknown-here", "same-unit-twice"]
    assert (found[2]["congress_id"], found[2]["unit"]) == (None, None)
    assert north.congress_of("n1", closed)["version"] == before["version"]
    sent = [{**one, "version": before["version"]} for one in rows]
    done = seen(north, closed, sent, "")
    assert why(done) == why(found)
    now = north.congress_of("n1", closed)
    assert (now["results"], now["state"], done[0]["version"]) == (FIGURES, "closed", now["version"])
    assert [one["by"] for one in now["result_entries"]] == [north.account_id]
    # Sent again it says the same, and whoever only decides there fills in nothing.
    again = seen(north, closed, sent[:1], "")
    assert (why(again), again[0]["same"]) == ([""], True)
    assert north.congress_of("n1", closed)["version"] == now["version"]
    assert ask(Desk(congress_house, "north", APPROVER), closed, rows).status_code == 403
    clerk = Desk(congress_house, "n2", CLERK)
    assert why(seen(clerk, closed, [a_row(2, "N1"), a_row(3, "N2")])) == ["unknown-here", ""]


def test_other_figures_are_replaced_only_where_that_is_ticked_and_as_it_was_seen(
    congress_house: House, closed: Json
) -> None:
    north, clerk = Desk(congress_house, "north", ABOVE), Desk(congress_house, "n1", CLERK)
    mine = clerk.done(clerk.congress_of("n1", closed), "results", {"figures": FIGURES})
    (found,) = seen(north, closed, [a_row(2, "N1", OTHER)])
    assert (why([found]), found["against"], found["version"]) == ([""], True, mine["version"])
    row = a_row(2, "N1", OTHER, version=mine["version"])
    assert why(seen(north, closed, [row], "")) == ["figures-there"]
    stale = {**row, "version": mine["version"] - 1, "over": True}
    assert why(seen(north, closed, [stale], "")) == ["stale"]
    assert clerk.congress_of("n1", closed)["results"] == FIGURES
    assert why(seen(north, closed, [{**row, "over": True}], "")) == [""]
    now = clerk.congress_of("n1", closed)
    assert now["results"] == OTHER
    # A report that was sent is nobody's to fill in.
    sent = clerk.done(now, "submit")
    late = a_row(2, "N1", FIGURES, version=sent["version"], over=True)
    assert why(seen(north, closed, [late], "")) != [""]
    assert clerk.congress_of("n1", closed)["results"] == OTHER


def test_a_plan_of_another_branch_answers_as_one_that_is_not_there(
    congress_house: House, context: Context
) -> None:
    day = (context.clock.today() + timedelta(days=20)).isoformat()
    plan = an_open_plan(congress_house, context, unit_id="south", deadlines={"district": day, "union": day})
    north, south = Desk(congress_house, "north", ABOVE), Desk(congress_house, "south", ABOVE)
    for act, rows in (("/preview", [a_row(2, "N1")]), ("", [a_row(2, "N1", version=1)])):
        foreign, missing = ask(north, plan, rows, act), ask(north, {"id": new_id()}, rows, act)
        assert (foreign.status_code, foreign.json()["type"]) == (404, missing.json()["type"])
        assert ask(south, plan, rows, act).status_code == 200


@pytest.mark.parametrize(
    "rows",
    [
        [a_row(line, f"N{line}") for line in range(1, 102)],
        [{**a_row(1, "N1"), "extra": 1}],
        [a_row(0, "N1")],
        [a_row(1, "N1", {"present": "many"})],
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(congress_house: House, plan: Json, rows: list[Json]) -> None:
    north = Desk(congress_house, "north", ABOVE)
    assert ask(north, plan, rows).status_code == 422
    assert ask(north, {"id": new_id()}, [a_row(1, "N1")]).status_code == 404
