"""Documents of the way in while the eID is down: officials and their codes, windows, sign-ins by code."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from identity import listed
from identity.domain.fallback import OPEN_AT_MOST, Answer, SignInByCode, Window
from servicekit.data.database import Database, session
from servicekit.data.documents import Document, Shape
from servicekit.data.events import AuditEntry, Event
from servicekit.data.records import Records
from servicekit.tree.listed import Listed, Lists
from servicekit.web.guards import origin

_WINDOWS = Shape(Window)
_SIGN_INS = Shape(SignInByCode)


class FallbackStore:
    def __init__(self, database: Database, lists: Lists) -> None:
        self._database = database
        self._lists = lists
        self._officials = Records(database, "fallback_officials", origin)
        self._windows = Records(database, "fallback_windows", origin)
        self._sign_ins = Records(database, "fallback_sign_ins", origin)
        self._codes = database.mongo["fallback_codes"]

    def prepare(self) -> None:
        for records in (self._officials, self._windows, self._sign_ins):
            records.prepare()
        self._officials.collection.create_index("account_id")
        self._officials.collection.create_index("unit_id")
        self._sign_ins.collection.create_index("unit_id")
        self._windows.collection.create_index("unit_id")
        self._windows.collection.create_index([("unit_id", 1), ("asked_at", 1)])
        self._sign_ins.collection.create_index([("account_id", 1), ("answer", 1)])
        for name in ("official", "account_id"):
            self._codes.create_index(name)

    # ------------------------------------------------------------ officials

    def official(self, account_id: str, unit_id: str) -> Document | None:
        """None where the person is not named for the unit."""
        known = self._officials.find(f"{account_id} {unit_id}")
        return known if known and not known.get("removed") else None

    def officials_of(self, account_id: str) -> list[Document]:
        """The units that this person is named for."""
        found = self._officials.collection.find({"account_id": account_id}, {"_outbox": 0}, session=session())
        return [one for one in found if not one.get("removed")]

    def put_official(
        self, official: Document, news: Iterable[Event], audit: Iterable[AuditEntry]
    ) -> Document:
        """Codes that the person has drawn stay good: only they and the end of the office put an end to them."""

        def work() -> Document:
            known = self._officials.find(official["_id"])
            self._list_official(official)
            if known is None:
                return self._officials.insert(official, news, audit)
            return self._officials.save(
                {**known, **official, "removed": False}, known["version"], news, audit
            )

        return self._database.in_transaction(work)

    def put_codes(
        self, official: Document, codes: Sequence[str], news: Iterable[Event], audit: Iterable[AuditEntry]
    ) -> None:
        """Drawn by their owner; those drawn before open nothing any more."""

        def work() -> None:
            self._officials.save(official, official["version"], news, audit)
            self._codes.delete_many({"official": official["_id"]}, session=session())
            about = {"official": official["_id"], "account_id": official["account_id"], "drawn": True}
            self._codes.insert_many([{"_id": code, **about} for code in codes], session=session())

        self._database.in_transaction(work)

    def remove_official(self, official_id: str, news: Iterable[Event], audit: Iterable[AuditEntry]) -> bool:
        """False where there is none."""

        def work() -> bool:
            known = self._officials.find(official_id)
            if known is None or known.get("removed"):
                return False
            gone = self._officials.save({**known, "removed": True}, known["version"], news, audit)
            self._list_official(gone)
            self._codes.delete_many({"official": official_id}, session=session())
            return True

        return self._database.in_transaction(work)

    def _list_official(self, official: Document) -> None:
        self._lists.put([listed_official(official)])

    def officials_by_id(self, ids: Sequence[str]) -> dict[str, Document]:
        found = self._officials.collection.find({"_id": {"$in": list(ids)}}, {"_outbox": 0})
        return {one["_id"]: one for one in found}

    def named_by(self, account_id: str) -> list[str]:
        """Who named this person, for whatever unit."""
        found = self._officials.collection.find({"account_id": account_id}, {"named_by": 1})
        return sorted({one["named_by"] for one in found})

    def move(self, paths: Mapping[str, Sequence[str]]) -> None:
        """Officials, windows and sign-ins follow their units: `paths` are the new ones by unit."""
        # A window is listed at its own unit, wherever that stands.
        for records, lists in (
            (self._officials, listed_official),
            (self._windows, None),
            (self._sign_ins, listed_sign_in),
        ):
            found = records.collection.find(
                {"unit_id": {"$in": list(paths)}}, {"_outbox": 0}, session=session()
            )
            for one in list(found):
                # A newer version, so that nobody saves the old path over it.
                change = {"$set": {"unit_path": list(paths[one["unit_id"]])}, "$inc": {"version": 1}}
                records.collection.update_one({"_id": one["_id"]}, change, session=session())
                if lists:
                    self._lists.put([lists({**one, "unit_path": paths[one["unit_id"]]})])

    def codes_left(self, official_ids: Iterable[str]) -> dict[str, int]:
        left: dict[str, int] = {}
        wanted = {"official": {"$in": list(official_ids)}}
        for code in self._codes.find(wanted, {"official": 1, "drawn": 1}):
            if code.get("drawn"):
                left[code["official"]] = left.get(code["official"], 0) + 1
        return left

    def official_of_code(self, code: str) -> Document | None:
        """Of a code that its owner drew: those of earlier days were shown to whoever named the official."""
        found = self._codes.find_one({"_id": code})
        official = self._officials.find(found["official"]) if found and found.get("drawn") else None
        return official if official and not official.get("removed") else None

    def use_code(self, code: str) -> bool:
        """Once: of two that use it at the same time one gets in."""
        return self._codes.delete_one({"_id": code}, session=session()).deleted_count == 1

    def drop_codes(self, account_id: str) -> None:
        self._codes.delete_many({"account_id": account_id}, session=session())

    # ------------------------------------------------------------ windows

    def add_window(self, window: Window, news: Iterable[Event], audit: Iterable[AuditEntry]) -> Window:

        def work() -> Window:
            self._lists.put([listed.of_window(window.id, window.unit_id, window.asked_at)])
            return _WINDOWS.value(self._windows.insert(_WINDOWS.document(window), news, audit))

        return self._database.in_transaction(work)

    def save_window(
        self, window: Window, expected_version: int, news: Iterable[Event], audit: Iterable[AuditEntry]
    ) -> Window:
        return _WINDOWS.value(self._windows.save(_WINDOWS.document(window), expected_version, news, audit))

    def window(self, window_id: str) -> Window:
        return _WINDOWS.value(self._windows.get(window_id))

    def open_windows_over(self, unit_path: Sequence[str], now: datetime) -> list[Window]:
        """Of a unit and of those above it: all that may be asked for or open; what is older is neither any more."""
        lately = {"$gte": now - OPEN_AT_MOST, "$lte": now + timedelta(days=1)}
        return [
            _WINDOWS.value(one)
            for unit_id in unit_path
            for one in self._windows.collection.find(
                {"unit_id": unit_id, "asked_at": lately}, {"_outbox": 0}, session=session()
            )
            if one["ended_at"] is None
        ]

    def windows_by_id(self, ids: Sequence[str]) -> dict[str, Window]:
        found = self._windows.collection.find({"_id": {"$in": list(ids)}}, {"_outbox": 0})
        return {one["_id"]: _WINDOWS.value(one) for one in found}

    # ------------------------------------------------------------ sign-ins by code

    def add_sign_in(self, sign_in: SignInByCode, news: Iterable[Event], audit: Iterable[AuditEntry]) -> None:
        def work() -> None:
            self._sign_ins.insert(_SIGN_INS.document(sign_in), news, audit)
            self._lists.put([listed.of_sign_in(sign_in.id, sign_in.unit_path, sign_in.at)])

        self._database.in_transaction(work)

    def save_sign_in(
        self, sign_in: SignInByCode, news: Iterable[Event], audit: Iterable[AuditEntry]
    ) -> SignInByCode:
        return _SIGN_INS.value(self._sign_ins.save(_SIGN_INS.document(sign_in), sign_in.version, news, audit))

    def sign_in(self, sign_in_id: str) -> SignInByCode:
        return _SIGN_INS.value(self._sign_ins.get(sign_in_id))

    def sign_ins_waiting(self, account_id: str) -> list[SignInByCode]:
        found = self._sign_ins.collection.find({"account_id": account_id, "answer": str(Answer.WAITING)})
        return [_SIGN_INS.value(one) for one in found]

    def sign_ins_by_id(self, ids: Sequence[str]) -> dict[str, SignInByCode]:
        found = self._sign_ins.collection.find({"_id": {"$in": list(ids)}}, {"_outbox": 0})
        return {one["_id"]: _SIGN_INS.value(one) for one in found}


def listed_official(official: Document) -> Listed:
    return listed.of_official(
        official["_id"],
        official["unit_path"],
        official["named_at"],
        removed=bool(official.get("removed")),
    )


def listed_sign_in(sign_in: Document) -> Listed:
    return listed.of_sign_in(sign_in["_id"], sign_in["unit_path"], sign_in["at"])


def listed_window_of(found: Document) -> Listed:
    window = _WINDOWS.value(found)
    return listed.of_window(window.id, window.unit_id, window.asked_at)
