"""An outage of the eID from beginning to end: named officials, a window of two, reporting, confirmed afterwards."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from identity import events
from identity.context import Context
from identity.domain.fallback import NotAnOfficial
from identity.domain.grant_refusals import ReasonNeeded
from identity.operations import confirm_window_by_operator, first_administrator, remove_official_by_operator
from identity.operations.fallback import CodeUnknown, Unconfirmed, enter_by_code
from servicekit.access.keys import KeyRing
from servicekit.access.second_person import SecondPersonThere
from servicekit.access.tokens import ACCESS_TOKEN, caller_of, service_token
from servicekit.data.events import AuditEntry
from tests.people import Person, a_period, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations

API = "/api/identity/fallback"
JOINT = "/api/identity/joint-acts"
NUMBERS = {key: one["national_number"] for key, one in citizens().items()}


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        today = made.clock.today()
        for key in ("hq-approver", "auditor"):
            first_administrator(made, "root", NUMBERS[key], "HQ", today, today.replace(year=today.year + 1))
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


def signed_in(house: House, key: str) -> Person:
    person = Person(house, key)
    person.sign_in()
    return person


def account_of(person: Person) -> str:
    return str(person.get("/api/identity/me").json()["account_id"])


def named(official: Person, unit: str, by: Person, second: Person | None = None) -> list[str]:
    """By one who stands above, or by two of the topmost unit together; the codes are drawn by their owner."""
    about = {"account_id": account_of(official), "unit_id": unit}
    if second is None:
        answer = by.post(f"{API}/officials", about)
        assert answer.status_code == 201, answer.text
        assert "codes" not in answer.json()
    else:
        asked = by.post(JOINT, {**about, "act": "name-official", "reason": "deadline day"})
        assert asked.status_code == 201, asked.text
        done = second.post(f"{JOINT}/{asked.json()['id']}/confirm", If_Match=asked.headers["ETag"])
        assert done.status_code == 200, done.text
    return drawn(official, unit)


def drawn(official: Person, unit: str) -> list[str]:
    answer = official.post(f"{API}/codes", {"unit_id": unit})
    assert answer.status_code == 201, answer.text
    return list(answer.json()["codes"])


def enter(house: House, code: str) -> tuple[Person, str]:
    """Through the page's form; the person, and where the browser is sent."""
    person = Person(house, "somebody")
    answer = person.http.post(
        f"{person.base}/sign-in/fallback",
        data={"code": code},
        headers={"Origin": person.base},
        timeout=15,
        allow_redirects=False,
    )
    return person, answer.headers["Location"]


def provider(house: House) -> dict[str, Any]:
    url = f"http://localhost:{house.ports['gateway']}/api/identity/providers"
    return dict(requests.get(url, timeout=15).json()["items"][0])


