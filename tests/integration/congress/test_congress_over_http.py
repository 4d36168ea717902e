"""The main job over HTTP: a plan is opened, units report, superiors decide, the figure moves."""

import csv
import io
from datetime import date, timedelta

from congress.context import Context
from congress.operations import verify_rollups
from servicekit.ids import new_id
from servicekit.web.listing import cursor
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    APPROVER,
    AUDITOR,
    CLERK,
    FIGURES,
    PATHS,
    READER,
    Desk,
    Json,
    a_told_unit,
    a_wanted_plan,
    an_open_plan,
    project,
    reported,
    tell_units,
)
from tests.processes import House, a_right


def test_a_plan_is_made_changed_and_opened_for_every_unit_of_its_levels(
    congress_house: House, context: Context
) -> None:
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    made = organiser.send("POST", "/plans", a_wanted_plan(context.clock.today()), Idempotency_Key=new_id())
    plan = made.json()
    assert (made.status_code, plan["state"], plan["cascade"], made.headers["ETag"]) == (
        201,
        "draft",
        None,
        '"1"',
    )
    assert Desk(congress_house, "north", READER).send("GET", f"/plans/{plan['id']}").status_code == 404

    later = {**plan["deadlines"], "union": (context.clock.today() + timedelta(days=30)).isoformat()}
    change = {"name": "Renamed", "cycle": plan["cycle"], "deadlines": later}
    changed = organiser.send("PUT", f"/plans/{plan['id']}", change, If_Match='"1"')
    assert changed.status_code == 200, changed.text
    assert changed.json()["milestones"] == plan["milestones"]
    kinds = {caution["kind"] for caution in changed.json()["cautions"]}
    assert kinds - {"free-day"} == {"lower-level-later"}
    free = {level for level, day in later.items() if not context.calendar.is_working(date.fromisoformat(day))}
    assert ("free-day" in kinds) == bool(free)

    begun = organiser.send("POST", f"/plans/{plan['id']}/cascade", {}, If_Match='"2"')
    assert (begun.status_code, begun.json()) == (202, {"total": 6, "made": 0, "state": "running"})
    again = organiser.send("POST", f"/plans/{plan['id']}/cascade", {}, If_Match='"2"')
    assert (again.status_code, again.json()) == (202, begun.json())
    project(context)
    assert organiser.get(f"/plans/{plan['id']}/cascade") == {"total": 6, "made": 6, "state": "done"}
    assert organiser.get(f"/plans/{plan['id']}")["state"] == "open"
    rollup = organiser.get(f"/rollups/{plan['id']}/root")
    assert (rollup["total"], rollup["states"]) == (6, {"planned": 6})
    assert [child["unit"]["id"] for child in rollup["children"]] == ["north", "south"]
    assert Desk(congress_house, "n1", READER).get(f"/plans/{plan['id']}")["name"] == "Renamed"
    moved = organiser.send("PUT", f"/plans/{plan['id']}", {**change, "milestones": []}, If_Match='"4"')
    assert (moved.status_code, moved.json()["type"]) == (409, "/problems/plan-is-open")


def test_a_plan_that_says_little_gets_the_shipped_set(congress_house: House, context: Context) -> None:
    wanted = a_wanted_plan(context.clock.today())
    del wanted["milestones"]
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    made = organiser.send("POST", "/plans", wanted, Idempotency_Key=new_id()).json()
    template = organiser.get("/plan-template")
    assert len(made["milestones"]) == 18
    assert {key: made[key] for key in template} == template


def test_a_plan_is_offered_the_levels_that_have_units_below(congress_house: House) -> None:
    def levels(desk: Desk, unit: str) -> list[str]:
        found: list[str] = desk.get(f"/plan-template?unit_id={unit}")["levels"]
        return found

    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    assert levels(organiser, "root") == ["centre", "district", "union"]
    assert levels(organiser, "n1") == ["union"]
    north = Desk(congress_house, "north", ADMINISTRATOR)
    refused = [
        desk.send("GET", f"/plan-template?unit_id={unit}").status_code
        for desk, unit in (
            (organiser, "nowhere"),
            (north, "root"),
            (north, "south"),
        )
    ]
    assert refused == [404, 404, 404]


def test_a_unit_added_later_gets_its_congress_at_once(
    congress_house: House, context: Context, plan: Json
) -> None:
    path = ("root", "south", "s9")
    tell_units(context, [a_told_unit(path)])
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    again = organiser.send("POST", f"/plans/{plan['id']}/cascade", {}, If_Match=f'"{plan["version"]}"')
    assert (again.json()["total"], again.json()["made"]) == (7, 7)
    project(context)
    assert organiser.get(f"/rollups/{plan['id']}/south")["total"] == 3
    tell_units(context, [a_told_unit(path, valid_to="2026-01-01")])
    assert verify_rollups(context, plan["id"]) == []


