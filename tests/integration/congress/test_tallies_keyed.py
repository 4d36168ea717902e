"""Tallies over HTTP: opened, keyed three times, followed by another round; who may, twice at once, and too late."""

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
    reported,
    tell_units,
)
from tests.processes import House

NAMES = [{"name": "Ayn"}, {"name": "Bee", "number": "17"}, {"name": "Cee"}]
ASKED: Json = {
    "of": "committee",
    "majority": "election",
    "seats": 2,
    "summoned": 100,
    "present": 97,
    "candidates": NAMES,
}
COUNTED: Json = {"issued": 97, "returned": 96, "invalid": 2, "blank": 1, "votes": [80, 51, 30]}


def type_of(answer: Any) -> str:
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["type"].rpartition("/")[2])


def opens(desk: Desk, congress: Json, key: str = "", **changes: Any) -> Any:
    return desk.send(
        "POST",
        f"/congresses/{congress['id']}/tallies",
        {**ASKED, **changes},
        Idempotency_Key=key or new_id(),
    )


def opened(desk: Desk, congress: Json, **changes: Any) -> Json:
    answer = opens(desk, congress, **changes)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def next_round(desk: Desk, congress: Json, before: Json, **changes: Any) -> Any:
    body = {"summoned": 100, "present": 97, "before": before["id"], **changes}
    return desk.send("POST", f"/congresses/{congress['id']}/tallies", body, Idempotency_Key=new_id())


def path_of(congress: Json, tally: Json, act: str = "") -> str:
    return f"/congresses/{congress['id']}/tallies/{tally['id']}{act}"


def keys(desk: Desk, congress: Json, tally: Json, slot: int, **changes: Any) -> Any:
    return desk.send(
        "POST",
        path_of(congress, tally, "/keyings"),
        {"slot": slot, **COUNTED, **changes},
        If_Match=f'"{tally["version"]}"',
    )


def keyed(desk: Desk, congress: Json, tally: Json, *slots: int, **changes: Any) -> Json:
    for slot in slots or (1, 2, 3):
        answer = keys(desk, congress, tally, slot, **changes)
        assert answer.status_code == 200, answer.text
        tally = answer.json()
    return tally


def until(house: House, context: Context, plan: Json, stage: str) -> Json:
    """The report of n1 as far as a stage; those above have issued their plans."""
    today = context.clock.today()
    for unit in ("root", "north"):
        reported(house, plan, unit, "plan", today)
    return reported(house, plan, "n1", stage, today)


@pytest.fixture(scope="module")
def plan(congress_house: House, context: Context) -> Json:
    return an_open_plan(congress_house, context)


@pytest.fixture
def fresh(congress_house: House, context: Context) -> Json:
    return an_open_plan(congress_house, context)


@pytest.fixture
def clerk(congress_house: House) -> Desk:
    return Desk(congress_house, "n1", CLERK)


@pytest.fixture
def own(clerk: Desk, fresh: Json) -> Json:
    return clerk.congress_of("n1", fresh)


def test_three_tallies_are_keyed_compared_and_validated_once_they_agree(
    congress_house: House, clerk: Desk, own: Json
) -> None:
    tally = opened(clerk, own, women=0, young=1)
    assert (tally["kind"], tally["round"], tally["listed"], tally["version"]) == ("first", 1, 3, 1)
    assert (tally["women"], [one["kind"] for one in tally["cautions"]]) == (0, ["too-few-women-listed"])
    tally = keyed(clerk, own, tally, 1, 2)
    # What the others counted is not told before all three are there.
    assert ([one["slot"] for one in tally["keyed"]], tally["keyings"], tally["count"]) == ([1, 2], [], None)
    tally = keyed(clerk, own, tally, 3, votes=[80, 52, 30])
    assert (tally["agreed"], tally["count"]) == (False, None)
    assert tally["differences"] == [{"row": "votes", "candidate": 1, "values": [51, 51, 52]}]
    tally = keyed(clerk, own, tally, 3)
    found = clerk.get(path_of(own, tally))
    assert [(one["slot"], one["votes"]) for one in found["earlier"]] == [(3, [80, 52, 30])]
    count = found["count"]
    assert (count["base"], count["threshold"], count["needed"], count["valid"]) == (100, "50", 51, 93)
    assert [(one["outcome"], one["place"]) for one in count["verdicts"]] == [
        ("elected", 1),
        ("elected", 2),
        ("too_few", 3),
    ]
    assert (found["agreed"], count["next"], found["acts"]["next-round"]["allowed"]) == (
        True,
        "nothing",
        False,
    )
    listed = clerk.get(f"/congresses/{own['id']}/tallies")
    assert (listed["total"], listed["next"], listed["items"][0]["elected"]) == (1, None, 2)
    assert {one["key"] for one in listed["majorities"]} >= {"election", "admission", "resolution"}


