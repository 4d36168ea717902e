"""The plan goes down over HTTP: taken over level by level, seen from above, with the list behind the figure."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from congress.context import Context
from congress.domain.people import NobodyHere
from congress.operations import verify_rollups
from congress.operations.people import PeopleNotAsked
from congress.operations.rule_sets import spread_rules
from congress.operations.taking_over import take_over
from servicekit.access.decision import Caller
from servicekit.ids import new_id
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    APPROVER,
    CLERK,
    PATHS,
    READER,
    Desk,
    Json,
    a_told_unit,
    an_open_plan,
    project,
    tell_units,
)
from tests.processes import House, a_right


def type_of(answer: Any) -> str:
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["type"].rpartition("/")[2])


def on(context: Context, days: int) -> str:
    return (context.clock.today() + timedelta(days=days)).isoformat()


@pytest.fixture
def issued(congress_house: House, context: Context) -> Json:
    """A plan that its organiser has issued, and nobody below has taken over."""
    plan = an_open_plan(congress_house, context)
    clerk = Desk(congress_house, "root", CLERK)
    day = on(context, -9)
    clerk.done(clerk.congress_of("root", plan), "milestones", {"milestone": "plan", "date": day})
    return plan


def taken(house: House, plan: Json, unit: str, **said: Any) -> Json:
    clerk = Desk(house, unit, CLERK)
    return clerk.done(clerk.congress_of(unit, plan), "take-over", said)


def who(desk: Desk, plan: Json, standing: str) -> list[str]:
    """Of the list behind the figure below the desk's unit, whose number is that of the sums."""
    path = f"/congresses?plan_id={plan['id']}&below={desk.unit}&milestone=plan&standing={standing}"
    found = desk.get(path)
    assert found["total"] == len(found["items"])
    return sorted(one["unit_id"] for one in found["items"])


def figure(desk: Desk, plan: Json) -> tuple[int, int]:
    answer = desk.get(f"/rollups/{plan['id']}/{desk.unit}")
    (one,) = [one for one in answer["milestones"] if one["key"] == "plan"]
    return one["done"], answer["total"]


def test_it_goes_down_level_by_level_and_the_superior_sees_who_has_taken_it_over(
    congress_house: House, context: Context, issued: Json
) -> None:
    root = Desk(congress_house, "root", APPROVER)
    lower = Desk(congress_house, "n1", CLERK)
    # Nobody takes over what the unit above has not.
    answer = lower.act(lower.congress_of("n1", issued), "take-over", {})
    assert type_of(answer) == "before-parents-plan"
    made = taken(congress_house, issued, "north", note="All unions by the end of the month.")
    assert made["current"]["plan"] == on(context, 0)
    assert [one["note"] for one in made["takings"]] == ["All unions by the end of the month."]
    taken(congress_house, issued, "n1", date=on(context, 0))
    project(context)
    assert who(root, issued, "done") == ["n1", "north", "root"]
    assert figure(root, issued) == (3, 6)
    assert [one for one in verify_rollups(context, issued["id"]) if one.unit_id in PATHS] == []
    north = Desk(congress_house, "north", APPROVER)
    assert who(north, issued, "done") == ["n1", "north"]
    stored = context.database.mongo["congresses"].find_one({"_id": made["id"]})
    assert stored is not None
    assert [one["action"] for one in stored["_outbox"] if one["kind"] == "audit"] == ["plan.taken_over"]


def test_the_unit_is_asked_for_it_until_it_has_done_it(
    congress_house: House, context: Context, issued: Json
) -> None:
    clerk = Desk(congress_house, "south", CLERK)

    def keys() -> list[str]:
        return [
            one["key"]
            for one in clerk.get("/tasks?unit_id=south")["tasks"]
            if one["link"].startswith(f"/congresses/{own['id']}/")
        ]

    own = clerk.congress_of("south", issued)
    assert own["taken_by"] == "plan"
    assert clerk.get(f"/congresses/{own['id']}")["acts"]["take-over"]["allowed"] is True
    assert keys() == ["take-over"]
    taken(congress_house, issued, "south")
    assert keys() == ["milestone"]


