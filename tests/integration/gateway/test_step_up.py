"""Acts that need a fresh sign-in: refused when it is old, kept over the way to the eID and back."""

import time
import tomllib
from dataclasses import replace

import requests

from tests.integration.gateway.test_sign_in import running  # noqa: F401 - a fixture
from tests.people import Person, a_period
from tests.processes import ROOT, House, a_right
from tests.scene import identity_operations


def test_an_old_sign_in_may_read_and_must_be_renewed_to_grant(running: House) -> None:  # noqa: F811
    old = int(time.time()) - 301
    rights = [a_right("access:read", ("root",)), a_right("access:grant", ("root",))]
    fresh_right = [replace(one, max_age=300) for one in rights]
    wanted = {"unit_id": "north", "role": "reader", "national_number": "9990000000356", **a_period()}
    for auth_time, problem in ((old, "sign-in-too-old"), (old + 60, "outside-own-units")):
        token = running.token("identity", *fresh_right, auth_time=auth_time)
        answer = requests.post(
            running.url("identity") + "/api/identity/grants",
            json=wanted,
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": str(auth_time)},
            timeout=5,
        )
        # Fresh enough, it is refused only because this invented account holds no grant of its own.
        assert answer.status_code == 403
        assert answer.json()["type"] == f"/problems/{problem}"


def test_a_draft_comes_back_once_and_only_to_its_writer(running: House) -> None:  # noqa: F811
    chief = Person(running, "hq-organiser")
    chief.sign_in()
    kept = chief.post("/api/identity/drafts", {"path": "/units/north/grants", "values": {"role": "clerk"}})
    assert kept.status_code == 201, kept.text
    address = f"/api/identity/drafts/{kept.json()['id']}/take"
    chief.http.get(
        f"{chief.base}/sign-in/start/practice", params={"fresh": "1", "return_to": "/healthz"}, timeout=10
    )
    chief.sign_in()  # a new session of the same person
    taken = chief.post(address)
    assert taken.status_code == 200
    assert taken.json()["values"] == {"role": "clerk"}
    assert chief.post(address).status_code == 404


def test_the_oldest_drafts_of_a_person_give_way_to_the_newest(running: House) -> None:  # noqa: F811
    chief = Person(running, "hq-organiser")
    chief.sign_in()
    kept = [
        chief.post("/api/identity/drafts", {"path": "/x", "values": {"n": str(number)}}).json()["id"]
        for number in range(23)
    ]
    assert chief.post(f"/api/identity/drafts/{kept[0]}/take").status_code == 404
    assert chief.post(f"/api/identity/drafts/{kept[-1]}/take").json()["values"] == {"n": "22"}
    assert chief.post(f"/api/identity/drafts/{kept[3]}/take").status_code == 200


def test_a_step_up_asks_the_eid_for_a_fresh_sign_in(running: House) -> None:  # noqa: F811
    person = Person(running, "hq-organiser")
    start = f"{person.base}/sign-in/start/practice"
    plain = person.http.get(start, timeout=10, allow_redirects=False).headers["Location"]
    fresh = person.http.get(start, params={"fresh": "1"}, timeout=10, allow_redirects=False).headers[
        "Location"
    ]
    higher = person.http.get(start, params={"level": "3"}, timeout=10, allow_redirects=False).headers[
        "Location"
    ]
    assert "max_age" not in plain
    assert "max_age=60" in fresh
    assert "level%3A2" in plain
    assert "level%3A2" not in higher


def test_the_audit_is_taken_along_after_a_fresh_sign_in_only_and_that_is_an_entry(running: House) -> None:  # noqa: F811
    table = tomllib.loads((ROOT / "identity/roles.toml").read_text(encoding="utf-8"))
    max_age = table["permissions"]["audit:export"]["max_age"]
    assert max_age == 300
    right = replace(a_right("audit:export", ("root",)), max_age=max_age)
    sought = {"unit_id": "root", "sought": {"action": "member.read", "as": "csv"}}
    for age, status in ((301, 403), (0, 204)):
        token = running.token("identity", right, auth_time=int(time.time()) - age)
        answer = requests.post(
            running.url("identity") + "/api/identity/audit-exports",
            json=sought,
            headers={"Authorization": f"Bearer {token}"},
            timeout=5,
        )
        assert answer.status_code == status, answer.text
    for poison in ({"$ref": "a", "$id": "b"}, {"a.b": "c"}, {"action": {"$ref": "a"}}):
        answer = requests.post(
            running.url("identity") + "/api/identity/audit-exports",
            json=sought | {"sought": poison},
            headers={"Authorization": f"Bearer {token}"},
            timeout=5,
        )
        assert answer.status_code == 422, answer.text
    with identity_operations(running) as context:
        reads = context.store.database.mongo["reads"]
        written = [item for one in reads.find({}) for item in one.get("_outbox", [])]
    taken = [item for item in written if item.get("action") == "audit.exported"]
    assert [one["details"]["sought"] for one in taken] == [sought["sought"]]
