"""What an earlier version wrote is restored, migrated and read through the API: nothing of it may become unreadable."""

import json
import signal
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import requests

from servicekit.access.keys import KeyRing
from servicekit.access.tokens import ACCESS_TOKEN, rights_claim
from tests.integration.sammelan.running import Machine
from tests.people import Person
from tests.processes import ROOT, House, a_right

OLD = ROOT / "tests/old_backup"
FACTS = json.loads((OLD / "2026-11.json").read_text(encoding="utf-8"))
UNITS = FACTS["units"]
# Accounts are known by their eID's address, and this one stands in the backup. No other test takes it.
EID_PORT = "19801"
PEOPLE = (
    "hq-organiser", "hq-approver", "auditor", "division-supervisor", "district-secretary", "upazila-clerk",
    "two-posts", "union-clerk",
)  # fmt: skip


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The backup in this version's hands, running."""
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(OLD / "2026-11.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    machine = Machine(folder, more={"EID_PORT": EID_PORT})
    machine.more["PUBLIC_URL"] = machine.address
    restored = machine.run("restore", str(folder / "backup"), "--with-keys")
    assert restored.returncode == 0, restored.stderr
    machine.start()
    try:
        yield machine
    finally:
        machine.stop(signal.SIGTERM)


@pytest.fixture(scope="module")
def people(old: Machine) -> dict[str, Person]:
    found = {}
    for key in PEOPLE:
        found[key] = Person(cast(House, old), key)
        answer = found[key].sign_in()
        assert answer.status_code == 200, f"{key}: {answer.url} {answer.text[:300]}"
    return found


def read(person: Person, path: str) -> Any:
    answer = person.get(path)
    assert answer.status_code == 200, f"{person.key} {path}: {answer.status_code} {answer.text[:500]}"
    return answer.json()


def inside(old: Machine, service: str, code: str, *permissions: str) -> tuple[str, dict[str, str]]:
    """A service itself and a token over a unit, for what none of the people may read."""
    port = old.port_base + {"identity": 2, "membership": 3, "congress": 4, "notifications": 5}[service]
    now, path = int(time.time()), (UNITS["BD"], UNITS[code])
    claims = {
        "iss": "identity", "aud": service, "sub": "reader", "sid": "s", "gen": 0, "iat": now, "exp": now + 300,
        "acr": 2, "auth_time": now, "lang": "en", "name": "R.",
        "rights": rights_claim(tuple(a_right(one, path) for one in permissions)),
    }  # fmt: skip
    token = KeyRing(old.folder / "data/keys", "identity").sign(claims, ACCESS_TOKEN)
    return f"http://127.0.0.1:{port}/api/{service}", {"Authorization": f"Bearer {token}"}


def test_nothing_waits_after_the_start_and_the_doctor_is_content(old: Machine) -> None:
    again = old.run("migrate")
    assert again.returncode == 0, again.stderr
    assert "Everything is up to date." in again.stdout
    said = " ".join(old.run("doctor").stdout.split())
    assert "ok Stored data are up to date yes" in said
    assert "ok Stored data are of no newer version yes" in said


def test_everybody_has_the_account_and_the_access_that_they_had(people: dict[str, Person]) -> None:
    for key, person in people.items():
        me = read(person, "/api/identity/me")
        assert me["account_id"] == FACTS["accounts"][key]
    posts = {
        (key, grant["role"], grant["unit_id"])
        for key, person in people.items()
        for grant in read(person, "/api/identity/me")["grants"]
    }
    for key, role, code in (
        ("hq-organiser", "administrator", "BD"),
        ("district-secretary", "clerk", "BD-D01"),
        ("upazila-clerk", "approver", "BD-U011"),
        ("union-clerk", "clerk", "BD-N0129"),
    ):
        assert (key, role, UNITS[code]) in posts


def test_each_grant_has_the_state_that_it_had(people: dict[str, Person]) -> None:
    chief = people["hq-organiser"]
    states = {
        kind: read(chief, f"/api/identity/grants/{FACTS[kind]}")["status"]
        for kind in ("invited", "suspended", "revoked")
    }
    assert states == {"invited": "invited", "suspended": "suspended", "revoked": "revoked"}
    listed = [read(chief, f"/api/identity/grants?unit_id={unit}")["items"] for unit in UNITS.values()]
    assert sum(map(len, listed)) >= 15


def test_the_rest_of_identity_is_read(people: dict[str, Person]) -> None:
    chief = people["hq-organiser"]
    machines = read(chief, f"/api/identity/machines?unit_id={UNITS['BD']}")["items"]
    assert FACTS["machine"] in {one["id"] for one in machines}
    place = UNITS["BD-N0129"]
    assert read(chief, f"/api/identity/fallback/officials?unit_id={place}")["items"]
    assert read(chief, f"/api/identity/fallback/windows?unit_id={UNITS['BD-D01']}")["items"]
    assert read(chief, f"/api/identity/fallback/sign-ins?unit_id={place}")["items"]
    for path in ("sessions", "who-sees-me", "roles", f"recertifications?unit_id={UNITS['BD']}"):
        read(chief, f"/api/identity/{path}")


def test_units_members_and_moves_are_read(old: Machine, people: dict[str, Person]) -> None:
    for code, unit_id in UNITS.items():
        unit = read(people["hq-organiser"], f"/api/membership/units/{unit_id}")
        assert unit["code"] == code
        read(people["hq-organiser"], f"/api/membership/units/{unit_id}/children")
    address, sent = inside(
        old, "membership", "BD-N0129", "unit:read", "members:read", "members:count", "unit:move"
    )
    names = set()
    for member in FACTS["members"]:
        answer = requests.get(f"{address}/members/{member}", headers=sent, timeout=20)
        assert answer.status_code == 200, answer.text
        names.add(answer.json()["name"])
    assert {"Rahima Begum", "Abul Kalam"} <= names
    history = requests.get(f"{address}/members/{FACTS['members'][0]}/history", headers=sent, timeout=20)
    assert history.status_code == 200, history.text
    assert "Rahima Khatun" in history.text
    found = requests.get(
        f"{address}/members", params={"unit_id": UNITS["BD-N0129"], "q": "rahima"}, headers=sent, timeout=20
    )
    assert [one["id"] for one in found.json()["items"]] == [FACTS["members"][0]]
    counts = requests.get(f"{address}/units/{UNITS['BD-N0129']}/member-counts", headers=sent, timeout=20)
    assert counts.status_code == 200, counts.text
    moves = requests.get(
        f"{address}/moves",
        params={"unit_id": UNITS["BD-U001"]},
        headers=inside(old, "membership", "BD-U001", "unit:read", "unit:move")[1],
        timeout=20,
    )
    assert moves.status_code == 200, moves.text


def test_plans_congresses_and_figures_are_read(old: Machine, people: dict[str, Person]) -> None:
    chief = people["hq-organiser"]
    assert read(chief, f"/api/congress/plans/{FACTS['plan']}")["state"] == "open"
    assert read(chief, f"/api/congress/plans/{FACTS['draft_plan']}")["state"] == "draft"
    assert {one["id"] for one in read(chief, "/api/congress/plans")["items"]} >= {
        FACTS["plan"],
        FACTS["draft_plan"],
    }
    approved = read(chief, f"/api/congress/congresses/{FACTS['approved']}")
    assert approved["state"] == "approved"
    assert approved["results"]["present"] == 96
    assert read(chief, f"/api/congress/congresses/{FACTS['submitted']}")["state"] == "submitted"
    upazila = read(chief, f"/api/congress/congresses?unit_id={UNITS['BD-U011']}&plan_id={FACTS['plan']}")
    assert upazila["items"]
    for unit in UNITS.values():
        rollup = read(chief, f"/api/congress/rollups/{FACTS['plan']}/{unit}")
        if unit == UNITS["BD"]:
            assert rollup["total"] == 10
    assert chief.get(f"/api/congress/rollups/{FACTS['plan']}/{UNITS['BD']}/csv").status_code == 200
    verified = old.run("rollup", "verify")
    assert verified.returncode == 0, verified.stdout


def test_notices_are_read(people: dict[str, Person]) -> None:
    inbox = read(people["union-clerk"], "/api/notifications/inbox?limit=100")
    assert len(inbox["items"]) >= FACTS["inbox"]["union-clerk"]
    assert any(one["read_at"] for one in inbox["items"])


@pytest.mark.parametrize("service", ["identity", "membership", "congress", "notifications"])
def test_the_audit_is_read_to_its_end_whatever_stands_in_it(people: dict[str, Person], service: str) -> None:
    auditor, after, entries = people["auditor"], "", []
    while True:
        page = read(auditor, f"/api/{service}/audit?limit=50{after}")
        entries += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    if service == "identity":
        sought = [one["details"]["sought"] for one in entries if one["action"] == "audit.exported"]
        assert {"$ref": "a", "$id": "b"} in sought
    read(auditor, f"/api/{service}/audit/mine")


def test_the_audit_is_whole_and_its_odd_entries_are_named_and_exported(old: Machine, tmp_path: Path) -> None:
    verified = old.run("audit", "verify")
    assert verified.returncode == 0, verified.stderr
    assert verified.stdout.count("is whole; a caller's own names are in it") == 2
    for name in ("audit.csv", "audit.jsonl"):
        done = old.run("audit", "export", str(tmp_path / name))
        assert done.returncode == 0, done.stderr
        assert "$ref" in (tmp_path / name).read_text()


@pytest.mark.parametrize(
    "path", ["/", "/plans", "/inbox", "/audit", "/tasks", "/account", "/units/{BD}", "/units/{BD-N0129}"]
)
def test_pages_are_read(people: dict[str, Person], path: str) -> None:
    for code, unit in UNITS.items():
        path = path.replace("{" + code + "}", unit)
    for key in ("hq-organiser", "auditor", "union-clerk"):
        answer = people[key].get(path, Accept="text/html")
        assert answer.status_code in (200, 302, 303, 403, 404), f"{key} {path}: {answer.status_code}"
