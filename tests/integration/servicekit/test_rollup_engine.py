"""The roll-up engine, with a service that declares its figures by a few lines: minutes of meetings, by unit."""

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from servicekit.data.database import Database
from servicekit.tree.rollup import engine as engine_module
from servicekit.tree.rollup import verifying
from servicekit.tree.rollup.engine import Errors, Figures, Findings, Rollups
from servicekit.tree.rollup.figures import Contribution, Difference
from servicekit.tree.rollup.sums import Names, SumStore, groups_of
from servicekit.tree.rollup.verifying import Check, Rounds
from servicekit.tree.units import UnitChange
from servicekit.tree.units_copy import UnitsCopy, follow_units

Json = dict[str, Any]
NOW = datetime(2026, 6, 1, tzinfo=UTC)
YEAR = "2026"


def contributed(minutes: Sequence[Json]) -> list[Contribution]:
    return [
        Contribution(tuple(one["unit_path"]), one["kind"], {"held": 1, "present": one["present"]}, "own")
        for one in minutes
    ]


class Meetings:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.units = UnitsCopy(database)
        self.rollups: Rollups[Json] = Rollups(
            database,
            Figures(
                records="minutes",
                names=Names("minute_contributions", "minute_sums", scope="year", mark="minutes", level=True),
                counting=1,
                value_of=lambda document: document,
                contribute=contributed,
                tree=self.units,
                units=self.units,
                home="own",
            ),
        )
        self.units.prepare()
        self.rollups.prepare()
        self.records = database.mongo["minutes"]

    def tell(self, *paths: str) -> None:
        def follow(changes: Sequence[UnitChange]) -> None:
            for change in changes:
                self.records.update_many(
                    {"unit_id": change.id},
                    {"$set": {"unit_path": list(change.after.path), "dirty": True}, "$inc": {"version": 1}},
                )
            self.rollups.store.follow([change.after for change in changes])

        units: list[Json] = [
            {
                "id": path[-1],
                "code": path[-1],
                "names": {},
                "level": "union",
                "parent_id": path[-2] if path[1:] else None,
                "path": list(path),
            }
            for path in map(tuple, paths)
        ]
        take = follow_units(self.units, follow)
        self.database.in_transaction(lambda: take({"data": {"units": units}}))

    def hold(self, record: str, path: str, present: int) -> None:
        change = {
            "year": YEAR,
            "unit_id": path[-1],
            "unit_path": list(path),
            "kind": "cell",
            "present": present,
        }
        self.records.update_one(
            {"_id": record}, {"$set": {**change, "dirty": True}, "$inc": {"version": 1}}, upsert=True
        )

    def count(self) -> None:
        while self.rollups.count_changes(NOW):
            pass

    def sums(self, unit: str) -> Json:
        groups = groups_of(self.rollups.store.one(YEAR, unit))
        return {key: counters.get("present", 0) for key, counters in groups.items()}

    def verify(self) -> list[Difference]:
        errors: Errors = {}
        return [
            difference
            for part in self.rollups.parts()
            for difference in self.database.in_transaction(
                partial(self.rollups.look, part, errors)
            ).differences
        ]

    def mend(self) -> None:
        for part in self.rollups.parts():
            self.database.in_transaction(partial(self._mend, part))

    def _mend(self, part: Sequence[str]) -> None:
        found: Findings = self.rollups.look(part, {})
        self.rollups.mend(found)


@pytest.fixture
def meetings(database: Database) -> Meetings:
    made = Meetings(database)
    made.tell("r", "ra", "rb", "rax", "ray", "rbz")
    for number, path in enumerate(("rax", "rax", "ray", "rbz", "ra")):
        made.hold(f"m{number}", path, 10**number)
    made.count()
    return made