def test_an_own_day_counts_and_follows_the_plan_and_the_tree(
    congress_house: House, context: Context, issued: Json
) -> None:
    taken(congress_house, issued, "north")
    made = taken(congress_house, issued, "n1", until=on(context, 9))
    assert (made["deadline"], made["own_until"], made["planned_deadline"]) == (
        on(context, 9),
        on(context, 9),
        on(context, 20),
    )
    organiser, clerk = Desk(congress_house, "root", ADMINISTRATOR), Desk(congress_house, "n1", CLERK)
    # The superior's day moves away, and then before the own one.
    for days, expected in ((40, 9), (5, 5), (20, 9)):
        plan = organiser.get(f"/plans/{issued['id']}")
        wanted = {"deadlines": {"union": on(context, days)}, "reason": "x"}
        address = f"/plans/{issued['id']}/rule-sets"
        answer = organiser.send("POST", address, wanted, If_Match=f'"{plan["version"]}"')
        assert answer.status_code == 200, answer.text
        while organiser.get(f"/plans/{issued['id']}")["spreading"]:
            for _ in spread_rules(context):
                continue
        project(context)
        assert clerk.congress_of("n1", issued)["deadline"] == on(context, expected)
    assert [one for one in verify_rollups(context, issued["id"]) if one.unit_id in PATHS] == []
    # Its unit moves, and keeps its own day.
    try:
        tell_units(context, [a_told_unit(("root", "south", "n1"))])
        assert Desk(congress_house, "root", READER).congress_of("n1", issued)["deadline"] == on(context, 9)
    finally:
        tell_units(context, [a_told_unit(PATHS["n1"])])
    project(context)
    given_up = taken(congress_house, issued, "n1")
    assert (given_up["deadline"], given_up["own_until"]) == (on(context, 20), None)
    assert len(given_up["takings"]) == 2


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"until": -1}, "own-day-past"),
        ({"until": 20}, "own-day-not-earlier"),
        ({"until": 400}, "own-day-not-earlier"),
        ({"date": 1}, "date-in-future"),
        ({"note": "x" * 2001}, "note-too-long"),
        ({"until": "soon"}, "invalid"),
        ({"persons": []}, "invalid"),
        ({"people": [{"account_id": "x"}]}, "invalid"),
        ({"people": [{"account_id": "x", "task": "y", "name": "z"}]}, "invalid"),
        ({"people": "x"}, "invalid"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_recorded(
    congress_house: House, context: Context, issued: Json, said: Json, name: str
) -> None:
    days = {key: on(context, value) if isinstance(value, int) else value for key, value in said.items()}
    clerk = Desk(congress_house, "north", CLERK)
    assert type_of(clerk.act(clerk.congress_of("north", issued), "take-over", days)) == name
    after = clerk.congress_of("north", issued)
    assert (after["takings"], after["current"]) == ([], {})


def test_who_may_and_what_is_stale_twice_or_over(
    congress_house: House, context: Context, issued: Json
) -> None:
    clerk = Desk(congress_house, "north", CLERK)
    own = clerk.congress_of("north", issued)
    for desk, status in (
        (Desk(congress_house, "south", CLERK), 404),
        (Desk(congress_house, "root", APPROVER), 403),
        (Desk(congress_house, "north", READER), 403),
    ):
        assert desk.act(own, "take-over", {}).status_code == status
    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(
            answer.status_code for answer in pool.map(lambda _: clerk.act(own, "take-over", {}), range(4))
        )
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {412, 503}
    assert len(clerk.congress_of("north", issued)["takings"]) == 1
    assert clerk.act(own, "take-over", {}).status_code == 412
    top = Desk(congress_house, "root", CLERK)
    assert type_of(top.act(top.congress_of("root", issued), "take-over", {})) == "own-plan"
    plan = Desk(congress_house, "root", ADMINISTRATOR).get(f"/plans/{issued['id']}")
    Desk(congress_house, "root", ADMINISTRATOR).send(
        "POST", f"/plans/{issued['id']}/close", {}, If_Match=f'"{plan["version"]}"'
    )
    assert type_of(clerk.act(clerk.congress_of("north", issued), "take-over", {})) == "plan-is-closed"


def test_a_level_that_the_plan_skips_is_passed_over(congress_house: House, context: Context) -> None:
    day = on(context, 20)
    plan = an_open_plan(congress_house, context, deadlines={"centre": day, "union": day})
    top, lower = Desk(congress_house, "root", CLERK), Desk(congress_house, "n1", CLERK)
    assert type_of(lower.act(lower.congress_of("n1", plan), "take-over", {})) == "before-parents-plan"
    top.done(top.congress_of("root", plan), "milestones", {"milestone": "plan", "date": on(context, -9)})
    assert taken(congress_house, plan, "n1")["current"]["plan"] == on(context, 0)


def test_a_days_numbers_are_limited_for_each_person(
    congress_house: House, context: Context, issued: Json
) -> None:
    prober, other = Desk(congress_house, "n1", CLERK), Desk(congress_house, "n1", CLERK)
    path = f"/congresses/{prober.congress_of('n1', issued)['id']}/people"
    number = {"national_number": "9990000000073"}
    assert prober.send("POST", path, number).json()["items"] == []
    lookups = context.database.mongo["lookups"]
    mine = {"_id": {"$regex": f"^{prober.account_id} "}}
    assert lookups.update_many(mine, {"$set": {"count": 49}}).modified_count == 1
    answers = [prober.send("POST", path, number) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert prober.send("POST", path, {}).status_code == 200
    assert other.send("POST", path, number).status_code == 200
    # Those that were answered are written down, in vain as they were; a list without a number is not.
    found = context.database.mongo["reads"].find({"_outbox.action": "person.looked_up"})
    assert [entry["outcome"] for one in found for entry in one["_outbox"]] == ["nothing"] * 3


def test_people_responsible_stay_while_it_is_not_to_be_known_who_is_here(
    congress_house: House, context: Context, issued: Json
) -> None:
    own = Desk(congress_house, "n1", CLERK).congress_of("n1", issued)
    clerk = Caller(new_id(), rights=(a_right("congress:report", PATHS["n1"], "own"),), assurance=2)

    def over(people: list[tuple[str, str]], here: dict[str, str] | None, *, code: bool = False) -> Any:
        (seen,) = context.congresses.many([own["id"]])
        who = replace(clerk, fallback=code)
        made = take_over(context, who, own["id"], None, None, "", {}, people, here, seen.version)
        return [(one.account_id, one.name, one.task) for one in made.congress.people]

    taken(congress_house, issued, "north")
    assert over([("a", "Hall")], {"a": "Ms. Hall"}) == [("a", "Ms. Hall", "Hall")]
    assert over([("a", "Papers")], None) == [("a", "Ms. Hall", "Papers")]
    assert over([("a", "Hall")], {}, code=True) == [("a", "Ms. Hall", "Hall")]
    with pytest.raises(PeopleNotAsked):
        over([("a", "Hall"), ("b", "x")], None)
    for here, code in (({}, True), ({"b": "B"}, False)):
        with pytest.raises(NobodyHere):
            over([("a", "Hall"), ("c", "x")], here, code=code)
