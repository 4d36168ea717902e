"""What is not there and what is somebody else's answer alike, byte for byte: nobody learns which ids there are."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from servicekit.ids import new_id
from tests.journeys.addresses import UNKNOWN, Call, Scene, expected, operations, somebody
from tests.journeys.test_matrix import ask, calls_of
from tests.journeys.whole_house import Json
from tests.people import Person, a_period, citizens

SEEN: set[str] = set()  # by all who asked
SERVICES = ("identity", "membership", "congress", "notifications")
# None of these three reads an audit, and why one may not do something is told of any unit, there or not, in the same
# words: both have a test of their own below.
AUDITS = tuple(f"/api/{service}/audit" for service in SERVICES)
# Whoever may see any job may see all, and the others are refused before one is looked for.
JOBS = {
    act.format(service)
    for service in SERVICES
    for act in (
        "GET /api/{}/jobs/{{job_id}}",
        "POST /api/{}/jobs/{{job_id}}/retry",
        "POST /api/{}/jobs/{{job_id}}/cancel",
    )
}
NEVER_FOREIGN = {f"GET {path}" for path in AUDITS} | {"GET /api/identity/why"} | JOBS
# What waits for somebody in a unit that is none of theirs is nothing, there or not: by a test of its own below.
TASKS = tuple(f"/api/{service}/tasks" for service in SERVICES)
NEVER_FOREIGN |= {f"GET {path}" for path in TASKS}
# Roles are the whole house's: whoever may change them sees all, the others are refused before one is looked for.
NEVER_FOREIGN |= {
    "GET /api/identity/roles/{role_key}/grants",
    "GET /api/identity/role-changes/{change_id}",
    "POST /api/identity/role-changes/{change_id}/confirm",
    "POST /api/identity/role-changes/{change_id}/withdraw",
}
OPAQUE = re.compile(r"[a-z0-9]{20}")


def of_nothing(template: str, call: Call) -> Call | None:
    """The same call with ids that are nobody's, in its address and its body; None where there is none in it."""
    parts = urlsplit(call.path)
    said, shape = parts.path.split("/"), template.split("/")
    path = "/".join(
        new_id() if there.startswith("{") and there != "{kind}" else one
        for one, there in zip(said, shape, strict=True)
    )
    query = [(name, new_id() if OPAQUE.fullmatch(value) else value) for name, value in parse_qsl(parts.query)]
    body = nobodys(call.body)
    if (path, query, body) == (parts.path, parse_qsl(parts.query), call.body):
        return None
    return Call(path + (f"?{urlencode(query)}" if query else ""), body, if_match=call.if_match)


def nobodys(body: Any) -> Any:
    if isinstance(body, dict):
        return {name: nobodys(value) for name, value in body.items()}
    if isinstance(body, list):
        return [nobodys(value) for value in body]
    return new_id() if isinstance(body, str) and OPAQUE.fullmatch(body) else body


@pytest.mark.parametrize("key", ["district-secretary", "upazila-clerk", "union-clerk"])
def test_a_foreign_id_answers_as_one_that_is_not_there(scene: Scene, document: Json, key: str) -> None:
    person, published = somebody(key, scene.paths), operations(document)
    wrong, seen = [], Counter[str]()
    for name, address, code in calls_of(person, scene, published):
        if expected(person, published[name]["x-permission"], address, scene, code) != UNKNOWN:
            continue
        method, template = name.split(" ", 1)
        call = address.call(person, scene, code)
        nothing = of_nothing(template, call)
        if nothing is None:
            continue
        foreign, missing = ask(scene, key, method, call), ask(scene, key, method, nothing)
        told = []
        for answer in (foreign, missing):
            body = answer.json() if answer.content else {}
            body.pop("request_id", None)
            told.append((answer.status_code, answer.headers["Content-Type"], body))
        seen[name] += 1
        if told[0] != told[1] or foreign.status_code != 404:
            wrong.append(f"{name} at {code}: {told[0]} but {told[1]}")
    scene.whole.sign_in_again(key)
    SEEN.update(seen)
    assert not wrong, "\n".join(wrong)
    assert len(seen) > 20, "the comparison means something only where there is much to compare"


