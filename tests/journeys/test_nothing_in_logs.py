"""Marked values of a person and of secrets go through everything; no log, no metric and no refusal shows one."""

import json
import secrets
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, unquote_plus, urlsplit

import pytest
import requests

from servicekit.access.decision import Right
from tests.journeys.marked import Marked
from tests.journeys.whole_house import PROGRAMS, WEB, Json, WholeHouse
from tests.people import Person, a_period, citizens
from tests.processes import a_right

CLERK, UNION = "union-clerk", "BD-N0129"
NAME, NAME_BN = "Zqmarked Onlyhere", "চিহ্নিতনাম শুধুএখানে"
BIRTH_DATE, NUMBER, PHONE, CARD = "1961-07-23", "1961072399991", "+8801799911223", "ZQCARD778899"

BROWSER = "Zqbrowser "


@pytest.fixture(scope="module")
def marked(whole_house: WholeHouse) -> Marked:
    """What is known to be secret or somebody's before anything is done."""
    known = Marked()
    for what, value in (
        ("a member's name", NAME), ("a member's name in Bangla", NAME_BN), ("a birth date", BIRTH_DATE),
        ("a national number", NUMBER), ("a phone", PHONE.lstrip("+")), ("a card number", CARD),
    ):  # fmt: skip
        known.add(what, value)
    for name, secret in whole_house.house.secrets.items():
        known.add(f"the secret {name}", secret)
    for key, person in citizens().items():
        for what in ("national_number", "email", "name_en", "name_bn", "birthdate"):
            known.add(f"{what} of {key}", person[what])
    for file in (whole_house.house.folder / "keys").glob("*.private.json"):
        for key in json.loads(file.read_text())["keys"]:
            known.add(f"the private key of {file.stem}", key["d"])
    return known


@pytest.fixture(scope="module")
def refusals(whole_house: WholeHouse, marked: Marked) -> list[requests.Response]:
    """Everything has been sent everywhere; the answers of those that were refused."""
    answers: list[requests.Response] = []

    def note(answer: requests.Response, **_: Any) -> None:
        if answer.status_code >= 400:
            answers.append(answer)

    people = [Person(whole_house.house, key) for key in (CLERK, "hq-organiser", "auditor")]
    for person in people:
        person.http.hooks["response"].append(note)
        person.http.headers["User-Agent"] = marked.add(f"the browser of {person.key}", BROWSER + person.key)
        assert person.sign_in().status_code == 200
        for cookie in person.http.cookies:
            marked.add(f"the cookie {cookie.name} of {person.key}", str(cookie.value))
    clerk, chief, auditor = people
    _members(whole_house, clerk, auditor)
    _drafts_and_codes(whole_house, clerk, chief, marked)
    _straight_at_the_services(whole_house, marked, note)
    _strangers(whole_house, marked, note)
    whole_house.settled()
    assert len(answers) > 40
    return answers


def _members(whole: WholeHouse, clerk: Person, auditor: Person) -> None:
    unit = whole.unit(UNION).id
    member: Json = {
        "unit_id": unit, "name": NAME, "birth_date": BIRTH_DATE, "sex": "female", "national_number": NUMBER,
        "phone": PHONE, "card_number": CARD,
    }  # fmt: skip
    made = clerk.post("/api/membership/members", member)
    assert made.status_code == 201, made.text
    address = f"/api/membership/members/{made.json()['id']}"
    changes = {**{k: v for k, v in member.items() if k != "unit_id"}, "name": NAME_BN}
    assert clerk.send("PUT", address, changes, If_Match='"1"').status_code == 200
    for path in (address, f"{address}/history", f"/api/membership/members?unit_id={unit}&q={NAME}"):
        assert clerk.get(path).status_code == 200
    assert clerk.post("/api/membership/members/lookup", {"national_number": NUMBER}).status_code == 200
    # Refused for each reason there is, with the values in each place there is.
    assert clerk.post("/api/membership/members", member).status_code == 409
    for name in member:
        assert clerk.post("/api/membership/members", {**member, name: {"$ne": NAME}}).status_code == 422
        wrong = {
            **member,
            "national_number": None,
            "card_number": None,
            name: f"{NUMBER} {NAME} {PHONE}" * 20,
        }
        assert clerk.post("/api/membership/members", wrong).status_code in (404, 422)
    assert clerk.send("PUT", address, changes, If_Match=f'"{NUMBER}"').status_code == 400
    assert clerk.send("PUT", address, changes, If_Match='"1"').status_code == 412
    assert auditor.post("/api/membership/members", member).status_code == 403
    for value in (NUMBER, NAME, CARD, PHONE):
        for path in (f"/api/membership/members/{value}", f"/api/membership/units/{value}", f"/{value}",
                     f"/api/membership/members?unit_id={value}", f"/members?q={value}", f"/units/{value}",
                     f"/api/membership/members?unit_id={whole.unit('BD-D12').id}&q={value}"):  # fmt: skip
            clerk.get(path)
            auditor.get(path)
    broken = clerk.http.post(
        f"{clerk.base}/api/membership/members",
        data=f'{{"name": "{NAME}", "national_number": "{NUMBER}"'.encode(),
        headers={"Content-Type": "application/json", "Origin": clerk.base, "Idempotency-Key": NUMBER},
        timeout=15,
    )
    assert broken.status_code == 400


