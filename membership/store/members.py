"""Members as documents: national number and phone are ciphertext, found again by a keyed blind index.

What only one member may hold stands as an `_id` in `member_claims`: the blind index of a national number, a card
number. A unique index would not do, for the embedded database goes on refusing a value that was updated away.
Earlier values of a member stand in `member_history`, sensitive ones as the ciphertext they were.
`member_counts` holds a document a unit, `own` for the unit itself and `all` for it and all below it. A change adds
one document to `member_count_steps`, and who reads counts folds those in first: if each change raised the counts
of all units above, every registration anywhere would collide at the root.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from bson.binary import Binary
from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError, EncryptionError

from membership.domain.members import (
    CardNumberTaken,
    Counts,
    Details,
    Member,
    NationalNumberTaken,
    Sex,
    Status,
    counted,
    sort_key,
)
from membership.domain.names import beginnings, joined_keys, lookup_keys, matches
from membership.domain.units import Unit
from servicekit.crypto import MEMBER_NUMBER, FieldCipher, blind_index
from servicekit.database import Database, apart, session
from servicekit.dates import stored_birth
from servicekit.events import AuditEntry, Origin
from servicekit.ids import new_id
from servicekit.listing import CursorUnknown
from servicekit.national_numbers import NationalNumber
from servicekit.records import Records

Document = dict[str, Any]
NUMBER, CARD = "number ", "card "
ENCRYPTED = ("national_number", "phone")
FOLDED_AT_ONCE = 1_000


@dataclass(frozen=True)
class Earlier:
    """Values of a member that were replaced at `replaced_at` by `replaced_by`."""

    version: int
    replaced_at: datetime
    replaced_by: str
    details: Details


class MemberStore:
    def __init__(
        self,
        database: Database,
        origin: Callable[[], Origin],
        cipher: FieldCipher,
        blind_key: bytes,
        one_form: Callable[[str], str],
    ) -> None:
        """`one_form` of a national number is what all of its forms have in common."""
        self._database = database
        self._origin = origin
        self._cipher = cipher
        self._blind_key = blind_key
        self._one_form = one_form
        self._records = Records(database, "members", origin)
        self._members = database.mongo["members"]
        self._claims = database.mongo["member_claims"]
        self._history = database.mongo["member_history"]
        self._counts = database.mongo["member_counts"]
        self._steps = database.mongo["member_count_steps"]
        self._refusals = Records(database, "member_refusals", origin)
        self._lookups = database.mongo["lookups"]

    def prepare(self) -> None:
        self._records.prepare()
        self._refusals.prepare()
        self._members.create_index([("unit_id", 1), ("sort_key", 1)])
        self._members.create_index([("unit_id", 1), ("search", 1)])
        self._members.create_index("left_from")
        self._history.create_index([("member_id", 1), ("version", 1)], unique=True)
        self._refusals.collection.create_index([("account_id", 1), ("at", 1)])
        self._lookups.create_index("at", expireAfterSeconds=int(timedelta(days=2).total_seconds()))

    # Members

    def insert(self, member: Member, audit: Iterable[AuditEntry]) -> Member:
        """Within a transaction. Raises NationalNumberTaken, CardNumberTaken."""
        self._claim(member.id, self._claims_of(member.details))
        self._records.insert(self._document(member), audit=audit)
        self._note_counts(member.unit_path, counted(member.details.status))
        return member

    def save(
        self, before: Member, after: Details, expected_version: int, audit: Iterable[AuditEntry]
    ) -> Member:
        """Within a transaction: the new values, the earlier ones as history, and the counts."""
        kept = self._members.find_one({"_id": before.id}, {"_outbox": 0, "_pending": 0}, session=session())
        changed = Member(before.id, expected_version + 1, before.unit_id, before.unit_path, after)
        earlier, claims = self._claims_of(before.details), self._claims_of(after)
        gone = earlier - claims
        if before.details.national_number != after.national_number and before.details.national_number:
            gone |= {self._number_claim(before.details.national_number)}
        self._claims.delete_many({"_id": {"$in": list(gone - claims)}}, session=session())
        self._claim(before.id, claims - earlier)
        self._records.save(self._document(changed), expected_version, audit=audit)
        origin = self._origin()
        self._history.insert_one(
            {
                "_id": new_id(),
                "member_id": before.id,
                "version": expected_version,
                "replaced_at": origin.at,
                "replaced_by": origin.actor,
                "values": {name: (kept or {}).get(name) for name in _field_names()},
            },
            session=session(),
        )
        self._note_counts(before.unit_path, counted(after.status) + -counted(before.details.status))
        return changed

    def move_member(
        self, member: Member, to: Unit, expected_version: int, audit: Iterable[AuditEntry]
    ) -> Member:
        """Within a transaction: counted there from now on, and no longer where the member was."""
        place = {"_id": member.id, "unit_id": to.id, "unit_path": list(to.path)}
        self._records.save(place, expected_version, audit=audit)
        one = counted(member.details.status)
        self._note_counts(member.unit_path, -one)
        self._note_counts(to.path, one)
        return replace(member, version=expected_version + 1, unit_id=to.id, unit_path=to.path)

    def leave(
        self, member: Member, day: date, reason: str, expected_version: int, audit: Iterable[AuditEntry]
    ) -> Member:
        """Within a transaction: kept, counted and listed no more, with number and card free for another."""
        gone = {"left_from": member.unit_id, "left_on": day.isoformat(), "left_reason": reason}
        self._records.save({"_id": member.id, "unit_id": None, **gone}, expected_version, audit=audit)
        self._claims.delete_many({"_id": {"$in": list(self._claims_of(member.details))}}, session=session())
        self._note_counts(member.unit_path, -counted(member.details.status))
        return replace(member, version=expected_version + 1, left_on=day)

    def find(self, member_id: str) -> Member | None:
        found = self._records.find(member_id)
        return self._member_of(found) if found else None

    def by_national_number(self, number: NationalNumber) -> Member | None:
        """By any of its forms: books from before the forms were one claimed the number as it was written."""
        return self._claimed(self._number_claim(form) for form in number.forms)

    def by_number_indexes(self, indexes: Iterable[str]) -> Member | None:
        """By the keyed digests that identity makes of the number at a sign-in."""
        return self._claimed(f"{NUMBER}{index}" for index in indexes)

    def _claimed(self, claims: Iterable[str]) -> Member | None:
        wanted = {"_id": {"$in": list(claims)}}
        claim = next(iter(self._claims.find(wanted, session=session())), None)
        return self.find(claim["member_id"]) if claim else None

    def of_unit(self, unit_id: str, seen: str, limit: int) -> list[Member]:
        """In the order of their names; `seen` is the place of the last member already seen."""
        query: Document = {"unit_id": unit_id, **({"sort_key": {"$gt": seen}} if seen else {})}
        found = self._members.find(query).sort("sort_key", 1).limit(limit)
        return [self._member_of(document, sensitive=False) for document in found]

    def count_of_unit(self, unit_id: str) -> int:
        return self._members.count_documents({"unit_id": unit_id})

    def sealed_place(self, place: str) -> str:
        """A place holds a name, and stands in an address: so it is encrypted."""
        return urlsafe_b64encode(self._cipher.encrypt(place)).decode()

    def opened_place(self, sealed: str) -> str:
        """Raises CursorUnknown for what was not sealed here."""
        try:
            return self._cipher.decrypt(Binary(urlsafe_b64decode(sealed), 6))
        except (ValueError, EncryptionError) as error:
            raise CursorUnknown(field="after") from error

    def of_unit_named(self, unit_id: str, query: str) -> list[Member]:
        """All members of the unit whose names fit, in the order of their names."""
        keys = lookup_keys(query)
        if not keys:
            return []
        found = {
            document["_id"]: document
            for key in (keys[0], *joined_keys(query))
            for document in self._members.find({"unit_id": unit_id, "search": key})
        }
        fitting = [document for document in found.values() if matches(query, [document["name"]])]
        fitting.sort(key=lambda document: str(document["sort_key"]))
        return [self._member_of(document, sensitive=False) for document in fitting]

    def history(self, member_id: str) -> list[Earlier]:
        found = self._history.find({"member_id": member_id}).sort("version", 1)
        return [
            Earlier(
                entry["version"],
                entry["replaced_at"],
                entry["replaced_by"],
                self._details_of(entry["values"]),
            )
            for entry in found
        ]

    # Refusals, which stay although the transaction they happen in does not

    def note_refusal(self, account_id: str, audit: AuditEntry) -> None:
        with apart():
            self._refusals.insert(
                {"_id": new_id(), "account_id": account_id, "at": self._origin().at}, audit=[audit]
            )

    def refused_since(self, account_id: str, since: datetime) -> int:
        return self._refusals.collection.count_documents({"account_id": account_id, "at": {"$gte": since}})

    def count_lookup(self, account_id: str, day: date, now: datetime) -> int:
        """One more of this account on this day; how many there are now."""
        mine = {"_id": f"{account_id} {day}"}
        self._lookups.update_one(mine, {"$inc": {"count": 1}, "$set": {"at": now}}, upsert=True)
        # Read apart: of two at once both see both, which is one too many rather than one too few.
        found = self._lookups.find_one(mine)
        return int(found["count"]) if found else 1

    # Counts

    def fold(self) -> bool:
        """Within a transaction: brings waiting changes into the counts; False when none may be left."""
        steps = list(self._steps.find({}, session=session()).limit(FOLDED_AT_ONCE))
        own: dict[str, Counts] = {}
        every: dict[str, Counts] = {}
        for step in steps:
            difference = _counts_of(step, "difference")
            _raise(own, step["path"][-1:], difference)
            _raise(every, step["path"], difference)
        self._write_counts(own, every)
        if steps:
            self._steps.delete_many({"_id": {"$in": [step["_id"] for step in steps]}}, session=session())
        return len(steps) == FOLDED_AT_ONCE

    def counts(self, unit_ids: Iterable[str]) -> dict[str, tuple[Counts, Counts]]:
        """Own and all, by unit, without what waits to be folded; a unit without members may be left out."""
        found = self._counts.find({"_id": {"$in": list(unit_ids)}}, session=session())
        return {entry["_id"]: (_counts_of(entry, "own"), _counts_of(entry, "all")) for entry in found}

    def move(self, moves: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
        """Within a transaction: members of moved units (old path, new path) and the counts above them."""
        if not moves:
            return
        while self.fold():
            pass
        every: dict[str, Counts] = {}
        for one in list(
            self._members.find({"left_from": {"$in": list(moves)}}, {"left_from": 1}, session=session())
        ):
            path = {"$set": {"unit_path": list(moves[one["left_from"]][1])}}
            self._members.update_one({"_id": one["_id"]}, path, session=session())
        for unit_id, (own, _) in self.counts(moves).items():
            if not own:
                continue
            old, new = moves[unit_id]
            self._members.update_many(
                {"unit_id": unit_id}, {"$set": {"unit_path": list(new)}}, session=session()
            )
            _raise(every, old, -own)
            _raise(every, new, own)
        self._write_counts({}, every)

    def recount(self) -> dict[str, tuple[Counts, Counts]]:
        """Own and all of every unit that has any, counted from the members: slow, for checks."""
        own: dict[str, Counts] = {}
        every: dict[str, Counts] = {}
        kept = {"unit_path": 1, "admission_date": 1, "official_date": 1, "left_on": 1}
        for document in self._members.find({}, kept):
            if document.get("left_on"):
                continue
            one = counted(_status_of(document))
            _raise(own, document["unit_path"][-1:], one)
            _raise(every, document["unit_path"], one)
        return {unit_id: (own.get(unit_id, Counts()), counts) for unit_id, counts in every.items()}

    def all_counts(self) -> dict[str, tuple[Counts, Counts]]:
        """Own and all of every unit that has any, as they are kept."""
        found = [
            (entry["_id"], _counts_of(entry, "own"), _counts_of(entry, "all"))
            for entry in self._counts.find({})
        ]
        return {unit_id: (own, every) for unit_id, own, every in found if own or every}

    def _note_counts(self, path: tuple[str, ...], difference: Counts) -> None:
        if difference:
            step = {"_id": new_id(), "path": list(path), "difference": asdict(difference)}
            self._steps.insert_one(step, session=session())

    def _write_counts(self, own: Mapping[str, Counts], every: Mapping[str, Counts]) -> None:
        steps: dict[str, dict[str, int]] = {}
        for which, counts in (("own", own), ("all", every)):
            for unit_id, difference in counts.items():
                if difference:
                    changes = {f"{which}.{status}": number for status, number in asdict(difference).items()}
                    steps.setdefault(unit_id, {}).update(changes)
        if steps:
            self._counts.bulk_write(
                [UpdateOne({"_id": unit_id}, {"$inc": inc}, upsert=True) for unit_id, inc in steps.items()],
                session=session(),
            )

    # Documents

    def _number_claim(self, number: str) -> str:
        return f"{NUMBER}{blind_index(self._blind_key, MEMBER_NUMBER, number)}"

    def _claims_of(self, details: Details) -> frozenset[str]:
        number = self._one_form(details.national_number) if details.national_number else ""
        claims = {self._number_claim(number)} if number else set()
        return frozenset(claims | ({f"{CARD}{details.card_number}"} if details.card_number else set()))

    def _claim(self, member_id: str, claims: Iterable[str]) -> None:
        for claim in claims:
            try:
                self._claims.insert_one({"_id": claim, "member_id": member_id}, session=session())
            except DuplicateKeyError as error:
                if claim.startswith(CARD):
                    raise CardNumberTaken(field="card_number") from error
                raise NationalNumberTaken(field="national_number") from error

    def _document(self, member: Member) -> Document:
        details = member.details
        number = details.national_number
        return {
            "_id": member.id,
            "unit_id": member.unit_id,
            "unit_path": list(member.unit_path),
            "name": details.name,
            "sort_key": sort_key(details.name, member.id),
            "search": beginnings([details.name]),
            "birth_date": details.birth_date.isoformat(),
            "sex": details.sex.value,
            "admission_date": _iso(details.admission_date),
            "official_date": _iso(details.official_date),
            "card_number": details.card_number,
            "national_number": self._cipher.encrypt(number) if number else None,
            "phone": self._cipher.encrypt(details.phone) if details.phone else None,
        }

    def _member_of(self, document: Document, *, sensitive: bool = True) -> Member:
        return Member(
            document["_id"],
            document["version"],
            document["unit_id"] or document["left_from"],
            tuple(document["unit_path"]),
            self._details_of(document, sensitive=sensitive),
            left_on=_date(document.get("left_on")),
        )

    def _details_of(self, values: Document, *, sensitive: bool = True) -> Details:
        shown = {name: values[name] for name in ENCRYPTED} if sensitive else {}
        return Details(
            name=values["name"],
            birth_date=stored_birth(values["birth_date"]),
            sex=Sex(values["sex"]),
            admission_date=_date(values["admission_date"]),
            official_date=_date(values["official_date"]),
            card_number=values["card_number"],
            **{name: self._cipher.decrypt(value) if value else None for name, value in shown.items()},
        )


def _field_names() -> list[str]:
    return [field.name for field in fields(Details)]


def _raise(counts: dict[str, Counts], unit_ids: Iterable[str], difference: Counts) -> None:
    for unit_id in unit_ids:
        counts[unit_id] = counts.get(unit_id, Counts()) + difference


def _counts_of(entry: Document, which: str) -> Counts:
    found = entry.get(which, {})
    return Counts(**{status.value: found.get(status, 0) for status in Status})


def _status_of(document: Document) -> Status:
    if document["official_date"]:
        return Status.OFFICIAL
    return Status.PROBATIONARY if document["admission_date"] else Status.APPLICANT


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