def test_a_report_goes_up_is_returned_corrected_and_approved(
    congress_house: House, context: Context, plan: Json
) -> None:
    today = context.clock.today()
    clerk, superior = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    congress = reported(congress_house, plan, "n1", "submit", today - timedelta(days=2))
    assert [step["kind"] for step in congress["next_steps"]] == ["decide"]
    waiting = superior.get("/congresses?below=north&state=submitted")["items"]
    assert congress["id"] in [one["id"] for one in waiting]

    returned = superior.done(
        congress, "return", {"reasons": {"present": "Count again", "closed": "Which day?"}}
    )
    assert (returned["state"], returned["returned"]["reasons"]["present"]) == ("returned", "Count again")
    assert returned["submitted"] is None
    entry = next(entry for entry in returned["entries"] if entry["milestone"] == "closed")
    correction = {
        "milestone": "closed",
        "date": today.isoformat(),
        "note": "the 2nd day",
        "corrects": entry["id"],
    }
    congress = clerk.done(returned, "milestones", correction)
    congress = clerk.done(congress, "results", {"figures": {**FIGURES, "women": 40}})
    congress = clerk.done(congress, "submit")
    approved = superior.done(congress, "approve")
    assert (approved["state"], approved["approved"]["by"]) == ("approved", superior.account_id)
    assert len(approved["entries"]) == 8
    assert len(approved["result_entries"]) == 2
    assert approved["current"] == {
        "plan": (today - timedelta(days=2)).isoformat(),
        "opened": (today - timedelta(days=2)).isoformat(),
        "closed": today.isoformat(),
        "sent": today.isoformat(),
        "approved": today.isoformat(),
    }
    locked = clerk.act(approved, "results", {"figures": FIGURES})
    assert (locked.status_code, locked.json()["type"]) == (409, "/problems/congress-approved")

    project(context)
    above = Desk(congress_house, "root", READER).get(f"/rollups/{plan['id']}/root")
    assert above["states"] == {"planned": 2, "under_way": 3, "approved": 1}
    assert above["results"]["union"]["figures"]["women"] == 40
    assert [(line["key"], line["done"]) for line in above["milestones"]] == [
        ("plan", 4), ("opened", 1), ("closed", 1), ("sent", 1), ("approved", 1)
    ]  # fmt: skip
    assert above["milestones"][0]["by_level"]["union"]["percent"] == 33.3
    assert above["milestones"][0]["late"] == 4
    assert above["milestones"][0]["overdue"] == 2
    assert [child["unit"]["id"] for child in above["children"]] == ["south", "north"]
    by_union = Desk(congress_house, "root", READER).get(f"/rollups/{plan['id']}/root?level=union")
    assert sorted(child["unit"]["id"] for child in by_union["children"]) == ["n1", "n2", "s1"]
    apart = {"children": [], "as_of": ""}  # each is as of when it was read
    assert {**by_union, **apart} == {**above, **apart}
    nothing = Desk(congress_house, "root", READER).send("GET", "/rollups/nosuchplan/root")
    assert (nothing.status_code, nothing.json()["type"]) == (404, "/problems/no-rollup")
    assert verify_rollups(context, plan["id"]) == []


def test_a_long_list_is_read_page_by_page(congress_house: House, context: Context, plan: Json) -> None:
    reader = Desk(congress_house, "root", READER)
    project(context)
    whole = [one["unit_id"] for one in reader.get(f"/congresses?below=root&plan_id={plan['id']}")["items"]]
    assert whole == ["root", "north", "n1", "n2", "south", "s1"]
    first = reader.get(f"/congresses?below=root&plan_id={plan['id']}&limit=4")
    second = reader.get(f"/congresses?below=root&plan_id={plan['id']}&limit=4&after={first['next']}")
    assert [one["unit_id"] for one in first["items"]] == whole[:4]
    assert ([one["unit_id"] for one in second["items"]], second["next"]) == (whole[4:], None)
    assert (first["total"], second["total"]) == (6, 6)
    for made_up in (
        "!",
        cursor(("x",)),
        *(cursor(("2026-01-01", "p", place)) for place in ("", "[]", "[[1]]")),
    ):
        bad = reader.send("GET", f"/congresses?below=root&plan_id={plan['id']}&after={made_up}")
        assert [one["type"] for one in bad.json()["errors"]] == ["/problems/cursor-unknown"], made_up
    under_way = reader.get(f"/congresses?below=north&plan_id={plan['id']}&state=under_way")["items"]
    assert [one["unit_id"] for one in under_way] == ["north"]
    every_plan = reader.get("/congresses?below=north&state=under_way&limit=200")["items"]
    assert {one["id"] for one in under_way} <= {one["id"] for one in every_plan}
    assert len({one["plan_id"] for one in every_plan}) > 1