def test_another_round_for_the_seats_that_are_left(clerk: Desk, own: Json) -> None:
    first = keyed(clerk, own, opened(clerk, own), votes=[80, 50, 30])
    assert (first["count"]["next"], first["count"]["left"]) == ("second", 1)
    assert clerk.get(path_of(own, first))["acts"]["next-round"]["allowed"] is True
    answer = next_round(clerk, own, first, seats=2)
    assert type_of(answer) == "said-by-round-before"
    second = next_round(clerk, own, first).json()
    assert (second["kind"], second["seats"], [one["name"] for one in second["candidates"]]) == (
        "second",
        1,
        ["Bee", "Cee"],
    )
    assert type_of(next_round(clerk, own, first)) == "later-round-stands"
    assert type_of(keys(clerk, own, first, 1)) == "later-round-stands"
    second = keyed(clerk, own, second, votes=[51, 40])
    assert second["count"]["next"] == "nothing"


def test_who_may_and_for_whom_it_is_there(congress_house: House, clerk: Desk, own: Json, fresh: Json) -> None:
    tally = keyed(clerk, own, opened(clerk, own))
    above = Desk(congress_house, "north", APPROVER)
    beside = [Desk(congress_house, unit, CLERK) for unit in ("n2", "s1")]
    nobody = {"id": new_id()}
    # The chain reads; names of those who keyed it go to whoever decides, and to no mere reader.
    assert above.get(path_of(own, tally))["count"]["elected"] == 2
    assert Desk(congress_house, "root", READER).get(path_of(own, tally))["opened_by_name"] == ""
    # So do the names of those who stood and were not elected.
    for desk, names in (
        (clerk, ["Ayn", "Bee", "Cee"]),
        (above, ["Ayn", "Bee", "Cee"]),
        (Desk(congress_house, "root", READER), ["Ayn", "Bee", ""]),
    ):
        assert [one["name"] for one in desk.get(path_of(own, tally))["candidates"]] == names
    for desk in (above, Desk(congress_house, "n1", READER), Desk(congress_house, "north", CLERK)):
        assert opens(desk, own, of="delegates").status_code == 403
        assert keys(desk, own, tally, 1).status_code == 403
        assert withdraws(desk, own, tally).status_code == 403
        assert desk.get(path_of(own, tally))["acts"]["keyings"]["allowed"] is False
    for desk in beside:
        foreign = desk.send("GET", path_of(own, tally))
        missing = desk.send("GET", path_of(nobody, nobody))
        assert (foreign.status_code, foreign.json()["type"]) == (404, missing.json()["type"])
        assert desk.send("GET", f"/congresses/{own['id']}/tallies").status_code == 404
        assert opens(desk, own, of="delegates").status_code == 404
        assert keys(desk, own, tally, 1).status_code == 404
        assert withdraws(desk, own, tally).status_code == 404
        # Nor is it there as one of their own congress.
        theirs = desk.congress_of(desk.unit, fresh)
        assert type_of(desk.send("GET", path_of(theirs, tally))) == missing.json()["type"].rpartition("/")[2]
        assert keys(desk, theirs, tally, 1).status_code == 404
        assert type_of(next_round(desk, theirs, tally)) == "unknown-round"


def withdraws(
    desk: Desk, congress: Json, tally: Json, reason: str = "The wrong list.", version: int = 0
) -> Any:
    seen = f'"{version or tally["version"]}"'
    return desk.send("POST", path_of(congress, tally, "/withdraw"), {"reason": reason}, If_Match=seen)


