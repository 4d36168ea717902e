"""Who may do what, where: every operation as every sample person, compared with the role table.

The expectation is computed here, from roles.toml and the tree alone; nothing of the decision's own code is used.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

import pytest
import requests

from servicekit.ids import new_id
from tests.journeys.addresses import (
    ADDRESSES,
    ALLOWED,
    REFUSED,
    STRANGER,
    UNKNOWN,
    Address,
    Call,
    Scene,
    Somebody,
    expected,
    operations,
    permissions,
    relations,
    somebody,
)
from tests.journeys.whole_house import Json

STRANGERS = ""
PEOPLE = (
    "hq-organiser",
    "hq-approver",
    "auditor",
    "division-supervisor",
    "district-secretary",
    "upazila-clerk",
    "union-clerk",
    "two-posts",
    "ended-grant",
    STRANGERS,
)
# Refused for its content, its version or the record's state: access was given.
PASSED_ACCESS = {409, 412, 422}
# They look at what an act would do, and are refused as the act would be.
PREVIEWS = {"GET /api/identity/grants/{grant_id}/succession", "GET /api/membership/moves/preview"}


def kind_of(method: str, answer: requests.Response) -> str:
    """The class of an answer; anything else by its number, so that it equals no class."""
    if answer.ok or (method != "GET" and answer.status_code in PASSED_ACCESS):
        return ALLOWED
    return {401: STRANGER, 403: REFUSED, 404: UNKNOWN}.get(answer.status_code, str(answer.status_code))


def ask(scene: Scene, key: str, method: str, call: Call) -> requests.Response:
    headers = {"Idempotency-Key": new_id(), "Accept": "application/json"}
    if call.if_match:
        headers["If-Match"] = '"999999"'
    whole = scene.whole
    http = whole.person(key).http if key else requests.Session()
    base = whole.person("hq-organiser").base
    headers["Origin"] = base
    return http.request(method, base + call.path, json=call.body, headers=headers, timeout=20)


def calls_of(
    person: Somebody, scene: Scene, published: Mapping[str, Json]
) -> Iterator[tuple[str, Address, str]]:
    """Every operation at every unit that stands in some relation to the person; signing out comes last."""
    places = list(relations(person, scene.paths))
    last = []
    for name in published:
        for address in ADDRESSES.get(name, ()):
            if address.ends_session:
                last.append((name, address, places[0]))
            else:
                yield from ((name, address, code) for code in places)
    yield from last


def test_every_operation_has_an_address_and_every_address_an_operation(document: Json) -> None:
    published = operations(document)
    assert set(published) - set(ADDRESSES) == set(), "the matrix must be told how to call these"
    assert set(ADDRESSES) - set(published) == set(), "nothing is published under these any more"
    declared = {operation["x-permission"] for operation in published.values()}
    assert declared <= permissions() | {"public", "signed-in", "arrived"}


@pytest.mark.parametrize("key", PEOPLE)
def test_every_operation_answers_as_the_role_table_says(scene: Scene, document: Json, key: str) -> None:
    person = somebody(key, scene.paths)
    published = operations(document)
    wrong, seen = [], Counter[str]()
    for name, address, code in calls_of(person, scene, published):
        wanted = expected(person, published[name]["x-permission"], address, scene, code)
        method = name.split()[0]
        answer = ask(scene, key, method, address.call(person, scene, code))
        got = kind_of("POST" if name in PREVIEWS else method, answer)
        seen[got] += 1
        if got != wanted:
            wrong.append(f"{name} at {code}: {answer.status_code}, not {wanted}: {answer.text[:150]}")
        elif answer.ok and address.check and not address.check(person, scene, code, answer):
            wrong.append(f"{name} at {code} tells of what lies outside: {answer.text[:300]}")
    scene.whole.sign_in_again(key)
    assert not wrong, "\n".join(wrong)
    # The comparison means something only where several kinds of answers occur.
    assert set(seen) >= {
        STRANGERS: {STRANGER},
        "ended-grant": {ALLOWED, REFUSED},
        "hq-organiser": {ALLOWED, REFUSED},
        "hq-approver": {ALLOWED, REFUSED},
        "auditor": {ALLOWED, REFUSED},
    }.get(key, {ALLOWED, REFUSED, UNKNOWN})


def test_what_is_refused_changes_nothing(scene: Scene) -> None:
    """After all those attempts every record is at the version at which it was made."""
    chief = scene.whole.person("hq-organiser")
    for code, grant in scene.grants.items():
        assert chief.get(f"/api/identity/grants/{grant}").json()["status"] == "invited", code
    for code, congress in scene.congresses.items():
        # Another test may have opened an election there, which is one more version each.
        opened = chief.get(f"/api/congress/congresses/{congress}/tallies").json()["items"]
        version = chief.get(f"/api/congress/congresses/{congress}").json()["version"]
        assert version == 1 + len(opened), code
    for code, plan in scene.drafts.items():
        assert chief.get(f"/api/congress/plans/{plan}").json()["version"] == 1, code
    for code, member in scene.members.items():
        stored = scene.whole.membership.members.find(member)
        assert stored is not None
        assert stored.version == 1, code
