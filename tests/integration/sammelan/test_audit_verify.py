"""`sammelan audit verify` against every kind of damage to a log; and the export of all logs."""

import csv
import io
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from servicekit.audit.chain import Chain, chain_of
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.data.events import AuditEntry, Origin
from servicekit.data.records import Records
from servicekit.events.relay import Collector
from tests.integration.sammelan.running import Machine
from tests.processes import DatabaseServer

Json = dict[str, Any]
KEY = secrets.token_hex(32)
BEGAN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NAMES = ("Sample Anwara", "=HYPERLINK(1)", "  +8801", "@x", "-2")


@dataclass
class Logs:
    """Two services' logs of five entries each, written as the services and the relay write them."""

    machine: Machine
    membership: Database
    congress: Database

    @property
    def chain(self) -> Chain:
        return chain_of(self.membership)

    def entry(self, seq: int) -> Json:
        found = self.chain.entries.find_one({"seq": seq})
        assert found is not None
        return found

    def put(self, entry: Json) -> None:
        """In the place of the one with its `_id`, by somebody who need not mind indexes."""
        self.chain.entries.delete_one({"_id": entry["_id"]})
        self.chain.entries.insert_one(entry)

    def count_as(self, seq: int) -> None:
        """Sets the relay's counter back to an entry, as somebody would who hides a cut."""
        self.chain.ends.update_one(
            {"_id": self.chain.service}, {"$set": {"seq": seq, "mac": self.entry(seq)["mac"]}}
        )

    def verify(self, *more: str) -> tuple[int, str]:
        done = self.machine.run("audit", "verify", *more)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stderr


def _written(database: Database) -> None:
    at = iter(BEGAN + timedelta(minutes=n) for n in range(100))
    names = iter(NAMES)
    things = Records(database, "things", lambda: Origin(next(at), "somebody", next(names), "", "r"))
    things.prepare()
    for n in range(len(NAMES)):
        unit = "u1" if n % 2 else "u2"
        things.insert(
            {"_id": f"t{n}"}, audit=[AuditEntry("thing.made", unit, ("hq", unit), "thing", f"t{n}")]
        )
    collector = Collector(database, KEY.encode())
    collector.prepare()
    while collector.collect():
        pass


@pytest.fixture
def logs(database_server: DatabaseServer, tmp_path: Path) -> Iterator[Logs]:
    prefix = "v" + secrets.token_hex(5)
    told = {"MONGO_URL": database_server.url, "DATABASE_PREFIX": prefix, "AUDIT_KEY": KEY}
    membership, congress = (
        Database(database_server.url, f"{prefix}_{service}", JOB_TIMEOUT_MS)
        for service in ("membership", "congress")
    )
    for database in (membership, congress):
        _written(database)
    machine = Machine(tmp_path, more=told)
    yield Logs(machine, membership, congress)
    for database in (membership, congress):
        database.client.close()


def altered(logs: Logs) -> None:
    logs.chain.entries.update_one({"seq": 3}, {"$set": {"actor": "somebody else"}})


def taken_out(logs: Logs) -> None:
    logs.chain.entries.delete_one({"seq": 3})


def cut(logs: Logs) -> None:
    logs.chain.entries.delete_many({"seq": {"$gt": 3}})


def swapped(logs: Logs) -> None:
    two, three = logs.entry(2), logs.entry(3)
    logs.chain.entries.delete_many({"seq": {"$in": [2, 3]}})
    logs.chain.entries.insert_many([{**two, "seq": 3}, {**three, "seq": 2}])


def doubled(logs: Logs) -> None:
    logs.chain.entries.drop_index("seq_1")
    logs.chain.entries.insert_one({**logs.entry(3), "_id": "again"})


def doubled_at_the_end(logs: Logs) -> None:
    logs.chain.entries.insert_one({**logs.entry(3), "_id": "again", "seq": 6})


def put_at_the_end_and_counted(logs: Logs) -> None:
    doubled_at_the_end(logs)
    logs.count_as(6)


def of_another_service(logs: Logs) -> None:
    other = chain_of(logs.congress).entries.find_one({"seq": 3})
    assert other is not None
    logs.chain.entries.delete_one({"seq": 3})
    logs.chain.entries.insert_one(other)


def the_whole_log_of_another_service(logs: Logs) -> None:
    other = chain_of(logs.congress)
    logs.chain.entries.delete_many({})
    logs.chain.entries.insert_many(list(other.entries.find({})))
    logs.count_as(5)


def never_collected(logs: Logs) -> None:
    things = Records(logs.membership, "things", lambda: Origin(BEGAN, "somebody"))
    things.insert({"_id": "late"}, audit=[AuditEntry("thing.made")])