def until(what: Any) -> None:
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_an_outage_from_beginning_to_end(house: House, context: Context) -> None:
    chief, second = signed_in(house, "hq-organiser"), signed_in(house, "hq-approver")
    given = chief.post(
        "/api/identity/grants",
        {"unit_id": "north", "role": "clerk", "national_number": NUMBERS["upazila-clerk"], **a_period()},
    )
    assert given.status_code == 201, given.text
    clerk = signed_in(house, "upazila-clerk")
    codes = named(clerk, "north", chief)
    assert len(set(codes)) == 5
    # Nobody stands above these, so two name them; whoever asked for it is no second hand beside their code.
    third = signed_in(house, "auditor")
    by_chief = named(second, "root", chief, third)
    spare = named(third, "root", second, chief)
    (listed,) = [
        one for one in chief.get(f"{API}/officials?unit_id=root").json()["items"] if one["unit_id"] == "north"
    ]
    assert (listed["codes_left"], "codes" in listed) == (5, False)
    alone = chief.post(f"{API}/officials", {"account_id": account_of(second), "unit_id": "root"})
    assert (alone.status_code, alone.json()["type"]) == (403, "/problems/not-above-person")
    elsewhere = chief.post(f"{API}/officials", {"account_id": account_of(clerk), "unit_id": "south"})
    assert elsewhere.json()["type"] == "/problems/no-office-here"

    # While the eID answers there is nothing to bridge, and a code opens nothing and stays good.
    asked = {"unit_id": "root", "hours": 2, "reason": "deadline day"}
    assert chief.post(f"{API}/windows", asked).json()["type"] == "/problems/eid-answers"
    assert "why=fallback-eid-answers&" in enter(house, codes[0])[1]

    house.processes["practice_eid"].stop()
    until(lambda: not provider(house)["up"])
    began = time.monotonic()
    shown = provider(house)
    assert (shown["up"], shown["down_since"] is not None) == (False, True)
    assert time.monotonic() - began < 5

    # Who is signed in goes on; who is named cannot come in yet, and the code stays good.
    assert clerk.get("/api/identity/me").status_code == 200
    assert "why=fallback-off&" in enter(house, codes[0])[1]
    assert "why=fallback-code&" in enter(house, "AAAA-AAAA-AAAA-AAAA")[1]

    window = chief.post(f"{API}/windows", asked)
    assert window.status_code == 201, window.text
    # Others could open it: they are here, or hold a sealed code.
    with pytest.raises(SecondPersonThere):
        confirm_window_by_operator(context, "root", "nobody answers")
    address, tag = f"{API}/windows/{window.json()['id']}", window.headers["ETag"]
    alone = chief.post(f"{address}/confirm", If_Match=tag)
    assert (alone.status_code, alone.json()["type"]) == (409, "/problems/second-person-needed")
    with_the_chiefs_own_paper, where = enter(house, by_chief[0])
    assert where == "/"
    same_hand = with_the_chiefs_own_paper.post(f"{address}/confirm", If_Match=tag)
    assert (same_hand.status_code, same_hand.json()["type"]) == (409, "/problems/second-person-needed")
    everywhere = with_the_chiefs_own_paper.send("DELETE", "/api/identity/sessions")
    assert (everywhere.status_code, everywhere.json()["type"]) == (409, "/problems/eid-needed")
    assert second.get("/api/identity/me").status_code == 200
    # A third administrator has no session any more, and comes in by a sealed code that the second gave.
    opener, where = enter(house, spare[0])
    assert where == "/"
    assert opener.get("/api/identity/me").json()["fallback"] is True
    assert opener.get("/api/identity/grants?unit_id=root").status_code == 403
    opened = opener.post(f"{address}/confirm", If_Match=tag)
    assert (opened.status_code, opened.json()["status"]) == (200, "on")

    # By small letters and blanks as well as it is printed; once.
    inside, where = enter(house, codes[0].lower().replace("-", " "))
    assert where == "/"
    assert "why=fallback-code&" in enter(house, codes[0])[1]
    me = inside.get("/api/identity/me").json()
    assert (me["fallback"], me["assurance"]) == (True, 1)
    assert {(right["permission"], right["unit_id"], right["reach"]) for right in me["rights"]} == {
        ("unit:read", "north", "own"),
        ("congress:read", "north", "own"),
        ("congress:report", "north", "own"),
    }
    by_code = inside.post(f"{API}/codes", {"unit_id": "north"})
    assert (by_code.status_code, by_code.json()["type"]) == (409, "/problems/eid-needed")
    assert inside.send("PATCH", "/api/identity/me", {"email": "x@example.org"}).status_code == 409
    sessions = inside.get("/api/identity/sessions").json()["items"]
    assert {one["fallback"]: one["current"] for one in sessions} == {True: True, False: False}
    (waiting,) = me["fallback_sign_ins"]
    own = f"{API}/sign-ins/{waiting['id']}"
    assert inside.post(f"{own}/confirm").json()["type"] == "/problems/eid-needed"

    for audience in ("congress", "membership"):
        caller = caller_of(outside_token(house, inside, audience), "")
        assert (caller.fallback, caller.number_index) == (True, "")  # nobody has proven that it is they
    mine = next(one for one in me["grants"] if one["unit_id"] == "north")
    resigned = inside.post(
        f"/api/identity/grants/{mine['id']}/resign", {"reason": "x"}, If_Match=f'"{mine["version"]}"'
    )
    assert (resigned.status_code, resigned.json()["type"]) == (409, "/problems/eid-needed")

    # Ended early: whoever came in by it is out.
    ended = chief.post(f"{address}/end", {"reason": "it answers again"}, If_Match=opened.headers["ETag"])
    assert ended.json()["status"] == "ended"
    until(lambda: inside.get("/api/identity/me").status_code == 401)
    assert "why=fallback-off&" in enter(house, codes[1])[1]

    # Afterwards each sign-in is confirmed through the eID, or denied.
    house.start_service("practice_eid")
    until(lambda: provider(house)["up"])
    listed_now = chief.get(f"{API}/sign-ins?unit_id=root").json()["items"]
    assert {one["status"] for one in listed_now} == {"waiting"}
    assert clerk.get("/api/identity/me").json()["fallback_sign_ins"][0]["id"] == waiting["id"]
    assert second.post(f"{own}/deny").status_code == 404  # somebody else's
    denied = clerk.post(f"{own}/deny")
    assert (denied.status_code, denied.json()["status"]) == (200, "denied")
    again = clerk.post(f"{own}/confirm")
    assert again.json()["type"] == "/problems/answered-already"
    told = context.store.fallback._sign_ins.collection.find_one({"_id": waiting["id"]}) or {}
    assert [one["type"] for one in told["_outbox"] if one["kind"] == "event"] == [
        events.ENTERED_BY_CODE,
        events.FALLBACK_DENIED,
    ]
    with pytest.raises(CodeUnknown):  # what was denied takes the other codes with it
        enter_by_code(context, codes[2], "device")


