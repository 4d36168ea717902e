"""Service accounts: registered, given grants, and signing in by a key of their own."""

import time
from base64 import urlsafe_b64encode
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from servicekit.ids import new_id
from tests.people import Person, a_period, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations

KEY = ECKey.generate_key("P-256", {"kid": "k1"}, private=True)
PUBLIC = KEY.as_dict(private=False)


@pytest.fixture(scope="module")
def running(house: House) -> House:
    with identity_operations(house) as context:
        first_people(context)
    for service in ("identity", "practice_eid", "gateway"):
        house.start_service(service)
    return house


@pytest.fixture(scope="module")
def chief(running: House) -> Person:
    person = Person(running, "hq-organiser")
    person.sign_in()
    return person


@pytest.fixture(scope="module")
def machine(chief: Person) -> dict[str, Any]:
    body = {"unit_id": "north", "name": "Figures for the north", "keys": [PUBLIC], "expires": "2036-01-01"}
    made = chief.post("/api/identity/machines", body)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


def assertion(machine_id: str, base: str, key: Any = KEY, **changes: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": machine_id, "sub": machine_id, "aud": f"{base}/oauth/token",
        "iat": now, "exp": now + 60, "jti": new_id(), **changes,
    }  # fmt: skip
    header = {"alg": "ES256" if isinstance(key, ECKey) else "PS256", "kid": key.kid}
    return jwt.encode(
        header, {k: v for k, v in claims.items() if v is not None}, key, algorithms=[header["alg"]]
    )


def ask(base: str, proof: str, **form: str) -> requests.Response:
    sent = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": proof,
        **form,
    }
    return requests.post(f"{base}/oauth/token", data=sent, timeout=10)


def ends_within(seconds: float, base: str, bearer: dict[str, str]) -> bool:
    deadline = time.monotonic() + seconds
    while requests.get(f"{base}/api/identity/me", headers=bearer, timeout=5).status_code == 200:
        if time.monotonic() >= deadline:
            return False
    return True


def test_a_machine_reaches_what_it_is_granted_and_nothing_else(
    chief: Person, machine: dict[str, Any]
) -> None:
    base = chief.base
    token = ask(base, assertion(machine["id"], base)).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    assert (
        requests.get(f"{base}/api/identity/grants?unit_id=north", headers=bearer, timeout=5).status_code
        == 403
    )
    body = {"unit_id": "north", "role": "auditor", "account_id": machine["id"], **a_period()}
    given = chief.post("/api/identity/grants", body)
    assert given.status_code == 201, given.text
    deadline = time.monotonic() + 3
    while (
        requests.get(f"{base}/api/identity/grants?unit_id=north", headers=bearer, timeout=5).status_code
        != 200
    ):
        assert time.monotonic() < deadline
    assert (
        requests.get(f"{base}/api/identity/grants?unit_id=south", headers=bearer, timeout=5).status_code
        == 404
    )
    assert (
        requests.post(f"{base}/api/identity/grants", json=body, headers=bearer, timeout=5).status_code == 403
    )
    # No eID has seen it, so it takes no audit along, however lately its key has signed.
    export = requests.post(
        f"{base}/api/identity/audit-exports",
        json={"unit_id": "north"},
        headers={**bearer, "Idempotency-Key": new_id()},
        timeout=5,
    )
    assert (export.status_code, export.json()["type"]) == (403, "/problems/sign-in-too-old"), export.text
    # A bearer token needs no Origin: no browser sends it by itself.
    changed = requests.patch(f"{base}/api/identity/me", json={"language": "vi"}, headers=bearer, timeout=5)
    assert changed.status_code == 200
    listed = chief.get("/api/identity/machines?unit_id=north").json()["items"]
    assert listed[0]["last_used"] is not None


def test_a_machine_is_not_a_way_round_what_one_only_passes_on(chief: Person, machine: dict[str, Any]) -> None:
    body = {"unit_id": "north", "account_id": machine["id"], **a_period()}
    clerk = chief.post("/api/identity/grants", {**body, "role": "clerk"})
    assert (clerk.status_code, clerk.json()["type"]) == (403, "/problems/machine-beyond-own-use")
    for role in ("approver", "administrator"):  # they need a person who signs in afresh
        answer = chief.post("/api/identity/grants", {**body, "role": role})
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/person-needed"), role
    assert chief.post("/api/identity/grants", {**body, "role": "reader"}).status_code == 201


