"""Kinds of congress and majorities that change with a version of an open plan's rules, over HTTP."""

from typing import Any

import pytest

from congress.context import Context
from congress.operations import verify_rollups
from congress.operations.rule_sets import spread_rules
from servicekit.ids import new_id
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    CLERK,
    Desk,
    Json,
    an_open_plan,
    project,
    reported,
)
from tests.processes import House

NEW = {
    "key": "youth",
    "names": {"en": "With a youth list", "bn": "যুব", "vi": "Trẻ"},
    "elects_committee": False,
}
ASKED = {
    "of": "committee", "majority": "election", "seats": 1, "summoned": 90, "present": 90,
    "candidates": [{"name": "Ayn"}],
}  # fmt: skip


@pytest.fixture
def organiser(congress_house: House) -> Desk:
    return Desk(congress_house, "root", ADMINISTRATOR)


@pytest.fixture
def running(congress_house: House, context: Context) -> Json:
    """An open plan of which n1 has closed."""
    plan = an_open_plan(congress_house, context)
    for unit in ("root", "north"):
        reported(congress_house, plan, unit, "plan", context.clock.today())
    reported(congress_house, plan, "n1", "closed", context.clock.today())
    project(context)
    return plan


def sent(desk: Desk, plan: Json, **body: Any) -> Any:
    version = desk.get(f"/plans/{plan['id']}")["version"]
    path = f"/plans/{plan['id']}/rule-sets"
    return desk.send("POST", path, {"reason": "x", **body}, If_Match=f'"{version}"')


def changed(context: Context, desk: Desk, plan: Json, **body: Any) -> Json:
    answer = sent(desk, plan, **body)
    assert answer.status_code == 200, answer.text
    while context.plans.get(plan["id"]).spreading:
        for _ in spread_rules(context):
            continue
    project(context)
    return dict(answer.json())


def chooses(desk: Desk, congress: Json, kind: str) -> Any:
    path, version = f"/congresses/{congress['id']}/content-type", f'"{congress["version"]}"'
    return desk.send("PUT", path, {"content_type": kind}, If_Match=version)


def test_a_congress_chooses_among_the_kinds_of_its_version_and_stays_what_it_is(
    congress_house: House, context: Context, organiser: Desk, running: Json
) -> None:
    own, gone = (one["key"] for one in running["content_types"][:2])
    clerk, closed = (Desk(congress_house, unit, CLERK) for unit in ("n2", "n1"))
    assert chooses(clerk, clerk.congress_of("n2", running), gone).status_code == 200
    plan = changed(context, organiser, running, content_types={gone: {"removed": True}}, added_types=[NEW])
    assert [one["key"] for one in plan["earlier_types"]] == [gone]
    mine, other = clerk.congress_of("n2", running), organiser.congress_of("s1", running)
    assert (mine["content_type"], gone in mine["content_types"], gone in other["content_types"]) == (
        gone,
        True,
        False,
    )
    refused = chooses(Desk(congress_house, "s1", CLERK), other, gone)
    assert refused.json()["type"].endswith("/unknown-content-type")
    assert chooses(clerk, mine, "youth").json()["content_type"] == "youth"
    assert gone not in clerk.congress_of("n2", running)["content_types"]
    # What had closed stands under the version of before.
    before = closed.congress_of("n1", running)
    assert (before["content_type"], "youth" in before["content_types"]) == (own, False)
    project(context)
    assert verify_rollups(context, running["id"]) == []


def test_an_election_takes_what_the_version_of_its_congress_says(
    congress_house: House, context: Context, organiser: Desk, running: Json
) -> None:
    known = {one["key"]: one for one in running["majorities"]}
    assert (known["election"]["numerator"], known["election"]["denominator"], known["election"]["more"]) == (
        1,
        2,
        True,
    )
    wanted = {"numerator": 2, "denominator": 3, "more": False, "base": "present"}
    plan = changed(context, organiser, running, majorities={"election": wanted})
    told = next(one for one in plan["majorities"] if one["key"] == "election")
    assert {name: told[name] for name in wanted} == wanted
    found = {}
    for unit in ("n1", "s1"):
        clerk = Desk(congress_house, unit, CLERK)
        path = f"/congresses/{clerk.congress_of(unit, running)['id']}/tallies"
        answer = clerk.send("POST", path, ASKED, Idempotency_Key=new_id())
        assert answer.status_code == 201, answer.text
        found[unit] = answer.json()["majority"]
        listed = next(one for one in clerk.get(path)["majorities"] if one["key"] == "election")
        assert listed["base"] == found[unit]["base"]
    assert {name: found["s1"][name] for name in wanted} == wanted
    assert (found["n1"]["base"], found["n1"]["denominator"]) == ("summoned", 2)
    versions = organiser.get(f"/plans/{running['id']}/rule-sets")["items"]
    assert [one["majorities"][0]["denominator"] for one in versions] == [3, 2]


@pytest.mark.parametrize(
    ("body", "expected", "pointer"),
    [
        ({"content_types": {"none": {"removed": True}}}, "unknown-content-type", "/content_types/none"),
        ({"added_types": [{**NEW, "key": "4"}]}, "key-repeated", "/added_types/0/key"),
        ({"added_types": [{**NEW, "key": "a.b"}]}, "", ""),
        ({"majorities": {"none": {"more": True}}}, "unknown-majority", "/majorities/none"),
        ({"majorities": {"election": {"numerator": 3}}}, "no-fraction", "/majorities/election/numerator"),
        ({"majorities": {"election": {"denominator": 1}}}, "more-than-all", "/majorities/election/more"),
        ({"majorities": {"election": {"base": "everybody"}}}, "", ""),
        ({"majorities": {"election": {"key": "other"}}}, "", ""),
    ],
)
def test_what_is_wrong_is_refused_by_name_at_its_place(
    organiser: Desk, running: Json, body: Json, expected: str, pointer: str
) -> None:
    answer = sent(organiser, running, **body)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert not expected or problem["type"].endswith(f"/{expected}")
    assert not pointer or problem["errors"][0]["pointer"] == pointer
    assert organiser.get(f"/plans/{running['id']}")["rules"] == 1
