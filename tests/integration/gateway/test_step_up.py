"""Acts that need a fresh sign-in: refused when it is old, kept over the way to the eID and back."""

import time
import tomllib
from dataclasses import replace

import pytest
import requests

from identity.operations import read_draft, saved_drafts
from servicekit.access.decision import Caller
from servicekit.refusals import NotFound
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


def saved(person: Person, path: str, figures: str, version: int) -> requests.Response:
    body = {"path": path, "values": {"figures/present": figures}}
    return person.send("PUT", "/api/identity/drafts", body, If_Match=f'"{version}"')


def test_a_draft_is_saved_again_and_again_by_whoever_has_seen_it(running: House) -> None:  # noqa: F811
    chief = Person(running, "hq-organiser")
    chief.sign_in()
    first = saved(chief, "/congresses/x/results", "47", 0)
    assert (first.status_code, first.json()["version"]) == (200, 1), first.text
    assert saved(chief, "/congresses/x/results", "48", 1).json()["version"] == 2
    # A second window, which has seen nothing of it or an earlier one, overwrites nothing.
    assert [saved(chief, "/congresses/x/results", "0", seen).status_code for seen in (0, 1, 7)] == [412] * 3
    (kept,) = chief.get("/api/identity/drafts?path=/congresses/x/results").json()["items"]
    assert (kept["values"], kept["version"]) == ({"figures/present": "48"}, 2)
    with identity_operations(running) as context:
        assert saved_drafts(context, Caller("somebody-else"), "/congresses/x/results") == []
        with pytest.raises(NotFound):
            read_draft(context, Caller("somebody-else"), kept["id"])
    assert chief.get("/api/identity/drafts?path=/congresses/y/results").json()["items"] == []
    assert chief.post(f"/api/identity/drafts/{kept['id']}/take").status_code == 200
    assert chief.get("/api/identity/drafts?path=/congresses/x/results").json()["items"] == []


def test_what_is_saved_as_a_draft_lies_encrypted_and_the_oldest_give_way(running: House) -> None:  # noqa: F811
    chief = Person(running, "hq-organiser")
    chief.sign_in()
    for number in range(22):
        assert saved(chief, f"/congresses/{number}/results", "a figure of mine", 0).status_code == 200
    kept = [
        len(chief.get(f"/api/identity/drafts?path=/congresses/{number}/results").json()["items"])
        for number in (0, 1, 2, 21)
    ]
    assert kept == [0, 0, 1, 1]
    with identity_operations(running) as context:
        found = list(context.store.database.mongo["saved_drafts"].find())
    assert found
    assert "a figure of mine" not in str(found)