def test_only_a_fresh_assertion_by_the_registered_key_is_taken(
    chief: Person, machine: dict[str, Any]
) -> None:
    base, now = chief.base, int(time.time())
    other = ECKey.generate_key("P-256", {"kid": "k1"}, private=True)
    unknown = ECKey.generate_key("P-256", {"kid": "k2"}, private=True)
    used = assertion(machine["id"], base)
    assert ask(base, used).status_code == 200
    lies = {
        "used before": used,
        "nested without end": ".".join(
            urlsafe_b64encode(part).decode().rstrip("=")
            for part in (b'{"alg":"ES256","kid":"k1"}', b"[" * 2500, b"x")
        ),
        "another key": assertion(machine["id"], base, other),
        "unknown kid": assertion(machine["id"], base, unknown),
        "unknown machine": assertion("nobody", base),
        "another audience": assertion(machine["id"], base, aud="https://elsewhere.example"),
        "two audiences": assertion(machine["id"], base, aud=[f"{base}/oauth/token", "x"]),
        "another issuer": assertion(machine["id"], base, iss="nobody"),
        "expired": assertion(machine["id"], base, exp=now - 60, iat=now - 120),
        "too long": assertion(machine["id"], base, exp=now + 4000),
        "from the future": assertion(machine["id"], base, iat=now + 500, exp=now + 320),
        "no jti": assertion(machine["id"], base, jti=None),
        "no expiry": assertion(machine["id"], base, exp=None),
        "not a token": "x.y.z",
        "nothing": "",
    }
    for what, lie in lies.items():
        answer = ask(base, lie)
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/client-refused"), what
    assert ask(base, assertion(machine["id"], base), grant_type="password").status_code == 400


def test_a_machine_with_a_new_key_or_closed_loses_its_tokens(chief: Person) -> None:
    base = chief.base
    rsa = RSAKey.generate_key(2048, {"kid": "r1"}, private=True)
    body = {"unit_id": "south", "name": "x", "keys": [rsa.as_dict(private=False)], "expires": "2036-01-01"}
    made = chief.post("/api/identity/machines", body)
    machine_id = made.json()["id"]
    token = ask(base, assertion(machine_id, base, rsa)).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{base}/api/identity/me", headers=bearer, timeout=5).status_code == 200
    # Whoever stole the old key has a session by it, and that is the token: new keys end it.
    fresh = {"keys": [PUBLIC], "expires": "2036-01-01", "closed": False}
    renewed = chief.send("PUT", f"/api/identity/machines/{machine_id}", fresh, If_Match=made.headers["ETag"])
    assert renewed.status_code == 200, renewed.text
    assert ends_within(2, base, bearer), "a machine with new keys still reads by the old one after 2 s"
    back = {**fresh, "keys": body["keys"]}
    made = chief.send("PUT", f"/api/identity/machines/{machine_id}", back, If_Match=renewed.headers["ETag"])
    bearer = {"Authorization": f"Bearer {ask(base, assertion(machine_id, base, rsa)).json()['access_token']}"}
    assert requests.get(f"{base}/api/identity/me", headers=bearer, timeout=5).status_code == 200
    closed = {"keys": body["keys"], "expires": "2036-01-01", "closed": True}
    done = chief.send("PUT", f"/api/identity/machines/{machine_id}", closed, If_Match=made.headers["ETag"])
    assert done.status_code == 200, done.text
    assert ends_within(2, base, bearer), "a closed machine still reads after 2 s"
    assert ask(base, assertion(machine_id, base, rsa)).status_code == 401


