"""Signing in through the gateway and the practice eID, with real processes."""

import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.people import Person, a_period, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations


@pytest.fixture(scope="module")
def running(house: House) -> House:
    with identity_operations(house) as context:
        first_people(context)
    for service in ("identity", "practice_eid", "gateway"):
        house.start_service(service)
    return house


def test_an_invited_person_signs_in_and_holds_what_was_granted(running: House) -> None:
    person = Person(running, "hq-organiser")
    assert person.sign_in().status_code == 200
    me = person.get("/api/identity/me")
    assert me.status_code == 200, me.text
    assert [grant["role"] for grant in me.json()["grants"]] == ["administrator"]
    assert me.headers["RateLimit-Limit"] == "600"
    cookie = next(c for c in person.http.cookies if c.name == "session")
    assert cookie.has_nonstandard_attr("HttpOnly")


@pytest.mark.parametrize(("key", "why"), [("low-level", "level-too-low"), ("no-grant", "no-grant")])
def test_who_may_not_in_is_told_why(running: House, key: str, why: str) -> None:
    person = Person(running, key)
    for _ in range(2):  # a second sign-in of the same process is checked like the first
        last = person.sign_in()
        assert f"/sign-in/refused?why={why}&" in last.url or why in str([r.url for r in last.history])
        assert person.get("/api/identity/me").status_code == 401


def test_grants_go_down_the_tree_and_their_end_is_felt_at_once(running: House) -> None:
    chief = Person(running, "hq-organiser")
    chief.sign_in()
    number = citizens()["district-secretary"]["national_number"]
    wanted = {"unit_id": "north", "role": "administrator", "national_number": number, **a_period()}
    given = chief.post("/api/identity/grants", wanted)
    assert given.status_code == 201, given.text
    assert given.json()["status"] == "invited"
    secretary = Person(running, "district-secretary")
    assert secretary.sign_in().status_code == 200
    assert secretary.get("/api/identity/grants?unit_id=north").status_code == 200
    assert secretary.get("/api/identity/grants?unit_id=south").status_code == 404
    assert secretary.get("/api/identity/grants?unit_id=root").status_code == 404
    # Nobody gives more or longer than they hold, nor beside or above.
    cases: list[tuple[dict[str, Any], int]] = [
        ({"unit_id": "south"}, 404),
        ({"unit_id": "root"}, 404),
        ({"valid_to": "2035-01-01"}, 422),
        ({"role": "auditor"}, 201),
        ({"role": "nobody"}, 422),
        ({"role": {"$ne": None}}, 422),
    ]
    for change, status in cases:
        asked = {**wanted, "national_number": "9990000000158", **change}
        answer = secretary.post("/api/identity/grants", asked)
        assert answer.status_code == status, (change, answer.text)
    grant = chief.get(f"/api/identity/grants/{given.json()['id']}").json()
    preview = chief.get(f"/api/identity/grants/{grant['id']}/revocation-preview").json()
    assert preview["count"] == 2  # the secretary's own and the auditor's that hangs on it
    assert chief.post(f"/api/identity/grants/{grant['id']}/suspend", {"reason": "x"}).status_code == 428
    stale = chief.post(f"/api/identity/grants/{grant['id']}/suspend", {"reason": "x"}, If_Match='"1"')
    assert stale.status_code == 412
    done = chief.post(
        f"/api/identity/grants/{grant['id']}/suspend", {"reason": "leave"}, If_Match=f'"{grant["version"]}"'
    )
    assert done.status_code == 200, done.text
    deadline = time.monotonic() + 2.0
    while secretary.get("/api/identity/grants?unit_id=north").status_code == 200:
        assert time.monotonic() < deadline, "a suspended grant still opens doors after 2 s"


