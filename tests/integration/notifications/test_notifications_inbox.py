"""One's own inbox over HTTP, and who may hand events in."""

from typing import Any

import pytest
import requests

from servicekit.ids import new_id
from tests.integration.notifications.conftest import (
    DISTRICT,
    NEWEST,
    UNION,
    Post,
    a_grant_event,
    an_event,
    until,
)
from tests.processes import a_right


@pytest.fixture(scope="module")
def reader(post: Post) -> str:
    """Somebody with seven notices; without a mail catcher nothing leaves."""
    person = post.person()
    post.start_sender()
    for _ in range(7):
        expected = post.inbox(person)["unread"] + 1
        post.deliver(a_grant_event("grant.given", person))
        until(lambda expected=expected: post.inbox(person)["unread"] == expected)  # type: ignore[misc]
    return person


def test_pages_are_newest_first_and_join_without_gap(post: Post, reader: str) -> None:
    whole = post.inbox(reader)
    assert [item["at"] for item in whole["items"]] == sorted(
        (item["at"] for item in whole["items"]), reverse=True
    )
    assert whole["next"] is None
    paged: list[str] = []
    after = ""
    for _ in range(4):
        page = post.inbox(reader, after=after, limit=2)
        paged += [item["id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert paged == [item["id"] for item in whole["items"]]
    assert len(paged) == 7


def test_reading_is_done_once_however_often_it_is_asked(post: Post) -> None:
    person = post.person()
    post.deliver(*(a_grant_event("grant.given", person) for _ in range(3)))
    until(lambda: bool(post.inbox(person)["unread"] == 3))
    first = post.inbox(person)["items"][0]["id"]
    answers = [post.call("POST", person, f"/{first}/read", json={}).json() for _ in range(3)]
    assert answers[0]["read_at"] is not None
    assert {answer["read_at"] for answer in answers} == {answers[0]["read_at"]}
    assert post.inbox(person)["unread"] == 2
    assert len(post.inbox(person, unread="true")["items"]) == 2
    assert [post.call("POST", person, "/read-all", json={}).json() for _ in range(2)] == [{"unread": 0}] * 2
    assert post.inbox(person, unread="true")["items"] == []
    assert len(post.inbox(person)["items"]) == 3
    assert all(one["read_at"] for one in post.inbox(person)["items"])
    # What comes later is unread, and can be read by itself.
    post.deliver(a_grant_event("grant.bound", person))
    until(lambda: bool(post.inbox(person)["unread"] == 1))
    (new,) = post.inbox(person, unread="true")["items"]
    assert (new["kind"], new["read_at"]) == ("grant.bound", None)
    post.call("POST", person, f"/{new['id']}/read", json={})
    assert post.inbox(person)["unread"] == 0


def test_what_is_seen_by_a_sealed_code_stays_unread(post: Post) -> None:
    """Whoever has found the sheet does not hide from its owner that it was used."""
    person = post.person()
    post.deliver(*(a_grant_event("grant.given", person) for _ in range(2)))
    until(lambda: bool(post.inbox(person)["unread"] == 2))
    (first, _) = post.inbox(person)["items"]
    own = a_right("congress:report", UNION, "own")
    token = post.house.token("notifications", own, account_id=person, gen=NEWEST, fallback=True)
    for path in (f"/{first['id']}/read", "/read-all"):
        answer = requests.post(
            f"{post.notifications}/api/notifications/inbox{path}",
            headers={"Authorization": f"Bearer {token}"},
            json={},
            timeout=10,
        )
        assert answer.status_code == 200, answer.text
    assert post.inbox(person)["unread"] == 2
    assert [one["read_at"] for one in post.inbox(person)["items"]] == [None, None]


def test_by_a_sealed_code_one_hears_of_its_unit_alone(post: Post) -> None:
    person = post.person()
    for path in (UNION, DISTRICT):
        post.deliver(a_grant_event("grant.given", person, path))
    until(lambda: bool(post.inbox(person)["unread"] == 2))
    there = post.database.mongo["notices"].find({"account_id": person, "unit_id": DISTRICT[-1]})
    (elsewhere,) = [one["_id"] for one in there]
    own = a_right("congress:report", UNION, "own")
    token = post.house.token("notifications", own, account_id=person, gen=NEWEST, fallback=True)
    http = requests.Session()
    http.headers["Authorization"] = f"Bearer {token}"
    start = f"{post.notifications}/api/notifications"
    seen = http.get(f"{start}/inbox", timeout=10).json()
    assert [one["id"] == elsewhere for one in seen["items"]] == [False]
    assert (seen["unread"], seen["total"]) == (1, 1)
    assert http.post(f"{start}/inbox/{elsewhere}/read", json={}, timeout=10).status_code == 404
    assert http.post(f"{start}/inbox/read-all", json={}, timeout=10).json() == {"unread": 1}
    assert [one["count"] for one in http.get(f"{start}/tasks", timeout=10).json()["tasks"]] == [1]


def test_all_are_marked_as_read_by_one_write_however_many_there_are(post: Post, reader: str) -> None:
    person = post.person()
    post.deliver(*(a_grant_event("grant.given", person) for _ in range(5)))
    until(lambda: bool(post.inbox(person)["unread"] == 5))
    stored = list(post.database.mongo["notices"].find({"account_id": person}))
    assert len(stored) == 5
    assert post.call("POST", person, "/read-all", json={}).json() == {"unread": 0}
    assert list(post.database.mongo["notices"].find({"account_id": person})) == stored
    assert post.database.mongo["read_marks"].count_documents({"_id": person}) == 1


def test_another_persons_notice_is_not_there(post: Post, reader: str) -> None:
    notice = post.inbox(reader)["items"][0]["id"]
    stranger = post.person()
    before = post.inbox(reader)["unread"]
    theirs, nobodys = (post.call("POST", stranger, f"/{one}/read", json={}) for one in (notice, new_id()))
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert theirs.json()["title"] == nobodys.json()["title"]
    assert post.inbox(stranger) == {"items": [], "unread": 0, "next": None, "total": 0}
    post.call("POST", stranger, "/read-all", json={})
    assert post.inbox(reader)["unread"] == before


def test_the_inbox_of_an_account_that_was_joined_goes_over(post: Post) -> None:
    old, staying = post.person(), post.person()
    post.deliver(a_grant_event("grant.given", old), a_grant_event("grant.given", staying))
    until(lambda: bool(post.inbox(old)["unread"] == post.inbox(staying)["unread"] == 1))
    post.deliver(an_event("accounts.joined", account_id=staying, other=old))
    assert post.inbox(old)["items"] == []
    assert post.inbox(staying)["unread"] == 2


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"unread": "banana"}, "unread"),
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": "9" * 40}, "limit"),
        ({"after": "x"}, "after"),
        ({"after": "$ne"}, "after"),
        ({"after": "00000000000001-abc\n"}, "after"),
        ({"after": "9" * 2000}, "after"),
    ],
)
def test_a_query_that_is_wrong_is_refused_by_field(
    post: Post, reader: str, query: dict[str, str], name: str
) -> None:
    answer = post.call("GET", reader, params=query)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"/{name}"]


