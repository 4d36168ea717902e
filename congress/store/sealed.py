"""Sealed reports as documents, and beside each its leaves and the hashes of its tree, in parts of a bounded size.

sealed_reports   a document a report
sealed_leaves    what is kept of PART congresses, in the order of the tree; `congress_ids`: which
sealed_hashes    up to CHUNK hashes of one level of the tree, one behind the other
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from congress.domain.sealing import Fixed, Sealed
from servicekit.audit.chain import chain_of
from servicekit.data.database import Database, session
from servicekit.data.documents import Shape
from servicekit.data.events import AuditEntry, Origin
from servicekit.data.records import Records

REPORTS, LEAVES, HASHES = "sealed_reports", "sealed_leaves", "sealed_hashes"
PART, CHUNK, HASH_BYTES = 500, 4_096, 32
_SEALED, _FIXED = Shape(Sealed), Shape(Fixed)


class SealedStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._database = database
        self._records = Records(database, REPORTS, origin)
        self._reports = database.mongo[REPORTS]
        self._leaves = database.mongo[LEAVES]
        self._hashes = database.mongo[HASHES]

    def prepare(self) -> None:
        self._records.prepare()
        self._reports.create_index([("plan_id", 1), ("unit_id", 1)])
        self._leaves.create_index([("report", 1), ("congress_ids", 1)])
        self._hashes.create_index("report")

    def find(self, report_id: str) -> Sealed | None:
        found = self._records.find(report_id)
        return _SEALED.value(found) if found else None

    def of_unit(self, plan_id: str, unit_id: str) -> list[Sealed]:
        """The newest first, without what they tell; they are few."""
        return self._found({"plan_id": plan_id, "unit_id": unit_id})

    def holding(self, plan_id: str, unit_ids: Sequence[str], congress_id: str) -> list[Sealed]:
        """Those of any of these units that hold this congress, the newest first, without what they tell."""
        made = self._found({"plan_id": plan_id, "unit_id": {"$in": list(unit_ids)}})
        wanted = {"report": {"$in": [one.id for one in made]}, "congress_ids": congress_id}
        there = {one["tree"] for one in self._leaves.find(wanted, {"tree": 1}, session=session())}
        return [one for one in made if one.tree in there]

    def _found(self, wanted: dict[str, object]) -> list[Sealed]:
        found = self._reports.find(wanted, {"_outbox": 0, "told": 0}, session=session())
        return sorted(map(_SEALED.value, found), key=lambda one: (one.at, one.id), reverse=True)

    def add(self, sealed: Sealed, audit: Iterable[AuditEntry]) -> Sealed:
        return _SEALED.value(self._records.insert(_SEALED.document(sealed), audit=audit))

    def keep_leaves(self, report_id: str, tree: str, start: int, some: Sequence[Fixed]) -> None:
        """PART of them at the most, from this place of the tree on."""
        self._leaves.insert_one(
            {
                "_id": f"{tree}|{start}",
                "report": report_id,
                "tree": tree,
                "start": start,
                "congress_ids": [one.congress_id for one in some],
                "leaves": [_FIXED.document(one) for one in some],
            }
        )

    def keep_hashes(self, report_id: str, tree: str, levels: Sequence[Sequence[bytes]]) -> None:
        for level, hashes in enumerate(levels):
            for chunk in range(0, len(hashes), CHUNK):
                self._hashes.insert_one(
                    {
                        "_id": f"{tree}|{level}|{chunk // CHUNK}",
                        "report": report_id,
                        "tree": tree,
                        "hashes": b"".join(hashes[chunk : chunk + CHUNK]),
                    }
                )

    def forget_trees(self, report_id: str) -> None:
        """Those of tries that sealed nothing."""
        sealed = self.find(report_id)
        others = {"report": report_id, "tree": {"$ne": sealed.tree if sealed else ""}}
        self._leaves.delete_many(others)
        self._hashes.delete_many(others)

    def leaf(self, sealed: Sealed, congress_id: str) -> tuple[int, Fixed] | None:
        """Its place in the tree, and what is kept of it."""
        found = self._leaves.find_one({"report": sealed.id, "congress_ids": congress_id, "tree": sealed.tree})
        if found is None:
            return None
        place = found["congress_ids"].index(congress_id)
        return found["start"] + place, _FIXED.value(found["leaves"][place])

    def leaves(self, sealed: Sealed) -> Iterator[Fixed]:
        """All, in the order of the tree."""
        for start in range(0, sealed.count, PART):
            found = self._leaves.find_one({"_id": f"{sealed.tree}|{start}"})
            yield from map(_FIXED.value, found["leaves"] if found else ())

    def hash_at(self, sealed: Sealed, level: int, place: int) -> bytes:
        found = self._hashes.find_one({"_id": f"{sealed.tree}|{level}|{place // CHUNK}"})
        start = place % CHUNK * HASH_BYTES
        return bytes(found["hashes"][start : start + HASH_BYTES]) if found else b""

    def audit_end(self) -> dict[str, object]:
        """The last entry of this service's chain that was collected. Its numbers have no gap, so it is found by
        halving: the embedded database would sort them all.
        """
        entries = chain_of(self._database).entries

        def at(seq: int) -> dict[str, Any] | None:
            return entries.find_one({"seq": seq}, {"mac": 1})

        low, high = 0, 1
        while at(high):
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if at(middle) else (low, middle)
        end = at(low) if low else None
        return {"service": "congress", "seq": low, "mac": end["mac"] if end else ""}
