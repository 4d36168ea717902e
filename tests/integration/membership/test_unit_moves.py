"""Moving units over HTTP: by one over both superiors, by two together, and never by who stands over one side only."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import requests

from membership.domain.units import Unit
from membership.events import GRANT_ENDED, GRANTS_ENDED
from membership.operations.counting import check_of, count_all_changes
from membership.operations.moves import access_ended
from tests.integration.membership.conftest import Client, Membership
from tests.processes import a_right

ROOT = "BD"


def two_upazilas(membership: Membership) -> tuple[Unit, Unit, Unit]:
    """Two upazilas of one district, and a union of the first."""
    district = next(one for one in membership.context.units.all() if one.level == "district")
    first, second = [
        one
        for one in membership.context.units.children(district.id, "", 1_000)
        if membership.context.units.children_count(one.id) > 2
    ][:2]
    return first, second, membership.context.units.children(first.id, "", 1_000)[0]


def mover(membership: Membership, unit: Unit) -> Client:
    return membership.caller(unit, "unit:read", "unit:move")


def again(membership: Membership, unit: Unit) -> Unit:
    return membership.unit(unit.code)


def move(client: Client, unit: Unit, to: Unit, reason: str = "a new boundary") -> requests.Response:
    return client.post("/moves", {"unit_id": unit.id, "to_id": to.id, "reason": reason})


def decide(client: Client, asked: requests.Response, act: str, body: Any = None) -> requests.Response:
    tag = asked.headers["ETag"]
    return client.send("POST", f"/moves/{asked.json()['id']}/{act}", json=body, headers={"If-Match": tag})


def test_who_stands_over_both_superiors_moves_a_unit_with_its_members_and_all_are_told(
    membership: Membership,
) -> None:
    first, second, union = two_upazilas(membership)
    keeper = membership.keeper(union.code)
    person = {
        "name": "Rahima Khatun",
        "birth_date": "1980-01-01",
        "sex": "female",
        "admission_date": "2005-01-01",
    }
    written = keeper.post("/members", {"unit_id": union.id, **person})
    assert written.status_code == 201, written.text
    district = membership.context.units.find(first.parent_id or "")
    assert district is not None
    done = move(mover(membership, district), union, second)
    assert (done.status_code, done.json()["status"]) == (201, "done"), done.text
    after = again(membership, union)
    assert (after.parent_id, after.path) == (second.id, (*second.path, union.id))
    member = membership.context.members.find(written.json()["id"])
    assert member is not None
    assert member.unit_path == after.path
    count_all_changes(membership.context.counting)
    assert check_of(membership.context.counting).verify() == []
    kept = membership.context.database.mongo["unit_moves"].find_one({"_id": done.json()["id"]}) or {}
    told = [item["data"] for item in kept["_outbox"] if item.get("type") == "units.changed"]
    assert [one["id"] for one in told[0]["units"]] == [union.id]
    assert [item["action"] for item in kept["_outbox"] if item["kind"] == "audit"] == ["unit.moved"]
    assert move(mover(membership, district), after, first).json()["status"] == "done"  # and back


def test_two_people_move_it_together_and_neither_alone(membership: Membership) -> None:
    first, second, union = two_upazilas(membership)
    giving, taking = mover(membership, first), mover(membership, second)
    # Who only takes does not see the unit; who only gives waits for the other side.
    assert move(taking, union, second).status_code == 404
    asked = move(giving, union, second)
    assert (asked.status_code, asked.json()["status"]) == (201, "asked"), asked.text
    assert again(membership, union).path == union.path
    alone = decide(giving, asked, "confirm")
    assert alone.status_code == 404
    other = next(
        u for u in membership.context.units.all() if u.level == "division" and u.id not in union.path
    )
    assert decide(mover(membership, other), asked, "confirm").status_code == 404
    newest = taking.get("/moves", unit_id=second.id).json()["items"][0]
    assert (newest["id"], newest["status"]) == (asked.json()["id"], "asked")
    assert {act: told["allowed"] for act, told in newest["acts"].items()} == {
        "confirm": True,
        "decline": True,
    }
    own = giving.get("/moves", unit_id=union.id).json()["items"][0]["acts"]
    assert (own["confirm"]["refusal"]["type"], own["decline"]["allowed"]) == ("/problems/unknown-here", True)
    done = decide(taking, asked, "confirm")
    assert (done.status_code, done.json()["status"]) == (200, "done"), done.text
    assert again(membership, union).parent_id == second.id
    late = decide(taking, done, "confirm")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/move-decided")
    assert move(mover(membership, membership.unit(ROOT)), again(membership, union), first).ok


def test_of_a_superior_that_one_may_not_see_a_request_tells_nothing(membership: Membership) -> None:
    """Not its level, nor that it has ended: one answer, as for one that is not there."""
    first, second, union = two_upazilas(membership)
    giving = mover(membership, first)
    strange = membership.context.units.children(second.id, "", 1_000)[0]  # of a level that takes no union
    wanted = {"unit_id": union.id, "to_id": strange.id, "reason": "nearer"}
    foreign, missing = giving.post("/moves", wanted), giving.post("/moves", {**wanted, "to_id": "not-there"})
    assert foreign.status_code == 404
    for one in (foreign, missing):
        assert without_reference(one) == without_reference(missing)
    seen = mover(membership, membership.unit(ROOT)).post("/moves", wanted)
    assert (seen.status_code, seen.json()["type"]) == (422, "/problems/level-not-allowed")


def without_reference(answer: requests.Response) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name != "request_id"}


def test_a_second_person_whom_the_first_has_appointed_confirms_nothing(membership: Membership) -> None:
    first, second, union = two_upazilas(membership)
    giving, taking = mover(membership, first), mover(membership, second)
    asked = move(giving, union, second)
    rights = [
        replace(a_right(permission, second.path), owed_to=(giving.account_id,))
        for permission in ("unit:read", "unit:move")
    ]
    token = membership.house.token("membership", *rights, account_id="deputy")
    deputy = Client(membership.address, token, "deputy")
    refused = decide(deputy, asked, "confirm")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/second-person-dependent")
    assert again(membership, union).parent_id == first.id
    assert decide(taking, asked, "confirm").json()["status"] == "done"
    assert move(mover(membership, membership.unit(ROOT)), again(membership, union), first).ok


def test_asked_again_under_its_key_a_move_needs_its_right_still(membership: Membership) -> None:
    """The right over the unit is asked for by the decision itself, not by a refusal."""
    first, second, union = two_upazilas(membership)
    giving = mover(membership, first)
    wanted = {"unit_id": union.id, "to_id": second.id, "reason": "nearer"}
    asked = giving.post("/moves", wanted, key="once")
    assert giving.post("/moves", wanted, key="once").json() == asked.json()
    reading = membership.house.token(
        "membership",
        a_right("unit:read", first.path),
        a_right("unit:move", second.path),
        account_id=giving.account_id,
    )
    lost = Client(membership.address, reading, giving.account_id).post("/moves", wanted, key="once")
    assert (lost.status_code, lost.json()["type"]) == (403, "/problems/permission-missing")
    gone = membership.house.token(
        "membership", a_right("unit:move", second.path), account_id=giving.account_id
    )
    unknown = Client(membership.address, gone, giving.account_id).post("/moves", wanted, key="once")
    assert unknown.status_code == 404
    assert decide(giving, asked, "decline", {"reason": "no"}).ok


def test_a_move_is_declined_with_a_reason_and_is_stale_when_the_tree_has_changed(
    membership: Membership,
) -> None:
    first, second, union = two_upazilas(membership)
    giving, taking = mover(membership, first), mover(membership, second)
    asked = move(giving, union, second)
    assert decide(taking, asked, "decline", {"reason": " "}).status_code == 422
    declined = decide(taking, asked, "decline", {"reason": "not agreed"})
    assert (declined.json()["status"], declined.json()["decided_reason"]) == ("declined", "not agreed")
    stale = move(giving, union, second)
    above = mover(membership, membership.unit(ROOT))
    assert move(above, union, second).json()["status"] == "done"
    assert decide(taking, stale, "confirm").json()["type"] == "/problems/move-decided"
    assert move(above, again(membership, union), first).ok


def test_of_two_who_confirm_at_once_one_moves_it(membership: Membership) -> None:
    first, second, union = two_upazilas(membership)
    asked = move(mover(membership, first), union, second)
    people = [mover(membership, second) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: decide(one, asked, "confirm").status_code, people))
    assert sorted(answers)[0] == 200
    assert sorted(answers)[1] in (409, 412)
    assert move(mover(membership, membership.unit(ROOT)), again(membership, union), first).ok


@pytest.mark.parametrize(
    "body", [{}, {"unit_id": "x", "to_id": "y"}, {"unit_id": 3, "to_id": [], "reason": {}}]
)
def test_a_move_that_says_nothing_is_refused_by_its_fields(membership: Membership, body: Any) -> None:
    assert mover(membership, membership.unit(ROOT)).post("/moves", body).status_code == 422


def test_what_does_not_exist_is_unknown(membership: Membership) -> None:
    above = mover(membership, membership.unit(ROOT))
    _, second, union = two_upazilas(membership)
    for unit_id, to_id in (("nothing", second.id), (union.id, "nothing")):
        answer = above.post("/moves", {"unit_id": unit_id, "to_id": to_id, "reason": "x"})
        assert answer.status_code == 404
    assert above.send("POST", "/moves/nothing/confirm", headers={"If-Match": '"1"'}).status_code == 404


def test_a_move_is_over_when_the_access_of_whoever_asked_ends(membership: Membership) -> None:
    """Whoever was put out cannot leave a yes behind."""
    first, second, union = two_upazilas(membership)
    asker = mover(membership, first)
    asked = move(asker, union, second)
    assert asked.json()["status"] == "asked", asked.text
    context = membership.context
    account = asked.json()["asked_by"]
    elsewhere = {"account_id": account, "unit_id": second.id, "unit_path": list(second.path)}
    ended = {"account_id": account, "unit_id": first.id, "unit_path": list(first.path)}
    for name, data, state in (
        (GRANT_ENDED, {**ended, "account_id": "somebody"}, "asked"),
        (GRANT_ENDED, elsewhere, "asked"),
        (GRANTS_ENDED, {"grants": [elsewhere, ended]}, "withdrawn"),
    ):
        event = {"type": str(name), "data": data}
        context.database.in_transaction(partial(access_ended, context, event))
        found = context.moves.find(asked.json()["id"])
        assert found is not None
        assert str(found.state) == state
    late = decide(mover(membership, second), asked, "confirm")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/move-decided")


def test_a_unit_has_one_open_question_at_a_time_and_names_nobody_what_they_may_not_see(
    membership: Membership,
) -> None:
    first, second, union = two_upazilas(membership)
    # What an earlier test has left open is in the way of this one.
    above = mover(membership, membership.unit(ROOT))
    for one in above.get("/moves", unit_id=union.id).json()["items"]:
        if one["status"] == "asked":
            tag = {"If-Match": f'"{one["version"]}"'}
            above.send("POST", f"/moves/{one['id']}/decline", json={"reason": "old"}, headers=tag)
    asked = move(mover(membership, first), union, second)
    assert (asked.status_code, asked.json()["status"]) == (201, "asked"), asked.text
    # The other superior is out of the asker's sight, and stays unnamed.
    assert asked.json()["to_names"] == {}
    assert asked.json()["from_names"] == dict(first.names)
    with ThreadPoolExecutor(6) as pool:
        others = list(pool.map(lambda _: move(mover(membership, first), union, second), range(6)))
    assert {(one.status_code, one.json()["type"]) for one in others} == {
        (409, "/problems/move-asked-already")
    }
    seen = mover(membership, second).get("/moves", unit_id=second.id).json()["items"][0]
    assert (seen["to_names"], seen["from_names"]) == (dict(second.names), {})
    assert seen["unit_names"] == dict(union.names)
    assert decide(mover(membership, second), asked, "decline", {"reason": "no"}).status_code == 200
    later = move(mover(membership, first), union, second)
    assert later.status_code == 201
    assert decide(mover(membership, second), later, "decline", {"reason": "no"}).status_code == 200


def test_a_preview_says_what_would_move_and_who_must_agree_and_is_refused_as_the_move_is(
    membership: Membership,
) -> None:
    first, second, union = two_upazilas(membership)
    district = membership.context.units.find(first.parent_id or "")
    assert district is not None

    def preview(client: Client, to: str) -> requests.Response:
        return client.get("/moves/preview", unit_id=union.id, to_id=to)

    above, giving, taking = (mover(membership, one) for one in (district, first, second))
    shown = preview(above, second.id)
    assert shown.status_code == 200, shown.text
    assert (shown.json()["units"], shown.json()["second_person"]) == (1, False)
    assert shown.json()["to_names"] == dict(second.names)
    half = preview(giving, second.id).json()
    # Whoever stands over one side does not learn the name of the other.
    assert (half["second_person"], half["to_names"]) == (True, {})
    assert again(membership, union).path == union.path
    for client, to in ((taking, second.id), (above, first.id), (above, union.id), (above, "nowhere")):
        refused = client.post("/moves", {"unit_id": union.id, "to_id": to, "reason": "why"})
        assert (preview(client, to).status_code, preview(client, to).json()["type"]) == (
            refused.status_code,
            refused.json()["type"],
        )
