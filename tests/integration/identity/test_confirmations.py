"""Second persons, peers, paper codes, yearly confirmation, offices that end, and questions about access."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest

from identity import operations
from identity.context import Context
from identity.domain.grant_rights import rights
from identity.domain.grants import Status
from identity.operations.questions import allowing
from servicekit.access import decision as access
from servicekit.access.decision import Caller
from tests.people import Person, a_period, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    """Two administrators at the top, so that a third is made by both."""
    with identity_operations(house) as made:
        first_people(made)
        second = citizens()["hq-approver"]["national_number"]
        today = made.clock.today()
        operations.first_administrator(made, "root", second, "HQ", today, today.replace(year=today.year + 1))
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.fixture
def chief(house: House, context: Context) -> Person:
    person = Person(house, "hq-organiser")
    person.sign_in()
    return person


@pytest.fixture
def second(house: House, context: Context) -> Person:
    person = Person(house, "hq-approver")
    person.sign_in()
    return person


def wanted(unit: str, role: str, **holder: object) -> dict[str, object]:
    return {"unit_id": unit, "role": role, **holder, **a_period()}


def test_an_administrator_is_made_by_two(house: House, chief: Person, second: Person) -> None:
    number = citizens()["district-secretary"]["national_number"]
    asked = chief.post("/api/identity/grants", wanted("north", "administrator", national_number=number))
    assert asked.json()["status"] == "proposed", asked.text
    secretary = Person(house, "district-secretary")
    assert "no-grant" in str([r.url for r in secretary.sign_in().history]) + secretary.sign_in().url
    address = f"/api/identity/grants/{asked.json()['id']}"
    tag = asked.headers["ETag"]
    alone = chief.post(address + "/confirm", If_Match=tag)
    assert (alone.status_code, alone.json()["type"]) == (409, "/problems/second-person-needed")
    done = second.post(address + "/confirm", If_Match=tag)
    assert (done.status_code, done.json()["status"]) == (200, "invited"), done.text
    assert second.post(address + "/confirm", If_Match=done.headers["ETag"]).status_code == 409
    secretary.sign_in()
    assert secretary.get("/api/identity/me").status_code == 200


def test_peers_end_a_grant_only_together(chief: Person, second: Person) -> None:
    mine = second.get("/api/identity/me").json()["grants"][0]
    address = f"/api/identity/grants/{mine['id']}"
    alone = chief.post(address + "/revoke", {"reason": "rivalry"}, If_Match=f'"{mine["version"]}"')
    assert alone.status_code == 403
    asked = chief.post(
        address + "/propose-removal", {"reason": "moved abroad"}, If_Match=f'"{mine["version"]}"'
    )
    assert (asked.status_code, asked.json()["effective"]) == (200, True), asked.text
    again = chief.post(address + "/confirm-removal", If_Match=asked.headers["ETag"])
    assert again.json()["type"] == "/problems/second-person-needed"
    own = second.post(address + "/confirm-removal", If_Match=asked.headers["ETag"])
    assert own.status_code in (403, 409)


def test_nobody_gives_access_to_themselves(chief: Person) -> None:
    me = chief.get("/api/identity/me").json()["account_id"]
    number = citizens()["hq-organiser"]["national_number"]
    for holder in ({"account_id": me}, {"national_number": number}):
        answer = chief.post("/api/identity/grants", wanted("north", "clerk", **holder))
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/giving-to-oneself")


def test_a_paper_code_is_worth_nothing_to_whoever_gave_it(
    house: House, context: Context, chief: Person, second: Person
) -> None:
    code = chief.post("/api/identity/grants", wanted("north", "clerk", by_code=True)).json()["code"]
    before = chief.get("/api/identity/me").json()["grants"]
    chief.sign_in(code=code)
    assert chief.get("/api/identity/me").json()["grants"] == before
    refused = [
        item
        for one in context.store.database.mongo["reads"].find({})
        for item in one.get("_outbox", [])
        if item.get("action") == "grant.bound"
    ]
    assert [one["outcome"] for one in refused] == ["refused"]
    # For somebody else it is still good.
    second.sign_in(code=code)
    assert "clerk" in [one["role"] for one in second.get("/api/identity/me").json()["grants"]]


def test_a_code_that_nobody_used_in_time_opens_nothing(house: House, context: Context, chief: Person) -> None:
    given = chief.post("/api/identity/grants", wanted("south", "reader", by_code=True)).json()
    assert given["invited_until"] == (context.clock.today() + timedelta(days=60)).isoformat()
    stored = context.store.grant(given["id"])
    context.store.save_grant(
        replace(stored, invited_until=context.clock.today() - timedelta(days=1)), stored.version
    )
    late = Person(house, "union-clerk")
    late.sign_in(code=given["code"])
    assert late.get("/api/identity/me").status_code == 401
    assert context.store.grant(given["id"]).status is Status.INVITED


def test_suspended_and_resumed_a_proposal_is_still_one(chief: Person) -> None:
    asked = chief.post(
        "/api/identity/grants", wanted("south", "administrator", national_number="9990000000653")
    )
    address = f"/api/identity/grants/{asked.json()['id']}"
    for act in ("suspend", "resume"):
        answer = chief.post(f"{address}/{act}", {"reason": "a detour"}, If_Match=asked.headers["ETag"])
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/still-proposed")
    assert chief.get(address).json()["status"] == "proposed"


def test_a_paper_code_lets_its_bearer_in_once(house: House, chief: Person) -> None:
    asked = wanted("south", "clerk", by_code=True)
    given = chief.post("/api/identity/grants", asked, Idempotency_Key="on-paper")
    again = chief.post("/api/identity/grants", asked, Idempotency_Key="on-paper").json()
    # Told once: neither a repeated answer nor the database has it.
    assert again == {name: value for name, value in given.json().items() if name != "code"}
    code = given.json()["code"]
    assert len(code) == 19
    assert "code" not in chief.get(f"/api/identity/grants/{given.json()['id']}").json()
    stranger = Person(house, "no-grant")
    start = f"{stranger.base}/sign-in/start/practice"
    as_typed = code.lower().replace("-", " ")
    page = stranger.http.get(start, params={"code": as_typed, "return_to": "/healthz"}, timeout=10)
    stranger.http.post(page.url, data={"citizen": "no-grant"}, timeout=10)
    assert stranger.get("/api/identity/me").status_code == 200
    thief = Person(house, "ended-grant")
    page = thief.http.get(start, params={"code": code}, timeout=10)
    thief.http.post(page.url, data={"citizen": "ended-grant"}, timeout=10)
    assert thief.get("/api/identity/me").status_code == 401


def test_the_same_role_twice_for_one_person_is_held_once(house: House, chief: Person) -> None:
    number = citizens()["two-posts"]["national_number"]
    first = chief.post("/api/identity/grants", wanted("south", "reader", national_number=number))
    assert first.status_code == 201
    person = Person(house, "two-posts")
    person.sign_in()
    account = person.get("/api/identity/me").json()["account_id"]
    # By number once more: the index of unique holdings cannot see that it is the same person.
    twice = chief.post("/api/identity/grants", wanted("south", "reader", national_number=number))
    assert twice.status_code == 201, twice.text
    person.sign_in()
    me = person.get("/api/identity/me")
    assert me.status_code == 200
    assert [g["effective"] for g in me.json()["grants"]].count(True) == 1
    assert account == me.json()["account_id"]


def test_the_list_to_confirm_holds_what_is_due_and_confirming_moves_it_a_year_on(
    context: Context, chief: Person
) -> None:
    number = "9990000000455"
    grant = chief.post("/api/identity/grants", wanted("north", "reader", national_number=number)).json()
    assert chief.get("/api/identity/recertifications?unit_id=root").json()["items"] == []
    stored = context.store.grant(grant["id"])
    soon = context.store.save_grant(replace(stored, recertify_by=context.clock.today()), stored.version)
    due = chief.get("/api/identity/recertifications?unit_id=root").json()["items"]
    assert [one["id"] for one in due] == [grant["id"]]
    done = chief.post(f"/api/identity/grants/{grant['id']}/recertify", If_Match=f'"{soon.version}"')
    assert done.status_code == 200, done.text
    assert chief.get("/api/identity/recertifications?unit_id=root").json()["items"] == []


def test_the_yearly_queue_has_first_what_is_the_readers_to_confirm_and_goes_on_behind_one(
    context: Context, chief: Person
) -> None:
    """What stands in the unit from which they give access, and what is their own, is for somebody else."""
    today = context.clock.today()
    given = [
        chief.post("/api/identity/grants", wanted("south", "reader", national_number=number)).json()["id"]
        for number in ("9990000000851", "9990000000869", "9990000000877")
    ]
    own = chief.get("/api/identity/me").json()["grants"][0]["id"]
    days = dict(zip((*given, own), (-1, 3, 5, 0), strict=True))
    for grant_id, by in days.items():
        stored = context.store.grant(grant_id)
        context.store.save_grant(replace(stored, recertify_by=today + timedelta(days=by)), stored.version)

    def asked_for(**asked: object) -> Any:
        return chief.get("/api/identity/recertifications?" + urlencode({"unit_id": "root", **asked}))

    def queue(**asked: object) -> Any:
        return asked_for(**asked).json()

    def ids(answer: Any) -> list[str]:
        return [one["id"] for one in answer["items"]]

    whole, mine = queue(), queue(mine="true")
    assert (ids(whole), whole["total"]) == ([given[0], own, *given[1:]], 4)
    assert (ids(mine), mine["total"], mine["totals"]) == (given, 3, {"all": 4, "mine": 3})
    first = queue(mine="true", limit=1)
    following = queue(mine="true", limit=1, after=first["next"])
    assert (ids(first), ids(following), following["total"]) == (given[:1], given[1:2], 3)
    over = queue(mine="true", overdue="true")
    assert (ids(over), over["total"], over["totals"]["mine"]) == (given[:1], 1, 3)
    assert ids(queue(mine="true", behind=given[0])) == given[1:]
    assert ids(queue(behind=given[0])) == [own, *given[1:]]
    assert ids(queue(mine="true", behind=given[2])) == []
    assert asked_for(behind=given[0], after=first["next"]).status_code == 422
    assert asked_for(behind="no-such-grant").status_code == 404
    for grant_id in days:
        stored = context.store.grant(grant_id)
        later = today + timedelta(days=300)
        context.store.save_grant(replace(stored, recertify_by=later), stored.version)
    assert queue()["totals"] == {"all": 0, "mine": 0}


def test_an_office_ends_when_the_next_congress_is_approved(context: Context, chief: Person) -> None:
    body = wanted("south", "approver", national_number="9990000000554", mandate="c1", handover_days=10)
    grant = chief.post("/api/identity/grants", body).json()

    def approved(congress: str, deadline: str) -> None:
        # With gaps or without, it is approved.
        said = {"unit_id": "south", "congress_id": congress, "deadline": deadline, "with_gaps": True}
        event = {"type": "congress.approved", "data": said}
        context.store.database.in_transaction(partial(operations.congress_approved, context, event))

    approved("c1", "2026-03-31")  # the one that gave it
    approved("c0", "2021-03-31")  # the one before, approved late
    assert chief.get(f"/api/identity/grants/{grant['id']}").json()["valid_to"] == grant["valid_to"]
    for _ in range(2):  # the next one, and that told again
        approved("c2", "2031-03-31")
    ended = chief.get(f"/api/identity/grants/{grant['id']}").json()
    assert ended["valid_to"] == (context.clock.today() + timedelta(days=10)).isoformat()


def test_what_a_grant_would_allow_is_told_before_it_is_given(chief: Person) -> None:
    told = chief.get("/api/identity/what-if?role=clerk&unit_id=north").json()
    assert {"permission": "congress:report", "reach": "own", "use": True} in told["permissions"]
    assert chief.get("/api/identity/what-if?role=king&unit_id=north").status_code == 422


def test_who_sees_records_is_told_to_their_keeper_and_why_of_others_to_nobody_below(
    house: House, context: Context, chief: Person
) -> None:
    keeper = Person(house, "upazila-clerk")
    number = citizens()["upazila-clerk"]["national_number"]
    given = chief.post("/api/identity/grants", wanted("north", "clerk", national_number=number))
    assert given.status_code == 201, given.text
    keeper.sign_in()
    seen = keeper.get("/api/identity/who?permission=members:read&unit_id=north")
    assert {one["role"] for one in seen.json()["items"]} == {"clerk"}
    assert keeper.get("/api/identity/who?permission=access:grant&unit_id=north").status_code == 403
    assert keeper.get("/api/identity/who?permission=members:read&unit_id=south").status_code == 404
    someone = chief.get("/api/identity/me").json()["account_id"]
    why = f"/api/identity/why?permission=access:grant&unit_id=north&account_id={someone}"
    assert keeper.get(why).status_code == 403
    assert chief.get(why).json()["allowed"] is True


def test_who_may_and_why_are_the_decision_itself_in_ten_thousand_random_cases(
    context: Context, chief: Person
) -> None:
    """Every holder that the list names is allowed, and nobody whom it leaves out."""
    held = context.store.grants_over(["root", "north", "south"])
    above = context.store.with_chains(held)
    now, today = context.clock.now(), context.clock.today()
    people = sorted({grant.account_id for grant in held if grant.account_id})
    callers = {
        one: Caller(
            one,
            rights=rights([g for g in held if g.account_id == one], above, context.roles, today),
            assurance=3,
            auth_time=now,
        )
        for one in people
    }
    paths = [("root",), ("root", "north"), ("root", "south")]
    permissions = sorted(context.roles.permissions)
    names: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    explained: set[tuple[str, str, tuple[str, ...]]] = set()
    dice = random.Random(5)
    for _ in range(10_000):
        path, permission, person = dice.choice(paths), dice.choice(permissions), dice.choice(people)
        key = (permission, path)
        if key not in names:
            listed = allowing(context, context.store.grants_over(path), permission, path)
            names[key] = {grant.account_id or "" for grant in listed}
        decision = access.decide(callers[person], permission, path, now)
        assert decision.allowed is (person in names[key]), (person, permission, path)
        # The page's explanation, of oneself and of somebody else, is the decision in words.
        whys = (person, permission, path)
        if whys not in explained:
            explained.add(whys)
            own = operations.explain(context, callers[person], permission, path[-1])
            assert (own.allowed, own.why) == (decision.allowed, str(decision.why)), whys
            assert bool(own.chain) is (decision.right is not None)
            told = chief.get(
                f"/api/identity/why?permission={permission}&unit_id={path[-1]}&account_id={person}"
            ).json()
            assert (told["allowed"], told["why"]) == (own.allowed, own.why), whys