@pytest.mark.parametrize("path", ["/read-all", "/someid/read"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"json": {"read_at": "2026-01-01"}}, 422),
        ({"json": {"$set": {"unread": True}}}, 422),
        ({"json": []}, 422),
        ({"json": [{}]}, 422),
        ({"json": "text"}, 422),
        ({"data": "{", "type": "application/json"}, 400),
        ({"data": '{"a": NaN}', "type": "application/json"}, 400),
        ({"data": "[" * 5000, "type": "application/json"}, 400),
        ({"data": '{"a": "' + "x" * 300_000 + '"}', "type": "application/json"}, 413),
    ],
)
def test_a_body_that_is_wrong_is_refused_and_changes_nothing(
    post: Post, reader: str, path: str, body: dict[str, Any], status: int
) -> None:
    before = post.inbox(reader)
    headers = {"Authorization": f"Bearer {post.house.token('notifications', account_id=reader)}"}
    if "type" in body:
        headers["Content-Type"] = body["type"]
    answer = requests.post(
        f"{post.notifications}/api/notifications/inbox{path}",
        headers=headers,
        timeout=10,
        json=body.get("json"),
        data=body.get("data"),
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert post.inbox(reader) == before


@pytest.mark.parametrize("notice", ["%00", "a" * 3000, "%24ne", "..%2f..", "%F0%9F%98%80", "%FF"])
def test_a_strange_id_is_not_there(post: Post, reader: str, notice: str) -> None:
    assert post.call("POST", reader, f"/{notice}/read", json={}).status_code in (400, 404)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/inbox"), ("POST", "/inbox/read-all"), ("POST", "/inbox/x/read"), ("GET", "/audit")],
)
def test_nobody_reads_without_a_sign_in(post: Post, method: str, path: str) -> None:
    address = f"{post.notifications}/api/notifications{path}"
    for header in ({}, {"Authorization": "Bearer x.y.z"}):
        assert requests.request(method, address, headers=header, json={}, timeout=5).status_code == 401
    stranger = post.house.token("identity", account_id=new_id())
    answer = requests.request(
        method, address, headers={"Authorization": f"Bearer {stranger}"}, json={}, timeout=5
    )
    assert answer.status_code == 401


def test_the_audit_is_for_those_who_hold_it(post: Post) -> None:
    address = f"{post.notifications}/api/notifications/audit"
    for permission, status in (("audit:read", 200), ("unit:read", 403)):
        token = post.house.token("notifications", a_right(permission, ("hq",)))
        answer = requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=5)
        assert answer.status_code == status


def test_only_the_relay_hands_events_in_and_only_as_it_signed_them(post: Post) -> None:
    person = post.person()
    event = a_grant_event("grant.given", person)
    for signer in ("congress", "identity", "notifications", "gateway"):
        assert post.deliver(event, signer=signer) == 403
    assert post.deliver(event, digest="0" * 64) == 400
    address = f"{post.notifications}/internal/events"
    body = {"producer": "congress", "events": [event]}
    assert requests.post(address, json=body, timeout=5).status_code == 403
    outside = post.house.token("notifications", account_id=person)
    signed = {"Authorization": f"Bearer {outside}"}
    assert requests.post(address, json=body, headers=signed, timeout=5).status_code == 403
    assert post.database.mongo["matters"].find_one({"_id": event["id"]}) is None
