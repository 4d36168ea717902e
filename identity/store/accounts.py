"""Accounts of people and of programs."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from identity.domain.accounts import MACHINE, Account, Machine
from identity.domain.numbers import KnownNumber, is_of
from identity.store.collections import Collections
from identity.store.documents import account_document, account_of, machine_of
from servicekit.data.database import session
from servicekit.data.documents import Document
from servicekit.data.events import AuditEntry, Event
from servicekit.words.names import joined_keys, lookup_keys
from servicekit.words.near import near_keys

AnyAccount = TypeVar("AnyAccount", bound=Account)

# What is counted or noted beside, without a new version: see feed.raise_generations, machine_used, note_first_sign_in.
_BESIDE = ("generation", "last_used", "signed_in_at")
# A search looks at no more people than this for one beginning of a name, since one of two letters fits very many.
LOOKED_AT = 1_000
_UNSEARCHED = {"_outbox": 0, "search": 0}


class Accounts(Collections):
    def account(self, account_id: str) -> Account | None:
        found = self.accounts.find(account_id)
        return account_of(found) if found else None

    def get_account(self, account_id: str) -> Account:
        """Raises NotFound."""
        return account_of(self.accounts.get(account_id))

    def account_by_login(self, login: str) -> Account | None:
        found = self.accounts.collection.find_one({"login": login}, {"_outbox": 0}, session=session())
        return account_of(found) if found else None

    def accounts_with_number(self, number: KnownNumber) -> list[Account]:
        """Whose digest was made of any form of it."""
        wanted = {"national_index": {"$in": sorted(number.every)}}
        found = self.accounts.collection.find(wanted, {"_outbox": 0}, session=session())
        return [one for one in map(account_of, found) if is_of(number, one.digests)]

    def accounts_by_id(self, ids: Iterable[str]) -> dict[str, Account]:
        wanted = list({i for i in ids if i})
        found = self.accounts.collection.find({"_id": {"$in": wanted}}, {"_outbox": 0}, session=session())
        return {account["_id"]: account_of(account) for account in found}

    def people_named(self, query: str) -> tuple[dict[str, Account], bool]:
        """People whose names may fit, and whether these are all; the whole of the query is for the caller to decide."""
        found, whole = self._with_words(query)
        for key in joined_keys(query):
            found += self.accounts.collection.find({"search": key}, _UNSEARCHED).limit(LOOKED_AT)
        return {one["_id"]: account_of(one) for one in found}, whole

    def people_nearly_named(self, query: str) -> dict[str, Account]:
        """People some word of whose names is nearly one of the query; who of them is meant is for the caller."""
        found: list[Document] = []
        for keys in near_keys(query):
            found += self.accounts.collection.find({"search": {"$in": keys}}, _UNSEARCHED).limit(LOOKED_AT)
        return {one["_id"]: account_of(one) for one in found}

    def _with_words(self, query: str) -> tuple[list[Document], bool]:
        found: list[Document] = []
        for key in lookup_keys(query):
            kept = self.accounts.collection.find({"search": key}, _UNSEARCHED)
            found = list(kept.limit(LOOKED_AT + 1))
            if len(found) <= LOOKED_AT:
                return found, True
        return found, not found

    def note_first_sign_in(self, account_id: str, now: datetime) -> None:
        self.accounts.collection.update_one(
            {"_id": account_id}, {"$set": {"signed_in_at": now}}, session=session()
        )

    def people_of(self, account_ids: Iterable[str]) -> dict[str, datetime | None]:
        """Those of these accounts that are of persons, and when each signed in first."""
        wanted, kept = {"_id": {"$in": sorted(set(account_ids))}}, {"kind": 1, "signed_in_at": 1}
        found = self.accounts.collection.find(wanted, kept, session=session())
        return {one["_id"]: one.get("signed_in_at") for one in found if one.get("kind") != MACHINE}

    def add_account(self, account: AnyAccount, audit: Iterable[AuditEntry] = ()) -> AnyAccount:
        """Raises DuplicateKeyError where the login has one."""
        self.accounts.insert(account_document(account), audit=audit)
        return replace(account, version=1)

    def save_account(
        self,
        account: AnyAccount,
        expected_version: int,
        news: Iterable[Event] = (),
        audit: Iterable[AuditEntry] = (),
    ) -> AnyAccount:
        document = {key: said for key, said in account_document(account).items() if key not in _BESIDE}
        self.accounts.save(document, expected_version, news, audit)
        return replace(account, version=expected_version + 1)

    def machine(self, account_id: str) -> Machine | None:
        found = self.account(account_id)
        return found if isinstance(found, Machine) else None

    def machines_of(self, unit_id: str) -> list[Machine]:
        found = self.accounts.collection.find({"unit_id": unit_id, "kind": MACHINE}, {"_outbox": 0})
        return sorted(map(machine_of, found), key=lambda one: (one.name, one.id))

    def open_machines_of(self, unit_id: str) -> int:
        found = self.accounts.collection.find(
            {"unit_id": unit_id, "kind": MACHINE}, {"closed": 1}, session=session()
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

    def machines_kept_by(self, account_ids: Sequence[str]) -> list[Machine]:
        """Those whose grants the person with these accounts accepts."""
        wanted = {"kept_by": {"$in": list(account_ids)}}
        found = self.accounts.collection.find(wanted, {"_outbox": 0}, session=session())
        return [machine_of(one) for one in found]

    def use_assertion(self, name: str, now: datetime) -> None:
        """Raises DuplicateKeyError for one that was used before; kept longer than any assertion lives."""
        self._assertions.insert_one({"_id": name, "at": now})

    def try_number(self, account_id: str, now: datetime) -> None:
        self._number_tries.insert_one({"account_id": account_id, "at": now})

    def numbers_tried(self, account_id: str, since: datetime) -> int:
        return self._number_tries.count_documents({"account_id": account_id, "at": {"$gte": since}})
