"""Documents of the house's own roles: the set in force, each earlier one, and the changes that two decide."""

import time
from collections.abc import Iterable
from dataclasses import replace
from operator import itemgetter

from identity.domain.role_changes import RoleChange
from identity.domain.roles import RoleSet, RoleTable, in_force
from identity.domain.together import State
from servicekit.data.database import Database, session
from servicekit.data.documents import Document, Shape
from servicekit.data.events import AuditEntry, Event
from servicekit.data.records import DuplicateKeyError, Records
from servicekit.refusals import Stale
from servicekit.web.guards import origin

IN_FORCE = "in-force"
# For so long a process goes on by the set that it knows; tokens are made of the set of that very moment.
KNOWN_SECONDS = 0.5
_SETS = Shape(RoleSet)
_CHANGES = Shape(RoleChange)


class RoleStore:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._sets = Records(database, "role_sets", origin)
        self._changes = Records(database, "role_changes", origin)
        self._known: tuple[float, RoleSet, RoleTable | None] = (0.0, RoleSet(), None)

    def prepare(self) -> None:
        for records in (self._sets, self._changes):
            records.prepare()
        self._changes.collection.create_index("state")
        self._sets.collection.create_index("kept")

    # The set in force

    def table(self, file: RoleTable) -> RoleTable:
        """What the file says, and the set in force in its place, as it was half a second ago."""
        until, own, known = self._known
        if known is not None and time.monotonic() < until:
            return known
        # Never by an open transaction: it sees what it may still take back.
        asked, newest = time.monotonic(), _set_of(self._sets.collection.find_one({"_id": IN_FORCE}))
        if known is None or newest != own:
            known = in_force(file, newest)
        self._known = (asked + KNOWN_SECONDS, newest, known)
        return known

    def table_now(self, file: RoleTable) -> RoleTable:
        """As it is this moment, and within the transaction that is open."""
        return in_force(file, self.current())

    def forget(self) -> None:
        """What was just changed here is known here at once."""
        self._known = (0.0, RoleSet(), None)

    def current(self) -> RoleSet:
        return _set_of(self._sets.find(IN_FORCE))

    def version(self, number: int) -> RoleSet:
        """An earlier set, or the one in force; 0 for the file alone. Raises NotFound."""
        if not number:
            return RoleSet()
        return replace(_SETS.value(self._sets.get(_name(number))), version=number)

    def versions(self) -> list[Document]:
        """For the operator: each set with when and by which change it came, the newest first."""
        found = self._sets.collection.find({"kept": True}, {"_outbox": 0})
        return sorted(found, key=itemgetter("number"), reverse=True)

    def put(self, new: RoleSet, before: int, change_id: str, audit: Iterable[AuditEntry] = ()) -> None:
        """Within a transaction. Raises Stale where another set is in force than `before`."""
        document = {"_id": IN_FORCE, **_SETS.document(new)}
        try:
            if before:
                self._sets.save(document, before, (), audit)
            else:
                self._sets.insert(document, (), audit)
        except DuplicateKeyError as error:
            raise Stale from error
        about = {"number": new.version, "change_id": change_id, "at": origin().at, "kept": True}
        self._sets.insert({**document, "_id": _name(new.version), **about})

    # Changes that wait

    def change(self, change_id: str) -> RoleChange:
        return _CHANGES.value(self._changes.get(change_id))

    def add_change(
        self, change: RoleChange, news: Iterable[Event], audit: Iterable[AuditEntry]
    ) -> RoleChange:
        return _CHANGES.value(self._changes.insert(_CHANGES.document(change), news, audit))

    def save_change(
        self, change: RoleChange, expected: int, news: Iterable[Event], audit: Iterable[AuditEntry]
    ) -> RoleChange:
        return _CHANGES.value(self._changes.save(_CHANGES.document(change), expected, news, audit))

    def asked(self) -> list[RoleChange]:
        """Those that nobody has answered, oldest first; such as have lapsed are among them."""
        wanted = {"state": str(State.ASKED)}
        found = self._changes.collection.find(wanted, {"_outbox": 0}, session=session())
        return sorted(map(_CHANGES.value, found), key=lambda one: (one.asked_at, one.id))


def _set_of(found: Document | None) -> RoleSet:
    return _SETS.value(found) if found is not None else RoleSet()


def _name(number: int) -> str:
    return f"{number:06d}"
