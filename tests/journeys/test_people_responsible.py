"""People responsible, named as a plan is taken over: of the unit alone, by account or number, seen by both sides."""

import pytest

from servicekit.ids import new_id
from tests.journeys.whole_house import Json, WholeHouse, eventually

# As the practice eID has them.
NUMBERS = {"union-clerk": "9990000000073", "upazila-clerk": "9990000000066"}
LOOKS = 4  # by number, in the last of these tests


@pytest.fixture
def begun(whole_house: WholeHouse) -> tuple[WholeHouse, Json, Json]:
    """A plan that the upazila has issued, and the congress of a union below it."""
    whole = whole_house
    plan = whole.cascaded(whole.a_plan("upazila", "union"))
    top = whole.congress_of("upazila-clerk", plan, "BD-U011")
    path = f"/api/congress/congresses/{top['id']}/milestones"
    issued = next(one["key"] for one in plan["milestones"] if one["waits_for_parent"])
    body = {"milestone": issued, "date": plan["opens_on"]}
    answer = whole.person("upazila-clerk").post(path, body, If_Match=f'"{top["version"]}"')
    assert answer.status_code == 200, answer.text
    return whole, plan, whole.congress_of("union-clerk", plan, "BD-N0129")


def here(whole: WholeHouse, who: str, congress: Json, number: str = "") -> list[str]:
    path = f"/api/congress/congresses/{congress['id']}/people"
    answer = whole.person(who).post(path, {"national_number": number})
    assert answer.status_code == 200, answer.text
    return [str(one["account_id"]) for one in answer.json()["items"]]


def test_people_of_the_unit_alone_are_named(begun: tuple[WholeHouse, Json, Json]) -> None:
    whole, plan, own = begun
    clerk = whole.person("union-clerk")
    mine = str(clerk.get("/api/identity/me").json()["account_id"])
    others = str(whole.person("upazila-clerk").get("/api/identity/me").json()["account_id"])
    found = here(whole, "union-clerk", own)
    assert mine in found
    assert others not in found
    path = f"/api/congress/congresses/{own['id']}"
    for who, status in (("upazila-clerk", 403), ("two-posts", 404)):
        assert whole.person(who).post(f"{path}/people", {}).status_code == status
    version = {"If_Match": f'"{own["version"]}"'}
    foreign = clerk.post(f"{path}/take-over", {"people": [{"account_id": others, "task": "x"}]}, **version)
    assert (foreign.status_code, foreign.json()["type"].rpartition("/")[2]) == (422, "nobody-here")
    people = [{"account_id": mine, "task": "Hall and papers"}]
    made = clerk.post(f"{path}/take-over", {"people": people}, **version, Idempotency_Key=new_id())
    assert made.status_code == 200, made.text

    def seen(who: str) -> list[Json]:
        takings = whole.person(who).get(path).json()["takings"]
        return list(takings[-1]["people"])

    for who in ("union-clerk", "upazila-clerk"):
        (one,) = seen(who)
        assert (one["account_id"], one["task"]) == (mine, "Hall and papers")
        assert one["name"]

    # Lists name them to the same people.
    def listed(who: str) -> list[str]:
        asked = f"/api/congress/congresses?plan_id={plan['id']}&below={own['unit_id']}&brief=true"
        (line,) = whole.person(who).get(asked).json()["items"]
        return [str(one["account_id"]) for one in line["responsible"]]

    assert [listed(who) for who in ("union-clerk", "upazila-clerk", "hq-organiser")] == [[mine], [mine], []]
    # Who reads figures alone is told what for, and not whom.
    assert [(one["name"], one["task"]) for one in seen("hq-organiser")] == [("", "Hall and papers")]


def test_a_number_finds_only_who_is_here(begun: tuple[WholeHouse, Json, Json]) -> None:
    whole, plan, own = begun
    mine = str(whole.person("union-clerk").get("/api/identity/me").json()["account_id"])
    assert here(whole, "union-clerk", own, NUMBERS["union-clerk"]) == [mine]
    # Of somebody elsewhere, of nobody, and none at all: alike.
    for number in (NUMBERS["upazila-clerk"], "9990000009999", "abc"):
        assert here(whole, "union-clerk", own, number) == []
    # Each of them is written down, and a list without a number is not.
    here(whole, "union-clerk", own)
    read = f"/api/congress/audit?unit_id={own['unit_id']}&limit=200"

    def told() -> list[str] | None:
        """The relay collects them beside requests; whatever there is by then is all there is of these looks."""
        entries = whole.person("auditor").get(read).json()["items"]
        outcomes = [
            str(one["outcome"])
            for one in entries
            if one["record_id"] == own["id"] and one["action"] == "person.looked_up"
        ]
        return outcomes if len(outcomes) >= LOOKS else None

    assert sorted(eventually(told, "the looks are collected")) == ["done", "nothing", "nothing", "nothing"]