def _drafts_and_codes(whole: WholeHouse, clerk: Person, chief: Person, marked: Marked) -> None:
    draft = marked.add("a draft", "Zqdraft of a reason")
    kept = clerk.post("/api/identity/drafts", {"path": "/members/new", "values": {"reason": draft}})
    assert kept.status_code == 201, kept.text
    assert clerk.post(f"/api/identity/drafts/{kept.json()['id']}/take").status_code == 200
    assert (
        clerk.post(
            "/api/identity/drafts", {"path": "https://x.invalid/" + draft, "values": draft}
        ).status_code
        == 422
    )
    wanted = {"unit_id": whole.unit("BD-D02").id, "role": "reader", "label": "a bearer", **a_period()}
    given = chief.post("/api/identity/grants", {**wanted, "by_code": True})
    assert given.status_code == 201, given.text
    code = marked.add("a paper code", given.json()["code"])
    for tried in (code, marked.add("a code that was guessed", "ZQGUESSEDCODE")):
        requests.get(f"{chief.base}/sign-in/start/practice", params={"code": tried}, timeout=15)
        requests.post(
            f"{chief.base}/sign-in/fallback", data={"code": tried}, headers={"Origin": chief.base}, timeout=15
        )
    number = citizens()["no-grant"]["national_number"]
    for tried in (number, NAME):
        chief.post("/api/identity/grants", {**wanted, "national_number": tried, "role": tried})


def _straight_at_the_services(whole: WholeHouse, marked: Marked, note: Any) -> None:
    """As the gateway and the portal call them, with a good token and with a broken one."""
    unit = whole.unit(UNION)
    for service in ("identity", "membership", "congress", "notifications"):
        rights: tuple[Right, ...] = (
            a_right("members:read", unit.path),
            a_right("audit:read", unit.path, "own"),
        )
        token = marked.add(f"a token for {service}", whole.house.token(service, *rights))
        for header in (f"Bearer {token}", f"Bearer {token[:-6]}AAAAAA", f"Basic {NUMBER}"):
            for path in (
                f"/api/{service}/audit",
                f"/api/{service}/audit?unit_id={NAME}",
                f"/internal/{NUMBER}",
            ):
                url = whole.house.url(service) + path
                note(requests.get(url, headers={"Authorization": header}, timeout=15))


def _strangers(whole: WholeHouse, marked: Marked, note: Any) -> None:
    base = f"http://localhost:{whole.house.ports['gateway']}"
    secret = marked.add("a session that was guessed", "zqsession" + secrets.token_hex(20))
    for cookie in ("session", "__Host-session", "sammelan_session"):
        note(requests.get(f"{base}/api/identity/me", cookies={cookie: secret}, timeout=15))
    note(requests.get(f"{base}/api/identity/me", headers={"Authorization": f"Bearer {secret}"}, timeout=15))
    assertion = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ6cW1hY2hpbmUifQ.c2lnbmF0dXJlc2lnbmF0dXJl"
    note(
        requests.post(
            f"{base}/oauth/token",
            data={"grant_type": "client_credentials", "client_assertion": assertion, "client_secret": secret},
            timeout=15,
        )
    )
    for query in ({"code": secret, "state": secret}, {"error": NAME, "error_description": NUMBER}):
        note(requests.get(f"{base}/sign-in/callback", params=query, timeout=15))
    note(requests.post(f"{base}/sign-in/backchannel/practice", data={"logout_token": assertion}, timeout=15))


