"""Elected people over HTTP: named by their unit alone, read in its chain, delegates read at the congress above."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from congress.context import Context
from servicekit.ids import new_id
from tests.integration.congress.scene import (
    APPROVER,
    CLERK,
    FIGURES,
    READER,
    Desk,
    Json,
    a_told_unit,
    an_open_plan,
    tell_units,
)
from tests.integration.congress.test_tallies_keyed import keyed, opened, type_of, until
from tests.processes import House

AYN, BEE = {"name": "Ayn", "votes": 80}, {"name": "Bee", "number": "17", "votes": 51}
APPOINTED = {"name": "Dee"}


def puts(desk: Desk, congress: Json, of: str, *people: Json, version: int = 0, **more: Any) -> Any:
    body = {"people": list(people), **more}
    path = f"/congresses/{congress['id']}/elected/{of}"
    return desk.send("PUT", path, body, If_Match=f'"{version}"')


def lists_of(desk: Desk, congress: Json) -> dict[str, Json]:
    return {one["of"]: one for one in desk.get(f"/congresses/{congress['id']}/elected")["items"]}


@pytest.fixture
def fresh(congress_house: House, context: Context) -> Json:
    return an_open_plan(congress_house, context)


@pytest.fixture
def clerk(congress_house: House) -> Desk:
    return Desk(congress_house, "n1", CLERK)


@pytest.fixture
def own(congress_house: House, context: Context, fresh: Json) -> Json:
    return until(congress_house, context, fresh, "closed")


def test_they_are_taken_out_of_the_tallies_or_typed_and_corrected(clerk: Desk, own: Json) -> None:
    keyed(clerk, own, opened(clerk, own))
    found = lists_of(clerk, own)
    assert list(found) == ["committee", "standing", "delegates", "offices"]
    committee = found["committee"]
    assert (committee["version"], committee["people"], committee["at"]) == (0, [], None)
    said = [(one["name"], one["number"], one["votes"]) for one in committee["tallied"]]
    assert said == [("Ayn", "", 80), ("Bee", "17", 51)]
    answer = puts(clerk, own, "committee", *committee["tallied"])
    assert (answer.status_code, answer.json()["version"], answer.headers["ETag"]) == (200, 1, '"1"')
    assert answer.json()["cautions"] == []
    again = puts(clerk, own, "committee", AYN, APPOINTED, version=1).json()
    assert [one["kind"] for one in again["cautions"]] == ["person-left-out"]
    assert [one["name"] for one in lists_of(clerk, own)["committee"]["people"]] == ["Ayn", "Dee"]
    # No name stays that does not belong there.
    assert puts(clerk, own, "committee", version=2).json()["people"] == []


def test_the_result_that_stood_is_kept_with_them(congress_house: House, clerk: Desk, own: Json) -> None:
    now = clerk.done(own, "results", {"figures": FIGURES})
    saved = puts(clerk, own, "committee", AYN).json()
    assert (saved["since"], [one["kind"] for one in saved["cautions"]]) == (
        False,
        ["people-differ-from-figures"],
    )
    now = clerk.congress_of("n1", {"id": now["plan_id"]})
    clerk.done(now, "results", {"figures": {**FIGURES, "committee_elected": 1}})
    found = lists_of(clerk, own)["committee"]
    assert (found["since"], found["cautions"]) == (True, [])


def test_who_may_and_for_whom_they_are_there(
    congress_house: House, clerk: Desk, own: Json, fresh: Json
) -> None:
    saved = puts(clerk, own, "offices", {**AYN, "office": "Secretary"})
    assert saved.status_code == 200, saved.text
    for desk in (Desk(congress_house, "north", APPROVER), Desk(congress_house, "root", READER)):
        assert lists_of(desk, own)["offices"]["people"][0]["office"] == "Secretary"
    for desk in (
        Desk(congress_house, "north", APPROVER),
        Desk(congress_house, "north", CLERK),
        Desk(congress_house, "n1", READER),
    ):
        assert puts(desk, own, "committee", AYN).status_code == 403
        assert desk.get(f"/congresses/{own['id']}/elected")["acts"]["elected"]["allowed"] is False
    for unit in ("n2", "s1"):
        desk = Desk(congress_house, unit, CLERK)
        missing = desk.send("GET", f"/congresses/{new_id()}/elected")
        for part in ("elected", "delegates"):
            foreign = desk.send("GET", f"/congresses/{own['id']}/{part}")
            assert (foreign.status_code, foreign.json()["type"]) == (404, missing.json()["type"])
        assert puts(desk, own, "committee", AYN).status_code == 404
        assert puts(desk, {"id": new_id()}, "committee", AYN).status_code == 404
    assert puts(clerk, own, "everybody", AYN).status_code == 404


@pytest.mark.parametrize(
    ("of", "people", "name"),
    [
        ("committee", [AYN, AYN], "person-twice"),
        ("committee", [{**AYN, "office": "Secretary"}], "no-office-here"),
        ("offices", [AYN], "office-missing"),
        ("committee", [{"name": ""}], "invalid"),
        ("committee", [{"name": "A\u0007"}], "invalid"),
        ("committee", [{"name": "A", "votes": -1}], "invalid"),
        ("committee", [{"name": "A", "votes": "8"}], "invalid"),
        ("committee", [{"name": "A", "account_id": "x"}], "invalid"),
        ("committee", [{"name": "x" * 121}], "invalid"),
        ("committee", [{"name": f"N{n}"} for n in range(201)], "invalid"),
    ],
)
def test_what_cannot_be_named_is_refused_and_nothing_is_kept(
    clerk: Desk, own: Json, of: str, people: list[Json], name: str
) -> None:
    answer = puts(clerk, own, of, *people)
    assert (answer.status_code, type_of(answer)) == (422, name), answer.text
    assert lists_of(clerk, own)[of]["version"] == 0


def test_of_two_at_once_one_saw_what_is_not_there_any_more(
    congress_house: House, clerk: Desk, own: Json
) -> None:
    other = Desk(congress_house, "n1", CLERK)
    for version in (0, 1):
        with ThreadPoolExecutor(2) as both:
            answers = list(
                both.map(lambda desk: puts(desk, own, "committee", AYN, version=version), (clerk, other))  # noqa: B023
            )
        assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert clerk.send("PUT", f"/congresses/{own['id']}/elected/committee", {"people": []}).status_code == 428


def test_too_early_too_late_and_by_whom_it_is_not_decided(
    congress_house: House, context: Context, clerk: Desk, own: Json, fresh: Json
) -> None:
    namer = Desk(congress_house, "n1", CLERK)
    early = Desk(congress_house, "n2", CLERK)
    assert type_of(puts(early, early.congress_of("n2", fresh), "committee", AYN)) == "results-too-early"
    assert puts(namer, own, "committee", AYN).status_code == 200
    sent = until(congress_house, context, fresh, "submit")
    assert type_of(puts(clerk, own, "committee", AYN, version=1)) == "waiting-for-approval"
    same = Desk(congress_house, "north", APPROVER, account_id=namer.account_id)
    assert type_of(same.act(sent, "approve")) == "own-report"


def test_delegates_are_read_at_the_congress_above(
    congress_house: House, context: Context, clerk: Desk, own: Json, fresh: Json
) -> None:
    assert puts(clerk, own, "delegates", AYN, BEE).status_code == 200
    north = Desk(congress_house, "north", READER)
    above = north.congress_of("north", fresh)
    found = north.get(f"/congresses/{above['id']}/delegates")
    assert (found["total"], found["next"]) == (2, None)
    people = {
        one["unit"]["code"]: (one["state"], [each["name"] for each in one["people"]])
        for one in found["items"]
    }
    assert people == {"N1": ("closed", ["Ayn", "Bee"]), "N2": ("planned", [])}
    first = north.get(f"/congresses/{above['id']}/delegates?limit=1")
    second = north.get(f"/congresses/{above['id']}/delegates?limit=1&after={first['next']}")
    assert [one["unit"]["code"] for one in (*first["items"], *second["items"])] == ["N1", "N2"]
    assert second["next"] is None
    for after in ("x", "WyJOMSJ", "bm93aGVyZQ"):
        assert north.send("GET", f"/congresses/{above['id']}/delegates?after={after}").status_code == 422
    # Whoever reads at the unit above alone reads nobody of those below, and those beside each other nothing.
    alone = Desk(congress_house, "north", ("congress:read own",))
    assert alone.get(f"/congresses/{above['id']}/delegates")["items"] == []
    assert clerk.send("GET", f"/congresses/{above['id']}/delegates").status_code == 404


def test_an_ended_unit_names_nobody(congress_house: House, context: Context, clerk: Desk, own: Json) -> None:
    path = ("root", "north", "n1")
    try:
        tell_units(context, [a_told_unit(path, valid_to="2026-01-01")])
        assert type_of(puts(clerk, own, "committee", AYN)) == "unit-ended"
    finally:
        tell_units(context, [a_told_unit(path)])


def test_no_name_of_theirs_leaves_the_service(context: Context, clerk: Desk, own: Json) -> None:
    assert puts(clerk, own, "committee", {"name": "Unmistakable Name"}).status_code == 200
    told = context.database.mongo["congresses"].find_one({"_id": own["id"]})
    assert "Unmistakable" not in str(told)
    kept = context.database.mongo["elected"].find_one({"congress_id": own["id"]})
    assert "Unmistakable" in str(kept)
    assert "_outbox" not in (kept or {})
