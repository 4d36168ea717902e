"""Bad input through the gateway, made for every operation from the merged OpenAPI document.

Whatever is sent, the answer is a problem document that names the field, and never a 5xx.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from membership.domain.moves import MoveState, decided
from servicekit.ids import new_id
from tests.journeys.addresses import (
    ADDRESSES,
    ALLOWED,
    UNKNOWN,
    Address,
    Call,
    Scene,
    Somebody,
    expected,
    operations,
    somebody,
)
from tests.journeys.whole_house import Json
from tests.people import Person, a_period

CALLERS = ("hq-organiser", "union-clerk", "upazila-clerk", "hq-approver")
HUGE = 256 * 1024 + 1
DEEP = 1000
SERVICES = ("identity", "membership", "congress", "notifications")
# Doing these twice does no harm, so they ask for neither a key nor a version.
WITHOUT_KEY = {
    # Looks, and changes nothing; and each row has the version that was seen, and says the same when it is sent again.
    "POST /api/congress/plans/{plan_id}/results/preview",
    "POST /api/congress/plans/{plan_id}/results",
    "POST /api/identity/drafts",
    # Asked twice it is one question, named twice it is one office, and codes that are drawn again end those before.
    "POST /api/identity/fallback/windows",
    "POST /api/identity/fallback/officials",
    "POST /api/identity/fallback/codes",
    "POST /api/identity/joint-acts",
    "POST /api/identity/role-changes",
    # Answered once, by the version that was seen; tests/integration/identity/test_access_requests.py tries it.
    "POST /api/identity/access-requests/{request_id}/give",
    # Its rows keep the key; tests/integration/identity/test_batches.py tries it.
    "POST /api/identity/grant-batches",
    # The key stands in the file that is asked for; tests/integration/congress/test_exports.py tries it.
    "POST /api/congress/exports/congresses",
    "POST /api/congress/exports/listed",
    "POST /api/congress/exports/difficulties",
    "POST /api/congress/reminders",
    "POST /api/congress/plans/{plan_id}/sealed-reports",
    "POST /api/congress/exports/rollup",
    "POST /api/membership/exports/members",
    *(f"POST /api/{service}/exports/audit" for service in SERVICES),
    # The key stands in the comment; tests/integration/congress/test_congress_comments.py tries it.
    "POST /api/congress/congresses/{record_id}/comments",
    "POST /api/identity/access-requests/{record_id}/comments",
    # Noted once, whoever says it again.
    "POST /api/congress/congresses/{congress_id}/open-report",
}
WITHOUT_VERSION = {
    # Seals what is there at that moment, once by its key; tests/integration/congress/test_sealed_reports.py tries it.
    "POST /api/congress/plans/{plan_id}/sealed-reports",
    # Looks, and changes nothing.
    "POST /api/identity/role-changes/preview",
    # Changes nothing that anybody decides on; tests/integration/congress/test_reports_withdrawn.py tries it.
    "POST /api/congress/congresses/{congress_id}/open-report",
    # Looks, and gives nothing; of nobody here anything was given to many, test_batches.py tries the versions.
    "POST /api/identity/grant-batches/preview",
    "POST /api/identity/grant-batches/{batch_id}/take-back",
    # One's own file that is asked for: taken, or no longer wanted.
    *(
        f"POST /api/{service}/exports/{{export_id}}/{act}"
        for service in SERVICES
        for act in ("cancel", "link")
    ),
    # By the protocol of resumable uploads, which has an order of its own; test_files_on_the_way.py tries it.
    "POST /api/congress/congresses/{record_id}/files",
    "PATCH /api/congress/congresses/{record_id}/files/{file_id}/arriving",
    "POST /api/congress/comments/{record_id}/files",
    "PATCH /api/congress/comments/{record_id}/files/{file_id}/arriving",
    "POST /api/congress/difficulties/{record_id}/files",
    "PATCH /api/congress/difficulties/{record_id}/files/{file_id}/arriving",
    # Looks, and changes nothing; each row names the version that was seen, and test_results_for_many.py tries those.
    "POST /api/congress/plans/{plan_id}/results/preview",
    "POST /api/congress/plans/{plan_id}/results",
    # Looks, and changes nothing; names how many were seen, and is done once by its key.
    "POST /api/congress/plans/{plan_id}/rule-sets/preview",
    "POST /api/congress/plans/{plan_id}/rule-sets/preview/congresses",
    "POST /api/congress/congresses/{congress_id}/people",
    "POST /api/membership/units/{unit_id}/stranded",
    "PATCH /api/identity/me",
    # One's own, one name at a time.
    "PUT /api/identity/saved-lists",
    "POST /api/identity/accounts/{account_id}/end-sessions",
    "POST /api/identity/drafts/{draft_id}/take",
    # Nobody here is offered anything; test_offers.py tries the versions.
    "POST /api/identity/offers/{grant_id}/accept",
    "POST /api/identity/offers/{grant_id}/decline",
    # Something said is added, whatever was said since; test_congress_comments.py tries the versions of a change.
    "POST /api/congress/congresses/{record_id}/comments",
    "PUT /api/congress/congresses/{record_id}/comments/{comment_id}",
    "POST /api/congress/congresses/{record_id}/comments/{comment_id}/withdraw",
    # Nobody here has raised a difficulty; tests/integration/congress/test_difficulties.py tries the versions.
    *(
        f"POST /api/congress/difficulties/{{difficulty_id}}/{act}"
        for act in ("answer", "separate", "ask-back", "forward", "reply", "confirm", "withdraw")
    ),
    # Nobody here has calculated a division; tests/integration/congress/test_seats_divided.py tries the versions.
    "POST /api/congress/seats/{division_id}/decide",
    "POST /api/congress/congresses/{congress_id}/seats",
    # Opened once by its rule; nobody here has opened any, and test_tallies_keyed.py tries the versions.
    "POST /api/congress/congresses/{congress_id}/tallies",
    *(
        f"POST /api/congress/congresses/{{congress_id}}/tallies/{{tally_id}}/{act}"
        for act in ("keyings", "withdraw")
    ),
    "POST /api/identity/access-requests/{record_id}/comments",
    "PUT /api/identity/access-requests/{record_id}/comments/{comment_id}",
    "POST /api/identity/access-requests/{record_id}/comments/{comment_id}/withdraw",
    # There is no such job here; tests/integration/congress/test_jobs_overseen.py tries the versions.
    *(f"POST /api/{service}/jobs/{{job_id}}/{act}" for service in SERVICES for act in ("retry", "cancel")),
    # Answered once, by one person.
    "POST /api/identity/fallback/sign-ins/{sign_in_id}/confirm",
    "POST /api/identity/fallback/sign-ins/{sign_in_id}/deny",
    "POST /api/notifications/inbox/{notice_id}/read",
}


# ---------------------------------------------------------------- calls


def send(person: Person, method: str, path: str, **more: Any) -> requests.Response:
    headers = {"Origin": person.base, "Accept": "application/json", "Idempotency-Key": new_id()}
    headers |= more.pop("headers", {})
    sent = {name: value for name, value in headers.items() if value is not None}
    return person.http.request(method, person.base + path, headers=sent, timeout=20, **more)


def send_body(
    person: Person, method: str, call: Call, body: bytes, kind: str = "application/json"
) -> requests.Response:
    headers = {"Content-Type": kind}
    if call.if_match:
        headers["If-Match"] = '"999999"'
    return send(person, method, call.path, data=body, headers=headers)


def may_call(scene: Scene, name: str, operation: Json) -> tuple[Person, Call]:
    """Somebody who may, at a unit where they may."""
    for key in CALLERS:
        who = somebody(key, scene.paths)
        for code in dict.fromkeys(one.unit[-1] for one in who.held):
            for address in ADDRESSES[name]:
                permission = operation["x-permission"]
                # Nobody meets a file, a comment or a job, of which the scene has none: whoever may is asked for.
                missing = (
                    "{file_id}",
                    "{comment_id}",
                    "/comments/{record_id}/files",
                    "/difficulties/{record_id}/files",
                    "/plans/{plan_id}/results",
                    "{job_id}",
                    "{batch_id}",
                    "{difficulty_id}",
                    "{division_id}",
                    "{tally_id}",
                    "{report_id}",
                    "{congress_id}/proof",
                )
                of_file = any(one in name for one in missing) and who.may(permission, scene.paths[code])
                if of_file or serves(who, permission, address, scene, code):
                    return scene.whole.person(key), address.call(who, scene, code)
    # Approving is for units below one's own.
    who = somebody("hq-approver", scene.paths)
    return scene.whole.person(who.key), ADDRESSES[name][0].call(who, scene, "BD-D01")


def serves(who: Somebody, permission: str, address: Address, scene: Scene, code: str) -> bool:
    answer = expected(who, permission, address, scene, code)
    return answer == ALLOWED or (answer == UNKNOWN and permission in ("signed-in", "arrived"))


def with_body(document: Json) -> dict[str, Json]:
    """Those that take JSON; what is sent to the ones that take bytes is tried by test_files_on_the_way.py."""
    return {
        name: one
        for name, one in operations(document).items()
        if "application/json" in one.get("requestBody", {}).get("content", {})
    }


def body_schema(document: Json, operation: Json) -> Json:
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return dict(schema)


def properties(document: Json, operation: Json) -> dict[str, Json]:
    """The fields of an operation's body."""
    return dict(body_schema(document, operation).get("properties", {}))