def hidden_from_the_relay(logs: Logs) -> None:
    never_collected(logs)
    logs.membership.mongo["things"].update_one({"_id": "late"}, {"$unset": {"_pending": ""}})
    logs.membership.mongo["outboxes"].delete_many({})


def emptied(logs: Logs) -> None:
    logs.chain.entries.delete_many({})


DAMAGES: list[tuple[Callable[[Logs], None], str]] = [
    (altered, "entry 3 is altered"),
    (taken_out, "entry 3 is missing"),
    (cut, "entry 4 is cut"),
    (emptied, "entry 1 is cut"),
    (swapped, "entry 2 is altered"),
    (doubled, "entry 3 is doubled"),
    (doubled_at_the_end, "entry 6 is beyond"),
    (put_at_the_end_and_counted, "entry 6 is altered"),
    (of_another_service, "entry 3 is altered"),
    (the_whole_log_of_another_service, "entry 1 is altered"),
    (never_collected, "1 entries in things are uncollected since 2026-03-01T12:00:00+00:00"),
    (hidden_from_the_relay, "1 entries in things are uncollected since 2026-03-01T12:00:00+00:00"),
]


@pytest.mark.parametrize(("damage", "said"), DAMAGES, ids=[damage.__name__ for damage, _ in DAMAGES])
def test_every_damage_is_named(logs: Logs, damage: Callable[[Logs], None], said: str) -> None:
    damage(logs)
    code, told = logs.verify()
    assert code == 1
    assert f"membership: {said}" in told
    assert "congress:" not in told


def test_whole_logs_are_found_whole(logs: Logs) -> None:
    assert logs.verify() == (0, "")


def test_a_cut_whose_counter_was_set_back_shows_against_the_exported_heads(logs: Logs) -> None:
    heads = logs.machine.folder / "heads"
    assert logs.machine.run("keys", "init").returncode == 0
    assert logs.machine.run("audit", "heads", str(heads)).returncode == 0
    assert logs.verify("--heads", str(heads))[0] == 0
    cut(logs)
    logs.count_as(3)
    assert logs.verify() == (0, ""), "whole in itself"
    code, told = logs.verify("--heads", str(heads))
    assert (code, told.strip()) == (1, "membership: entry 5 is cut")


# ---------------------------------------------------------------- export


def exported(logs: Logs, name: str, *more: str) -> str:
    file = logs.machine.folder / name
    done = logs.machine.run("audit", "export", *more, str(file))
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o077 == 0
    return file.read_text(encoding="utf-8-sig")


def test_an_export_holds_the_entries_of_all_services_newest_first(logs: Logs) -> None:
    entries = [json.loads(line) for line in exported(logs, "all.jsonl").splitlines()]
    assert {(one["service"], one["seq"]) for one in entries} == {
        (service, seq) for service in ("membership", "congress") for seq in range(1, 6)
    }
    assert [one["at"] for one in entries] == sorted((one["at"] for one in entries), reverse=True)
    assert all(one["mac"] and one["unit_path"] for one in entries)


def test_no_cell_of_an_export_is_a_formula(logs: Logs) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(logs, "all.csv"))))
    assert len(rows) == 10
    assert {row["actor_name"] for row in rows} == {
        "Sample Anwara", "'=HYPERLINK(1)", "'  +8801", "'@x", "'-2",
    }  # fmt: skip


def test_an_export_is_of_one_unit_and_of_some_days(logs: Logs) -> None:
    unit = {
        "_id": "u1", "code": "ONE", "level": "union", "path": ["hq", "u1"], "parent_id": "hq", "names": {"en": "One"},
        "version": 1, "revision": 1, "valid_from": "2020-01-01", "valid_to": None, "live": True, "attributes": {},
    }  # fmt: skip
    logs.membership.mongo["units"].insert_one(unit)
    rows = list(csv.DictReader(io.StringIO(exported(logs, "one.csv", "--unit", "ONE"))))
    assert [row["unit_id"] for row in rows] == ["u1"] * 4
    assert exported(logs, "none.jsonl", "--from", "2026-03-02") == ""
    assert len(exported(logs, "day.jsonl", "--from", "2026-03-01", "--to", "2026-03-01").splitlines()) == 10


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("all.txt",), "must end in .csv or .jsonl"),
        (("--unit", "NOWHERE", "all.csv"), "There is no unit NOWHERE."),
    ],
)
def test_an_export_that_cannot_be_is_refused_in_one_line(
    logs: Logs, arguments: tuple[str, ...], said: str
) -> None:
    *options, name = arguments
    done = logs.machine.run("audit", "export", *options, str(logs.machine.folder / name))
    assert done.returncode == 1
    assert said in done.stderr
    assert not (logs.machine.folder / name).exists()
