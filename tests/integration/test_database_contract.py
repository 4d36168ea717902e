"""What the house relies on from its database, whichever TEST_MONGO_URL names: the embedded one or real MongoDB.

Each test states one thing. One that fails here on a new version says what would break, and where to look.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import ASCENDING, InsertOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from servicekit.data.database import Database, session

Json = dict[str, Any]


@pytest.fixture
def database(new_database: Callable[[str], Database]) -> Database:
    return new_database("contract")


def names(found: Any) -> list[Any]:
    return sorted(one["_id"] for one in found)


# ---------------------------------------------------------------- single writes


def test_a_compare_and_set_changes_what_is_as_expected_and_nothing_else(database: Database) -> None:
    things = database.mongo["things"]
    things.insert_one({"_id": "a", "version": 1})
    won = things.update_one({"_id": "a", "version": 1}, {"$set": {"version": 2}})
    lost = things.update_one({"_id": "a", "version": 1}, {"$set": {"version": 3}})
    assert (won.matched_count, lost.matched_count) == (1, 0)
    assert things.find_one({"_id": "a"}) == {"_id": "a", "version": 2}


def test_of_two_who_insert_the_same_id_one_is_refused(database: Database) -> None:
    database.mongo["things"].insert_one({"_id": "a"})
    with pytest.raises(DuplicateKeyError):
        database.mongo["things"].insert_one({"_id": "a"})


def test_a_write_that_sets_pushes_and_raises_is_one(database: Database) -> None:
    things = database.mongo["things"]
    things.insert_one({"_id": "a", "n": 0, "box": [1]})
    things.update_one(
        {"_id": "a"}, {"$set": {"x": True}, "$push": {"box": {"$each": [2, 3]}}, "$inc": {"n": 5}}
    )
    assert things.find_one({"_id": "a"}) == {"_id": "a", "n": 5, "box": [1, 2, 3], "x": True}
    things.update_one({"_id": "a"}, {"$pull": {"box": {"$in": [1, 2]}}, "$unset": {"x": ""}})
    assert things.find_one({"_id": "a"}) == {"_id": "a", "n": 5, "box": [3]}


def test_items_of_an_array_are_pulled_by_a_field_of_theirs(database: Database) -> None:
    things = database.mongo["things"]
    things.insert_one({"_id": "a", "box": [{"id": "1"}, {"id": "2"}, {"id": "3"}]})
    things.bulk_write(
        [UpdateOne({"_id": "a"}, {"$pull": {"box": {"id": {"$in": ["1", "3"]}}}})], ordered=False
    )
    assert things.find_one({"_id": "a"}) == {"_id": "a", "box": [{"id": "2"}]}


def test_an_upsert_sets_on_insert_only_once(database: Database) -> None:
    heads = database.mongo["heads"]
    for seq in (0, 7):
        heads.update_one({"_id": "events"}, {"$setOnInsert": {"seq": seq}}, upsert=True)
    assert heads.find_one({"_id": "events"}) == {"_id": "events", "seq": 0}


def test_an_instant_keeps_its_milliseconds_and_its_zone(database: Database) -> None:
    instant = datetime(2026, 3, 1, 12, 30, 15, 123_000, tzinfo=UTC)
    database.mongo["things"].insert_one({"_id": "a", "at": instant})
    found = database.mongo["things"].find_one({"_id": "a"})
    assert found is not None
    assert found["at"] == instant
    assert found["at"].tzinfo is not None


# ---------------------------------------------------------------- finding


def test_equality_finds_an_element_of_an_array(database: Database) -> None:
    units = database.mongo["units"]
    units.create_index("path")
    units.insert_many(
        [
            {"_id": "root", "path": ["root"]},
            {"_id": "a", "path": ["root", "a"]},
            {"_id": "b", "path": ["root", "b"]},
        ]
    )
    assert names(units.find({"path": "root"})) == ["a", "b", "root"]
    assert names(units.find({"path": "a"})) == ["a"]
    assert names(units.find({"path": {"$in": ["a", "b"]}})) == ["a", "b"]


def test_a_two_sided_range_on_an_indexed_field_is_exact_and_sorted(database: Database) -> None:
    log = database.mongo["log"]
    log.create_index("seq", unique=True)
    log.insert_many([{"_id": f"e{n}", "seq": n} for n in range(1, 101)])
    assert sorted(one["seq"] for one in log.find({"seq": {"$gt": 10, "$lte": 15}})) == [11, 12, 13, 14, 15]
    paged = log.find({"seq": {"$gt": 90, "$lt": 200}}).sort("seq", ASCENDING).limit(3)
    assert [one["seq"] for one in paged] == [91, 92, 93]


def test_a_compound_index_serves_equality_with_a_range_in_order(database: Database) -> None:
    children = database.mongo["children"]
    children.create_index([("parent", 1), ("code", 1)])
    children.insert_many([{"parent": parent, "code": f"{n:02}"} for parent in "ab" for n in range(10)])
    found = children.find({"parent": "a", "code": {"$gt": "03", "$lt": "07"}}).sort("code", ASCENDING)
    assert [(one["parent"], one["code"]) for one in found] == [("a", "04"), ("a", "05"), ("a", "06")]


def test_an_empty_array_is_found_by_its_size(database: Database) -> None:
    things = database.mongo["things"]
    things.insert_many([{"_id": "a", "box": []}, {"_id": "b", "box": [1]}, {"_id": "c"}])
    assert names(things.find({"box": {"$size": 0}})) == ["a"]
    changed = things.update_one({"_id": "b", "box": {"$size": 0}}, {"$set": {"empty": True}})
    assert changed.matched_count == 0


def test_what_is_null_or_missing_is_told_from_what_is_there(database: Database) -> None:
    things = database.mongo["things"]
    things.insert_many([{"_id": "null", "x": None}, {"_id": "missing"}, {"_id": "there", "x": 1}])
    assert names(things.find({"x": None})) == ["missing", "null"]
    assert names(things.find({"x": {"$exists": True}})) == ["null", "there"]


# ---------------------------------------------------------------- indexes


def test_a_unique_index_holds_for_its_part_of_the_documents_only(database: Database) -> None:
    members = database.mongo["members"]
    members.create_index(
        [("unit", 1), ("number", 1)], unique=True, partialFilterExpression={"number": {"$exists": True}}
    )
    members.insert_many([{"_id": "a", "unit": "u"}, {"_id": "b", "unit": "u"}])
    members.insert_one({"_id": "c", "unit": "u", "number": "1"})
    with pytest.raises(DuplicateKeyError):
        members.insert_one({"_id": "d", "unit": "u", "number": "1"})
    members.insert_one({"_id": "e", "unit": "v", "number": "1"})
    with pytest.raises(DuplicateKeyError):
        members.update_one({"_id": "a"}, {"$set": {"number": "1"}})
    members.update_one({"_id": "c"}, {"$unset": {"number": ""}})
    members.update_one({"_id": "a"}, {"$set": {"number": "1"}})


def test_making_an_index_again_is_nothing_and_making_it_differently_is_refused(database: Database) -> None:
    things = database.mongo["things"]
    for _ in range(2):
        things.create_index("at", expireAfterSeconds=60)
    assert sorted(things.index_information()) == ["_id_", "at_1"]
    assert things.index_information()["at_1"]["expireAfterSeconds"] == 60
    with pytest.raises(OperationFailure):
        things.create_index("at", expireAfterSeconds=120)


def test_what_has_not_expired_stays(database: Database) -> None:
    """When it goes is the database's business, so only this half can be a test."""
    things = database.mongo["things"]
    things.create_index("at", expireAfterSeconds=3600)
    things.insert_one({"_id": "a", "at": datetime.now(UTC) - timedelta(seconds=10)})
    assert names(things.find({})) == ["a"]


