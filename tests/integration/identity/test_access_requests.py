"""Somebody whom the eID has proven and nobody knows asks for access; whoever gives it answers."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from identity.context import Context
from identity.domain.asking import ASK_LIFE, ASKED_AT_MOST, WAITING_IN_UNIT, AccessRequest, State
from identity.events import ACCESS_ASKED
from servicekit.ids import new_id
from tests.people import Person, a_period
from tests.processes import House
from tests.scene import first_people, identity_operations, tell_units

REQUESTS = "/api/identity/access-requests"
FORM = "/sign-in/request"


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        over = {"id": "over", "code": "over", "names": {"en": "over"}, "level": "l", "parent_id": "root"}
        tell_units(made, [{**over, "path": ["root", "over"], "valid_to": "2026-01-31"}])
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.fixture(scope="module")
def chief(house: House, context: Context) -> Person:
    person = Person(house, "hq-organiser")
    person.sign_in()
    return person


@pytest.fixture(autouse=True)
def nobody_has_asked(context: Context) -> None:
    for name in ("access_requests", "asking_tickets", "listed"):
        context.store.database.mongo[name].delete_many(
            {"_id": {"$regex": "^(?!grants|to-confirm|longer|of-role)"}}
        )


def refused(house: House, key: str = "no-grant") -> tuple[Person, dict[str, list[str]]]:
    """A stranger's browser after the eID, and what their refusal page is told."""
    person = Person(house, key)
    answer = person.sign_in(accept=False)
    return person, parse_qs(urlsplit(answer.url).query)


def asks(person: Person, unit: str = "north", **more: str) -> tuple[requests.Response, dict[str, list[str]]]:
    form = {"unit_code": unit, "office": "secretary", "text": "call 12", **more}
    answer = person.http.post(
        person.base + FORM, data=form, headers={"Origin": person.base}, timeout=15, allow_redirects=False
    )
    return answer, parse_qs(urlsplit(answer.headers.get("Location", "")).query)


def waiting(chief: Person, unit: str = "root") -> list[dict[str, Any]]:
    answer = chief.get(f"{REQUESTS}?unit_id={unit}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def answered(chief: Person, request: dict[str, Any], act: str, **body: Any) -> requests.Response:
    return chief.post(f"{REQUESTS}/{request['id']}/{act}", body, If_Match=f'"{request["version"]}"')


def test_a_stranger_asks_is_given_access_and_gets_in(house: House, chief: Person) -> None:
    stranger, told = refused(house)
    assert told["why"] == ["no-grant"]
    assert told["ask"] == ["1"]
    answer, sent = asks(stranger)
    assert (answer.status_code, sent) == (303, {"sent": ["1"]})
    (request,) = waiting(chief)
    assert (request["office"], request["text"], request["unit_id"]) == ("secretary", "call 12", "north")
    assert request["name"]
    assert "account_id" not in request
    assert {act: may["allowed"] for act, may in request["acts"].items()} == {"give": True, "decline": True}
    # It stands among what waits for whoever gives access.
    tasks = chief.get("/api/identity/tasks?unit_id=root").json()["tasks"]
    assert [(one["count"], one["link"]) for one in tasks if one["key"] == "access-request"] == [
        (1, "/units/root/access/requests")
    ]
    # At their next sign-in they read that it waits.
    assert "asked_on" in refused(house)[1]
    given = answered(chief, request, "give", role="reader", **a_period())
    assert given.status_code == 201, given.text
    assert given.json()["status"] == "offered"
    assert waiting(chief) == []
    assert answered(chief, request, "give", role="reader", **a_period()).status_code == 412
    person = Person(house, "no-grant")
    person.sign_in()
    rights = person.get("/api/identity/me").json()["grants"]
    assert [one["unit_id"] for one in rights] == ["north"]
    grant = given.json()["id"]
    seen = chief.get(f"/api/identity/grants/{grant}").json()
    ended = chief.post(
        f"/api/identity/grants/{grant}/revoke", {"reason": "over"}, If_Match=f'"{seen["version"]}"'
    )
    assert ended.status_code == 200, ended.text


def test_a_declined_one_is_told_as_such_and_is_over(house: House, chief: Person) -> None:
    stranger, _ = refused(house)
    asks(stranger)
    (request,) = waiting(chief)
    assert answered(chief, request, "decline", reason="  ").status_code == 422
    declined = answered(chief, request, "decline", reason="not known here")
    assert declined.status_code == 200, declined.text
    assert declined.json()["state"] == "declined"
    assert waiting(chief) == []
    seen = chief.get(f"{REQUESTS}/{request['id']}").json()["acts"]
    assert {may["refusal"]["type"] for may in seen.values()} == {"/problems/not-waiting"}
    again = answered(chief, {**request, "version": declined.json()["version"]}, "decline", reason="x")
    assert again.status_code == 409
    told = refused(house)[1]
    assert "declined_on" in told
    assert "asked_on" not in told
    assert "not known here" not in str(told)


def test_it_ends_alike_whether_or_not_there_is_such_a_unit(house: House, chief: Person) -> None:
    seen = []
    for unit in ("north", "no-such-unit", "over"):
        stranger, _ = refused(house)
        answer, sent = asks(stranger, unit)
        seen.append((answer.status_code, sent, sorted(answer.headers.keys())))
    assert seen[0] == seen[1] == seen[2]
    # The last of them took the place of the first, wherever that was asked.
    assert waiting(chief) == []


def test_without_a_sign_in_a_moment_ago_nobody_asks(house: House, context: Context, chief: Person) -> None:
    nobody = Person(house, "no-grant")
    assert asks(nobody)[1] == {"problem": ["over"]}
    nobody.http.cookies.set("asking", "made-up")
    assert asks(nobody)[1] == {"problem": ["over"]}
    # A ticket is good for one request, also for a browser that has kept it.
    stranger, _ = refused(house)
    ticket = stranger.http.cookies["asking"]
    assert asks(stranger)[1] == {"sent": ["1"]}
    assert asks(stranger)[1] == {"problem": ["over"]}
    stranger.http.cookies.set("asking", ticket)
    assert asks(stranger)[1] == {"problem": ["over"]}
    # Who has access gets no ticket.
    assert "asking" not in chief.http.cookies


def test_another_site_writes_no_request(house: House, chief: Person) -> None:
    stranger, _ = refused(house)
    form = {"unit_code": "north", "office": "x"}
    answer = stranger.http.post(
        stranger.base + FORM, data=form, headers={"Origin": "https://elsewhere.example"}, timeout=15
    )
    assert answer.status_code == 403
    assert waiting(chief) == []


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"unit_code": ""}, "needed"),
        ({"office": " \u200b "}, "needed"),
        ({"unit_code": "x" * 41}, "too-long"),
        ({"office": "x" * 81}, "too-long"),
        ({"text": "x" * 301}, "too-long"),
        ({"text": "bell \x07"}, "too-long"),
        ({"text": "\U0001f600" * 300, "office": "\U0001f600" * 81}, "too-long"),
    ],
)
def test_what_is_not_right_comes_back_with_what_was_typed(
    house: House, chief: Person, typed: dict[str, str], problem: str
) -> None:
    stranger, _ = refused(house)
    _, told = asks(stranger, **({"unit": typed["unit_code"]} if "unit_code" in typed else typed))
    assert told["problem"] == [problem]
    if typed.get("office") is None:
        assert told["office"] == ["secretary"]
    # How to reach somebody is in no address.
    assert "text" not in told
    assert waiting(chief) == []
    # The ticket is still good.
    assert asks(stranger)[1] == {"sent": ["1"]}