def test_who_reads_parts_of_a_branch_is_shown_and_told_the_number_of_those_alone(
    congress_house: House, context: Context, plan: Json
) -> None:
    project(context)
    desk = Desk(congress_house, "root", ("congress:read own",))
    desk.token = congress_house.token(
        "congress",
        a_right("congress:read", PATHS["root"], "own"),
        a_right("congress:read", PATHS["n1"], "own"),
        a_right("congress:read", PATHS["south"], "below"),
    )
    found = desk.get(f"/congresses?below=root&plan_id={plan['id']}")
    assert [one["unit_id"] for one in found["items"]] == ["n1", "root", "south", "s1"]
    assert found["total"] == 4


def test_what_is_overdue_below_is_a_list_by_deadline_and_place(
    congress_house: House, context: Context, plan: Json
) -> None:
    project(context)
    reader = Desk(congress_house, "root", READER)
    found = reader.get(f"/congresses?below=root&plan_id={plan['id']}&overdue=true")
    # root, north and south have issued their plans; whose plan was due 40 days ago are the units below.
    assert ([one["unit_id"] for one in found["items"]], found["total"]) == (["n1", "n2", "s1"], 3)
    reported(congress_house, plan, "n1", "plan", context.clock.today())
    project(context)
    assert reader.get(f"/congresses?below=root&plan_id={plan['id']}&overdue=true")["total"] == 2
    for twice in ("state=planned&overdue=true", "waits_for=superior&overdue=true"):
        assert reader.send("GET", f"/congresses?below=root&{twice}").status_code == 422
    assert reader.send("GET", "/congresses?unit_id=root&overdue=true").status_code == 422


def test_nobody_decides_on_their_own_report(congress_house: House, context: Context, plan: Json) -> None:
    congress = reported(congress_house, plan, "north", "submit", context.clock.today())
    own = Desk(congress_house, "north", APPROVER).act(congress, "approve")
    assert (own.status_code, own.json()["type"]) == (403, "/problems/permission-missing")
    lenient = Desk(congress_house, "north", ("congress:read below", "congress:approve below"))
    refused = lenient.act(congress, "approve")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/own-report")
    both = Desk(congress_house, "north", (*CLERK, "congress:approve below"), congress["submitted"]["by"])
    assert both.act(congress, "return", {"reasons": {"results": "x"}}).status_code == 403
    Desk(congress_house, "root", APPROVER).done(congress, "approve")


def test_what_is_out_of_reach_is_not_there_and_what_is_not_allowed_is_forbidden(
    congress_house: House, context: Context, plan: Json
) -> None:
    congress = Desk(congress_house, "n1", CLERK).congress_of("n1", plan)
    stranger, neighbour = Desk(congress_house, "south", CLERK), Desk(congress_house, "n2", CLERK)
    superior = Desk(congress_house, "north", CLERK)
    body = {"milestone": "plan", "date": context.clock.today().isoformat()}
    for outsider in (stranger, neighbour):
        assert outsider.send("GET", f"/congresses/{congress['id']}").status_code == 404
        assert outsider.act(congress, "milestones", body).status_code == 404
        assert outsider.send("GET", "/congresses?unit_id=n1").status_code == 404
        assert outsider.send("GET", f"/rollups/{plan['id']}/n1").status_code == 404
        assert outsider.send("GET", f"/rollups/{plan['id']}/root").status_code == 404
    for unknown, hidden in (
        ("/congresses/nosuchthing", f"/congresses/{congress['id']}"),
        ("/congresses?unit_id=nosuchthing", "/congresses?unit_id=n1"),
        ("/congresses?below=nosuchthing", "/congresses?below=root"),
        (f"/rollups/{plan['id']}/nosuchthing", f"/rollups/{plan['id']}/n1"),
    ):
        answers = [stranger.send("GET", path).json() for path in (unknown, hidden)]
        assert {**answers[0], "request_id": ""} == {**answers[1], "request_id": ""}
    assert superior.send("GET", f"/congresses/{congress['id']}").status_code == 200
    refused = superior.act(congress, "milestones", body)
    assert (refused.status_code, refused.json()["params"]) == (403, {"permission": "congress:report"})
    assert Desk(congress_house, "north", READER).act(congress, "milestones", body).status_code == 403
    north = Desk(congress_house, "north", ADMINISTRATOR)
    assert north.send("PUT", f"/plans/{plan['id']}", {}, If_Match='"1"').status_code == 422
    change = {"name": "x", "cycle": "y", "deadlines": plan["deadlines"]}
    assert north.send("PUT", f"/plans/{plan['id']}", change, If_Match='"1"').status_code == 403
    for elsewhere in ("south", "nosuchthing"):
        wanted = a_wanted_plan(context.clock.today(), unit_id=elsewhere)
        refused = north.send("POST", "/plans", wanted, Idempotency_Key=new_id())
        assert (refused.status_code, refused.json().get("errors")) == (404, None)
    low = congress_house.token("congress", acr=1)
    answer = stranger.http.get(
        f"{congress_house.url('congress')}/api/congress/plans",
        headers={"Authorization": f"Bearer {low}"},
        timeout=9,
    )
    assert answer.status_code == 403
    assert (
        stranger.http.get(f"{congress_house.url('congress')}/api/congress/plans", timeout=9).status_code
        == 401
    )