# ---------------------------------------------------------------- transactions


def test_a_transaction_is_all_or_nothing_over_several_collections(database: Database) -> None:
    class Refused(Exception):
        pass

    def work(fails: bool) -> None:
        database.mongo["a"].insert_one({"_id": str(fails)}, session=session())
        database.mongo["b"].insert_one({"_id": str(fails)}, session=session())
        if fails:
            raise Refused

    with pytest.raises(Refused):
        database.in_transaction(lambda: work(True))
    assert names(database.mongo["a"].find({})) == names(database.mongo["b"].find({})) == []
    database.in_transaction(lambda: work(False))
    assert names(database.mongo["a"].find({})) == names(database.mongo["b"].find({})) == ["False"]


def test_a_transaction_sees_one_instant_and_its_own_writes(database: Database) -> None:
    things = database.mongo["things"]
    things.insert_one({"_id": "a", "n": 1})
    with (
        database.client.start_session() as own,
        own.start_transaction(read_concern=ReadConcern("snapshot")),
    ):
        assert things.count_documents({}, session=own) == 1
        things.insert_one({"_id": "beside"})
        things.update_one({"_id": "a"}, {"$set": {"n": 2}})
        assert names(things.find({}, session=own)) == ["a"]
        assert things.find_one({"_id": "a"}, session=own) == {"_id": "a", "n": 1}
        things.insert_one({"_id": "own"}, session=own)
        assert names(things.find({}, session=own)) == ["a", "own"]
        assert things.find_one({"_id": "own"}) is None
    assert names(things.find({})) == ["a", "beside", "own"]


