"""Accounts of people and of programs."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from identity.domain.numbers import KnownNumber, is_of
from identity.store.collections import Collections
from identity.store.documents import digests_of
from servicekit.data.database import session
from servicekit.data.documents import Document


class Accounts(Collections):
    def account(self, account_id: str) -> Document | None:
        return self.accounts.find(account_id)

    def account_by_login(self, login: str) -> Document | None:
        return self.accounts.collection.find_one({"login": login}, {"_outbox": 0}, session=session())

    def accounts_with_number(self, number: KnownNumber) -> list[Document]:
        """Whose digest was made of any form of it."""
        wanted = {"national_index": {"$in": sorted(number.every)}}
        found = self.accounts.collection.find(wanted, {"_outbox": 0}, session=session())
        return [one for one in found if is_of(number, digests_of(one))]

    def accounts_by_id(self, ids: Iterable[str]) -> dict[str, Document]:
        wanted = list({i for i in ids if i})
        found = self.accounts.collection.find({"_id": {"$in": wanted}}, {"_outbox": 0}, session=session())
        return {account["_id"]: account for account in found}

    def note_first_sign_in(self, account_id: str, now: datetime) -> None:
        self.accounts.collection.update_one(
            {"_id": account_id}, {"$set": {"signed_in_at": now}}, session=session()
        )

    def people_of(self, account_ids: Iterable[str]) -> dict[str, datetime | None]:
        """Those of these accounts that are of persons, and when each signed in first."""
        wanted, kept = {"_id": {"$in": sorted(set(account_ids))}}, {"kind": 1, "signed_in_at": 1}
        found = self.accounts.collection.find(wanted, kept, session=session())
        return {one["_id"]: one.get("signed_in_at") for one in found if one.get("kind") != "machine"}

    def machines_of(self, unit_id: str) -> list[Document]:
        found = self.accounts.collection.find({"unit_id": unit_id, "kind": "machine"}, {"_outbox": 0})
        return sorted(found, key=lambda one: (one["name"], one["_id"]))

    def open_machines_of(self, unit_id: str) -> int:
        found = self.accounts.collection.find(
            {"unit_id": unit_id, "kind": "machine"}, {"closed": 1}, session=session()
        )
        return sum(not one["closed"] for one in found)

    def machine_ids(self) -> list[str]:
        """Of the whole house: they are few beside people, and each is registered by hand."""
        found = self.accounts.collection.find({"kind": "machine"}, {"_id": 1}, session=session())
        return [str(one["_id"]) for one in found]

    def machine_used(self, machine_id: str, now: datetime) -> None:
        self.accounts.collection.update_one(
            {"_id": machine_id}, {"$set": {"last_used": now}}, session=session()
        )

    def machines_kept_by(self, account_ids: Sequence[str]) -> list[Document]:
        """Those whose grants the person with these accounts accepts."""
        wanted = {"kept_by": {"$in": list(account_ids)}}
        return list(self.accounts.collection.find(wanted, {"_outbox": 0}, session=session()))

    def use_assertion(self, name: str, now: datetime) -> None:
        """Raises DuplicateKeyError for one that was used before; kept longer than any assertion lives."""
        self._assertions.insert_one({"_id": name, "at": now})

    def try_number(self, account_id: str, now: datetime) -> None:
        self._number_tries.insert_one({"account_id": account_id, "at": now})

    def numbers_tried(self, account_id: str, since: datetime) -> int:
        return self._number_tries.count_documents({"account_id": account_id, "at": {"$gte": since}})