def test_a_plan_follows_the_unit_that_opened_it(context: Context, plan: Json) -> None:
    """Whoever stood over the unit before has no say in its plan any more."""
    kept = context.plans.get(plan["id"])
    try:
        tell_units(context, [a_told_unit(("above", "root"))])
        moved = context.plans.get(plan["id"])
        assert (moved.unit_path, moved.version) == (("above", "root"), kept.version + 1)
        tell_units(context, [a_told_unit(("above", "root"))])  # told again
        assert context.plans.get(plan["id"]).version == moved.version
    finally:
        tell_units(context, [a_told_unit(PATHS["root"])])


def test_a_table_opens_in_a_spreadsheet_and_runs_nothing(
    congress_house: House, context: Context, plan: Json
) -> None:
    tell_units(context, [a_told_unit(PATHS["north"], names={"en": "=HYPERLINK(1)", "bn": "উত্তর"})])
    project(context)
    reader = Desk(congress_house, "root", READER)
    answer = reader.send("GET", f"/rollups/{plan['id']}/root/csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    of_the_root = [row for row in rows if row["Code"] == "ROOT"]
    # membership is not asked here, so levels go by their keys.
    assert [row["Level of the congresses"] for row in of_the_root] == ["centre", "district", "union"]
    assert {row["Level of the unit"] for row in of_the_root} == {"centre"}
    assert sum(int(row["Plan issued: done"]) for row in of_the_root) == 3
    assert sum(int(row["Congresses"]) for row in of_the_root) == 6
    assert list(dict.fromkeys(row["Code"] for row in rows)) == ["ROOT", "NORTH", "SOUTH"]
    assert {row["Unit"] for row in rows if row["Code"] == "NORTH"} == {"'=HYPERLINK(1)"}
    assert "'=Closed: done" in rows[0]
    assert rows[0]["As of"].endswith("+06:00")
    book = reader.send("GET", f"/rollups/{plan['id']}/root/xlsx")
    assert (book.content[:2], "spreadsheetml" in book.headers["Content-Type"]) == (b"PK", True)
    told = reader.send("GET", f"/rollups/{plan['id']}/root/json").json()
    assert [item["code"] for item in told["items"]] == [row["Code"] for row in rows]
    assert told["items"][0]["total"] == int(rows[0]["Congresses"])
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="ROOT.csv"')
    assert (
        Desk(congress_house, "root", READER).send("GET", f"/rollups/{plan['id']}/root/exe").status_code == 404
    )
    bangla = Desk(congress_house, "root", READER, language="bn")
    assert "উত্তর" in bangla.send("GET", f"/rollups/{plan['id']}/root/csv").content.decode()
    tell_units(context, [a_told_unit(PATHS["north"])])


def test_a_report_is_taken_along_as_a_paper_by_whoever_may_read_it_and_that_is_written_down(
    congress_house: House, context: Context, plan: Json
) -> None:
    one = Desk(congress_house, "root", READER).congress_of("n1", plan)
    answer = Desk(congress_house, "root", READER, language="bn").send(
        "GET", f"/congresses/{one['id']}/report"
    )
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    pictured = Desk(congress_house, "root", READER).send("GET", f"/congresses/{one['id']}/report?as=png")
    assert (pictured.status_code, pictured.content[:4]) == (200, b"\x89PNG")
    assert pictured.headers["Content-Type"] == "image/png"
    assert (
        Desk(congress_house, "root", READER).send("GET", f"/congresses/{one['id']}/report?as=exe").status_code
        == 422
    )
    stranger = Desk(congress_house, "south", READER).send("GET", f"/congresses/{one['id']}/report")
    assert stranger.status_code == 404
    entries = [item for kept in context.database.mongo["reads"].find({}) for item in kept.get("_outbox", [])]
    taken = [(one["action"], one["record_id"], one["details"]["as"]) for one in entries]
    assert ("export.taken", one["id"], "pdf") in taken
    assert ("export.taken", one["id"], "png") in taken


def test_a_unit_that_moves_takes_its_figures_along(
    congress_house: House, context: Context, plan: Json
) -> None:
    reported(congress_house, plan, "n2", "results", context.clock.today())
    project(context)
    moved = ("root", "south", "n2")
    tell_units(context, [a_told_unit(moved)])
    project(context)
    reader = Desk(congress_house, "root", READER)
    north, south = (reader.get(f"/rollups/{plan['id']}/{unit}") for unit in ("north", "south"))
    assert (north["total"], south["total"]) == (2, 3)
    assert (north["results"]["union"]["figures"], south["results"]["union"]["figures"]["summoned"]) == (
        {},
        100,
    )
    assert "n2" in [child["unit"]["id"] for child in south["children"]]
    assert verify_rollups(context, plan["id"]) == []
    tell_units(context, [a_told_unit(PATHS["n2"])])
    project(context)
    assert verify_rollups(context, plan["id"]) == []


def test_what_was_done_and_told_stands_in_the_records_outbox(
    congress_house: House, context: Context, plan: Json
) -> None:
    congress = reported(congress_house, plan, "s1", "submit", context.clock.today())
    found = context.database.mongo["congresses"].find_one({"_id": congress["id"]})
    assert found is not None
    audit = [item["action"] for item in found["_outbox"] if item["kind"] == "audit"]
    assert audit == ["milestone.recorded"] * 3 + ["results.reported", "congress.submitted"]
    (event,) = (item for item in found["_outbox"] if item["kind"] == "event")
    assert event["type"] == "congress.submitted"
    assert event["data"] == {
        "congress_id": congress["id"], "plan_id": plan["id"], "unit_id": "s1", "unit_path": ["root", "south", "s1"],
        "deadline": congress["deadline"],
    }  # fmt: skip
    assert Desk(congress_house, "root", AUDITOR).get("/audit")["items"] is not None


def test_an_answer_says_as_of_when(congress_house: House, context: Context, plan: Json) -> None:
    reader = Desk(congress_house, "root", READER)
    before = reader.get(f"/rollups/{plan['id']}/root")["as_of"]
    project(context)
    assert reader.get(f"/rollups/{plan['id']}/root")["as_of"] > before


def test_figures_and_refusals_are_told_in_the_readers_language(
    congress_house: House, context: Context
) -> None:
    reader = Desk(congress_house, "root", READER)
    titles = {figure["key"]: figure["title"] for figure in reader.get("/figures")["items"]}
    assert titles["summoned"] == "Delegates summoned"


def test_a_congress_read_alone_says_what_was_approved_of_its_unit_the_last_time(
    congress_house: House, context: Context
) -> None:
    today = context.clock.today()
    earlier = (today + timedelta(days=5)).isoformat()
    deadlines = dict.fromkeys(("centre", "district", "union"), earlier)
    before = an_open_plan(congress_house, context, deadlines=deadlines)
    now = an_open_plan(congress_house, context)
    clerk = Desk(congress_house, "n1", CLERK)
    this = clerk.congress_of("n1", now)
    reported(congress_house, before, "root", "plan", today)
    reported(congress_house, before, "north", "plan", today)
    sent = reported(congress_house, before, "n1", "submit", today)
    assert clerk.get(f"/congresses/{this['id']}")["last"] is None
    Desk(congress_house, "north", APPROVER).done(sent, "approve")
    assert clerk.get(f"/congresses/{this['id']}")["last"] == {
        "id": sent["id"], "cycle": before["cycle"], "deadline": earlier, "figures": FIGURES
    }  # fmt: skip
    assert clerk.congress_of("n1", now)["last"] is None
    # Nobody else's, and nothing of it to whom the unit is unknown.
    assert Desk(congress_house, "n2", CLERK).congress_of("n2", now)["last"] is None
    assert Desk(congress_house, "south", READER).send("GET", f"/congresses/{this['id']}").status_code == 404
