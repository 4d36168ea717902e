"""Grants, and the place that each takes."""

from collections.abc import Iterable, Sequence

from identity.domain.grants import Grant, Status
from identity.domain.numbers import KnownNumber, is_of
from identity.domain.succession import place_of
from identity.store.collections import Collections
from identity.store.documents import grant_document, grant_of, holding_of, lists_of
from servicekit.data.database import session
from servicekit.data.documents import Document
from servicekit.data.events import AuditEntry, Event
from servicekit.web.guards import origin


class Grants(Collections):
    def grant(self, grant_id: str) -> Grant:
        return grant_of(self.grants.get(grant_id))

    def add_grant(self, grant: Grant, events: Iterable[Event], audit: Iterable[AuditEntry]) -> Grant:
        """Raises DuplicateKeyError when the person holds that role in that unit already."""

        def work() -> Grant:
            self._claim("", holding_of(grant), grant.id)
            made = grant_of(self.grants.insert(grant_document(grant), events, audit))
            self.lists.add(lists_of(made))
            self.rollout.touch([made.unit_id], origin().at)
            return made

        return self.database.in_transaction(work)

    def save_grant(
        self,
        grant: Grant,
        expected_version: int,
        events: Iterable[Event] = (),
        audit: Iterable[AuditEntry] = (),
    ) -> Grant:
        def work() -> Grant:
            before = self.grant(grant.id)
            self._claim(holding_of(before), holding_of(grant), grant.id)
            saved = grant_of(self.grants.save(grant_document(grant), expected_version, events, audit))
            self.lists.put(lists_of(saved))
            self.rollout.touch([saved.unit_id], origin().at)
            return saved

        return self.database.in_transaction(work)

    def rehang(self, grant: Grant, expected_version: int, audit: Iterable[AuditEntry]) -> None:
        """Saves a grant that hangs elsewhere now: whose it is and where stays: nothing is claimed or listed anew."""
        self.grants.save(grant_document(grant), expected_version, (), audit)
        self.rollout.touch([grant.unit_id], origin().at)

    def _claim(self, before: str, after: str, grant_id: str) -> None:
        """One person holds one role in one unit once; what was revoked no longer counts.

        A claim is a document of its own, found by `_id`: in a unique index on a field that changes, the embedded
        database keeps the old value taken for ever.
        """
        if before == after:
            return
        if before:
            held = self._holdings.find_one({"_id": before}, session=session())
            if held is not None and held["grant_id"] == grant_id:
                self._holdings.delete_one({"_id": before}, session=session())
        if after:
            # A grant of earlier days may hold already what it claims now, and one whose days are over holds nothing.
            held = self._holdings.find_one({"_id": after}, session=session())
            if held is not None and held["grant_id"] != grant_id and self._is_over(held["grant_id"]):
                self._holdings.delete_one({"_id": after}, session=session())
                held = None
            if held is None or held["grant_id"] != grant_id:
                self._holdings.insert_one({"_id": after, "grant_id": grant_id}, session=session())

    def claimed_by_another(self, grant: Grant) -> Grant | None:
        """Which one holds what this one would claim."""
        held = self._holdings.find_one({"_id": holding_of(grant)}, session=session())
        if held is None or held["grant_id"] == grant.id or self._is_over(held["grant_id"]):
            return None
        return self.grant(held["grant_id"])

    def _is_over(self, grant_id: str) -> bool:
        found = self.grants.find(grant_id)
        return found is None or found["valid_to"].date() < origin().at.date()

    def grants_of(self, account_id: str) -> list[Grant]:
        found = self.grants.collection.find({"account_id": account_id}, session=session())
        return [grant_of(one) for one in found]

    def waiting_from(self, giver: str) -> list[Grant]:
        """What this giver has given and nobody has accepted yet."""
        return self._waiting("given_by", giver)

    def unaccepted_of(self, account_id: str | None, national_index: str | None) -> list[Grant]:
        """What was offered to this person, or to whoever comes with this number, withdrawn or declined ones too."""
        found = self._waiting("account_id", account_id, Status.REVOKED) if account_id else []
        if national_index:
            found += self._waiting("national_index", national_index, Status.REVOKED)
        return list({one.id: one for one in found if one.accepted_at is None}.values())

    def _waiting(self, name: str, value: str, *also: Status) -> list[Grant]:
        found: list[Document] = []
        for status in (Status.PROPOSED, Status.INVITED, Status.OFFERED, Status.SUSPENDED, *also):
            found += self.grants.collection.find({name: value, "status": str(status)}, session=session())
        return [grant_of(one) for one in found]

    def offers_to(self, account_ids: Iterable[str]) -> list[Grant]:
        """Oldest first."""
        found = [
            grant_of(one)
            for account_id in account_ids
            for one in self.grants.collection.find(
                {"account_id": account_id, "status": str(Status.OFFERED)}, session=session()
            )
        ]
        return sorted(found, key=lambda one: (one.given_at, one.id))

    def grants_held_by(self, account_ids: Sequence[str]) -> list[Grant]:
        found = self.grants.collection.find({"account_id": {"$in": list(account_ids)}}, session=session())
        return [grant_of(one) for one in found]

    def grants_by_digests(self, digests: Iterable[str]) -> list[Grant]:
        """Everything that was given by a number with one of these digests, whatever has become of it."""
        wanted = sorted(digests)
        found: dict[str, Grant] = {}
        for name in ("national_index", "national_core"):
            asked = self.grants.collection.find({name: {"$in": wanted}}, session=session())
            found |= {one["_id"]: grant_of(one) for one in asked}
        return list(found.values())

    def invitations(self, number: KnownNumber) -> list[Grant]:
        """Those that name this number, in any of its forms."""
        wanted = {"national_index": {"$in": sorted(number.every)}, "status": str(Status.INVITED)}
        found = [grant_of(one) for one in self.grants.collection.find(wanted, session=session())]
        return [one for one in found if is_of(number, one.number)]

    def invitation_by_code(self, code_index: str) -> Grant | None:
        found = self.grants.collection.find_one(
            {"code_index": code_index, "status": str(Status.INVITED)}, session=session()
        )
        return grant_of(found) if found else None

    def grants_by_id(self, ids: Iterable[str]) -> dict[str, Grant]:
        found = self.grants.collection.find({"_id": {"$in": list(set(ids))}}, session=session())
        return {one["_id"]: grant_of(one) for one in found}

    def hanging_on(self, grant_id: str) -> list[Grant]:
        """Every grant in whose chain this one stands, nearest first."""
        found = self.grants.collection.find({"chain": grant_id}, session=session())
        return sorted((grant_of(one) for one in found), key=lambda grant: (len(grant.chain), grant.id))

    def more_hang_on(self, grant_id: str, most: int) -> bool:
        """Whether this grant stands in the chains of more than so many."""
        return self.count_up_to(grant_id, most + 1) > most

    def count_up_to(self, grant_id: str, most: int) -> int:
        """In the chains of how many this grant stands; of more than so many that there are so many."""
        return self.grants.collection.count_documents({"chain": grant_id}, limit=most, session=session())

    def some_hanging_on(self, grant_id: str, most: int) -> list[Grant]:
        found = self.grants.collection.find({"chain": grant_id}, session=session()).limit(most)
        return [grant_of(one) for one in found]

    def count_hanging_on(self, grant_id: str) -> int:
        return self.grants.collection.count_documents({"chain": grant_id}, session=session())

    def places_below(self, grant_id: str) -> list[str]:
        """Where each that hangs on it stands, superiors first (see succession.place_of)."""
        found = self.grants.collection.find(
            {"chain": grant_id}, {"chain": 1}, session=session(), batch_size=5_000
        )
        return sorted(place_of(len(one["chain"]), one["_id"]) for one in found)

    def ids_hanging_on(self, grant_id: str) -> list[str]:
        found = self.grants.collection.find({"chain": grant_id}, {"_id": 1}, batch_size=5_000)
        return sorted(str(one["_id"]) for one in found)

    def ids_hanging_on_any(self, grant_ids: Sequence[str]) -> list[str]:
        found = self.grants.collection.find({"chain": {"$in": list(grant_ids)}}, {"_id": 1}, batch_size=5_000)
        return sorted(str(one["_id"]) for one in found) if grant_ids else []

    def hanging_on_any(self, grant_ids: Sequence[str]) -> list[Grant]:
        found = self.grants.collection.find({"chain": {"$in": list(grant_ids)}}, session=session())
        return [grant_of(one) for one in found] if grant_ids else []

    def grants_of_units(self, unit_ids: Sequence[str]) -> list[Grant]:
        """All grants of these very units."""
        found = self.grants.collection.find({"unit_id": {"$in": list(unit_ids)}}, session=session())
        return [grant_of(one) for one in found] if unit_ids else []

    def grants_in(self, unit_id: str) -> list[Grant]:
        """All grants of one unit."""
        return [grant_of(one) for one in self.grants.collection.find({"unit_id": unit_id}, session=session())]

    def grants_over(self, unit_path: Sequence[str]) -> list[Grant]:
        """All grants of a unit and of those above it: the ones that can reach it."""
        found = self.grants.collection.find({"unit_id": {"$in": list(unit_path)}}, session=session())
        return [grant_of(one) for one in found]

    def with_chains(self, grants: Iterable[Grant]) -> dict[str, Grant]:
        """The grants that these hang on, by id."""
        wanted = {grant_id for grant in grants for grant_id in grant.chain}
        return self.grants_by_id(wanted) if wanted else {}

    def add_grants(self, grants: Sequence[Grant]) -> None:
        """For samples and first set-up: many at once, in one transaction."""
        now = origin().at

        def work() -> None:
            documents = [{**grant_document(grant), "version": 1, "given_at": now} for grant in grants]
            claims = [
                {"_id": holding_of(grant), "grant_id": grant.id} for grant in grants if holding_of(grant)
            ]
            self.grants.collection.insert_many(documents, session=session())
            self.lists.add(one for document in documents for one in lists_of(grant_of(document)))
            self._holdings.insert_many(claims, session=session())
            self.rollout.touch([grant.unit_id for grant in grants], now)

        self.database.in_transaction(work)
