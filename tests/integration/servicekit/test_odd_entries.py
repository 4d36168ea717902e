"""An entry of the audit that no version would write today, and is there: it hides no other one."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import json

from servicekit.access.decision import Caller, Reach, Right
from servicekit.audit import chain as audit
from servicekit.audit.search import Wanted, about, every, search
from servicekit.data.database import Database

NOW = datetime.now(UTC)
POISON = (
    {"sought": {"$ref": "a", "$id": "b"}},
    {
        "sought": {
            "$ref": "a",
            "$id": {"$ref": "c", "$id": 1},
            "$db": "x",
            "more": [{"$ref": "d", "$id": "e"}],
        }
    },
    {"$ref": "a", "$id": "b"},
    {"sought": {"a.b": "c", "": "d"}},
    {"bytes": b"\xff\x00"},
)
AUDITOR = Caller(
    account_id="auditor",
    rights=(Right("audit:read", "hq", ("hq",), Reach("below"), "g"),),
    assurance=2,
    auth_time=NOW,
)


@pytest.fixture
def database(new_database: Callable[..., Database]) -> Database:
    made = new_database("house_odd")
    chain = audit.chain_of(made)
    chain.prepare()
    key, previous = audit.key_of(b"k" * 32, chain.service), audit.START
    for seq, details in enumerate(({}, *POISON, {"role": "clerk"}), 1):
        entry = {
            "_id": f"e{seq}", "seq": seq, "at": NOW.replace(microsecond=seq * 1000), "action": "audit.exported",
            "outcome": "done", "actor": "somebody", "unit_id": "hq", "unit_path": ["hq"], "record_id": "r",
            "subject_id": "s", "details": details,
        }  # fmt: skip
        chain.entries.insert_one(entry)
        # As the relay seals it: what the driver makes of it.
        read = chain.entries.find_one({"_id": f"e{seq}"})
        assert read is not None
        previous = audit.seal(key, previous, read)
        chain.entries.update_one({"_id": f"e{seq}"}, {"$set": {"mac": previous}})
    chain.ends.update_one({"_id": chain.service}, {"$set": {"seq": len(POISON) + 2, "mac": previous}})
    return made


def test_each_reader_gives_all_entries_and_the_odd_ones_as_plain_values(database: Database) -> None:
    pages = (
        search(database, AUDITOR, Wanted(), NOW).items,
        search(database, AUDITOR, Wanted(record_id="r"), NOW).items,
        about(database, ["s"], NOW, 100),
        list(every(database, Wanted())),
    )
    for items in pages:
        assert [item["seq"] for item in items] == list(range(len(POISON) + 2, 0, -1))
        assert json.loads(json.dumps(items[-2]["details"])) == POISON[0]
        assert "$ref" in json.dumps([item["details"] for item in items])


def test_a_field_of_another_kind_hides_no_other_entry_and_is_shown_among_the_details(
    database: Database,
) -> None:
    log = audit.chain_of(database)
    for seq, change in (
        (3, {"details": ["a", 1.5]}),
        (4, {"actor": 7, "unit_path": "hq"}),
        (5, {"details": None}),
    ):
        log.entries.update_one({"seq": seq}, {"$set": change})
    found = {item["seq"]: item for item in search(database, AUDITOR, Wanted(), NOW).items}
    assert set(found) == set(range(1, len(POISON) + 3))
    assert found[3]["details"] == {"unreadable details": "['a', 1.5]"}
    assert (found[4]["actor"], found[4]["details"]["unreadable actor"]) == ("", "7")
    assert [seq for seq in (1, 3, 4, 5) if audit.is_odd(found[seq])] == [3, 4]
    entries = every(database, Wanted())
    assert len(json.loads(json.dumps([{**one, "at": ""} for one in entries]))) == len(POISON) + 2


def test_what_is_odd_is_named_and_whole(database: Database) -> None:
    chain = audit.chain_of(database)
    odd = [audit.told(raw)["seq"] for raw in chain.raw.find({}) if audit.is_odd(audit.told(raw))]
    assert sorted(odd) == [2, 3, 4, 5]
    entries = chain.entries.find({}).sort("seq", 1)
    assert list(audit.verify(audit.key_of(b"k" * 32, chain.service), entries, chain.end())) == []
