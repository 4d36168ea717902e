"""Seats over HTTP: calculated, decided, divided anew with the difference, and read by units right below."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from congress.context import Context
from congress.domain.seat_divisions import ALLOTTED, VERSIONS_MOST
from congress.domain.seats import divide
from congress.store.seats import PART
from servicekit.ids import new_id
from servicekit.tree.units import UNITS_CHANGED
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    APPROVER,
    CLERK,
    MILESTONES,
    PATHS,
    READER,
    Desk,
    Json,
    a_told_unit,
    an_open_plan,
    reported,
    tell_units,
)
from tests.processes import House

NUMBERS = [{"code": "NORTH", "number": 7_000}, {"code": "SOUTH", "number": 3_100}]
ASKED: Json = {"basis": "members", "seats": 10, "ex_officio": 3, "lines": NUMBERS}


def type_of(answer: Any) -> str:
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["type"].rpartition("/")[2])


def divides(desk: Desk, congress: Json, **changes: Any) -> Any:
    return desk.send(
        "POST", f"/congresses/{congress['id']}/seats", {**ASKED, **changes}, Idempotency_Key=new_id()
    )


def calculated(desk: Desk, congress: Json, **changes: Any) -> Json:
    answer = divides(desk, congress, **changes)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def decides(desk: Desk, division: Json, reason: str = "", version: int = 0) -> Any:
    seen = f'"{version or division["version"]}"'
    return desk.send("POST", f"/seats/{division['id']}/decide", {"reason": reason}, If_Match=seen)


def decided(desk: Desk, division: Json, reason: str = "") -> Json:
    answer = decides(desk, division, reason)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def lines_of(desk: Desk, division: Json) -> dict[str, Json]:
    found = desk.get(f"/seats/{division['id']}/lines")
    assert found["total"] == len(found["items"])
    return {one["unit"]["code"]: one for one in found["items"]}


@pytest.fixture
def fresh(congress_house: House, context: Context) -> Json:
    return an_open_plan(congress_house, context)


@pytest.fixture
def organiser(congress_house: House) -> Desk:
    return Desk(congress_house, "root", ADMINISTRATOR)


@pytest.fixture
def top(organiser: Desk, fresh: Json) -> Json:
    return organiser.congress_of("root", fresh)


def test_it_is_calculated_decided_and_read_below_with_the_calculation(
    congress_house: House, context: Context, organiser: Desk, top: Json, fresh: Json
) -> None:
    draft = calculated(organiser, top)
    assert (draft["state"], draft["number"], draft["seats"], draft["ex_officio"]) == ("draft", 1, 10, 3)
    assert draft["quota"] == "1010"
    shares = lines_of(organiser, draft)
    assert {code: one["seats"] for code, one in shares.items()} == {"NORTH": 7, "SOUTH": 3}
    assert [shares["NORTH"][name] for name in ("share", "rank", "before")] == ["700/101", 1, None]
    north = Desk(congress_house, "north", READER)
    own = north.congress_of("north", fresh)
    # A draft is there for those alone who may decide it.
    assert north.send("GET", f"/seats/{draft['id']}").status_code == 404
    assert north.get(f"/congresses/{own['id']}/seats")["given"] is None
    reader = Desk(congress_house, "root", READER)
    assert reader.get(f"/congresses/{top['id']}/seats")["items"] == []
    assert organiser.get(f"/seats/{draft['id']}")["acts"]["decide"]["allowed"] is True
    made = decided(organiser, draft)
    assert (made["state"], made["version"]) == ("decided", 2)
    given = north.get(f"/congresses/{own['id']}/seats")["given"]
    assert (given["id"], given["own"]["seats"]) == (draft["id"], 7)
    assert north.get(f"/seats/{draft['id']}")["own"]["seats"] == 7
    assert lines_of(north, draft).keys() == {"NORTH", "SOUTH"}
    # What was stored gives the same once more.
    stored = context.seats.find(draft["id"])
    assert stored is not None
    kept = list(context.seats.all_lines(stored))
    assert [line.seats for line in divide(stored.rule, [one.claim for one in kept]).lines] == [
        one.seats for one in kept
    ]
    document = context.database.mongo["seat_divisions"].find_one({"_id": draft["id"]})
    assert document is not None
    written = [one["action"] for one in document["_outbox"] if one["kind"] == "audit"]
    assert written == ["seats.calculated", "seats.decided"]


def test_strangers_find_nothing(congress_house: House, organiser: Desk, top: Json, fresh: Json) -> None:
    made = decided(organiser, calculated(organiser, top))
    further = Desk(congress_house, "n1", READER)
    aside = Desk(congress_house, "south", READER)
    north = Desk(congress_house, "north", ("congress:read below", "plan:manage below"))
    missing = further.send("GET", f"/seats/{new_id()}")
    for path in (f"/seats/{made['id']}", f"/seats/{made['id']}/lines"):
        found = further.send("GET", path)
        assert (found.status_code, found.json()["title"]) == (404, missing.json()["title"])
        assert aside.send("GET", path).status_code == 200
    assert type_of(divides(north, top)) == type_of(missing)
    assert decides(north, made).status_code in (403, 404)
    # North's own is its own to divide, and nothing that south reads.
    lower = north.congress_of("north", fresh)
    lines = [{"code": "N1", "number": 5}, {"code": "N2", "number": 5}]
    own = decided(north, calculated(north, lower, lines=lines, seats=3))
    assert aside.send("GET", f"/seats/{own['id']}").status_code == 404
    assert further.get(f"/seats/{own['id']}")["own"]["seats"] == 2
    # Whoever reports or approves does not divide.
    clerk = Desk(congress_house, "north", CLERK)
    assert divides(clerk, lower).status_code == 403
    assert decides(Desk(congress_house, "root", APPROVER), own).status_code == 403


def test_a_later_division_shows_the_difference_and_overwrites_nothing(organiser: Desk, top: Json) -> None:
    first = decided(organiser, calculated(organiser, top))
    lines = [{"code": "NORTH", "number": 5_000}, {"code": "SOUTH", "number": 5_100}]
    second = calculated(organiser, top, lines=lines)
    assert (second["number"], second["changed"], second["before"]) == (2, 2, first["id"])
    shares = lines_of(organiser, second)
    assert {code: (one["before"], one["seats"]) for code, one in shares.items()} == {
        "NORTH": (7, 5),
        "SOUTH": (3, 5),
    }
    assert type_of(decides(organiser, second)) == "why-divided-anew"
    decided(organiser, second, "The register was counted anew.")
    found = organiser.get(f"/congresses/{top['id']}/seats")["items"]
    assert [(one["number"], one["state"], one["reason"]) for one in found] == [
        (2, "decided", "The register was counted anew."),
        (1, "decided", ""),
    ]
    assert {code: one["seats"] for code, one in lines_of(organiser, first).items()} == {
        "NORTH": 7,
        "SOUTH": 3,
    }


def test_a_draft_gives_way_to_the_next_and_what_was_overtaken_is_not_decided(
    context: Context, organiser: Desk, top: Json
) -> None:
    first, second = calculated(organiser, top), calculated(organiser, top, seats=12)
    assert organiser.send("GET", f"/seats/{first['id']}").status_code == 404
    assert decides(organiser, first).status_code == 404
    assert list(context.database.mongo["seat_parts"].find({"division": first["id"]})) == []
    assert [one["id"] for one in organiser.get(f"/congresses/{top['id']}/seats")["items"]] == [second["id"]]
    assert decides(organiser, second, version=7).status_code == 412
    made = decided(organiser, second)
    assert type_of(decides(organiser, made)) == "divided-already"
    assert decides(organiser, second).status_code == 412


def test_two_at_once_leave_one_draft_and_one_decision(context: Context, organiser: Desk, top: Json) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda seats: divides(organiser, top, seats=seats), range(8, 12)))
    made = [answer.json() for answer in answers if answer.status_code == 201]
    assert made
    (left,) = organiser.get(f"/congresses/{top['id']}/seats")["items"]
    assert left["id"] in {one["id"] for one in made}
    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(
            answer.status_code for answer in pool.map(lambda _: decides(organiser, left), range(4))
        )
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {409, 412, 503}
    # With its key, once more is the same answer.
    once, path = new_id(), f"/congresses/{top['id']}/seats"
    first, again = (organiser.send("POST", path, ASKED, Idempotency_Key=once) for _ in range(2))
    assert first.json() == again.json()


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"seats": 0}, "seats-out-of-range"),
        ({"seats": 20_001}, "seats-out-of-range"),
        ({"least": 6}, "minima-above-total"),
        ({"most": 4}, "maxima-below-total"),
        ({"lines": [{"code": "NORTH", "number": 7, "least": 3, "most": 2}, NUMBERS[1]]}, "least-above-most"),
        # The register of members is not there in this house.
        ({"lines": NUMBERS[:1]}, "number-missing"),
        ({"basis": "population", "lines": NUMBERS[1:]}, "number-missing"),
        ({"lines": [{**one, "number": 0} for one in NUMBERS]}, "nothing-to-divide-by"),
        ({"lines": [*NUMBERS, {"code": "N1", "number": 1}]}, "not-right-below"),
        ({"lines": [*NUMBERS, {"code": "NOBODY", "number": 1}]}, "not-right-below"),
        ({"lines": [*NUMBERS, NUMBERS[0]]}, "unit-twice"),
        ({"basis": "hand", "lines": [{"code": "NORTH", "seats": 3}]}, "seats-missing"),
        (
            {"basis": "hand", "lines": [{"code": "NORTH", "seats": 3}, {"code": "SOUTH", "seats": 3}]},
            "sum-differs",
        ),
        ({"seats": -1}, "validation-failed"),
        ({"method": "by-lot"}, "validation-failed"),
        ({"lines": [{"code": "NORTH", "number": 7.5}]}, "validation-failed"),
        ({"lines": [{"code": "NORTH", "unit_id": "north"}]}, "validation-failed"),
        ({"lines": [{"code": f"U{place}"} for place in range(5_001)]}, "validation-failed"),
    ],
)
def test_what_cannot_be_divided_is_refused_and_nothing_is_kept(
    organiser: Desk, top: Json, changes: Json, name: str
) -> None:
    answer = divides(organiser, top, **changes)
    assert answer.status_code == 422, answer.text
    if name != "validation-failed":
        assert type_of(answer) == name or any(name in one["type"] for one in answer.json()["errors"])
    assert organiser.get(f"/congresses/{top['id']}/seats")["items"] == []


def test_the_lowest_unit_has_nobody_to_divide_among(
    congress_house: House, context: Context, fresh: Json
) -> None:
    lower = Desk(congress_house, "n1", ADMINISTRATOR)
    assert type_of(divides(lower, lower.congress_of("n1", fresh), lines=[])) == "no-units-below"


def test_nothing_is_divided_once_the_plan_is_closed(organiser: Desk, top: Json, fresh: Json) -> None:
    draft = calculated(organiser, top)
    plan = organiser.get(f"/plans/{fresh['id']}")
    organiser.send("POST", f"/plans/{fresh['id']}/close", {}, If_Match=f'"{plan["version"]}"')
    assert type_of(divides(organiser, top)) == "plan-is-closed"
    assert type_of(decides(organiser, draft)) == "plan-is-closed"
    assert organiser.get(f"/congresses/{top['id']}/seats")["acts"]["seats"]["allowed"] is False


def test_nothing_is_divided_once_the_congress_has_closed(
    congress_house: House, context: Context, plan: Json
) -> None:
    north = Desk(congress_house, "north", ADMINISTRATOR)
    lines = [{"code": "N1", "number": 5}, {"code": "N2", "number": 5}]
    draft = calculated(north, north.congress_of("north", plan), lines=lines)
    reported(congress_house, plan, "north", "closed", context.clock.today())
    assert type_of(decides(north, draft)) == "congress-has-closed"
    assert type_of(divides(north, north.congress_of("north", plan), lines=lines)) == "congress-has-closed"


def test_units_that_change_meanwhile_are_looked_at_again(
    congress_house: House, context: Context, organiser: Desk, top: Json, fresh: Json
) -> None:
    first = decided(organiser, calculated(organiser, top))
    draft = calculated(organiser, top, seats=12)
    west = ("root", "west")
    try:
        tell_units(context, [a_told_unit(west)])
        assert type_of(decides(organiser, draft, "x")) == "units-below-changed"
        lines = [*NUMBERS, {"code": "WEST", "number": 900}]
        second = decided(organiser, calculated(organiser, top, seats=11, lines=lines), "West is new.")
        assert lines_of(organiser, second)["WEST"]["before"] is None
    finally:
        tell_units(context, [a_told_unit(west, valid_to="2026-01-01")])
    third = calculated(organiser, top)
    gone = lines_of(organiser, third)["WEST"]
    assert (gone["gone"], gone["before"], gone["seats"]) == (True, 1, 0)
    decided(organiser, third, "West has ended.")
    assert {code: one["seats"] for code, one in lines_of(organiser, first).items()} == {
        "NORTH": 7,
        "SOUTH": 3,
    }
    # A unit that moved away reads its old superior's division no more.
    lower = Desk(congress_house, "north", ADMINISTRATOR)
    own = decided(
        lower,
        calculated(
            lower,
            lower.congress_of("north", fresh),
            basis="hand",
            lines=[{"code": "N1", "seats": 4}, {"code": "N2", "seats": 6}],
        ),
    )
    assert Desk(congress_house, "n2", READER).get(f"/seats/{own['id']}")["own"]["seats"] == 6
    PATHS["n2"] = ("root", "south", "n2")
    try:
        assert Desk(congress_house, "n2", READER).send("GET", f"/seats/{own['id']}").status_code == 404
    finally:
        PATHS["n2"] = ("root", "north", "n2")


def test_a_level_without_congresses_is_passed_through(congress_house: House, context: Context) -> None:
    day = (context.clock.today() + timedelta(days=20)).isoformat()
    plan = an_open_plan(congress_house, context, deadlines={"centre": day, "union": day})
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    lines = [{"code": code, "number": 10} for code in ("N1", "N2", "S1")]
    draft = calculated(organiser, organiser.congress_of("root", plan), lines=lines, seats=4)
    assert {code: one["seats"] for code, one in lines_of(organiser, draft).items()} == {
        "N1": 2,
        "N2": 1,
        "S1": 1,
    }


def test_thousands_of_units_are_divided_in_parts_and_read_in_pages(
    congress_house: House, context: Context, fresh: Json
) -> None:
    many = [("root", "south", "s1"), *(("root", "south", f"many{place:04}") for place in range(4_999))]
    told = [a_told_unit(path, names={"en": path[-1]}) for path in many]
    put_units(context, told)
    try:
        south = Desk(congress_house, "south", ADMINISTRATOR)
        lines = [{"code": one["code"], "number": place % 97 + 1} for place, one in enumerate(told)]
        draft = calculated(
            south, south.congress_of("south", fresh), lines=lines, seats=20_000, method="sainte_lague"
        )
        assert draft["units"] == 5_000
        kept = context.database.mongo["seat_parts"]
        assert kept.count_documents({"division": draft["id"]}) == 5_000 // PART
        decided(south, draft)
        reader = Desk(congress_house, "s1", READER)
        assert reader.get(f"/seats/{draft['id']}")["own"]["unit"]["code"] == "S1"
        seen: list[Json] = []
        after: str | None = ""
        while after is not None:
            page = south.get(f"/seats/{draft['id']}/lines?limit=200&after={after}")
            assert page["total"] == 5_000
            seen += page["items"]
            after = page["next"]
        assert len({one["unit"]["id"] for one in seen}) == 5_000
        assert sum(one["seats"] for one in seen) == 20_000
        assert south.send("GET", f"/seats/{draft['id']}/lines?after=x").status_code == 422
    finally:
        put_units(context, [{**one, "valid_to": "2026-01-01"} for one in told if one["id"] != "s1"])


def put_units(context: Context, told: list[Json]) -> None:
    """Into the copy of the tree alone: no plan gives thousands a congress for this."""
    for start in range(0, len(told), 500):
        units = UNITS_CHANGED.read({"units": told[start : start + 500]})
        context.database.in_transaction(lambda units=units: context.units.take(units))  # type: ignore[misc]


def test_only_so_many_are_decided(context: Context, organiser: Desk, top: Json) -> None:
    made = decided(organiser, calculated(organiser, top))
    stored = context.database.mongo["seat_divisions"].find_one(
        {"_id": made["id"]}, {"_outbox": 0, "_pending": 0}
    )
    assert stored is not None
    more = [{**stored, "_id": new_id(), "number": number} for number in range(2, VERSIONS_MOST + 1)]
    context.database.mongo["seat_divisions"].insert_many(more)
    assert type_of(divides(organiser, top)) == "too-many-divisions"


def test_deciding_tells_each_unit_below_once_and_records_that_delegates_are_allotted(
    congress_house: House, context: Context
) -> None:
    first, *others = MILESTONES
    allots = {"key": ALLOTTED, "names": {"en": "Allotted"}, "days_before_deadline": 50, "required": False}
    plan = an_open_plan(congress_house, context, milestones=[first, allots, *others])
    chief = Desk(congress_house, "root", (*ADMINISTRATOR, *APPROVER))
    clerk = Desk(congress_house, "root", CLERK)
    top = clerk.congress_of("root", plan)
    clerk.done(top, "milestones", {"milestone": "plan", "date": context.clock.today().isoformat()})
    made = decided(chief, calculated(chief, top))
    stored = context.database.mongo["seat_divisions"].find_one({"_id": made["id"]})
    assert stored is not None
    (told,) = [item["data"] for item in stored["_outbox"] if item["kind"] == "event"]
    ids = {unit: clerk.congress_of(unit, plan)["id"] for unit in ("north", "south")}
    assert {one["unit_id"]: one["congress_id"] for one in told["units"]} == ids
    assert (told["division_id"], told["by"]) == (made["id"], chief.account_id)
    after = clerk.congress_of("root", plan)
    assert after["current"][ALLOTTED] == context.clock.today().isoformat()
    # Of a unit below that has not issued its plan it is not recorded; deciding goes on all the same.
    lower = clerk.congress_of("north", plan)
    lines = [{"code": "N1", "number": 5}, {"code": "N2", "number": 9}]
    decided(chief, calculated(chief, lower, lines=lines, seats=3))
    assert clerk.congress_of("north", plan)["current"] == {}
    north = Desk(congress_house, "north", CLERK)
    north.done(lower, "take-over", {})
    decided(chief, calculated(chief, lower, lines=lines, seats=4), "One more.")
    now = north.congress_of("north", plan)
    assert ALLOTTED in now["current"]
    # By a superior, whose entry it is: no report of the unit's is theirs by that.
    (kept,) = context.congresses.many([now["id"]])
    assert [one.above for one in kept.entries if one.milestone == ALLOTTED] == [True]
