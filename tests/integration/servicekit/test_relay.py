"""The relay as a program: events arrive in order and once, whatever is killed on the way."""

import hashlib
import itertools
import threading

import requests

from servicekit.access.keys import KeyRing
from servicekit.access.tokens import service_token
from servicekit.audit.chain import chain_of
from servicekit.events.relay import on_their_way
from tests.integration.servicekit.conftest import Post, eventually

ALPHABET = ("alpha", "beta", "gamma")
# What a killed process wrote in an open transaction is held by the database for its transaction lifetime, 60 s.
HELD_SECONDS = 100.0


def test_events_arrive_once_and_in_order_though_relay_and_consumer_are_killed(post: Post) -> None:
    stop, counts = threading.Event(), dict.fromkeys(ALPHABET, 0)

    def tell() -> None:
        while not stop.wait(0.1):  # busy people, not a fire hose
            for name in ALPHABET:
                post.producer.tell(name, counts[name] + 1)
                counts[name] += 1

    teller = threading.Thread(target=tell)
    teller.start()
    try:
        for part in itertools.islice(itertools.cycle(("service", "relay")), 3):
            so_far = len(post.heard("alpha"))
            eventually(lambda so_far=so_far: len(post.heard("alpha")) > so_far, HELD_SECONDS)  # type: ignore[misc]
            if part == "relay":
                post.kill_relay()
                post.start_relay()
            else:
                post.kill_service()
                post.start_service()
    finally:
        stop.set()
        teller.join()
    for name in ALPHABET:
        eventually(lambda name=name: len(post.heard(name)) >= counts[name], HELD_SECONDS)  # type: ignore[misc]
        assert post.heard(name) == list(range(1, counts[name] + 1))
    seqs = [one["seq"] for one in sorted(post.consumer.mongo["heard"].find({}), key=lambda one: one["at"])]
    assert seqs == sorted(set(seqs)), "in the order of the producer's log, each once"


def test_what_cannot_be_delivered_waits_and_so_does_what_comes_after_it(post: Post) -> None:
    post.producer.tell("poisoned", 1)
    eventually(lambda: post.heard("poisoned") == [1])
    post.producer.tell("poisoned", 2, poison=True)
    post.producer.tell("poisoned", 3)
    log = post.house.folder / "servicekit.events.relay.log"

    def tried_again() -> bool:
        """The courier rests longer each time."""
        lines = [one for one in log.read_text().splitlines() if "step_rests" in one and "to congress" in one]
        return any('"failures": 3' in line for line in lines)

    eventually(tried_again, 30)
    assert post.heard("poisoned") == [1]
    assert on_their_way(post.producer.database, "congress")
    post.consumer.mongo["antidote"].insert_one({})
    eventually(lambda: len(post.heard("poisoned")) == 3)
    assert post.heard("poisoned") == [1, 2, 3]
    eventually(lambda: not on_their_way(post.producer.database, "congress"))
    assert on_their_way(post.producer.database, "identity"), "which is away"


def test_consumers_that_are_away_do_not_hold_up_the_others(post: Post) -> None:
    """Nobody listens in the places of identity and notifications; congress has heard everything all the same."""
    cursors = {one["_id"]: one["seq"] for one in post.producer.database.mongo["cursors"].find({})}
    head = post.producer.database.mongo["heads"].find_one({"_id": "events"})
    assert head is not None
    eventually(
        lambda: (
            (one := post.producer.database.mongo["cursors"].find_one({"_id": "congress"}))
            and one["seq"] == head["seq"]
        )
    )
    assert "identity" not in cursors
    assert "notifications" not in cursors


def test_a_second_relay_waits_until_the_first_is_gone(post: Post) -> None:
    first = post.house.processes["servicekit.events.relay"]
    post.start_relay()
    second = post.house.processes["servicekit.events.relay"]
    post.producer.tell("handed-over", 1)
    eventually(lambda: post.heard("handed-over") == [1])
    first.kill()
    post.producer.tell("handed-over", 2)
    eventually(lambda: post.heard("handed-over") == [1, 2])
    assert second.popen.poll() is None
    audited = sorted(chain_of(post.producer.database).entries.find({}), key=lambda one: one["seq"])
    assert [one["seq"] for one in audited] == list(range(1, len(audited) + 1))


def deliver(post: Post, body: bytes, signer: str = "relay", signed: bytes | None = None) -> int:
    digest = hashlib.sha256(body if signed is None else signed).hexdigest()
    token = service_token(KeyRing(post.house.folder / "keys", signer), signer, "congress", body=digest)
    answer = requests.post(
        f"{post.address}/internal/events",
        data=body,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        timeout=10,
    )
    return answer.status_code


def test_events_are_believed_from_the_relay_alone_and_only_as_it_signed_them(post: Post) -> None:
    event = (
        b'{"producer": "membership", "events": [{"id": "forged", "type": "thing.told", "at": "x", "seq": 1,'
        b' "data": {"record": "forged", "n": 1}}]}'
    )
    assert deliver(post, event, signer="membership") == 403
    assert deliver(post, event, signed=b"another body") == 400
    assert deliver(post, event.replace(b'"membership"', b'"nobody"')) == 400
    assert post.heard("forged") == []
    assert deliver(post, event) == 200
    assert deliver(post, event) == 200  # delivered twice
    assert post.heard("forged") == [1]


def test_a_record_that_is_written_all_the_time_does_not_hold_up_the_relay(post: Post) -> None:
    stop, n = threading.Event(), 0

    def write() -> None:
        nonlocal n
        while not stop.is_set():
            n += 1
            post.producer.tell("hot", n)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        eventually(lambda: post.heard("hot"), 20)
    finally:
        stop.set()
        writer.join()
    eventually(lambda: len(post.heard("hot")) == n, HELD_SECONDS)
    assert post.heard("hot") == list(range(1, n + 1))