def test_whoever_reads_a_tally_is_written_down(
    congress_house: House, context: Context, clerk: Desk, own: Json
) -> None:
    tally = opened(clerk, own)
    reader = Desk(congress_house, "root", READER)
    reader.get(path_of(own, tally))
    told = [
        (one["action"], one["record_id"])
        for read in context.database.mongo["reads"].find({})
        for one in read["_outbox"]
        if one["details"].get("tally_id") == tally["id"]
    ]
    assert told == [("tally.read", own["id"])]


def test_a_tally_is_withdrawn_and_opened_anew(clerk: Desk, own: Json) -> None:
    tally = keyed(clerk, own, opened(clerk, own))
    assert type_of(opens(clerk, own)) == "election-twice"
    assert type_of(withdraws(clerk, own, tally, " ")) == "reason-needed"
    assert type_of(withdraws(clerk, own, tally, version=1)) == "stale"
    gone = withdraws(clerk, own, tally)
    assert (gone.status_code, gone.json()["withdrawn"]["reason"]) == (200, "The wrong list.")
    # Nobody is elected by it, and what was counted stays to be read.
    assert {gone.json()[name] for name in ("elected", "next", "count")} == {None}
    assert len(gone.json()["keyings"]) == 3
    assert type_of(keys(clerk, own, gone.json(), 1)) == "tally-withdrawn"
    assert type_of(next_round(clerk, own, tally)) == "tally-withdrawn"
    assert opened(clerk, own)["round"] == 1
    assert clerk.get(f"/congresses/{own['id']}/tallies")["total"] == 2


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"seats": None}, "seats-needed"),
        ({"seats": 0}, "invalid"),
        ({"seats": 201}, "invalid"),
        ({"seats": "2"}, "invalid"),
        ({"of": "everybody"}, "invalid"),
        ({"of": "other"}, "name-of-election"),
        ({"majority": "by-lot"}, "unknown-majority"),
        ({"majority": {"$ne": ""}}, "invalid"),
        ({"present": 101}, "present-missing"),
        ({"present": 97.0}, "invalid"),
        ({"exclusions": [{"number": 4, "reason": "Abroad"}]}, "excluded-too-many"),
        ({"exclusions": [{"number": 1}]}, "invalid"),
        ({"candidates": []}, "candidates-missing"),
        ({"candidates": [{"name": ""}]}, "invalid"),
        ({"candidates": [{"name": "A\u0007"}]}, "invalid"),
        ({"candidates": [{"name": "A", "votes": 3}]}, "invalid"),
        ({"candidates": [{"name": f"N{n}"} for n in range(201)]}, "invalid"),
        ({"candidates": [NAMES[0], NAMES[0]]}, "candidate-twice"),
        ({"before": "nobody"}, "said-by-round-before"),
        ({"women": 4}, "more-than-there"),
        ({"young": "1"}, "invalid"),
        ({"keyings": []}, "invalid"),
    ],
)
def test_what_cannot_be_opened_is_refused_and_nothing_is_kept(
    clerk: Desk, plan: Json, changes: Json, name: str
) -> None:
    own = clerk.congress_of("n1", plan)
    answer = opens(clerk, own, **changes)
    assert answer.status_code == 422, answer.text
    assert type_of(answer) == name
    assert clerk.get(f"/congresses/{own['id']}/tallies")["items"] == []


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"slot": 0}, "invalid"),
        ({"slot": 4}, "invalid"),
        ({"votes": [80, 51]}, "votes-for-each"),
        ({"votes": [80, 51, -1]}, "invalid"),
        ({"votes": [80, 51, "30"]}, "invalid"),
        ({"votes": [94, 51, 30]}, "more-than-there"),
        ({"votes": [93, 93, 1]}, "more-votes-than-ballots"),
        ({"issued": 98}, "more-than-there"),
        ({"returned": 98}, "more-than-there"),
        ({"blank": 95}, "more-than-there"),
        ({"agreed": True}, "invalid"),
    ],
)
def test_what_cannot_have_been_counted_is_refused(clerk: Desk, own: Json, changes: Json, name: str) -> None:
    tally = opened(clerk, own)
    answer = keys(clerk, own, tally, changes.pop("slot", 1), **changes)
    assert (answer.status_code, type_of(answer)) == (422, name), answer.text
    assert clerk.get(path_of(own, tally))["keyed"] == []