def outside_token(house: House, person: Person, audience: str) -> dict[str, Any]:
    session = next(c.value for c in person.http.cookies if c.name == "session")
    word = service_token(KeyRing(house.folder / "keys", "gateway"), "gateway", "identity")
    answer = requests.post(
        house.url("identity") + "/internal/session-token",
        json={"session": session, "audience": audience},
        headers={"Authorization": f"Bearer {word}"},
        timeout=15,
    )
    ring = KeyRing(house.folder / "keys", audience)
    return dict(ring.verify(answer.json()["access_token"], "identity", ACCESS_TOKEN, audience))


def test_earlier_sign_ins_that_were_never_confirmed_and_removed_officials_stay_out(
    house: House, context: Context
) -> None:
    chief, second = signed_in(house, "hq-organiser"), signed_in(house, "hq-approver")
    spare = named(second, "root", chief, signed_in(house, "auditor"))
    house.processes["practice_eid"].stop()
    until(lambda: not any(client.answers() for client in context.providers.values()))
    enter_by_code(context, spare[0], "device")
    kept = context.store.fallback._sign_ins.collection
    long_ago = context.clock.now() - timedelta(hours=49)
    kept.update_many({"answer": "waiting"}, {"$set": {"at": long_ago}})
    with pytest.raises(Unconfirmed):
        enter_by_code(context, spare[1], "device")
    kept.update_many({"answer": "waiting"}, {"$set": {"answer": "confirmed"}})
    gone = chief.send("DELETE", f"{API}/officials/{account_of(second)}?unit_id=root")
    assert gone.status_code == 204
    with pytest.raises(CodeUnknown):
        enter_by_code(context, spare[2], "device")


def test_where_nobody_stands_above_two_of_the_top_or_the_operator_end_an_officials_codes(
    house: House, context: Context
) -> None:
    if house.processes["practice_eid"].popen.poll() is not None:
        house.start_service("practice_eid")
    until(lambda: provider(house)["up"])
    chief, third = signed_in(house, "hq-organiser"), signed_in(house, "auditor")
    official = signed_in(house, "hq-approver")
    about = {"account_id": account_of(official), "unit_id": "root"}
    taking = {**about, "act": "remove-official", "reason": "the codes were seen"}
    named(official, "root", chief, third)
    alone = third.send("DELETE", f"{API}/officials/{account_of(official)}?unit_id=root")
    assert alone.json()["type"] == "/problems/not-above-person"
    asked = third.post(JOINT, taking)
    assert asked.status_code == 201, asked.text
    assert len(official.get("/api/identity/me").json()["offices"]) == 1
    done = chief.post(f"{JOINT}/{asked.json()['id']}/confirm", If_Match=asked.headers["ETag"])
    assert done.json()["status"] == "done", done.text
    assert official.get("/api/identity/me").json()["offices"] == []
    assert third.post(JOINT, taking).json()["type"] == "/problems/not-an-official"
    named(official, "root", chief, third)
    remove_official_by_operator(context, account_of(official), "root", "the codes were seen")
    assert official.get("/api/identity/me").json()["offices"] == []
    with pytest.raises(NotAnOfficial):
        remove_official_by_operator(context, account_of(official), "root", "again")


def test_the_operator_opens_a_window_where_no_second_person_can_come_in(
    house: House, context: Context
) -> None:
    """Who is not here and has no code cannot open it while the eID is down, whatever they hold."""
    if house.processes["practice_eid"].popen.poll() is not None:
        house.start_service("practice_eid")
    until(lambda: provider(house)["up"])
    chief, third = signed_in(house, "hq-organiser"), signed_in(house, "auditor")
    others = [account_of(third), account_of(signed_in(house, "hq-approver"))]
    house.processes["practice_eid"].stop()
    until(lambda: not provider(house)["up"])
    asked = chief.post(f"{API}/windows", {"unit_id": "north", "hours": 1, "reason": "alone on duty"})
    assert asked.status_code == 201, asked.text
    with pytest.raises(SecondPersonThere):
        confirm_window_by_operator(context, "north", "nobody answers")
    store = context.store
    for other in others:
        store.end_sessions(store.sessions_of(other), context.clock.now(), AuditEntry("session.ended"))
        store.fallback.drop_codes(other)
    until(lambda: third.get("/api/identity/me").status_code == 401)
    with pytest.raises(ReasonNeeded):
        confirm_window_by_operator(context, "north", " ")
    opened = confirm_window_by_operator(context, "north", "nobody answers")
    assert (opened.confirmed_by, opened.until is not None) == ("operator", True)
    shown = chief.get(f"{API}/windows?unit_id=north").json()["items"]
    assert shown[0]["status"] == "on"
    kept = store.fallback._windows.collection.find_one({"_id": opened.id}) or {}
    written = [one["details"]["reason"] for one in kept["_outbox"] if "by_operator" in one.get("action", "")]
    assert written == ["nobody answers"]
