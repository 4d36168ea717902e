"""Records: compare-and-set, and events that are in the very write; transactions; leases."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pymongo.errors import DuplicateKeyError

from servicekit.audit import chain as audit
from servicekit.data.database import JOB_TIMEOUT_MS, Database, apart, session
from servicekit.data.events import AuditEntry, Event
from servicekit.data.records import ReadLog, Records
from servicekit.events.relay import Collector
from servicekit.refusals import Conflict, NotFound, Stale
from servicekit.work.leases import Lease
from tests.integration.servicekit.conftest import Producer, an_origin, eventually

E1, E2 = Event("thing.told", {"n": 1}), Event("thing.told", {"n": 2})
A1 = AuditEntry("thing.changed", "u", ("hq", "u"), "thing", "t")


@pytest.fixture
def things(database: Database) -> Records:
    records = Records(database, "things", an_origin)
    records.prepare()
    return records


def test_a_save_needs_the_version_that_was_seen(things: Records) -> None:
    made = things.insert({"_id": "t", "name": "a"})
    assert made == {"_id": "t", "name": "a", "version": 1}
    saved = things.save({**made, "name": "b"}, 1)
    assert (saved["version"], things.get("t")["name"]) == (2, "b")
    with pytest.raises(Stale):
        things.save({**made, "name": "c"}, 1)
    with pytest.raises(Stale):
        things.save({"_id": "unknown", "name": "c"}, 1)
    assert things.get("t") == {"_id": "t", "name": "b", "version": 2}
    with pytest.raises(DuplicateKeyError):
        things.insert({"_id": "t"})
    with pytest.raises(NotFound):
        things.get("unknown")
    assert things.find("unknown") is None


def test_of_many_who_save_the_same_version_one_wins(things: Records) -> None:
    things.insert({"_id": "t", "n": 0})

    def save(n: int) -> bool:
        try:
            things.save({"_id": "t", "n": n}, 1, [Event("thing.told", {"n": n})])
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [n for n, good in enumerate(pool.map(save, range(16))) if good]
    assert len(won) == 1
    stored = things.collection.find_one({"_id": "t"})
    assert stored is not None
    assert stored["n"] == won[0]
    assert [item["data"] for item in stored["_outbox"]] == [{"n": won[0]}]


def test_state_event_and_audit_are_one_write(things: Records) -> None:
    things.insert({"_id": "t"}, [E1], [A1])
    things.save({"_id": "t", "x": 1}, 1, [E2])
    stored = things.collection.find_one({"_id": "t"})
    assert stored is not None
    assert [item["kind"] for item in stored["_outbox"]] == ["audit", "event", "event"]
    assert stored["_pending"] is True
    assert {item["actor"] for item in stored["_outbox"] if item["kind"] == "audit"} == {"somebody"}
    with pytest.raises(Stale):
        things.save({"_id": "t", "x": 2}, 1, [Event("never", {})])
    again = things.collection.find_one({"_id": "t"})
    assert again == stored


def test_what_a_refused_transaction_wrote_is_not_there(things: Records) -> None:
    class Refused(Conflict):
        pass

    def work() -> None:
        things.insert({"_id": "inside"}, [E1])
        with apart():
            things.insert({"_id": "apart"})
        assert session() is not None
        things.database.in_transaction(lambda: things.insert({"_id": "inner"}))  # joins this one
        raise Refused

    with pytest.raises(Refused):
        things.database.in_transaction(work)
    assert session() is None
    assert {one["_id"] for one in things.collection.find({})} == {"apart"}


def test_transactions_that_collide_are_done_again_until_each_has_counted(database: Database) -> None:
    patient = Database(_url(database), database.name, JOB_TIMEOUT_MS)
    counts = patient.mongo["counts"]
    counts.insert_one({"_id": "c", "n": 0})

    def add() -> None:
        found = counts.find_one({"_id": "c"}, session=session())
        assert found is not None
        counts.update_one({"_id": "c"}, {"$set": {"n": found["n"] + 1}}, session=session())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: patient.in_transaction(add), range(20)))
    patient.client.close()
    assert database.mongo["counts"].find_one({"_id": "c"}) == {"_id": "c", "n": 20}


def _url(database: Database) -> str:
    database.ping()
    address = database.client.address
    assert address is not None
    return f"mongodb://{address[0]}:{address[1]}/"


def test_a_read_of_personal_data_is_written_down_by_itself(database: Database, collector: Collector) -> None:
    reads = ReadLog(database, an_origin)
    reads.prepare()
    reads.record(AuditEntry("member.read", "u", ("hq", "u"), "member", "m", subject_id="m"))
    collector.collect()
    (entry,) = audit.chain_of(database).entries.find({"subject_id": "m"})
    assert (entry["action"], entry["actor"], entry["seq"]) == ("member.read", "somebody", 1)


# ---------------------------------------------------------------- collecting


def test_outboxes_become_two_numbered_logs_and_a_chain(database: Database, collector: Collector) -> None:
    producer = Producer(database)
    for n in range(1, 4):
        for name in ("a", "b"):
            producer.tell(name, n)
    while collector.collect():
        pass
    events = sorted(database.mongo["events"].find({}), key=lambda e: e["seq"])
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5, 6]
    for name in ("a", "b"):
        assert [e["data"]["n"] for e in events if e["data"]["record"] == name] == [1, 2, 3]
    entries = sorted(audit.chain_of(database).entries.find({}), key=lambda e: e["seq"])
    head = audit.chain_of(database).end()
    assert len(entries) == 6
    assert list(audit.verify(audit.key_of(b"key", audit.chain_of(database).service), entries, head)) == []
    assert list(audit.verify(b"another key", entries, head)) != []
    stored = producer.records.collection.find_one({"_id": "a"})
    assert stored is not None
    assert stored["_outbox"] == []
    assert "_pending" not in stored


def test_an_item_that_was_moved_before_is_not_moved_again(database: Database, collector: Collector) -> None:
    """As after a restore of a record from before it was collected."""
    producer = Producer(database)
    producer.tell("a", 1)
    before = producer.records.collection.find_one({"_id": "a"})
    assert before is not None
    collector.collect()
    producer.records.collection.replace_one({"_id": "a"}, before)
    while collector.collect():
        pass
    assert [event["seq"] for event in database.mongo["events"].find({})] == [1]
    assert audit.chain_of(database).entries.count_documents({}) == 1


def test_two_collectors_and_writers_at_once_lose_and_double_nothing(
    database: Database, collector: Collector
) -> None:
    producer = Producer(database)
    other = Collector(Database(_url(database), database.name, JOB_TIMEOUT_MS), b"key")
    rounds = 15

    def write(name: str) -> None:
        for n in range(1, rounds + 1):
            producer.tell(name, n)

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, name) for name in ("a", "b")]

        def collect(one: Collector) -> None:
            while not all(writer.done() for writer in writers):
                one.collect()

        collecting = [pool.submit(collect, one) for one in (other,)]
        for future in (*writers, *collecting):
            future.result()
    while other.collect():
        pass
    other._database.client.close()
    events = sorted(database.mongo["events"].find({}), key=lambda e: e["seq"])
    assert [event["seq"] for event in events] == list(range(1, 2 * rounds + 1))
    for name in ("a", "b"):
        told = [event["data"]["n"] for event in events if event["data"]["record"] == name]
        assert told == list(range(1, rounds + 1))


# ---------------------------------------------------------------- leases


def test_one_holds_a_lease_and_another_takes_over_when_it_is_not_renewed(database: Database) -> None:
    first, second = Lease(database, "work", "one", 1.0), Lease(database, "work", "two", 1.0)
    assert first.hold()
    assert not second.hold()
    began = time.monotonic()
    eventually(second.hold, 10)
    assert time.monotonic() - began > 0.5
    eventually(lambda: not first.hold(), 5)


def test_a_lease_that_is_renewed_stays_and_one_that_is_released_is_free(database: Database) -> None:
    first, second = Lease(database, "work", "one", 0.6), Lease(database, "work", "two", 0.6)
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        assert first.hold()
        assert not second.hold()
        time.sleep(0.05)
    second.release()  # not hers to release
    assert not second.hold()
    first.release()
    assert second.hold()


def test_of_many_who_want_a_free_lease_one_gets_it(new_database: Callable[[str], Database]) -> None:
    database = new_database("leases")
    leases = [Lease(database, "work", str(n)) for n in range(12)]
    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(Lease.hold, leases)) == 1
