"""What the web side of the kit promises for every service, tried on one made of nothing else."""

import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from servicekit.ids import new_id
from tests.integration.servicekit.conftest import Post, eventually
from tests.processes import a_right

RIGHT = a_right("congress:report", ("hq", "u"))


def call(post: Post, method: str, path: str, token: str | None = None, **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token or post.house.token('congress', RIGHT, account_id='a')}"}
    headers |= more.pop("headers", {})
    return requests.request(method, f"{post.address}{path}", headers=headers, timeout=20, **more)


def make(post: Post, name: str, key: str, **body: Any) -> requests.Response:
    return call(
        post, "POST", "/api/congress/things", json={"name": name, **body}, headers={"Idempotency-Key": key}
    )


def things(post: Post, name: str) -> int:
    return post.consumer.mongo["things"].count_documents({"name": name})


def test_effect_and_answer_are_one_though_the_worker_dies_between_them(post: Post) -> None:
    key = new_id()
    try:
        first = make(post, "crashed", key, crash=True)
    except requests.ConnectionError:
        pass
    else:
        raise AssertionError(f"it should have died: {first.text}")
    assert things(post, "crashed") == 0
    eventually(lambda: _alive(post), 20)  # gunicorn has another worker
    again = make(post, "crashed", key, crash=True)
    assert again.status_code == 201, again.text
    assert make(post, "crashed", key, crash=True).json() == again.json()
    assert things(post, "crashed") == 1
    # Its event and its audit entry are one each, as well.
    stored = post.consumer.mongo["events"]
    eventually(lambda: stored.count_documents({"data.name": "crashed"}))
    assert stored.count_documents({"data.name": "crashed"}) == 1


def _alive(post: Post) -> bool:
    try:
        return requests.get(f"{post.address}/readyz", timeout=2).ok
    except requests.RequestException:
        return False


def test_one_key_at_once_from_many_makes_one_thing(post: Post) -> None:
    key = new_id()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: make(post, "many", key), range(6)))
    assert {answer.status_code for answer in answers} <= {201, 503}
    assert len({answer.text for answer in answers if answer.ok}) <= 1
    assert make(post, "many", key).status_code == 201
    assert things(post, "many") == 1


def test_what_was_refused_may_be_tried_again_under_the_same_key(post: Post) -> None:
    key = new_id()
    assert make(post, "x" * 30, key).status_code == 422
    assert make(post, "fine", key).status_code == 201


def test_a_key_is_needed_and_belongs_to_its_account(post: Post) -> None:
    key = new_id()
    missing = call(post, "POST", "/api/congress/things", json={"name": "x"})
    assert (missing.status_code, missing.json()["type"]) == (428, "/problems/idempotency-key-missing")
    mine = make(post, "mine", key)
    theirs = call(
        post,
        "POST",
        "/api/congress/things",
        post.house.token("congress", RIGHT, account_id="b"),
        json={"name": "mine"},
        headers={"Idempotency-Key": key},
    )
    assert theirs.status_code == 201
    assert theirs.json()["id"] != mine.json()["id"]
    reused = make(post, "other", key)
    assert (reused.status_code, reused.json()["type"]) == (422, "/problems/idempotency-key-reused")


def test_what_was_sent_cannot_be_found_out_from_what_is_kept(post: Post) -> None:
    """Who reads the database, or a backup, has the record: a plain digest would name what little is left out of it."""
    key = new_id()
    made = make(post, "digested", key)
    answers = post.consumer.mongo["answers"]
    (kept,) = answers.find({"body": made.content})
    said = b"POST /api/congress/things\n" + json.dumps({"name": "digested"}).encode()
    plain = hashlib.sha256(said).hexdigest()
    assert kept["request"] == hmac.digest(key.encode(), said, "sha256").hex() != plain
    assert key not in str(kept)
    # One that the version before has kept is still the same request.
    answers.update_one({"_id": kept["_id"]}, {"$set": {"request": plain}})
    assert make(post, "digested", key).json() == made.json()
    assert things(post, "digested") == 1


def test_a_change_needs_the_version_that_was_seen(post: Post) -> None:
    made = make(post, "versioned", new_id())
    path = f"/api/congress/things/{made.json()['id']}"
    assert made.headers["ETag"] == '"1"'
    for version, status in (
        (None, 428),
        ("x", 400),
        ('"7"', 412),
        ('"1"', 200),
        ('"1"', 412),
        ('W/"2"', 200),
    ):
        headers = {"If-Match": version} if version else {}
        answer = call(post, "PUT", path, json={"name": "changed"}, headers=headers)
        assert answer.status_code == status, (version, answer.text)