def test_the_same_idempotency_key_grants_once(running: House) -> None:
    chief = Person(running, "hq-organiser")
    chief.sign_in()
    wanted = {"unit_id": "south", "role": "reader", "national_number": "9990000000257", **a_period()}
    first = chief.post("/api/identity/grants", wanted, Idempotency_Key="k1")
    again = chief.post("/api/identity/grants", wanted, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = chief.post("/api/identity/grants", {**wanted, "role": "clerk"}, Idempotency_Key="k1")
    assert other.status_code == 422
    twice = chief.post("/api/identity/grants", wanted, Idempotency_Key="k2")
    assert twice.status_code == 409


def test_a_write_from_another_site_is_refused(running: House) -> None:
    chief = Person(running, "hq-organiser")
    chief.sign_in()
    for origin in ("https://evil.example", "null", ""):
        answer = chief.send("PATCH", "/api/identity/me", {"language": "bn"}, Origin=origin)
        assert answer.status_code == 403, origin
    assert chief.send("PATCH", "/api/identity/me", {"language": "bn"}).status_code == 200


def test_inside_addresses_do_not_exist_outside(running: House) -> None:
    for path in ("/internal/token", "/internal/decide", "/metrics", "/internal/feed"):
        assert requests.get(f"http://127.0.0.1:{running.ports['gateway']}{path}", timeout=5).status_code in (
            404,
            503,
        )
    inside = requests.get(f"http://127.0.0.1:{running.ports['gateway_metrics']}/metrics", timeout=5)
    assert inside.status_code == 200


def test_a_callback_is_good_once_and_only_in_its_own_browser(running: House) -> None:
    person = Person(running, "hq-organiser")
    for _ in range(2):
        page = person.http.get(f"{person.base}/sign-in/start/practice", timeout=10)
        back = person.http.post(page.url, data={"citizen": person.key}, timeout=10, allow_redirects=False)
        thief = requests.get(back.headers["Location"], timeout=10, allow_redirects=False)
        assert thief.headers["Location"].startswith("/sign-in/refused?why=attempt-expired&")
        first = person.http.get(back.headers["Location"], timeout=10, allow_redirects=False)
        assert first.headers["Location"] == "/"
        again = person.http.get(back.headers["Location"], timeout=10, allow_redirects=False)
        assert again.headers["Location"].startswith("/sign-in/refused?why=attempt-expired&")


def test_signing_out_ends_the_session_everywhere(running: House) -> None:
    person = Person(running, "hq-organiser")
    person.sign_in()
    assert person.get("/api/identity/me").status_code == 200
    kept = requests.cookies.RequestsCookieJar()
    kept.update(person.http.cookies)
    assert person.post("/sign-out").status_code == 303
    person.http.cookies = kept
    deadline = time.monotonic() + 2.0
    while person.get("/api/identity/me").status_code == 200:
        assert time.monotonic() < deadline, "an ended session still opens doors after 2 s"


def test_whoever_helps_finds_a_refusal_by_the_reference_on_the_persons_page(running: House) -> None:
    person = Person(running, "low-level")
    page = person.sign_in()
    told = parse_qs(urlsplit(next(one.url for one in (*page.history, page) if "why=" in one.url)).query)
    assert (told["why"], told["had"], told["needed"]) == (["level-too-low"], ["1"], ["2"])
    (reference,) = told["reference"]
    assert re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}", reference)
    with identity_operations(running) as context:
        notes = list(context.store.database.mongo["reads"].find())
    entries = [item for note in notes for item in note.get("_outbox", [])]
    (entry,) = [one for one in entries if one.get("record_id") == reference]
    assert (entry["action"], entry["details"]["code"]) == ("sign_in.refused", "level-too-low")


def test_an_eid_that_is_not_configured_leads_to_a_page_and_not_to_json(running: House) -> None:
    answer = Person(running, "hq-organiser").http.get(
        f"{running.url('gateway')}/sign-in/start/nobody", allow_redirects=False, timeout=10
    )
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in/refused?why=eid-unknown&reference=")
