"""The copy of the unit tree: what events tell, what hangs on it, and counts that no request counts."""

from collections.abc import Sequence
from typing import Any

import pytest

from servicekit.data.database import Database
from servicekit.tree.units import LONG_AGO, UnitChange, UnitEnded, require_live
from servicekit.tree.units_copy import UnitsCopy, follow_paths, follow_units

Json = dict[str, Any]


def told(*path: str, **changes: Any) -> Json:
    level = ("centre", "district", "union")[len(path) - 1]
    unit = {"id": path[-1], "code": path[-1].upper(), "names": {"en": path[-1]}, "level": level}
    return {
        **unit,
        "parent_id": path[-2] if len(path) > 1 else None,
        "path": list(path),
        "valid_to": None,
        **changes,
    }


TREE = [
    told("r"),
    told("r", "a"),
    told("r", "b"),
    told("r", "a", "a1"),
    told("r", "a", "a2"),
    told("r", "b", "b1"),
]


class Kept:
    """A service with one collection that hangs on units."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.copy = UnitsCopy(database)
        self.copy.prepare()
        self.records = database.mongo["notes"]
        self.seen: list[UnitChange] = []
        self.tell(*TREE)

    def tell(self, *units: Json, revision: int = 0) -> None:
        def note(changes: Sequence[UnitChange]) -> None:
            self.seen = list(changes)
            follow_paths(self.records, changes)

        follow = follow_units(self.copy, note)
        event = {"data": {"units": list(units), "revision": revision}}
        self.database.in_transaction(lambda: follow(event))


@pytest.fixture
def kept(database: Database) -> Kept:
    return Kept(database)


def test_counts_by_level_and_depth_follow_every_event(kept: Kept) -> None:
    assert kept.copy.levels_below("r") == {"centre": {1: 1}, "district": {2: 2}, "union": {3: 3}}
    kept.tell(told("r", "b", "a1"), told("r", "a", "a2", valid_to="2026-01-01"), told("r", "b", "b2"))
    assert kept.copy.levels_below("r") == {"centre": {1: 1}, "district": {2: 2}, "union": {3: 3}}
    assert kept.copy.levels_below("a") == {"district": {2: 1}}
    assert kept.copy.levels_below("b") == {"district": {2: 1}, "union": {3: 3}}
    kept.tell(told("r", "a", "a2"))  # alive again
    assert kept.copy.levels_below("a") == {"district": {2: 1}, "union": {3: 1}}
    assert kept.copy.counted() == kept.copy.counted_afresh()


def test_told_again_changes_nothing(kept: Kept) -> None:
    before = kept.copy.counted()
    kept.tell(*TREE)
    assert kept.copy.counted() == before
    assert not any(change.moved or change.ended or change.begun for change in kept.seen)


def test_what_is_older_than_what_is_known_is_left_out(kept: Kept) -> None:
    kept.tell(told("r", "b", "a1"), revision=8)
    kept.tell(told("r", "a", "a1"), revision=7)
    unit = kept.copy.find("a1")
    assert unit is not None
    assert unit.path == ("r", "b", "a1")
    assert kept.seen == []


def test_a_hook_hears_what_moved_ended_and_began(kept: Kept) -> None:
    kept.tell(
        told("r", "b", "a1"),
        told("r", "a", "a2", valid_to="2026-01-01", successors=["a1"]),
        told("r", "b", "b2"),
    )
    kinds = {change.id: (change.moved, change.ended, change.begun) for change in kept.seen}
    assert kinds == {"a1": (True, False, False), "a2": (False, True, False), "b2": (False, False, True)}
    ended = kept.copy.many(["a2"])["a2"]
    assert ended.successors == ("a1",)
    with pytest.raises(UnitEnded):
        require_live(ended)


def test_records_follow_their_units_and_get_a_newer_version(kept: Kept) -> None:
    kept.records.insert_many(
        [{"_id": unit, "unit_id": unit, "unit_path": ["r", "a", unit], "version": 1} for unit in ("a1", "a2")]
    )
    kept.tell(told("r", "b", "a1"))
    found = {one["_id"]: (one["unit_path"], one["version"]) for one in kept.records.find({})}
    assert found == {"a1": (["r", "b", "a1"], 2), "a2": (["r", "a", "a2"], 1)}
    kept.records.update_one({"_id": "a1"}, {"$set": {"unit_path": ["astray"]}})
    kept.tell(told("r", "b", "a1"))  # told again, which makes good what was missed
    assert (kept.records.find_one({"_id": "a1"}) or {})["unit_path"] == ["r", "b", "a1"]


def test_copies_as_they_were_kept_before_stay_readable(kept: Kept) -> None:
    units = kept.database.mongo["units"]
    units.insert_one({"_id": "named", "names": {"en": "Only a name"}})
    old = {"code": "E", "names": {"en": "E"}, "level": "union", "parent_id": "a", "path": ["r", "a", "e"]}
    units.insert_one({"_id": "e", **old, "ended": True})
    named, ended = kept.copy.find("named"), kept.copy.find("e")
    assert named is not None
    assert (named.names, named.path, named.live) == ({"en": "Only a name"}, ("named",), True)
    assert ended is not None
    assert ended.valid_to == LONG_AGO
    kept.tell(told("r", "a", "e"))
    revived = kept.copy.find("e")
    assert revived is not None
    assert revived.live


def test_a_recount_mends_the_counts(kept: Kept) -> None:
    levels = kept.database.mongo["unit_levels"]
    levels.update_one({"_id": "r"}, {"$inc": {"levels.union.3": 4}})
    levels.insert_one({"_id": "nobody", "levels": {"union": {"3": 1}}})
    assert kept.copy.counted() != kept.copy.counted_afresh()
    kept.copy.recount()
    assert kept.copy.counted() == kept.copy.counted_afresh()
