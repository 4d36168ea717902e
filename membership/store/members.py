"""Members as documents: national number and phone are ciphertext, found again by a keyed blind index.

What only one member may hold stands as an `_id` in `member_claims`: the blind index of a national number, a card
number. A unique index would not do, for the embedded database goes on refusing a value that was updated away.
Earlier values of a member stand in `member_history`, sensitive ones as the ciphertext they were.
Each save marks the document `dirty` in the same write, which is how it is found to be counted.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime

from bson.binary import Binary
from pymongo.errors import DuplicateKeyError, EncryptionError

from membership.domain.members import CardNumberTaken, Details, Earlier, Member, NationalNumberTaken
from membership.domain.units import Unit
from membership.store.documents import earlier_of, member_document, member_of
from servicekit.data.crypto import MEMBER_NUMBER, FieldCipher, blind_index
from servicekit.data.database import Database, apart, session
from servicekit.data.documents import Document
from servicekit.data.events import AuditEntry, Origin
from servicekit.data.records import Records
from servicekit.ids import new_id
from servicekit.web.listing import CursorUnknown
from servicekit.words.names import joined_keys, lookup_keys, matches
from servicekit.words.national_numbers import NationalNumber
from servicekit.words.near import near_keys, wrong_letters
from servicekit.work.lookups import Lookups

READ_AT_ONCE = 500
NUMBER, CARD = "number ", "card "


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
        self._refusals = Records(database, "member_refusals", origin)
        self.lookups = Lookups(database)

    def prepare(self) -> None:
        self._records.prepare()
        self._refusals.prepare()
        self._members.create_index([("unit_id", 1), ("sort_key", 1)])
        self._members.create_index([("unit_id", 1), ("search", 1)])
        self._members.create_index("left_from")
        self._history.create_index([("member_id", 1), ("version", 1)], unique=True)
        self._refusals.collection.create_index([("account_id", 1), ("at", 1)])
        self.lookups.prepare()

    # Members

    def insert(self, member: Member, audit: Iterable[AuditEntry]) -> Member:
        """Within a transaction. Raises NationalNumberTaken, CardNumberTaken."""
        self._claim(member.id, self._claims_of(member.details))
        document = {**member_document(member, self._cipher.encrypt), "registered_at": self._origin().at}
        self._records.insert(document, audit=audit)
        return member

    def save(
        self, before: Member, after: Details, expected_version: int, audit: Iterable[AuditEntry]
    ) -> Member:
        """Within a transaction: the new values, and the earlier ones as history."""
        kept = self._kept(before.id)
        changed = Member(before.id, expected_version + 1, before.unit_id, before.unit_path, after)
        earlier, claims = self._claims_of(before.details), self._claims_of(after)
        gone = earlier - claims
        if before.details.national_number != after.national_number and before.details.national_number:
            gone |= {self._number_claim(before.details.national_number)}
        self._give_up(gone - claims)
        self._claim(before.id, claims - earlier)
        self._records.save(member_document(changed, self._cipher.encrypt), expected_version, audit=audit)
        self._note_earlier(before, kept, expected_version)
        return changed

    def _note_earlier(self, member: Member, kept: Document, version: int, **more: str) -> None:
        """`kept`: the document as it was; `more`: what happened, where it was no change of values."""
        origin = self._origin()
        self._history.insert_one(
            {
                "_id": new_id(),
                "member_id": member.id,
                "version": version,
                "replaced_at": origin.at,
                "replaced_by": origin.actor,
                "values": {name: kept.get(name) for name in _field_names()},
                "unit_id": member.unit_id,
                **more,
            },
            session=session(),
        )

    def _kept(self, member_id: str) -> Document:
        found = self._members.find_one({"_id": member_id}, {"_outbox": 0, "_pending": 0}, session=session())
        return found or {}

    def move_member(
        self, member: Member, to: Unit, reason: str, expected_version: int, audit: Iterable[AuditEntry]
    ) -> Member:
        """Within a transaction: counted there from now on, and no longer where the member was."""
        kept = self._kept(member.id)
        place = {"_id": member.id, "unit_id": to.id, "unit_path": list(to.path), "dirty": True}
        self._records.save(place, expected_version, audit=audit)
        told = {"kind": "moved", "to_unit_id": to.id, "reason": reason}
        self._note_earlier(member, kept, expected_version, **told)
        return replace(member, version=expected_version + 1, unit_id=to.id, unit_path=to.path)

    def leave(
        self, member: Member, day: date, reason: str, expected_version: int, audit: Iterable[AuditEntry]
    ) -> Member:
        """Within a transaction: kept, counted and listed no more, with number and card free for another."""
        gone = {"left_from": member.unit_id, "left_on": day.isoformat(), "left_reason": reason, "dirty": True}
        kept = self._kept(member.id)
        self._records.save({"_id": member.id, "unit_id": None, **gone}, expected_version, audit=audit)
        self._note_earlier(member, kept, expected_version, kind="left", reason=reason)
        self._give_up(self._claims_of(member.details))
        return replace(member, version=expected_version + 1, left_on=day)

    def find(self, member_id: str) -> Member | None:
        found = self._records.find(member_id)
        return member_of(found, self._cipher.decrypt) if found else None

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
        return [member_of(document, None) for document in found]

    def all_of_unit(self, unit_id: str, *, sealed: bool) -> Iterator[Member]:
        """In the order of their names, read as they are asked for; with what is sealed in them where that is wanted."""
        found = self._members.find({"unit_id": unit_id}, {"_outbox": 0}, batch_size=READ_AT_ONCE)
        for document in found.sort("sort_key", 1):
            yield member_of(document, self._cipher.decrypt if sealed else None)

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
        keys = [[key] for key in (*lookup_keys(query)[:1], *joined_keys(query))]
        return self._of_unit_found(unit_id, keys, lambda name: 0 if matches(query, [name]) else None)

    def of_unit_nearly_named(self, unit_id: str, query: str) -> list[Member]:
        """Members whose names are nearly so, the nearest first."""
        return self._of_unit_found(unit_id, near_keys(query), lambda name: wrong_letters(query, [name]))

    def _of_unit_found(
        self, unit_id: str, lookups: Iterable[Sequence[str]], rank: Callable[[str], int | None]
    ) -> list[Member]:
        found = {
            document["_id"]: document
            for keys in lookups
            for document in self._members.find({"unit_id": unit_id, "search": {"$in": list(keys)}})
        }
        ranked = ((rank(document["name"]), document) for document in found.values())
        fitting = [(place, document) for place, document in ranked if place is not None]
        fitting.sort(key=lambda one: (one[0], str(one[1]["sort_key"])))
        return [member_of(document, None) for _, document in fitting]

    def registered_at(self, member_id: str) -> datetime | None:
        """None of members who were registered before that was kept."""
        at: datetime | None = self._kept(member_id).get("registered_at")
        return at

    def history(self, member_id: str) -> list[Earlier]:
        found = self._history.find({"member_id": member_id}).sort("version", 1)
        return [earlier_of(entry, self._cipher.decrypt) for entry in found]

    # Refusals, which stay although the transaction they happen in does not

    def note_refusal(self, account_id: str, audit: AuditEntry) -> None:
        with apart():
            self._refusals.insert(
                {"_id": new_id(), "account_id": account_id, "at": self._origin().at}, audit=[audit]
            )

    def refused_since(self, account_id: str, since: datetime) -> int:
        return self._refusals.collection.count_documents({"account_id": account_id, "at": {"$gte": since}})

    # Units that move

    def move(self, moves: Mapping[str, tuple[str, ...]]) -> None:
        """Within a transaction: members of moved units get their new paths, and are counted there."""
        for place in ("unit_id", "left_from"):
            wanted = {place: {"$in": list(moves)}}
            found = self._members.find(wanted, {place: 1}, session=session(), batch_size=20_000)
            for unit_id in {one[place] for one in found}:
                change = {
                    "$set": {"unit_path": list(moves[unit_id]), "dirty": True},
                    "$inc": {"version": 1},
                }
                self._members.update_many({place: unit_id}, change, session=session())

    # Documents

    def _number_claim(self, number: str) -> str:
        return f"{NUMBER}{blind_index(self._blind_key, MEMBER_NUMBER, number)}"

    def _claims_of(self, details: Details) -> frozenset[str]:
        number = self._one_form(details.national_number) if details.national_number else ""
        claims = {self._number_claim(number)} if number else set()
        return frozenset(claims | ({f"{CARD}{details.card_number}"} if details.card_number else set()))

    def _give_up(self, claims: Iterable[str]) -> None:
        # In a house where nobody has claimed anything yet the embedded database has no such collection.
        if gone := list(claims):
            self._claims.delete_many({"_id": {"$in": gone}}, session=session())

    def _claim(self, member_id: str, claims: Iterable[str]) -> None:
        for claim in claims:
            try:
                self._claims.insert_one({"_id": claim, "member_id": member_id}, session=session())
            except DuplicateKeyError as error:
                if claim.startswith(CARD):
                    raise CardNumberTaken(field="card_number") from error
                raise NationalNumberTaken(field="national_number") from error


def _field_names() -> list[str]:
    return [field.name for field in fields(Details)]
