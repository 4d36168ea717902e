"""The unit tree and its level scheme.

One document, `tree`, holds the scheme, a revision that every change of units raises, and which import is running.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import ReplaceOne

from membership.domain.units import LevelScheme, Unit
from membership.store.documents import scheme_document, scheme_of, unit_document, unit_of
from servicekit.data.database import Database, session
from servicekit.data.documents import Document
from servicekit.tree.units_copy import children_of, ids_deepest_first
from servicekit.words.names import code_key, joined_keys, lookup_keys
from servicekit.words.near import near_keys

TREE = "tree"
# A search looks at no more units than this, since a beginning of two letters fits very many, and walks no more.
LOOKED_AT = 1_000
WALKED = 3_000
AT_ONCE = 500
UNSEARCHED = {"search": 0, "code_keys": 0}


@dataclass(frozen=True)
class Tree:
    scheme: LevelScheme | None
    revision: int
    running: str | None = None  # the import at work
    until: datetime | None = None  # when it counts as dead


class UnitStore:
    def __init__(self, database: Database) -> None:
        self._units = database.mongo["units"]
        self._trees = database.mongo["trees"]

    def prepare(self) -> None:
        self._units.create_index("code", unique=True)
        self._units.create_index("search")
        self._units.create_index("code_keys")
        self._units.create_index([("parent_id", 1), ("live", 1), ("code", 1)])
        self._units.create_index("parent_id")
        self._trees.update_one({"_id": TREE}, {"$setOnInsert": {"revision": 0}}, upsert=True)

    # The tree as a whole

    def tree(self) -> Tree:
        found = self._trees.find_one({"_id": TREE}, session=session()) or {}
        running = found.get("running") or {}
        return Tree(
            scheme=scheme_of(found["scheme"]) if found.get("scheme") else None,
            revision=found.get("revision", 0),
            running=running.get("id"),
            until=running.get("until"),
        )

    def begin(self, tree: Tree, scheme: LevelScheme, import_id: str, until: datetime) -> bool:
        """Gives the tree to one import, unless anything has changed since it was read."""
        changes = {"scheme": scheme_document(scheme), "running": {"id": import_id, "until": until}}
        done = self._trees.update_one(
            {"_id": TREE, "revision": tree.revision},
            {"$set": changes, "$inc": {"revision": 1}},
            session=session(),
        )
        return done.matched_count == 1

    def go_on(self, import_id: str, until: datetime) -> bool:
        """Within the transaction of a step: False when another import has taken the tree."""
        done = self._trees.update_one(
            {"_id": TREE, "running.id": import_id},
            {"$set": {"running.until": until}, "$inc": {"revision": 1}},
            session=session(),
        )
        return done.matched_count == 1

    def finish(self, import_id: str) -> None:
        self._trees.update_one(
            {"_id": TREE, "running.id": import_id}, {"$set": {"running": None}}, session=session()
        )

    # Units

    def all(self) -> list[Unit]:
        return [unit_of(found) for found in self._units.find({}, UNSEARCHED, batch_size=5_000)]

    def touch_tree(self) -> int:
        """Within a transaction: whoever planned on the tree as it was plans again. The new revision."""
        self._trees.update_one({"_id": TREE}, {"$inc": {"revision": 1}}, session=session())
        return self.tree().revision

    def all_below(self, unit_id: str, most: int) -> list[Unit]:
        """Every unit below, ended ones too, level by level; stops beyond `most`."""
        found: list[Unit] = []
        parents = [unit_id]
        while parents and len(found) <= most:
            level = list(self._units.find({"parent_id": {"$in": parents}}, UNSEARCHED, session=session()))
            found += map(unit_of, level)
            parents = [one["_id"] for one in level]
        return found

    def write(self, adds: Sequence[Unit], changes: Sequence[Unit]) -> None:
        if adds:
            self._units.insert_many([unit_document(unit) for unit in adds], session=session())
        if changes:
            self._units.bulk_write(
                [ReplaceOne({"_id": unit.id}, unit_document(unit)) for unit in changes], session=session()
            )

    def find(self, unit_id: str) -> Unit | None:
        found = self._units.find_one({"_id": unit_id}, UNSEARCHED, session=session())
        return unit_of(found) if found else None

    def hold(self, unit_id: str) -> None:
        """Within a transaction: what is written about this unit and a change of the unit exclude each other."""
        self._units.update_one({"_id": unit_id}, {"$inc": {"held": 1}}, session=session())

    def many(self, unit_ids: Iterable[str]) -> dict[str, Unit]:
        found = self._units.find({"_id": {"$in": list(unit_ids)}}, UNSEARCHED, session=session())
        return {unit.id: unit for unit in map(unit_of, found)}

    def by_code(self, code: str) -> Unit | None:
        found = self._units.find_one({"code": code}, UNSEARCHED, session=session())
        return unit_of(found) if found else None

    def children_of(self, unit_ids: Sequence[str]) -> dict[str, list[str]]:
        """The ids of those right below each, ended ones too."""
        return children_of(self._units, unit_ids)

    def ids_deepest_first(self) -> list[str]:
        return ids_deepest_first(self._units)

    def children(self, unit_id: str, after: str, limit: int, *, live: bool = True) -> list[Unit]:
        """Live units directly below, or ended ones, in the order of their codes."""
        query: Document = {"parent_id": unit_id, "live": live}
        if after:
            query["code"] = {"$gt": after}
        found = self._units.find(query, UNSEARCHED).sort("code", 1).limit(limit)
        return [unit_of(document) for document in found]

    def children_count(self, unit_id: str, *, live: bool = True) -> int:
        return self._units.count_documents({"parent_id": unit_id, "live": live})

    def named(self, query: str, roots: Sequence[str]) -> list[Unit]:
        """Units whose names or codes may fit; reach and the whole of the query are for the caller to decide.

        Only the one field is asked for: with a second one the embedded database would scan the collection. Where
        each word of the query fits more than are looked at, the tree below `roots` is searched too, from above.
        """
        found = self._with_words(query, roots)
        for key in joined_keys(query):
            found += self._units.find({"search": key}).limit(LOOKED_AT)
        if key := code_key(query):
            found += self._units.find({"code_keys": key}).limit(LOOKED_AT)
        return list({document["_id"]: unit_of(document) for document in found}.values())

    def nearly_named(self, query: str) -> list[Unit]:
        """Units some word of whose names is nearly one of the query; which of them are meant is for the caller."""
        found: list[Document] = []
        for keys in near_keys(query):
            found += self._units.find({"search": {"$in": keys}}).limit(LOOKED_AT)
        return list({document["_id"]: unit_of(document) for document in found}.values())

    def _with_words(self, query: str, roots: Sequence[str]) -> list[Document]:
        keys = lookup_keys(query)
        found: list[Document] = []
        for key in keys:
            found = list(self._units.find({"search": key}).limit(LOOKED_AT + 1))
            if len(found) <= LOOKED_AT:
                return found
        return found + (self._below(roots, set(keys)) if keys else [])

    def _below(self, roots: Sequence[str], keys: set[str]) -> list[Document]:
        found: list[Document] = []
        level = list(self._units.find({"_id": {"$in": list(roots)}}))
        walked = 0
        while level and walked < WALKED:
            walked += len(level)
            found += [document for document in level if keys.issubset(document["search"])]
            parents = [document["_id"] for document in level]
            level = []
            for start in range(0, len(parents), AT_ONCE):
                if len(level) + walked < WALKED:
                    level += self._units.find({"parent_id": {"$in": parents[start : start + AT_ONCE]}})
        return found