def test_each_unit_answers_what_stands_at_and_below_it_and_what_is_its_own(meetings: Meetings) -> None:
    assert meetings.sums("r") == {"cell": 11111}
    assert meetings.sums("a") == {"cell": 10111, "own": 10000}
    assert meetings.sums("x") == {"cell": 11, "own": 11}
    assert meetings.verify() == []


def test_what_changes_is_counted_in_place_of_what_it_was(meetings: Meetings) -> None:
    meetings.hold("m0", "rax", 5)
    meetings.count()
    meetings.count()
    assert (meetings.sums("x")["cell"], meetings.sums("r")["cell"]) == (15, 11115)
    assert meetings.verify() == []


def test_cut_off_after_counting_and_before_the_mark_is_taken_off_it_counts_once(meetings: Meetings) -> None:
    meetings.hold("m0", "rax", 5)
    changed = meetings.rollups.waiting(10)
    meetings.database.in_transaction(lambda: meetings.rollups.absorb(changed))
    meetings.count()
    assert meetings.sums("r")["cell"] == 11115


def test_what_was_read_before_another_change_never_takes_its_place(meetings: Meetings) -> None:
    meetings.hold("m0", "rax", 5)
    old = meetings.rollups.waiting(10)
    meetings.hold("m0", "rax", 7)
    meetings.count()
    meetings.database.in_transaction(lambda: meetings.rollups.absorb(old))
    meetings.rollups.clean(old)
    assert meetings.sums("r")["cell"] == 11117


def test_a_branch_that_moves_takes_its_figures_along_and_lag_is_no_drift(meetings: Meetings) -> None:
    meetings.tell("rbx")
    assert meetings.verify() == []
    meetings.count()
    assert (meetings.sums("a")["cell"], meetings.sums("b")["cell"]) == (10100, 1011)
    assert meetings.sums("r") == {"cell": 11111}
    assert meetings.verify() == []


@pytest.mark.parametrize("unit", ["r", "a", "x"])
def test_a_sum_that_drifted_is_named_where_it_did_and_nowhere_else_and_made_right(
    meetings: Meetings, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "LOOKED_AT", 1)
    meetings.database.mongo["minute_sums"].update_one(
        {"_id": f"{YEAR}:{unit}"}, {"$inc": {"groups.cell.present": 3}}
    )
    (found,) = meetings.verify()
    assert (found.unit_id, found.counter) == (unit, "present")
    assert int(found.stored) - int(found.counted) == 3
    meetings.mend()
    assert meetings.verify() == []
    assert meetings.sums("r") == {"cell": 11111}


def test_a_contribution_that_is_remembered_wrongly_is_named_by_its_record_and_made_right(
    meetings: Meetings,
) -> None:
    meetings.database.mongo["minute_contributions"].update_one(
        {"_id": "m2"}, {"$set": {"counters.present": 7}}
    )
    assert [(one.unit_id, one.stored, one.counted) for one in meetings.verify()] == [("m2", 7, 100)]
    meetings.mend()
    assert meetings.verify() == []
    meetings.hold("m2", "ray", 200)
    meetings.count()
    assert meetings.sums("r") == {"cell": 11211}


def test_a_record_that_nobody_marked_is_found(meetings: Meetings) -> None:
    meetings.records.update_one({"_id": "m2"}, {"$set": {"present": 0}})
    assert "m2" in {one.unit_id for one in meetings.verify()}
    meetings.mend()
    assert meetings.verify() == []
    assert meetings.sums("r") == {"cell": 11011}


def test_a_record_that_is_gone_counts_no_more_once_it_is_forgotten(meetings: Meetings) -> None:
    meetings.records.delete_one({"_id": "m3"})
    (orphan,) = meetings.rollups.orphans()
    assert orphan.record_id == "m3"
    for _ in range(2):
        meetings.database.in_transaction(lambda: meetings.rollups.forget([orphan]))
    assert meetings.sums("r") == {"cell": 10111}
    assert (meetings.rollups.orphans(), meetings.verify()) == ([], [])


