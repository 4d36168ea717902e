"""Reports approved with stated gaps, over HTTP: owed, supplied, closed, counted and listed apart, reminded of."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from congress.context import Context
from congress.operations import verify_rollups
from congress.operations.owed_gaps import remind_of_gaps
from servicekit.calendar.days import Calendar
from servicekit.work.clock import Clock
from tests.integration.congress.scene import APPROVER, CLERK, READER, Desk, Json, project, reported
from tests.processes import House


def refused(desk: Desk, congress: Json, act: str, body: Json | None = None) -> tuple[int, str]:
    answer = desk.act(congress, act, body)
    assert answer.status_code >= 400, answer.text
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def gaps(context: Context, *of: str, days: int = 7) -> Json:
    until = (context.clock.today() + timedelta(days=days)).isoformat()
    return {"gaps": [{"of": one, "text": f"No {one}.", "until": until} for one in of]}


def with_gaps(house: House, context: Context, plan: Json, unit: str, *of: str) -> Json:
    sent = reported(house, plan, unit, "submit", context.clock.today())
    return Desk(house, "north", APPROVER).done(sent, "approve", gaps(context, *of))


def counted(desk: Desk, plan: Json, unit: str = "north") -> tuple[int, int]:
    answer = desk.get(f"/rollups/{plan['id']}/{unit}")
    return answer["with_gaps"], answer["gaps_supplied"]


def listed(desk: Desk, plan: Json, which: str) -> list[str]:
    found = desk.get(f"/congresses?plan_id={plan['id']}&below=north&beside={which}")
    return [one["unit_id"] for one in found["items"]]


def tasks(desk: Desk, unit: str, key: str) -> list[Any]:
    return [one for one in desk.get(f"/tasks?unit_id={unit}")["tasks"] if one["key"] == key]


def test_what_is_missing_is_owed_supplied_and_closed(
    congress_house: House, context: Context, plan: Json
) -> None:
    approved = with_gaps(congress_house, context, plan, "n1", "women", "document")
    clerk, approver = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    assert approved["state"] == "approved"
    first, second = approved["gaps"]
    assert [(one["of"], one["state"], one["overdue"]) for one in (first, second)] == [
        ("women", "owed", False),
        ("document", "owed", False),
    ]
    project(context)
    north = Desk(congress_house, "north", READER)
    assert (counted(north, plan), listed(north, plan, "with_gaps")) == ((1, 0), ["n1"])
    assert north.get(f"/rollups/{plan['id']}/n1")["states"] == {"approved": 1}
    assert [one["due"] for one in tasks(clerk, "n1", "gap")] == [first["until"]]
    assert tasks(approver, "north", "gaps") == []

    given = clerk.done(approved, "supply-gap", {"gap_id": first["id"], "text": "Counted.", "value": 41})
    assert given["gaps"][0]["state"] == "supplied"
    assert "women" not in given["results"]
    reported(congress_house, plan, "n2", "submit", context.clock.today())
    project(context)
    assert (counted(north, plan), listed(north, plan, "gaps_supplied")) == ((1, 1), ["n1"])
    (unions,) = [north.get(f"/rollups/{plan['id']}/north")["results"]["union"]]
    assert (unions["reported"], unions["figures"]["present"]) == (2, 194)
    assert (unions["approved"], unions["approved_figures"]["present"]) == (1, 97)
    assert [one["count"] for one in tasks(approver, "north", "gaps")] == [1]

    wanted = {"gap_id": first["id"], "closed": False, "remark": "Of whom?"}
    back = approver.done(given, "close-gap", wanted)
    assert (back["gaps"][0]["state"], back["gaps"][0]["answer"]["remark"]) == ("owed", "Of whom?")
    given = clerk.done(back, "supply-gap", {"gap_id": first["id"], "value": 40})
    (before,) = given["gaps"][0]["earlier"]
    assert (before["supplied"]["value"], before["answer"]["remark"]) == (41, "Of whom?")
    closed = approver.done(given, "close-gap", {"gap_id": first["id"], "closed": True})
    assert (closed["results"]["women"], closed["state"]) == (40, "approved")
    closed = approver.done(
        closed, "close-gap", {"gap_id": second["id"], "closed": True, "remark": "It came by post."}
    )
    project(context)
    assert (counted(north, plan), listed(north, plan, "with_gaps")) == ((0, 0), [])
    assert tasks(clerk, "n1", "gap") == []
    assert verify_rollups(context, plan["id"]) == []


def test_it_is_told_as_approved_to_whoever_hears_of_approvals(
    congress_house: House, context: Context, plan: Json
) -> None:
    """Mandates of the congress before end by this event."""
    with_gaps(congress_house, context, plan, "n1", "women")
    sent = reported(congress_house, plan, "n2", "submit", context.clock.today())
    Desk(congress_house, "north", APPROVER).done(sent, "approve")
    for unit, gaps_there in (("n1", True), ("n2", False)):
        (kept,) = context.database.mongo["congresses"].find({"unit_id": unit, "plan_id": plan["id"]})
        told = [one for one in kept["_outbox"] if one.get("type") == "congress.approved"]
        assert [one["data"]["with_gaps"] for one in told] == [gaps_there]


def test_who_may_and_what_is_refused(congress_house: House, context: Context, plan: Json) -> None:
    approved = with_gaps(congress_house, context, plan, "n1", "women")
    clerk, approver = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    gap = approved["gaps"][0]["id"]
    text = {"gap_id": gap, "text": "Here."}
    assert refused(approver, approved, "supply-gap", text)[0] == 403
    assert refused(Desk(congress_house, "s1", CLERK), approved, "supply-gap", text)[0] == 404
    assert refused(clerk, approved, "supply-gap", {**text, "gap_id": "none"}) == (404, "not-found")
    assert refused(clerk, approved, "supply-gap", {**text, "value": 4000})[0] == 422
    assert refused(clerk, approved, "supply-gap", {**text, "other": 1})[0] == 422
    assert refused(clerk, approved, "close-gap", {"gap_id": gap, "closed": True})[0] == 403
    close = {"gap_id": gap, "closed": True, "remark": "Seen."}
    above = Desk(congress_house, "root", APPROVER)
    assert refused(above, approved, "close-gap", close) == (409, "nearer-superior")
    given = clerk.done(approved, "supply-gap", text)
    # Whoever supplied it has a part in it.
    both = Desk(congress_house, "north", APPROVER, account_id=clerk.account_id)
    assert refused(both, given, "close-gap", close) == (403, "own-report")
    assert refused(approver, approved, "close-gap", close) == (412, "stale")
    sent = reported(congress_house, plan, "n2", "submit", context.clock.today())
    assert refused(approver, sent, "approve", gaps(context, "nonsense"))[0] == 422
    assert refused(approver, sent, "approve", gaps(context, "women", days=0)) == (422, "gap-not-ahead")


def test_two_at_once_one_of_them_counts(congress_house: House, context: Context, plan: Json) -> None:
    approved = with_gaps(congress_house, context, plan, "n1", "women")
    clerk, approver = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    gap = approved["gaps"][0]["id"]
    doing: tuple[tuple[Desk, str, Json], ...] = (
        (clerk, "supply-gap", {"gap_id": gap, "value": 41}),
        (approver, "close-gap", {"gap_id": gap, "closed": True, "remark": "Seen."}),
        (approver, "reopen", {"reason": "The figures of another unit."}),
    )
    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(lambda one: one[0].act(approved, one[1], one[2]).status_code, doing))
    assert sorted(said) == [200, 412, 412], said


def test_the_ladder_reminds_of_it_once_a_step(congress_house: House, context: Context, plan: Json) -> None:
    remind_of_gaps(context)
    approved = with_gaps(congress_house, context, plan, "n1", "women")
    assert (remind_of_gaps(context), remind_of_gaps(context)) == (1, 0)
    told = context.database.mongo["reminders"].find_one({"_id": {"$regex": f"^gap.{approved['id']}"}})
    assert told is not None
    assert [item["type"] for item in told["_outbox"]] == ["congress.gap_due"]
    clerk = Desk(congress_house, "n1", CLERK)
    clerk.done(approved, "supply-gap", {"gap_id": approved["gaps"][0]["id"], "value": 41})
    # Supplied, it is owed no more.
    week = [context.clock.today() + timedelta(days=ahead) for ahead in range(9)]
    assert approved["id"] not in [one.congress_id for one in context.congresses.owing_on(week)]


def test_each_day_has_its_own_steps_also_behind_one_that_has_passed(
    congress_house: House, context: Context, plan: Json
) -> None:
    remind_of_gaps(replace(context, calendar=Calendar()))
    near, far = gaps(context, "women", "present", days=3)["gaps"], gaps(context, "document", days=30)["gaps"]
    sent = reported(congress_house, plan, "n1", "submit", context.clock.today())
    approved = Desk(congress_house, "north", APPROVER).done(sent, "approve", {"gaps": [*far, *near]})

    def reminded(days: int) -> list[str]:
        """The days of which the unit hears, when it is looked at so many days from now."""
        before = {one["_id"] for one in context.database.mongo["reminders"].find({}, {"_id": 1})}
        remind_of_gaps(replace(context, clock=Clock(shift=timedelta(days=days)), calendar=Calendar()))
        found = context.database.mongo["reminders"].find({"_id": {"$regex": f"^gap.{approved['id']}"}})
        return [one["_outbox"][0]["data"]["deadline"] for one in found if one["_id"] not in before]

    # Two that are owed until one day are one reminder; nothing is given twice.
    assert (reminded(0), reminded(0)) == ([near[0]["until"]], [])
    assert reminded(4) == [near[0]["until"]]
    assert reminded(22) == []
    assert (reminded(23), reminded(23)) == ([far[0]["until"]], [])
    # Each is found by each of its days.
    found = context.congresses.owing_on([date.fromisoformat(far[0]["until"])])
    (kept,) = [one for one in found if one.congress_id == approved["id"]]
    assert [day.isoformat() for day in kept.days] == [near[0]["until"], far[0]["until"]]