def test_what_is_closed_for_good_keeps_the_keys_and_the_day_that_it_had(chief: Person) -> None:
    made = registered(chief)
    other = {**PUBLIC, "kid": "other"}
    closed = {"closed": True, "expires": "9999-12-31", "keys": [other]}
    done = chief.send(
        "PUT", f"/api/identity/machines/{made.json()['id']}", closed, If_Match=made.headers["ETag"]
    )
    assert done.status_code == 200, done.text
    kept = {name: made.json()[name] for name in ("expires", "keys")}
    assert {name: done.json()[name] for name in kept} == kept
    assert done.json()["closed"]


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [{}],
        [{"kty": "oct", "k": "c2VjcmV0", "kid": "a"}],
        [KEY.as_dict(private=True)],
        [{k: v for k, v in PUBLIC.items() if k != "kid"}],
        [PUBLIC, PUBLIC],
        [ECKey.generate_key("P-384", {"kid": "p"}, private=True).as_dict(private=False)],
        [{"kty": "RSA", "kid": "s", "e": "AQAB", "n": urlsafe_b64encode(b"\xc5" * 128).decode().rstrip("=")}],
        [{"kty": "RSA", "kid": "l", "e": "AQAB", "n": urlsafe_b64encode(b"\xc5" * 520).decode().rstrip("=")}],
    ],
)
def test_weak_private_and_nameless_keys_are_refused(chief: Person, keys: list[dict[str, Any]]) -> None:
    body = {"unit_id": "north", "name": "x", "keys": keys, "expires": "2036-01-01"}
    answer = chief.post("/api/identity/machines", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/keys"


def test_a_person_ends_all_sessions_and_a_superior_ends_somebodys(running: House, chief: Person) -> None:
    one, other = Person(running, "hq-organiser"), Person(running, "hq-organiser")
    one.sign_in()
    other.sign_in()
    account = one.get("/api/identity/me").json()["account_id"]
    # Nobody stands over the first administrator: for them the account is not there to be signed out.
    assert chief.post(f"/api/identity/accounts/{account}/end-sessions").status_code == 404
    below = Person(running, "district-secretary")
    number = citizens()["district-secretary"]["national_number"]
    given = {"unit_id": "north", "role": "reader", "national_number": number, **a_period()}
    assert chief.post("/api/identity/grants", given).status_code == 201
    below.sign_in()
    told = below.get("/api/identity/me").json()
    assert one.post(f"/api/identity/accounts/{told['account_id']}/end-sessions").status_code == 204
    ended = time.monotonic()
    while below.get("/api/identity/me").status_code == 200:
        assert time.monotonic() < ended + 2
    assert below.sign_in().status_code == 200, "what they hold stays"
    assert below.get("/api/identity/me").json()["grants"] == told["grants"]
    assert one.send("DELETE", "/api/identity/sessions").status_code == 204
    deadline = time.monotonic() + 2
    while other.get("/api/identity/me").status_code == 200:
        assert time.monotonic() < deadline
    chief.sign_in()  # hers ended with them


@pytest.fixture(scope="module")
def secretary(running: House, chief: Person) -> Person:
    """An administrator of the south, below headquarters."""
    number = citizens()["district-secretary"]["national_number"]
    given = {"unit_id": "south", "role": "administrator", "national_number": number, **a_period()}
    assert chief.post("/api/identity/grants", given).status_code == 201
    person = Person(running, "district-secretary")
    person.sign_in()
    return person


def registered(by: Person, **changes: Any) -> requests.Response:
    body = {"unit_id": "south", "name": "x", "keys": [PUBLIC], "expires": "2036-01-01", **changes}
    return by.post("/api/identity/machines", body)


def test_a_superior_closes_a_subordinates_machine_and_nobody_opens_it_again(
    chief: Person, secretary: Person
) -> None:
    made = registered(secretary)
    address, body = (
        f"/api/identity/machines/{made.json()['id']}",
        {"account_id": made.json()["id"], **a_period()},
    )
    for role in ("reader", "auditor"):
        given = secretary.post("/api/identity/grants", {**body, "unit_id": "south", "role": role})
        assert given.status_code in (201, 403), given.text

    def told(person: Person) -> dict[str, str | None]:
        items = person.get("/api/identity/machines?unit_id=south").json()["items"]
        acts = next(one["acts"] for one in items if one["id"] == made.json()["id"])
        return {act: may["refusal"] and may["refusal"]["type"] for act, may in acts.items()}

    assert (told(chief)["close"], told(secretary)["close"], told(secretary)["give"]) == (None, None, None)
    closed = chief.send("PUT", address, {"closed": True}, If_Match=made.headers["ETag"])
    assert (closed.status_code, closed.json()["closed"]) == (200, True)
    assert set(told(secretary).values()) == {"/problems/machine-closed"}
    for person in (chief, secretary):
        for change in ({"closed": False}, {"keys": [PUBLIC]}, {"expires": "2035-01-01"}, {"closed": True}):
            again = person.send("PUT", address, change, If_Match=closed.headers["ETag"])
            assert (again.status_code, again.json()["type"]) == (409, "/problems/machine-closed"), change
    base = chief.base
    assert ask(base, assertion(made.json()["id"], base)).status_code == 401


@pytest.mark.parametrize(
    ("expires", "why"),
    [("2000-01-01", "expiry-past"), ("9999-12-31", "expiry-too-far"), ("2099-01-01", "expiry-too-far")],
)
def test_a_machine_ends_on_a_day_to_come_within_ten_years(secretary: Person, expires: str, why: str) -> None:
    refused = registered(secretary, expires=expires)
    assert (refused.status_code, why in refused.json()["errors"][0]["type"]) == (422, True)
    made = registered(secretary)
    address = f"/api/identity/machines/{made.json()['id']}"
    changed = secretary.send("PUT", address, {"expires": expires}, If_Match=made.headers["ETag"])
    assert (changed.status_code, why in changed.json()["errors"][0]["type"]) == (422, True)


def raw(machine_id: str, base: str, claims: str) -> str:
    """Signed as it stands: what no library would make."""
    now = int(time.time())
    known = f'"iss":"{machine_id}","sub":"{machine_id}","aud":"{base}/oauth/token","iat":{now}'
    parts = [b'{"alg":"ES256","kid":"k1"}', f"{{{known},{claims}}}".encode()]
    signed = ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    private = KEY.private_key
    assert private is not None
    r, s = utils.decode_dss_signature(private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = urlsafe_b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode().rstrip("=")
    return f"{signed}.{signature}"


def test_the_token_endpoint_reads_assertions_strictly_and_refuses_as_rfc_6749_says(
    chief: Person, machine: dict[str, Any]
) -> None:
    base, soon = chief.base, int(time.time()) + 60
    good = raw(machine["id"], base, f'"exp":{soon},"jti":"a-fresh-one"')
    assert ask(base, good).status_code == 200, "the helper signs rightly"
    lies = {
        "half a surrogate": f'"exp":{soon},"jti":"\\ud800abcdefgh"',
        "a huge number": f'"exp":1{"0" * 400},"jti":"abcdefghi"',
        "a name twice": f'"exp":{soon},"jti":"abcdefghi","jti":"abcdefghj"',
        "another aud first": f'"aud":"x","exp":{soon},"jti":"abcdefghk"',
        "infinity": '"exp":1e999,"jti":"abcdefghl"',
        "deep": f'"exp":{soon},"jti":"abcdefghm","a":{"[" * 3000}',
        "exp a text": f'"exp":"{soon}","jti":"abcdefghn"',
        "exp true": '"exp":true,"jti":"abcdefgho"',
        "jti a list": f'"exp":{soon},"jti":["abcdefghi"]',
    }
    for what, claims in lies.items():
        answer = ask(base, raw(machine["id"], base, claims))
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), (what, answer.text)
        assert answer.headers["Content-Type"].startswith("application/json"), what
    ways = {
        "unsupported_grant_type": {"grant_type": "password"},
        "invalid_request": {"client_assertion_type": "x"},
    }
    for error, form in ways.items():
        answer = ask(base, good, **form)
        assert (answer.status_code, answer.json()["error"]) == (400, error)
    twice = requests.post(
        f"{base}/oauth/token",
        data=[("grant_type", "client_credentials"), ("grant_type", "password")],
        timeout=10,
    )
    assert (twice.status_code, twice.json()["error"]) == (400, "invalid_request")
    assert requests.post(f"{base}/oauth/token", timeout=10).json()["error"] == "unsupported_grant_type"