def test_five_in_a_month_and_one_at_a_time(house: House, chief: Person) -> None:
    for number in range(ASKED_AT_MOST):
        stranger, _ = refused(house)
        assert asks(stranger, office=f"office {number}")[1] == {"sent": ["1"]}
    assert [one["office"] for one in waiting(chief)] == [f"office {ASKED_AT_MOST - 1}"]
    assert asks(refused(house)[0])[1] == {"problem": ["often"]}


def test_a_crowd_fills_no_list_and_no_inbox(house: House, context: Context, chief: Person) -> None:
    now = context.clock.now()
    for number in range(WAITING_IN_UNIT):
        asked = AccessRequest(
            *(new_id(), f"s{number}", "S.", "x", "north", "north", ("root", "north"), "", now), shown=True
        )
        context.store.asking.add(asked, (), ())
    stranger, _ = refused(house)
    assert asks(stranger)[1] == {"sent": ["1"]}
    assert all(one["name"] == "S." for one in waiting(chief))
    kept = context.store.asking.of_account(_account(context, stranger))
    assert [one.shown for one in kept] == [False]
    assert chief.get(f"{REQUESTS}/{kept[0].id}").status_code == 404


def test_what_nobody_answered_in_time_keeps_nobody_out(context: Context, house: House, chief: Person) -> None:
    """A unit that was full a fortnight ago, and of which nobody looked, hears of the next who asks."""
    long_ago = context.clock.now() - ASK_LIFE - timedelta(minutes=1)
    for number in range(WAITING_IN_UNIT):
        asked = AccessRequest(
            *(new_id(), f"s{number}", "S.", "x", "north", "north", ("root", "north"), "", long_ago),
            shown=True,
        )
        context.store.asking.add(asked, (), ())
    stranger, _ = refused(house)
    assert asks(stranger)[1] == {"sent": ["1"]}
    (request,) = waiting(chief)
    assert request["name"] != "S."
    (kept,) = context.store.database.mongo["access_requests"].find({"_id": request["id"]})
    assert ("event", ACCESS_ASKED) in [(one["kind"], one.get("type")) for one in kept["_outbox"]]


def _account(context: Context, _stranger: Person) -> str:
    found = context.store.database.mongo["access_requests"].find_one({"name": {"$ne": "S."}})
    assert found is not None
    return str(found["account_id"])


def test_it_follows_its_unit_and_is_seen_from_there_alone(
    house: House, context: Context, chief: Person
) -> None:
    stranger, _ = refused(house)
    asks(stranger)
    assert len(waiting(chief, "north")) == 1
    assert waiting(chief, "south") == []
    place = ("north", "north", ("root", "north"), "", context.clock.now())
    declined = AccessRequest(new_id(), "d", "D.", "x", *place, shown=True, state=State.DECLINED)
    context.store.asking.add(declined, (), ())
    unit = {"id": "north", "code": "north", "names": {"en": "north"}, "level": "l", "parent_id": "south"}
    tell_units(context, [{**unit, "path": ["root", "south", "north"]}])
    (request,) = waiting(chief, "south")
    assert request["unit_path"] == ["root", "south", "north"]
    # One that was answered is where its unit is, too: its entries and whoever may look at it go by that.
    assert context.store.asking.get(declined.id).unit_path == ("root", "south", "north")
    tell_units(context, [{**unit, "parent_id": "root", "path": ["root", "north"]}])
    assert waiting(chief, "south") == []
