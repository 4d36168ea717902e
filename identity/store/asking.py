"""Documents of requests for access, and the tickets of those who may write one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from identity import listed
from identity.domain.asking import ASK_LIFE, TICKET_LIFE, AccessRequest, State
from servicekit.data.database import Database, session
from servicekit.data.documents import Document, Shape
from servicekit.data.events import AuditEntry, Event
from servicekit.data.records import Records
from servicekit.tree.listed import Listed, Lists
from servicekit.web.guards import origin

# What a stranger wrote is not kept longer than it may be asked about; a grant keeps what it was given for.
KEPT = timedelta(days=90)
_REQUESTS = Shape(AccessRequest)


class AskingStore:
    def __init__(self, database: Database, lists: Lists) -> None:
        self._database = database
        self._requests = Records(database, "access_requests", origin)
        self._tickets = database.mongo["asking_tickets"]
        self._lists = lists

    def prepare(self) -> None:
        self._requests.prepare()
        for fields in (("account_id", "state"), ("unit_id", "state")):
            self._requests.collection.create_index([(name, 1) for name in fields])
        self._requests.collection.create_index("account_id")
        self._requests.collection.create_index("unit_id")
        self._requests.collection.create_index("asked_at", expireAfterSeconds=int(KEPT.total_seconds()))
        self._tickets.create_index("at", expireAfterSeconds=int(TICKET_LIFE.total_seconds()))

    # ------------------------------------------------------------ tickets

    def keep_ticket(self, key: str, account_id: str, now: datetime) -> None:
        """`key`: the digest of what the browser keeps."""
        self._tickets.insert_one({"_id": key, "account_id": account_id, "at": now})

    def account_of_ticket(self, key: str, now: datetime) -> str:
        """Empty for one that is unknown or too old."""
        found = self._tickets.find_one({"_id": key})
        if found is None or now - found["at"] > TICKET_LIFE:
            return ""
        return str(found["account_id"])

    def use_ticket(self, key: str) -> bool:
        """Once; of two at the same time one is told that it is used up."""
        return self._tickets.delete_one({"_id": key}, session=session()).deleted_count == 1

    # ------------------------------------------------------------ requests

    def get(self, request_id: str) -> AccessRequest:
        return _REQUESTS.value(self._requests.get(request_id))

    def by_id(self, ids: Sequence[str]) -> Mapping[str, AccessRequest]:
        found = self._requests.collection.find({"_id": {"$in": list(ids)}}, {"_outbox": 0}, session=session())
        return {one["_id"]: _REQUESTS.value(one) for one in found}

    def of_account(self, account_id: str) -> list[AccessRequest]:
        """All that are kept: not more than a person may ask while they are."""
        found = self._requests.collection.find({"account_id": account_id}, {"_outbox": 0}, session=session())
        return sorted((_REQUESTS.value(one) for one in found), key=lambda one: one.asked_at)

    def waiting_in(self, unit_id: str, most: int, now: datetime) -> int:
        """How many wait in this unit, counted up to so many; what has lapsed says so by its day alone."""
        wanted = {"unit_id": unit_id, "state": str(State.ASKED), "asked_at": {"$gte": now - ASK_LIFE}}
        return self._requests.collection.count_documents(wanted, limit=most, session=session())

    def add(
        self, request: AccessRequest, news: Iterable[Event], audit: Iterable[AuditEntry]
    ) -> AccessRequest:
        def work() -> AccessRequest:
            made = _REQUESTS.value(self._requests.insert(_REQUESTS.document(request), news, audit))
            self._lists.add([listed_request(made)])
            return made

        return self._database.in_transaction(work)

    def save(
        self,
        request: AccessRequest,
        expected_version: int,
        news: Iterable[Event] = (),
        audit: Iterable[AuditEntry] = (),
    ) -> AccessRequest:
        def work() -> AccessRequest:
            document = _REQUESTS.document(request)
            saved = _REQUESTS.value(self._requests.save(document, expected_version, news, audit))
            self._lists.put([listed_request(saved)])
            return saved

        return self._database.in_transaction(work)

    def move(self, paths: Mapping[str, Sequence[str]]) -> None:
        """Answered ones too, for their entries and whoever may look at them: `paths` are the new ones by unit."""
        wanted = {"unit_id": {"$in": list(paths)}}
        for one in list(self._requests.collection.find(wanted, {"_outbox": 0}, session=session())):
            change = {"$set": {"unit_path": list(paths[one["unit_id"]])}, "$inc": {"version": 1}}
            self._requests.collection.update_one({"_id": one["_id"]}, change, session=session())
            moved = _REQUESTS.value({**one, "unit_path": list(paths[one["unit_id"]])})
            self._lists.put([listed_request(moved)])


def listed_request(request: AccessRequest) -> Listed:
    waits = request.state is State.ASKED and request.shown
    return listed.of_request(request.id, request.unit_path if waits else (), request.asked_at, request.until)


def listed_request_of(found: Document) -> Listed:
    return listed_request(_REQUESTS.value(found))