def needed(document: Json, operation: Json) -> list[str]:
    return list(body_schema(document, operation).get("required", []))


def is_problem(answer: requests.Response) -> bool:
    if not 400 <= answer.status_code < 500:
        return False
    if answer.headers["Content-Type"] != "application/problem+json":
        return False
    body = answer.json()
    named = body["type"].startswith("/problems/") and body["title"] and body["status"] == answer.status_code
    return bool(named and "Traceback" not in answer.text)


def pointers(answer: requests.Response) -> list[str]:
    return [error["pointer"] for error in answer.json().get("errors", [])]


# ---------------------------------------------------------------- bodies

NOT_A_TEXT = {"$ne": None}


def faulty_values(field: str, schema: Json) -> Iterator[Any]:
    """Values of another type than the field has."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if "object" in kinds:
        yield from ("a text", [NOT_A_TEXT], {"x": NOT_A_TEXT} if field != "targets" else {"$ne": None})
    elif "array" in kinds:
        yield from ("a text", NOT_A_TEXT, [NOT_A_TEXT], 5)
    elif "string" in kinds:
        yield from (NOT_A_TEXT, ["x"], True)
    else:
        yield from (NOT_A_TEXT, ["x"], "a text")


def test_a_value_of_another_type_is_refused_by_its_name(scene: Scene, document: Json) -> None:
    wrong = []
    for name, operation in with_body(document).items():
        person, call = may_call(scene, name, operation)
        assert call.body is not None, name
        for field, schema in properties(document, operation).items():
            for value in faulty_values(field, schema):
                body = {**call.body, field: value}
                answer = send_body(person, name.split()[0], call, json.dumps(body).encode())
                pointed = any(pointer.split("/")[1] == field for pointer in pointers(answer))
                if not (is_problem(answer) and answer.status_code == 422 and pointed):
                    wrong.append(f"{name} {field}={value!r}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


def test_an_unknown_field_is_refused_by_its_name(scene: Scene, document: Json) -> None:
    wrong = []
    for name, operation in with_body(document).items():
        person, call = may_call(scene, name, operation)
        for field in ("no_such_field", "$where", "__class__"):
            body = {**(call.body or {}), field: 1}
            answer = send_body(person, name.split()[0], call, json.dumps(body).encode())
            if answer.status_code != 422 or f"/{field}" not in pointers(answer):
                wrong.append(f"{name} {field}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


def unreadable(first_field: str) -> dict[str, tuple[bytes, set[int]]]:
    name = json.dumps(first_field).encode()
    return {
        "not JSON": (b"{", {400}),
        "no body": (b"", {400, 422}),
        "a list": (b"[]", {400, 422}),
        "a list of objects": (b"[{}]", {400, 422}),
        "a text": (b'"x"', {400, 422}),
        "a number": (b"5", {400, 422}),
        "true": (b"true", {400, 422}),
        "broken UTF-8": (b'{"\xff\xfe": 1}', {400}),
        "too deep": (b'{"x":' * DEEP + b"1" + b"}" * DEEP, {400}),
        "lists too deep": (b"[" * DEEP + b"]" * DEEP, {400}),
        "very deep": (b"[" * 100_000, {400}),
        "a NUL": (b'{%s: "a\\u0000b"}' % name, {400}),
        "half a surrogate": (b'{%s: "a\\ud800b"}' % name, {400}),
        "a NUL as a key": (b'{"a\\u0000b": 1}', {400}),
        "too large a number": (b'{%s: %d}' % (name, 2**53 + 1), {400}),
        "a far too large number": (b'{%s: %s}' % (name, b"9" * 5000), {400}),
        "infinity": (b'{%s: 1e999}' % name, {400}),
        "not a number": (b'{%s: NaN}' % name, {400}),
        "too long": (b'{%s: "%s"}' % (name, b"x" * HUGE), {413}),
        "blanks that are too long": (b"{}" + b" " * HUGE, {413}),
    }  # fmt: skip


def test_what_cannot_be_read_or_stored_is_refused(scene: Scene, document: Json) -> None:
    wrong = []
    for name, operation in with_body(document).items():
        person, call = may_call(scene, name, operation)
        first = next(iter(properties(document, operation)), "x")
        for what, (body, wanted) in unreadable(first).items():
            answer = send_body(person, name.split()[0], call, body)
            if what == "no body" and not needed(document, operation):
                continue  # there is nothing that must be said
            if not is_problem(answer) or answer.status_code not in wanted:
                wrong.append(f"{name}, {what}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_a_body_of_another_kind_is_not_taken_for_json(scene: Scene, document: Json, kind: str) -> None:
    wrong = []
    for name, operation in with_body(document).items():
        person, call = may_call(scene, name, operation)
        answer = send_body(person, name.split()[0], call, json.dumps(call.body).encode(), kind)
        if not is_problem(answer) or answer.status_code != 415:
            wrong.append(f"{name}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


# ---------------------------------------------------------------- addresses

NOT_AN_ID = (
    "a" * 100,
    "a" * 101,
    "x%27",
    "%22x%22",
    "%00",
    "%7B%22$ne%22:1%7D",
    "$ne",
    "..%2f",
    "_id",
    "x;y",
    "-",
)


def test_no_parameter_of_an_address_is_too_strange(scene: Scene, document: Json) -> None:
    wrong = []
    for name, operation in operations(document).items():
        method, template = name.split()
        names = [part for part in template.split("/") if part.startswith("{")]
        if not names:
            continue
        person, call = may_call(scene, name, operation)
        path, _, query = call.path.partition("?")
        for place in [i for i, part in enumerate(template.split("/")) if part.startswith("{")]:
            others = (scene.unit("BD-V02"), scene.whole.person("upazila-clerk").key)
            for value in (*NOT_AN_ID, *others):
                parts = path.split("/")
                if parts[place] == value:
                    continue
                parts[place] = value
                headers = {"If-Match": '"999999"'} if call.if_match else {}
                target = "/".join(parts) + (f"?{query}" if query else "")
                answer = send(person, method, target, json=call.body, headers=headers)
                strange = value not in others
                good = is_problem(answer) and answer.status_code in (400, 404, 422)
                # Another unit is a good parameter where units are asked for.
                if not good and (strange or "{unit_id}" not in template):
                    wrong.append(f"{method} {target}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


STRANGE_QUERIES = ("", "%00", "%ED%A0%80", "x" * 3000, "-1", "9" * 400)


def test_no_parameter_of_a_query_is_too_strange(scene: Scene, document: Json) -> None:
    wrong = []
    for name, operation in operations(document).items():
        method, _ = name.split()
        if method != "GET":
            continue
        person, call = may_call(scene, name, operation)
        path, _, query = call.path.partition("?")
        for parameter in [one["name"] for one in operation["parameters"] if one.get("in") == "query"]:
            kept = "&".join(p for p in query.split("&") if p and not p.startswith(f"{parameter}="))
            for value in (*STRANGE_QUERIES, f"x&{parameter}[$ne]=y"):
                answer = send(person, method, f"{path}?{kept}&{parameter}={value}")
                if not (answer.ok or is_problem(answer)):
                    wrong.append(f"{path}?{parameter}={value[:40]}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


# ---------------------------------------------------------------- versions and keys


def test_a_change_needs_the_version_that_was_seen(scene: Scene, document: Json) -> None:
    wrong = []
    for name, operation in operations(document).items():
        method, template = name.split()
        changes = method in ("PUT", "PATCH") or (method == "POST" and "{" in template)
        if not changes or name in WITHOUT_VERSION:
            continue
        person, call = may_call(scene, name, operation)
        for version, wanted in ((None, {428}), ('"999999"', {412, 409, 422}), ("x", {400}), ('"-1"', {400})):
            answer = send(person, method, call.path, json=call.body, headers={"If-Match": version})
            if not is_problem(answer) or answer.status_code not in wanted:
                wrong.append(f"{name} If-Match {version}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


def creations(scene: Scene) -> dict[str, tuple[str, Json, Json]]:
    """By operation: who creates, what, and the same with one value changed."""
    unit = scene.unit("BD-N0129")
    deadlines = {"union": "2030-01-01"}
    plan = {"unit_id": scene.unit("BD"), "name": "Twice", "cycle": "x", "deadlines": deadlines}
    member = {"unit_id": unit, "name": "Twice", "birth_date": "1980-01-01", "sex": "other"}
    grant = {"unit_id": unit, "role": "reader", "national_number": "9990000000967", **a_period()}
    machine = {
        "unit_id": unit,
        "name": "Twice",
        "keys": [{"kty": "EC", "crv": "P-256", "kid": "k", **A_POINT}],
        "expires": a_period()["valid_to"],
    }
    difficulty = {"unit_id": unit, "kind": "other", "text": "Twice"}
    seats = {"basis": "fixed", "seats": 1}
    tally = {
        "of": "committee",
        "majority": "election",
        "seats": 1,
        "summoned": 9,
        "present": 8,
        "candidates": [{"name": "Twice"}],
    }
    # From one upazila to another: the second person never comes, so the unit stays.
    move = {"unit_id": unit, "to_id": scene.unit("BD-U001"), "reason": "Twice"}
    return {
        "POST /api/membership/moves": ("upazila-clerk", move, {**move, "reason": "Other"}),
        "POST /api/congress/difficulties": ("union-clerk", difficulty, {**difficulty, "text": "Other"}),
        "POST /api/congress/congresses/{congress_id}/seats": ("hq-organiser", seats, {**seats, "seats": 2}),
        "POST /api/congress/congresses/{congress_id}/tallies": (
            "union-clerk",
            tally,
            {**tally, "seats": 2},
        ),
        "POST /api/congress/plans": ("hq-organiser", plan, {**plan, "name": "Other"}),
        "POST /api/identity/grants": ("upazila-clerk", grant, {**grant, "role": "clerk"}),
        "POST /api/identity/machines": ("upazila-clerk", machine, {**machine, "name": "Other"}),
        "POST /api/membership/members": ("union-clerk", member, {**member, "name": "Other"}),
    }


# The public point of the example key in RFC 7517, appendix A.1.
A_POINT = {
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}


def test_every_creation_is_made_once_for_its_key(scene: Scene, document: Json) -> None:
    created = creations(scene)
    # A unit has one open question at a time: that of the scene is answered first.
    _, asked, _ = created["POST /api/membership/moves"]
    whole = scene.whole
    for one in whole.membership.moves.of(asked["unit_id"]):
        if one.unit_id == asked["unit_id"] and one.state is MoveState.ASKED:
            over = decided(one, MoveState.WITHDRAWN, "", "", whole.membership.clock.now())
            whole.membership.moves.save(over, one.version, [], [])
    published = {
        name
        for name, operation in with_body(document).items()
        if name.startswith("POST ") and "201" in operation["responses"] and name not in WITHOUT_KEY
    }
    assert published == set(created), "every operation that creates is tried here"
    for name, (key, body, other) in created.items():
        person = scene.whole.person(key)
        unit = "BD-N0129" if key == "union-clerk" else "BD"
        path = name.split()[1].format(congress_id=scene.congresses[unit])
        missing = send(person, "POST", path, json=body, headers={"Idempotency-Key": None})
        assert (missing.status_code, missing.json()["type"]) == (428, "/problems/idempotency-key-missing"), (
            name
        )
        for bad in ("x" * 129, "a\tb"):
            assert send(person, "POST", path, json=body, headers={"Idempotency-Key": bad}).status_code == 400
        once = {"Idempotency-Key": new_id()}
        with ThreadPoolExecutor(6) as pool:
            browsers = [copy_of(person) for _ in range(6)]
            answers = list(pool.map(lambda one: send(one, "POST", path, json=body, headers=once), browsers))  # noqa: B023
        # Those that collided are asked to come again; nobody is told anything else.
        assert {answer.status_code for answer in answers} <= {201, 503}, [a.text for a in answers]
        first = send(person, "POST", path, json=body, headers=once)
        assert first.status_code == 201, first.text
        assert {answer.json()["id"] for answer in answers if answer.ok} <= {first.json()["id"]}
        again = send(person, "POST", path, json=body, headers=once)
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["ETag"] == first.headers["ETag"]
        reused = send(person, "POST", path, json=other, headers=once)
        assert (reused.status_code, reused.json()["type"]) == (422, "/problems/idempotency-key-reused")
        # Somebody else's key is their own: it gives no answer away.
        stranger = scene.whole.person("hq-approver")
        theirs = send(stranger, "POST", path, json=body, headers=once)
        assert theirs.status_code == 403
        assert first.json()["id"] not in theirs.text
    (listed,) = (
        scene.whole.person("union-clerk")
        .get(f"/api/membership/members?unit_id={scene.unit('BD-N0129')}&q=Twice")
        .json()["items"]
    )
    assert listed["name"] == "Twice"


def copy_of(person: Person) -> Person:
    """The same browser once more: sessions of requests are not for several threads."""
    copied = Person(person.house, person.key)
    copied.http.cookies.update(person.http.cookies)
    return copied
