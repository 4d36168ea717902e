"""The real identity service behind the gateway, with the lying provider, and with one that is not ours."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from identity.context import Context
from identity.eid.keys import Need, make, rotate
from identity.operations import first_administrator
from tests.integration.eid.liar import CLIENT, GONE, SECRET, Liar, a_liar, hangs, says
from tests.integration.eid.peer import Peer, a_peer
from tests.people import Person, citizens
from tests.processes import House, free_port
from tests.scene import first_people, identity_operations

NUMBER = citizens()["hq-organiser"]["national_number"]
PEER_NUMBER = "9990000000017"
PEER_SECRET = "a secret of the tests " * 2
LIAR_PROFILE = """
names = { en = "Liar" }
national_number_namespace = "test"
id_token_alg = "RS256"
acr = { "level:1" = 1, "level:2" = 2, "level:3" = 3 }
acr_values = "level:3 level:2"
backchannel_logout = true
"""
PEER_PROFILE = """
names = { en = "Peer" }
national_number_namespace = "test"
id_token_alg = "RS256"
acr = { "level:1" = 1, "level:2" = 2, "level:3" = 3 }
acr_values = "level:2"
scopes = "openid profile email"
userinfo = "json"
national_number_from = "userinfo"
max_age = 300
logout = "end_session"
backchannel_logout = true
"""
FAPI_PROFILE = """
names = { en = "FAPI" }
national_number_namespace = "test"
client_authentication = "private_key_jwt"
client_assertion_alg = "ES256"
id_token_alg = "ES256"
id_token_encryption = { alg = "ECDH-ES+A256KW", enc = "A256CBC-HS512" }
par = "required"
dpop = true
iss_parameter = "required"
acr = { "level:2" = 2 }
acr_values = "level:2"
scopes = "openid profile email"
userinfo = "json"
national_number_from = "userinfo"
max_age = 300
"""


@pytest.fixture(scope="module")
def liar() -> Iterator[Liar]:
    with a_liar() as made:
        made.claims = {"national_number": NUMBER}
        yield made


@pytest.fixture(scope="module")
def keys_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rp") / "relying-party.private.json"
    make(path, {Need("sig", "ES256"), Need("enc", "ECDH-ES+A256KW")}, datetime.now(UTC))
    return path


@pytest.fixture(scope="module")
def peer(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    here = f"http://localhost:{house.ports['gateway']}"
    common = {
        "redirect_uris": [f"{here}/sign-in/callback"],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
    }
    clients: list[dict[str, Any]] = [
        {
            **common,
            "client_id": "basic",
            "client_secret": PEER_SECRET,
            "post_logout_redirect_uris": [f"{here}/"],
            "backchannel_logout_uri": f"{here}/eid/backchannel-logout/peer",
            "backchannel_logout_session_required": True,
        },
        {
            **common,
            "client_id": "fapi",
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "id_token_signed_response_alg": "ES256",
            "id_token_encrypted_response_alg": "ECDH-ES+A256KW",
            "id_token_encrypted_response_enc": "A256CBC-HS512",
            "require_pushed_authorization_requests": True,
            "dpop_bound_access_tokens": True,
            # The provider fetches our keys where we publish them.
            "jwks_uri": f"{here}/eid/jwks.json",
        },
    ]
    with a_peer(tmp_path_factory.mktemp("peer"), clients) as made:
        yield made


@pytest.fixture(scope="module")
def running(
    house: House, liar: Liar, peer: Peer, keys_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, Context]]:
    profiles = tmp_path_factory.mktemp("profiles")
    for name, text in (("liar", LIAR_PROFILE), ("peer", PEER_PROFILE), ("fapi", FAPI_PROFILE)):
        (profiles / f"{name}.toml").write_text(text)
    house.extra |= {
        "EID_PROVIDERS": "liar,peer,fapi,gone",
        "EID_PROFILES_DIR": str(profiles),
        "EID_RP_KEYS_FILE": str(keys_file),
        "EID_LIAR_ISSUER": liar.issuer,
        "EID_LIAR_CLIENT_ID": CLIENT,
        "EID_LIAR_CLIENT_SECRET": SECRET,
        "EID_PEER_ISSUER": peer.issuer,
        "EID_PEER_CLIENT_ID": "basic",
        "EID_PEER_CLIENT_SECRET": PEER_SECRET,
        "EID_FAPI_ISSUER": peer.issuer,
        "EID_FAPI_CLIENT_ID": "fapi",
        # Nobody listens there.
        "EID_GONE_PROFILE": "liar",
        "EID_GONE_ISSUER": f"http://127.0.0.1:{free_port()}",
        "EID_GONE_CLIENT_ID": CLIENT,
        "EID_GONE_CLIENT_SECRET": SECRET,
    }
    with identity_operations(house) as outside:
        first_people(outside)
        today = outside.clock.today()
        first_administrator(outside, "root", PEER_NUMBER, "Ada", today, today.replace(year=today.year + 1))
        for service in ("identity", "gateway"):
            house.start_service(service)
        yield house, outside


def sign_in(house: House, provider: str, person: Person | None = None) -> tuple[Person, requests.Response]:
    """The whole way; the last answer that is ours."""
    person = person or Person(house, "nobody")
    answer = person.http.get(
        f"{person.base}/sign-in/start/{provider}?return_to=/healthz", allow_redirects=False, timeout=15
    )
    for _ in range(12):
        where = answer.headers.get("Location", "")
        if answer.status_code not in (302, 303) or where.startswith(("/healthz", "/sign-in/refused")):
            break
        answer = person.http.get(
            requests.compat.urljoin(answer.url, where), allow_redirects=False, timeout=15
        )
    return person, answer


def why_of(answer: requests.Response) -> str:
    where = urlsplit(answer.headers["Location"])
    assert where.path == "/sign-in/refused"
    return parse_qs(where.query)["why"][0]


def refused(house: House, provider: str = "liar") -> str:
    """The code of the page that the person is sent to."""
    person, answer = sign_in(house, provider)
    assert answer.status_code == 303, (answer.status_code, answer.text)
    assert person.get("/api/identity/me").status_code == 401
    return why_of(answer)


def noted(outside: Context, action: str) -> list[dict[str, Any]]:
    """What identity has written for the operator."""
    found = outside.store.database.mongo["reads"].find()
    entries = [item for document in found for item in document.get("_outbox", [])]
    return [e.get("details") or e.get("data", {}).get("details", e) for e in entries if action in str(e)]


def test_a_person_signs_in_and_the_account_is_the_issuers_subject(
    running: tuple[House, Context], liar: Liar
) -> None:
    house, outside = running
    first, answer = sign_in(house, "liar")
    assert answer.headers["Location"] == "/healthz", answer.text
    me = first.get("/api/identity/me").json()
    assert me["assurance"] == 2
    again, _ = sign_in(house, "liar")
    assert again.get("/api/identity/me").json()["account_id"] == me["account_id"]
    account = outside.store.account(me["account_id"])
    assert account is not None
    assert account.login == f"{liar.issuer} person-1"


def test_the_same_national_number_through_another_provider_is_another_account(
    running: tuple[House, Context], liar: Liar
) -> None:
    house, _ = running
    sign_in(house, "liar")
    liar.claims = {"national_number": NUMBER, "sub": "person-2"}
    try:
        assert refused(house) == "no-grant"
    finally:
        liar.claims = {"national_number": NUMBER}


def test_a_number_that_does_not_arrive_is_named_to_the_operator(
    running: tuple[House, Context], liar: Liar
) -> None:
    house, outside = running
    liar.claims = {"sub": "person-3", "national_number": GONE}
    try:
        assert refused(house) == "no-grant"
    finally:
        liar.claims = {"national_number": NUMBER}
    assert "claim national_number in the id_token" in noted(outside, "sign_in.refused")[-1]["reason"]


@pytest.mark.parametrize("provider", ["peer", "fapi"])
def test_a_person_signs_in_through_a_provider_that_is_not_ours(
    provider: str, running: tuple[House, Context]
) -> None:
    house, outside = running
    if provider == "fapi":  # both are one issuer and one subject, so one account
        person, _ = sign_in(house, "peer")
        known = person.get("/api/identity/me").json()["account_id"]
    person, answer = sign_in(house, provider)
    assert answer.headers.get("Location") == "/healthz", (
        answer.status_code,
        answer.text,
        noted(outside, "refused")[-1:],
    )
    me = person.get("/api/identity/me").json()
    assert me["name"] == "Ada Example"
    if provider == "fapi":
        assert me["account_id"] == known


LIES: dict[str, tuple[str, dict[str, Any], str]] = {
    "nonce": ("claims", {"nonce": "x"}, "not-verified"),
    "aud": ("claims", {"aud": ["x"]}, "not-verified"),
    "acr": ("claims", {"acr": "level:1"}, "level-too-low"),
    "acr list": ("claims", {"acr": ["level:3"]}, "level-unsaid"),
    "odd subject": ("claims", {"sub": "\ud800"}, "not-verified"),
    "odd national number": ("claims", {"national_number": "<script>"}, "not-verified"),
    "no ID token": ("token_answer", {"id_token": GONE}, "not-verified"),
    "none": ("header", {"alg": "none"}, "not-verified"),
    "token endpoint 500": ("paths", {"/token": says(500)}, "eid-unavailable"),
    "token endpoint HTML": ("paths", {"/token": says(200, "text/html", b"<p>")}, "eid-unavailable"),
    "error": (
        "callback",
        {"error": "access_denied", "error_description": "<b>x</b>", "code": GONE},
        "cancelled",
    ),
    "wrong iss": ("callback", {"iss": "https://x"}, "not-verified"),
    "no iss": ("callback", {"iss": GONE}, "not-verified"),
    "unknown state": ("callback", {"state": "x"}, "attempt-expired"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_refusal_is_a_page_and_an_entry_for_the_operator(
    name: str, running: tuple[House, Context], liar: Liar
) -> None:
    house, outside = running
    field, lie, code = LIES[name]
    before = getattr(liar, field)
    setattr(liar, field, {**before, **lie})
    try:
        for _ in range(2):
            assert refused(house) == code
    finally:
        setattr(liar, field, before)
    if code != "attempt-expired":
        last = noted(outside, "sign_in.refused")[-1]
        assert (last["provider"], last["code"]) == ("liar", code)
        assert last["reason"]
        assert "<" not in str(last)


def test_a_provider_that_hangs_is_told_of_within_the_promise(
    running: tuple[House, Context], liar: Liar
) -> None:
    house, _ = running
    signed_in, _ = sign_in(house, "liar")
    liar.paths = {"/token": hangs()}
    try:
        began = time.monotonic()
        assert refused(house) == "eid-unavailable"
        assert time.monotonic() - began < 8
        liar.paths = {"/.well-known/openid-configuration": hangs()}
        time.sleep(0.1)
        began = time.monotonic()
        assert refused(house) == "eid-unavailable"
        assert time.monotonic() - began < 5
        assert signed_in.get("/api/identity/me").status_code == 200
        shown = requests.get(f"{signed_in.base}/api/identity/providers", timeout=5).json()["items"]
        down = {one["key"]: one for one in shown}["liar"]
        assert down["up"] is False
        assert down["down_since"]
    finally:
        liar.paths = {}
    deadline = time.monotonic() + 8
    while sign_in(house, "liar")[1].headers.get("Location") != "/healthz":
        assert time.monotonic() < deadline, "the eID is back, and nobody notices"


def test_a_provider_that_is_not_there_is_no_failure_of_ours(running: tuple[House, Context]) -> None:
    house, outside = running
    began = time.monotonic()
    for _ in range(2):
        assert refused(house, "gone") == "eid-unavailable"
    assert time.monotonic() - began < 5
    assert noted(outside, "sign_in.refused")[-1]["provider"] == "gone"
    answer = requests.get(
        f"http://localhost:{house.ports['gateway']}/sign-in/start/nobody", allow_redirects=False, timeout=5
    )
    assert why_of(answer) == "eid-unknown"


def test_many_abandoned_sign_ins_do_not_grow_the_cookie(running: tuple[House, Context]) -> None:
    house, _ = running
    person = Person(house, "nobody")
    sizes = set()
    for _ in range(40):
        answer = person.http.get(f"{person.base}/sign-in/start/liar", allow_redirects=False, timeout=5)
        assert answer.status_code == 303
        sizes.add(sum(len(cookie.value or "") for cookie in person.http.cookies))
    assert len(sizes) == 1
    assert sign_in(house, "liar", person)[1].headers["Location"] == "/healthz"


def test_a_parameter_given_twice_counts_as_not_given(running: tuple[House, Context]) -> None:
    house, _ = running
    person = Person(house, "nobody")
    for _ in range(2):
        start = person.http.get(f"{person.base}/sign-in/start/liar", allow_redirects=False, timeout=5)
        back = person.http.get(start.headers["Location"], allow_redirects=False, timeout=5).headers[
            "Location"
        ]
        answer = person.http.get(f"{back}&code=another", allow_redirects=False, timeout=5)
        assert why_of(answer) == "not-verified"


def test_the_callback_of_one_browser_is_worth_nothing_in_another_that_signs_in_too(
    running: tuple[House, Context],
) -> None:
    house, _ = running
    victim, thief = Person(house, "nobody"), Person(house, "nobody")
    start = victim.http.get(f"{victim.base}/sign-in/start/liar", allow_redirects=False, timeout=5)
    thief.http.get(f"{thief.base}/sign-in/start/liar", allow_redirects=False, timeout=5)
    back = victim.http.get(start.headers["Location"], allow_redirects=False, timeout=5).headers["Location"]
    stolen = thief.http.get(back, allow_redirects=False, timeout=5)
    assert why_of(stolen) == "attempt-expired"
    assert victim.http.get(back, allow_redirects=False, timeout=5).headers["Location"] == "/", "still its own"


def test_an_attempt_older_than_ten_minutes_is_over(running: tuple[House, Context]) -> None:
    house, outside = running
    person = Person(house, "nobody")
    for _ in range(2):
        start = person.http.get(f"{person.base}/sign-in/start/liar", allow_redirects=False, timeout=5)
        back = person.http.get(start.headers["Location"], allow_redirects=False, timeout=5).headers[
            "Location"
        ]
        then = datetime.now(UTC) - timedelta(seconds=601)
        outside.store.database.mongo["attempts"].update_many({}, {"$set": {"at": then}})
        answer = person.http.get(back, allow_redirects=False, timeout=5)
        assert why_of(answer) == "attempt-expired"


@pytest.mark.parametrize(
    "query",
    ["", "state=%00", "state=%ff%fe&code=x", "error=%3Cscript%3E", "state=" + "x" * 3000, "iss=a&iss=b"],
)
def test_an_odd_callback_is_a_page(query: str, running: tuple[House, Context]) -> None:
    house, _ = running
    for _ in range(2):
        answer = requests.get(
            f"http://localhost:{house.ports['gateway']}/sign-in/callback?{query}",
            allow_redirects=False,
            timeout=5,
        )
        assert why_of(answer) == "attempt-expired"


def test_thirty_people_sign_in_at_once(running: tuple[House, Context]) -> None:
    house, _ = running

    def through(_: int) -> requests.Response:
        person, answer = sign_in(house, "liar")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            where = answer.headers.get("Location", "")
            if answer.status_code == 503:
                # The page of whoever finds no place asks again by itself, with nothing used up.
                time.sleep(float(answer.headers["Retry-After"]))
                where = answer.url
            elif answer.status_code not in (302, 303) or where.startswith(("/healthz", "/sign-in/refused")):
                break
            target = requests.compat.urljoin(answer.url, where)
            answer = person.http.get(target, allow_redirects=False, timeout=15)
        return answer

    with ThreadPoolExecutor(15) as pool:
        answers = list(pool.map(through, range(30)))
    assert {answer.headers.get("Location") for answer in answers} == {"/healthz"}


def test_our_keys_are_published_and_a_rotation_needs_no_restart(
    running: tuple[House, Context], keys_file: Path
) -> None:
    house, _ = running
    url = f"http://localhost:{house.ports['gateway']}/eid/jwks.json"
    before = requests.get(url, timeout=5)
    assert before.headers["Content-Type"].startswith("application/jwk-set+json")
    assert {key["use"] for key in before.json()["keys"]} == {"sig", "enc"}
    assert not any("d" in key for key in before.json()["keys"])
    rotate(keys_file, datetime.now(UTC))
    deadline = time.monotonic() + 3
    while len(requests.get(url, timeout=5).json()["keys"]) != 4:
        assert time.monotonic() < deadline
    assert sign_in(house, "fapi")[1].headers["Location"] == "/healthz"


# ---------------------------------------------------------------- logout


def logout(house: House, token: str, provider: str = "liar") -> requests.Response:
    url = f"http://localhost:{house.ports['gateway']}/eid/backchannel-logout/{provider}"
    return requests.post(url, data={"logout_token": token}, timeout=5)


def ends_within(person: Person, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while person.get("/api/identity/me").status_code == 200:
        assert time.monotonic() < deadline, "a session that the eID has ended still opens doors"


def test_the_providers_word_ends_every_session_of_the_subject(
    running: tuple[House, Context], liar: Liar
) -> None:
    house, outside = running
    one, two = sign_in(house, "liar")[0], sign_in(house, "liar")[0]
    other, _ = sign_in(house, "peer")
    token = liar.logout_token()
    answer = logout(house, token)
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["Cache-Control"] == "no-store"
    for person in (one, two):
        ends_within(person, 2.0)
    assert other.get("/api/identity/me").status_code == 200
    again, _ = sign_in(house, "liar")
    assert logout(house, token).status_code == 400, "a replayed token"
    assert noted(outside, "logout.refused")[-1]["reason"] == "logout token: jti was used before"
    assert again.get("/api/identity/me").status_code == 200


def test_the_providers_word_about_one_session_ends_that_one(
    running: tuple[House, Context], liar: Liar
) -> None:
    house, _ = running
    liar.claims = {"national_number": NUMBER, "sid": "s-1"}
    one, _ = sign_in(house, "liar")
    liar.claims = {"national_number": NUMBER, "sid": "s-2"}
    two, _ = sign_in(house, "liar")
    liar.claims = {"national_number": NUMBER}
    assert logout(house, liar.logout_token(sid="s-1")).status_code == 200
    ends_within(one, 2.0)
    assert two.get("/api/identity/me").status_code == 200
    assert logout(house, liar.logout_token(sid="s-2", sub=GONE)).status_code == 200
    ends_within(two, 2.0)


def test_a_faulty_word_ends_nothing(running: tuple[House, Context], liar: Liar) -> None:
    house, _ = running
    person, _ = sign_in(house, "liar")
    for token in (
        "",
        "x",
        liar.logout_token(aud="x"),
        liar.logout_token(nonce="x"),
        liar.logout_token(events=GONE),
    ):
        assert logout(house, token).status_code == 400
    assert logout(house, liar.logout_token(), "peer").status_code == 400
    assert logout(house, liar.logout_token(), "nobody").status_code == 404
    assert person.get("/api/identity/me").status_code == 200


def test_signing_out_here_goes_on_to_the_provider(
    running: tuple[House, Context],
) -> None:
    house, _ = running
    person, _ = sign_in(house, "peer")
    out = person.post("/sign-out")
    assert out.status_code == 303
    ticket = out.headers["Location"]
    assert ticket.startswith("/sign-out/at-eid/")
    page = person.http.get(person.base + ticket, timeout=5)
    onward = page.headers["Refresh"].removeprefix("0; url=")
    assert "id_token_hint=" in onward
    assert unescape(page.text).count(onward) == 1
    there = person.http.get(onward, timeout=5)
    assert there.status_code == 200, there.text
    action = re.search(r'action="([^"]+)"', there.text)
    xsrf = re.search(r'name="xsrf" value="([^"]+)"', there.text)
    assert action is not None
    assert xsrf is not None
    done = person.http.post(
        action.group(1), data={"xsrf": xsrf.group(1), "logout": "yes"}, allow_redirects=False, timeout=10
    )
    assert done.headers["Location"].startswith(f"{person.base}/")
    again = person.http.get(person.base + ticket, allow_redirects=False, timeout=5)
    assert again.headers["Location"] == "/sign-in?signed_out=1", "the ticket works once"


def test_a_real_provider_ends_our_session_by_its_own_word(running: tuple[House, Context], peer: Peer) -> None:
    house, outside = running
    person, _ = sign_in(house, "peer")
    assert person.get("/api/identity/me").status_code == 200
    page = person.http.get(f"{peer.issuer}/session/end", timeout=5)
    action = re.search(r'action="([^"]+)"', page.text)
    xsrf = re.search(r'name="xsrf" value="([^"]+)"', page.text)
    assert action is not None
    assert xsrf is not None
    person.http.post(
        action.group(1), data={"xsrf": xsrf.group(1), "logout": "yes"}, allow_redirects=False, timeout=10
    )
    try:
        ends_within(person, 2.0)
    except AssertionError as error:
        raise AssertionError((peer.log.read_text()[-1500:], noted(outside, "logout.refused")[-1:])) from error