def test_every_operation_with_an_id_was_compared(document: Json) -> None:
    with_id = {
        name
        for name, operation in operations(document).items()
        if name.split("/")[2] in SERVICES
        and ("{" in name or any(one["name"].endswith("unit_id") for one in operation["parameters"]))
    }
    assert sorted(with_id - SEEN) == sorted(NEVER_FOREIGN)


@pytest.fixture
def auditor(scene: Scene) -> Iterator[Person]:
    """Reads the audit of one district and of no other."""
    whole, key = scene.whole, "hq-second"
    chief = whole.person("hq-organiser")
    number = citizens()[key]["national_number"]
    wanted = {"unit_id": scene.unit("BD-D01"), "role": "auditor", "national_number": number, **a_period()}
    given = chief.post("/api/identity/grants", wanted)
    assert given.status_code == 201, given.text
    yield whole.person(key)
    address = f"/api/identity/grants/{given.json()['id']}"
    tag = chief.get(address).headers["ETag"]
    assert chief.post(address + "/revoke", {"reason": "seen"}, If_Match=tag).status_code == 200
    whole.sign_in_again(key)


def told_of(person: Person, path: str, **asked: str) -> tuple[int, str, Json]:
    """Without what the question itself has said."""
    answer = person.get(f"{path}?{urlencode(asked)}")
    body = {name: value for name, value in answer.json().items() if name not in ("request_id", "unit_id")}
    return answer.status_code, answer.headers["Content-Type"], body


@pytest.mark.parametrize("path", AUDITS)
def test_the_audit_of_a_foreign_unit_answers_as_one_that_is_not_there(
    scene: Scene, auditor: Person, path: str
) -> None:
    missing = told_of(auditor, path, unit_id=new_id())
    assert (missing[0], missing[2]["items"]) == (200, [])
    assert told_of(auditor, path, unit_id=scene.unit("BD-D01"))[0] == 200
    for code in ("BD-V02", "BD-D02"):
        assert told_of(auditor, path, unit_id=scene.unit(code)) == missing, code
    # Of a unit above, what lies in one's own part of it, and nothing else.
    district = scene.whole.unit("BD-D01").path
    own = {unit.id for unit in scene.whole.units.values() if unit.path[: len(district)] == district}
    above = told_of(auditor, path, unit_id=scene.unit("BD"))[2]["items"]
    assert {entry["unit_id"] for entry in above} <= own


@pytest.mark.parametrize("path", TASKS)
def test_what_waits_in_a_foreign_unit_is_what_waits_in_none(scene: Scene, path: str) -> None:
    person = scene.whole.person("union-clerk")
    missing = told_of(person, path, unit_id=new_id())
    assert missing[0] == 200
    for code in ("BD-V02", "BD-D02"):
        assert told_of(person, path, unit_id=scene.unit(code)) == missing, code


def test_why_says_of_foreign_units_and_people_what_it_says_of_none(scene: Scene, auditor: Person) -> None:
    path, own = "/api/identity/why", scene.unit("BD-D01")
    seen = {"permission": "access:read"}
    assert told_of(auditor, path, unit_id=own, **seen)[2]["allowed"] is True
    missing = told_of(auditor, path, unit_id=new_id(), **seen)
    assert (missing[0], missing[2]["allowed"], missing[2]["chain"]) == (200, False, [])
    above = scene.whole.person("hq-approver").get("/api/identity/me").json()["account_id"]
    for code in ("BD", "BD-V02", "BD-D02"):
        assert told_of(auditor, path, unit_id=scene.unit(code), **seen) == missing, code
    # Of somebody else in a unit that one may not see, nothing; in one's own, whether there is such a person or not.
    nobody = told_of(auditor, path, unit_id=new_id(), account_id=above, **seen)
    assert nobody[0] == 404
    assert told_of(auditor, path, unit_id=scene.unit("BD-D02"), account_id=above, **seen) == nobody
    unknown = told_of(auditor, path, unit_id=own, account_id=new_id(), permission="congress:report")
    stranger = told_of(
        *(auditor, path), unit_id=own, account_id=scene.reader_in_d02, permission="congress:report"
    )
    assert stranger == unknown
