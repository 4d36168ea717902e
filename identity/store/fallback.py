"""Documents of the way in while the eID is down: officials and their codes, windows, sign-ins by code."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from identity import listed
from identity.domain.fallback import OPEN_AT_MOST, Answer, SignInByCode, Window
from identity.domain.officials import Official, SealedCode, id_of
from servicekit.data.database import Database, session
from servicekit.data.documents import Document, Shape
from servicekit.data.events import AuditEntry, Event
from servicekit.data.records import Records
from servicekit.tree.listed import Listed, Lists
from servicekit.web.guards import origin

_OFFICIALS = Shape(Official)
_CODES = Shape(SealedCode)
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

    def official(self, account_id: str, unit_id: str) -> Official | None:
        """None where the person is not named for the unit."""
        return self._official(id_of(account_id, unit_id))

    def _official(self, official_id: str) -> Official | None:
        found = self._officials.find(official_id)
        known = _OFFICIALS.value(found) if found else None
        return None if known is None or known.removed else known

    def officials_of(self, account_id: str) -> list[Official]:
        """The units that this person is named for."""
        found = self._officials.collection.find({"account_id": account_id}, {"_outbox": 0}, session=session())
        return [one for one in map(_OFFICIALS.value, found) if not one.removed]

    def put_official(
        self, official: Official, news: Iterable[Event], audit: Iterable[AuditEntry]
    ) -> Official:
        """Codes that the person has drawn stay good: only they and the end of the office put an end to them."""

        def work() -> Official:
            known = self._officials.find(official.id)
            self._lists.put([_listed_official(official)])
            document = _OFFICIALS.document(official)
            if known is None:
                return _OFFICIALS.value(self._officials.insert(document, news, audit))
            return _OFFICIALS.value(self._officials.save(document, known["version"], news, audit))

        return self._database.in_transaction(work)

    def put_codes(
        self, official: Official, codes: Sequence[str], news: Iterable[Event], audit: Iterable[AuditEntry]
    ) -> None:
        """Drawn by their owner; those drawn before open nothing any more."""
        drawn = [SealedCode(code, official.id, official.account_id, drawn=True) for code in codes]

        def work() -> None:
            self._officials.save(_OFFICIALS.document(official), official.version, news, audit)
            self._codes.delete_many({"official": official.id}, session=session())
            self._codes.insert_many([_CODES.document(code) for code in drawn], session=session())

        self._database.in_transaction(work)

    def remove_official(self, official_id: str, news: Iterable[Event], audit: Iterable[AuditEntry]) -> bool:
        """False where there is none."""

        def work() -> bool:
            known = self._official(official_id)
            if known is None:
                return False
            gone = replace(known, removed=True)
            self._officials.save(_OFFICIALS.document(gone), known.version, news, audit)
            self._lists.put([_listed_official(gone)])
            self._codes.delete_many({"official": official_id}, session=session())
            return True

        return self._database.in_transaction(work)

    def officials_by_id(self, ids: Sequence[str]) -> dict[str, Official]:
        found = self._officials.collection.find({"_id": {"$in": list(ids)}}, {"_outbox": 0})
        return {one.id: one for one in map(_OFFICIALS.value, found)}

    def named_by(self, account_id: str) -> list[str]:
        """Who named this person, for whatever unit."""
        found = self._officials.collection.find({"account_id": account_id}, {"named_by": 1})
        return sorted({one["named_by"] for one in found})

    def move(self, paths: Mapping[str, Sequence[str]]) -> None:
        """Officials, windows and sign-ins follow their units: `paths` are the new ones by unit."""
        # A window is listed at its own unit, wherever that stands.
        following: tuple[tuple[Records, Callable[[Document], Listed] | None], ...] = (
            (self._officials, listed_official_of),
            (self._windows, None),
            (self._sign_ins, listed_sign_in_of),
        )
        for records, line_of in following:
            found = records.collection.find(
                {"unit_id": {"$in": list(paths)}}, {"_outbox": 0}, session=session()
            )
            for one in list(found):
                # A newer version, so that nobody saves the old path over it.
                change = {"$set": {"unit_path": list(paths[one["unit_id"]])}, "$inc": {"version": 1}}
                records.collection.update_one({"_id": one["_id"]}, change, session=session())
                if line_of:
                    self._lists.put([line_of({**one, "unit_path": list(paths[one["unit_id"]])})])

    def codes_left(self, official_ids: Iterable[str]) -> dict[str, int]:
        wanted = {"official": {"$in": list(official_ids)}}
        found = map(_CODES.value, self._codes.find(wanted))
        return dict(Counter(code.official for code in found if code.drawn))

    def official_of_code(self, code: str) -> Official | None:
        """Of a code that its owner drew."""
        found = self._codes.find_one({"_id": code})
        known = _CODES.value(found) if found else None
        return self._official(known.official) if known is not None and known.drawn else None

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
            self._lists.put([_listed_sign_in(sign_in)])

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


def _listed_official(official: Official) -> Listed:
    return listed.of_official(official.id, official.unit_path, official.named_at, removed=official.removed)


def _listed_sign_in(sign_in: SignInByCode) -> Listed:
    return listed.of_sign_in(sign_in.id, sign_in.unit_path, sign_in.at)


def listed_official_of(found: Document) -> Listed:
    return _listed_official(_OFFICIALS.value(found))


def listed_sign_in_of(found: Document) -> Listed:
    return _listed_sign_in(_SIGN_INS.value(found))


def listed_window_of(found: Document) -> Listed:
    window = _WINDOWS.value(found)
    return listed.of_window(window.id, window.unit_id, window.asked_at)