def test_a_wait_for_another_one_s_lock_is_called_that_and_ends_in_time(post: Post) -> None:
    made = make(post, "held", new_id())
    path, things_of = f"/api/congress/things/{made.json()['id']}", post.consumer.mongo["things"]

    def changed() -> requests.Response:
        return call(post, "PUT", path, json={"name": "changed"}, headers={"If-Match": '"1"'})

    with post.consumer.client.start_session() as holder, holder.start_transaction():
        things_of.update_one({"_id": made.json()["id"]}, {"$set": {"held": True}}, session=holder)
        answer = changed()
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/records-busy")
        assert answer.elapsed.total_seconds() < 3
        assert "Retry-After" in answer.headers
        assert call(post, "GET", "/api/congress/things?name=held").status_code == 200
        holder.abort_transaction()
    # What waited may have been written once the lock was gone; whoever sends it again sees that by its version.
    assert changed().status_code in (200, 412)


def test_nobody_comes_in_without_a_good_token_for_this_service_and_its_permission(post: Post) -> None:
    house = post.house
    other_permission = a_right("congress:read", ("hq",))
    for token, status in (
        ("", 401),
        ("forged", 401),
        (house.token("membership", RIGHT), 401),
        (house.token("congress", other_permission), 403),
        (house.token("congress"), 403),
    ):
        answer = call(post, "POST", "/api/congress/things", token or " ", json={"name": "x"})
        assert answer.status_code == status, answer.text
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_service_says_what_it_offers_and_how_it_is(post: Post) -> None:
    document = requests.get(f"{post.address}/openapi.json", timeout=10).json()
    made = document["paths"]["/api/congress/things"]["post"]
    assert (made["x-permission"], made["x-service"]) == ("congress:report", "congress")
    assert not any(path.startswith("/internal") for path in document["paths"])
    assert "sammelan" in requests.get(f"{post.address}/metrics", timeout=10).text or (
        "http" in requests.get(f"{post.address}/metrics", timeout=10).text
    )
    for path in ("/healthz", "/readyz"):
        assert requests.get(post.address + path, timeout=10).status_code == 200


def test_the_request_id_of_the_peer_goes_through_the_logs_and_a_strange_one_does_not(post: Post) -> None:
    for given, kept in (("abc123", True), ("a b", False), ("x" * 41, False), ("<script>", False)):
        answer = call(post, "GET", "/api/congress/nothing", headers={"X-Request-Id": given})
        assert (answer.json()["request_id"] == given) == kept


def test_a_body_that_is_too_large_is_refused_and_the_connection_goes_on(post: Post) -> None:
    token = post.house.token("congress", RIGHT)
    with requests.Session() as browser:
        browser.headers.update({"Authorization": f"Bearer {token}", "Idempotency-Key": new_id()})
        for _ in range(3):
            large = browser.post(
                f"{post.address}/api/congress/things", json={"name": "x" * 3_000_000}, timeout=20
            )
            assert large.status_code == 413
            small = browser.post(f"{post.address}/api/congress/things", data="x", timeout=20)
            assert small.status_code == 415


def test_what_an_operation_does_not_read_is_refused_and_not_left_out(post: Post) -> None:
    assert call(post, "GET", "/api/congress/things?name=here").status_code == 200
    answer = call(post, "GET", "/api/congress/things?name=here&on=2026-10-01&sort=name")
    assert answer.status_code == 422
    assert {(one["pointer"], one["type"]) for one in answer.json()["errors"]} == {
        ("/on", "/problems/not-asked"),
        ("/sort", "/problems/not-asked"),
    }
    twice = call(post, "GET", "/api/congress/things?name=here&name=there")
    assert [(one["pointer"], one["type"]) for one in twice.json()["errors"]] == [
        ("/name", "/problems/asked-twice")
    ]
    assert call(post, "HEAD", "/api/congress/things?on=2026-10-01").status_code == 422


def test_a_body_that_must_come_and_does_not_is_refused(post: Post) -> None:
    answer = call(post, "POST", "/api/congress/things", headers={"Idempotency-Key": new_id()})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/body-missing")