def test_sums_that_stand_elsewhere_than_their_unit_are_put_back(meetings: Meetings) -> None:
    sums = meetings.database.mongo["minute_sums"]
    sums.update_one({"_id": f"{YEAR}:x"}, {"$set": {"path": ["r"], "parent_id": "r"}})
    assert [(one.unit_id, one.counter) for one in meetings.verify()] == [("x", "path")]
    meetings.mend()
    assert meetings.verify() == []
    assert [one["unit_id"] for one in meetings.rollups.store.find({"year": YEAR, "parent_id": "a"})] == [
        "x",
        "y",
    ]


def test_many_changes_are_taken_so_many_at_a_time(meetings: Meetings) -> None:
    for number in range(25):
        meetings.hold(f"n{number}", "rbz", 1)
    taken = itertools.takewhile(bool, iter(lambda: meetings.rollups.count_changes(NOW, 10), None))
    assert list(taken) == [10, 10, 5]
    assert meetings.sums("b")["cell"] == 1025


def rounds_of(meetings: Meetings) -> Rounds:
    engine = meetings.rollups
    check = Check(meetings.database, engine, engine.look, engine.mend, lambda _: None)
    return Rounds(check, lambda: NOW)


def drift_of(meetings: Meetings) -> Any:
    return meetings.database.mongo["marks"].find_one({"_id": "minutes drift"})


def test_the_look_that_never_ends_raises_an_alarm_for_what_differs_twice(
    meetings: Meetings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "LOOKED_AT", 2)
    sums = meetings.database.mongo["minute_sums"]
    sums.update_one({"_id": f"{YEAR}:a"}, {"$inc": {"groups.cell.held": 1}})
    rounds = rounds_of(meetings)
    for _ in range(5):  # three parts, one of them twice, and the first of the next round
        assert rounds.work() == 0
    found = drift_of(meetings)
    assert (found["at"], found["named"]) == (NOW, [f"{YEAR} a held"])
    # Begun anew it forgets nothing of it, until a whole round has found nothing.
    sums.update_one({"_id": f"{YEAR}:a"}, {"$inc": {"groups.cell.held": -1}})
    rounds = rounds_of(meetings)
    for _ in range(3):
        rounds.work()
    assert drift_of(meetings)["named"] == [f"{YEAR} a held"]
    rounds.work()
    assert drift_of(meetings)["named"] == []


def test_a_branch_that_is_still_on_its_way_is_no_drift(meetings: Meetings) -> None:
    """x has moved below b, says the tree; what hangs on it is told a moment later."""
    rounds = rounds_of(meetings)
    place = {"parent_id": "b", "path": ["r", "b", "x"]}
    meetings.database.mongo["units"].update_one({"_id": "x"}, {"$set": place})
    assert meetings.verify()
    rounds.work()
    assert (drift_of(meetings) or {"named": []})["named"] == []
    meetings.tell("rbx")
    meetings.count()
    for _ in range(4):
        rounds.work()
    assert (drift_of(meetings) or {"named": []})["named"] == []


def test_while_very_much_waits_nobody_looks(meetings: Meetings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "MOST_WAITING", 1)
    meetings.database.mongo["minute_sums"].delete_one({"_id": f"{YEAR}:r"})
    meetings.hold("m0", "rax", 5)
    rounds = rounds_of(meetings)
    for _ in range(6):
        rounds.work()
    assert drift_of(meetings) is None


def test_programs_that_start_at_the_same_moment_make_the_collections_once(database: Database) -> None:
    many = 8
    together = Barrier(many)

    def start(names: Names) -> None:
        together.wait()
        SumStore(database, names).prepare()

    with ThreadPoolExecutor(many) as programs:
        for turn in range(10):
            names = Names(f"contributions_{turn}", f"sums_{turn}")
            list(programs.map(start, [names] * many))
    assert {"contributions_9", "sums_9"} <= set(database.mongo.list_collection_names())
