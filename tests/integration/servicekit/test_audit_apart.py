"""The audit stands in databases of its own, and one transaction numbers it and what counts it."""

from collections.abc import Callable

import pytest

from servicekit.audit.chain import chain_of, verify
from servicekit.data.database import Database, session

KEY = b"key"


@pytest.fixture
def database(new_database: Callable[[str], Database]) -> Database:
    return new_database("apart")


def test_the_chain_is_outside_the_services_own_database(database: Database) -> None:
    chain = chain_of(database)
    chain.prepare()
    assert chain.entries.database.name == f"{database.name}_audit"
    assert chain.ends.database.name == "apart_relay"
    assert database.mongo.list_collection_names() == []


def test_a_transaction_over_two_databases_is_all_or_nothing(database: Database) -> None:
    class Refused(Exception):
        pass

    chain = chain_of(database)
    chain.prepare()

    def work(fails: bool) -> None:
        chain.entries.insert_one({"_id": str(fails), "seq": 1}, session=session())
        database.mongo["heads"].insert_one({"_id": str(fails)}, session=session())
        chain.ends.update_one({"_id": chain.service}, {"$set": {"seq": 1}}, session=session())
        if fails:
            raise Refused

    with pytest.raises(Refused):
        database.in_transaction(lambda: work(True))
    assert list(chain.entries.find({})) == list(database.mongo["heads"].find({})) == []
    assert chain.end()["seq"] == 0
    database.in_transaction(lambda: work(False))
    assert chain.entries.count_documents({}) == database.mongo["heads"].count_documents({}) == 1
    assert chain.end()["seq"] == 1


def test_preparing_again_keeps_what_was_counted(database: Database) -> None:
    chain = chain_of(database)
    chain.prepare()
    chain.ends.update_one({"_id": chain.service}, {"$set": {"seq": 3, "mac": "m"}})
    chain.prepare()
    assert chain.end() == {"_id": chain.service, "seq": 3, "mac": "m"}
    assert list(verify(KEY, [], chain.end()))[0].what == "cut"