def _add_ten(things: Collection[Json], own: ClientSession) -> None:
    """Refused at once or at the commit: either will do."""
    things.update_one({"_id": "a"}, {"$inc": {"n": 10}}, session=own)
    own.commit_transaction()


def test_of_two_transactions_on_one_document_the_second_is_told_to_try_again(database: Database) -> None:
    things = database.mongo["things"]
    things.insert_one({"_id": "a", "n": 0})
    first, second = database.client.start_session(), database.client.start_session()
    with first, second:
        first.start_transaction()
        second.start_transaction()
        assert things.find_one({"_id": "a"}, session=second) is not None
        things.update_one({"_id": "a"}, {"$inc": {"n": 1}}, session=first)
        with pytest.raises(PyMongoError) as refused:
            _add_ten(things, second)
        assert refused.value.has_error_label("TransientTransactionError")
        first.commit_transaction()
        if second.in_transaction:
            second.abort_transaction()
    assert things.find_one({"_id": "a"}) == {"_id": "a", "n": 1}


def test_a_write_beside_a_transaction_waits_for_it_and_then_counts(database: Database) -> None:
    things = database.mongo["things"]
    things.insert_one({"_id": "a", "n": 0})
    finished: list[float] = []

    def write() -> None:
        things.update_one({"_id": "a"}, {"$inc": {"n": 10}})
        finished.append(time.monotonic())

    with database.client.start_session() as own:
        own.start_transaction()
        things.update_one({"_id": "a"}, {"$inc": {"n": 1}}, session=own)
        writer = threading.Thread(target=write)
        writer.start()
        writer.join(0.4)
        assert not finished
        committed = time.monotonic()
        own.commit_transaction()
    writer.join(10)
    assert finished
    assert finished[0] >= committed
    assert things.find_one({"_id": "a"}) == {"_id": "a", "n": 11}


def test_a_duplicate_in_a_transaction_undoes_it_and_is_told_as_such(database: Database) -> None:
    database.mongo["taken"].insert_one({"_id": "x"})

    def work() -> None:
        database.mongo["a"].insert_one({"_id": "with it"}, session=session())
        database.mongo["taken"].insert_one({"_id": "x"}, session=session())

    with pytest.raises(DuplicateKeyError):
        database.in_transaction(work)
    assert database.mongo["a"].find_one({"_id": "with it"}) is None


def test_a_bulk_write_tells_which_of_its_parts_failed_and_does_the_others(database: Database) -> None:
    things = database.mongo["things"]
    things.insert_one({"_id": "b"})
    with pytest.raises(BulkWriteError) as refused:
        things.bulk_write([InsertOne({"_id": one}) for one in "abc"], ordered=False)
    assert [error["index"] for error in refused.value.details["writeErrors"]] == [1]
    assert names(things.find({})) == ["a", "b", "c"]


def test_counters_added_at_once_lose_nothing(database: Database) -> None:
    rollups = database.mongo["rollups"]
    rollups.insert_one({"_id": "hq", "counts": {}})

    def add() -> None:
        for _ in range(25):
            rollups.update_one({"_id": "hq"}, {"$inc": {"counts.done": 1, "counts.total": 2}})

    adders = [threading.Thread(target=add) for _ in range(4)]
    for adder in adders:
        adder.start()
    for adder in adders:
        adder.join()
    assert rollups.find_one({"_id": "hq"}) == {"_id": "hq", "counts": {"done": 100, "total": 200}}


def test_the_database_is_a_replica_set_as_drivers_see_it(database: Database) -> None:
    hello = database.client.admin.command("hello")
    assert hello["setName"]
    assert hello["isWritablePrimary"]
    assert hello["logicalSessionTimeoutMinutes"] > 0