def test_a_column_of_two_hundred_is_keyed(clerk: Desk, own: Json) -> None:
    many = [{"name": f"Candidate {n}", "number": str(n)} for n in range(200)]
    tally = opened(clerk, own, candidates=many, seats=170)
    tally = keyed(clerk, own, tally, votes=[60] * 200)
    assert tally["count"]["next"] == "tie"
    assert [one["kind"] for one in tally["cautions"]] == ["too-many-candidates"]


def test_of_two_who_key_at_once_one_saw_what_is_not_there_any_more(
    congress_house: House, clerk: Desk, own: Json
) -> None:
    tally = opened(clerk, own)
    other = Desk(congress_house, "n1", CLERK)
    assert clerk.send("POST", path_of(own, tally, "/keyings"), {"slot": 1, **COUNTED}).status_code == 428
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda desk: keys(desk, own, tally, 1), (clerk, other)))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len(clerk.get(path_of(own, tally))["keyed"]) == 1


def test_of_two_who_open_the_same_election_at_once_one_is_refused(
    congress_house: House, clerk: Desk, own: Json
) -> None:
    other = Desk(congress_house, "n1", CLERK)
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda desk: opens(desk, own), (clerk, other)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert clerk.get(f"/congresses/{own['id']}/tallies")["total"] == 1


def test_sent_twice_it_is_opened_once(clerk: Desk, own: Json) -> None:
    key = new_id()
    first, again = opens(clerk, own, key), opens(clerk, own, key)
    assert (first.status_code, again.status_code, first.json()["id"]) == (201, 201, again.json()["id"])
    assert type_of(opens(clerk, own, key, seats=1)) == "idempotency-key-reused"


def test_nothing_is_keyed_once_the_report_is_above_and_whoever_keyed_does_not_decide_on_it(
    congress_house: House, context: Context, clerk: Desk, own: Json, fresh: Json
) -> None:
    teller = Desk(congress_house, "n1", CLERK)
    tally = keyed(teller, own, opened(teller, own))
    differing = opened(clerk, own, of="delegates")
    sent = until(congress_house, context, fresh, "submit")
    for answer in (
        opens(clerk, own, of="standing"),
        keys(clerk, own, differing, 1),
        withdraws(clerk, own, tally),
    ):
        assert type_of(answer) == "waiting-for-approval"
    same = Desk(congress_house, "north", APPROVER, account_id=teller.account_id)
    assert type_of(same.act(sent, "approve")) == "own-report"
    assert Desk(congress_house, "north", APPROVER).act(sent, "approve").status_code == 200
    assert type_of(keys(clerk, own, differing, 1)) == "congress-approved"


def test_a_figure_that_the_tallies_do_not_say_is_cautioned(
    congress_house: House, context: Context, clerk: Desk, own: Json, fresh: Json
) -> None:
    keyed(clerk, own, opened(clerk, own))
    congress = until(congress_house, context, fresh, "closed")
    said = clerk.done(congress, "results", {"figures": FIGURES})
    found = {one["field"]: one["params"] for one in said["cautions"] if one["kind"] == "tally-differs"}
    assert found == {
        "figures/committee_elected": {"count": "10", "total": "2"},
        "figures/committee_listed": {"count": "11", "total": "3"},
    }
    right = {**FIGURES, "committee_elected": 2, "committee_listed": 3}
    said = clerk.done(said, "results", {"figures": right})
    assert [one for one in said["cautions"] if one["kind"] == "tally-differs"] == []


def test_a_unit_that_has_ended_keys_nothing_more(
    congress_house: House, context: Context, clerk: Desk, own: Json
) -> None:
    tally = opened(clerk, own)
    path = ("root", "north", "n1")
    try:
        tell_units(context, [a_told_unit(path, valid_to="2026-01-01")])
        assert type_of(keys(clerk, own, tally, 1)) == "unit-ended"
        assert type_of(opens(clerk, own, of="delegates")) == "unit-ended"
    finally:
        tell_units(context, [a_told_unit(path)])