def logs_of(whole: WholeHouse) -> Iterator[tuple[str, str]]:
    for file in sorted(whole.house.folder.rglob("*.log")):
        yield file.name, file.read_text(encoding="utf-8", errors="replace")


def metrics_of(whole: WholeHouse) -> Iterator[tuple[str, str]]:
    for name in ("identity", "membership", "congress", "notifications", "portal", "gateway_metrics"):
        answer = requests.get(f"{whole.house.url(name)}/metrics", timeout=15)
        assert answer.status_code == 200
        assert "http_requests_total" in answer.text
        yield f"metrics of {name}", answer.text


def test_no_log_of_any_program_holds_anything_of_a_person_or_a_secret(
    whole_house: WholeHouse, refusals: list[requests.Response], marked: Marked
) -> None:
    logs = dict(logs_of(whole_house))
    assert {f"{program}.log" for program in (*WEB, *PROGRAMS)} <= logs.keys()
    assert '"route": "/api/membership/members"' in logs["membership.log"], "there is something to look at"
    assert marked.found_among(logs.items()) == []


def test_no_metric_holds_anything_of_a_person_or_a_secret(
    whole_house: WholeHouse, refusals: list[requests.Response], marked: Marked
) -> None:
    assert marked.found_among(metrics_of(whole_house)) == []


def but_for_its_reader(answer: requests.Response) -> str:
    """A page says who is signed in and leads back to where they are: their own name, and the address asked for."""
    text = f"{answer.text} {dict(answer.headers)}"
    reader = citizens().get(str(answer.request.headers["User-Agent"]).removeprefix(BROWSER), {})
    address = urlsplit(answer.url)
    asked = [form for form in (f"{address.path}?{address.query}", address.path) if len(form) > 1]
    own = [form(one) for one in asked for form in (quote_all, quote, str, unquote, unquote_plus)]
    for known in (*own, *(reader[name] for name in ("name_en", "name_bn") if reader)):
        text = text.replace(escape(known), "")
    return text


def quote_all(text: str) -> str:
    return quote(text, safe="")


def test_no_refusal_says_anything_of_a_person_or_a_secret(
    refusals: list[requests.Response], marked: Marked
) -> None:
    told = [
        (f"{answer.request.method} {answer.status_code} {answer.url[:60]}", but_for_its_reader(answer))
        for answer in refusals
    ]
    assert {answer.status_code for answer in refusals} >= {400, 401, 403, 404, 409, 412, 422}
    assert marked.found_among(told) == []


def test_an_entry_of_the_audit_says_nothing_of_what_was_sent(
    whole_house: WholeHouse, refusals: list[requests.Response]
) -> None:
    sent = Marked({"a name": NAME, "a number": NUMBER, "a phone": PHONE, "a card": CARD, "a day": BIRTH_DATE})
    auditor = whole_house.person("auditor")
    texts = []
    for service in ("identity", "membership", "congress", "notifications"):
        answer = auditor.get(f"/api/{service}/audit?limit=200")
        assert answer.status_code == 200
        texts.append((f"audit of {service}", answer.text))
    assert "attempt.refused" in texts[1][1]
    assert sent.found_among(texts) == []


@pytest.mark.parametrize("form", ["{}", "%s", "quoted"])
def test_what_is_looked_for_would_be_found(tmp_path: Path, form: str) -> None:
    known = Marked({"a name": NAME_BN})
    written = {"{}": NAME_BN, "%s": json.dumps(NAME_BN), "quoted": quote(NAME_BN)}[form]
    assert known.found_among([("a log", f'{{"event": "x", "q": "{written}"}}')]) == ["a name in a log"]
    token = "Bearer eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ6cW1hY2hpbmUifQ.c2lnbmF0dXJlc2lnbmF0dXJl"
    assert known.found_among([("a log", token)]) == ["a signed token in a log"]
    assert known.found_among([("a log", "nothing")]) == []
