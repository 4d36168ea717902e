"""Sign-ins on their way, drafts that wait for one, and what is good for one use."""

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from identity.store.collections import Collections
from servicekit.data.documents import Document

# A person fills in a form or two at a time.
DRAFTS_OF_PERSON = 20


class Attempts(Collections):
    def keep_attempt(self, attempt: Document) -> None:
        self._attempts.insert_one(attempt)

    def take_attempt(self, attempt_id: str, browser: str) -> Document | None:
        """This browser's attempt, once: of two that ask at the same time, one gets it; another browser never does."""
        found = self._attempts.find_one({"_id": attempt_id})
        if found is None or found["browser"] != browser:
            return None
        return found if self._attempts.delete_one({"_id": attempt_id}).deleted_count == 1 else None

    def keep_draft(self, draft: Document) -> None:
        """The oldest of a person's give way to the newest."""
        self._drafts.insert_one(draft)
        self._drop_oldest(self._drafts, draft["account_id"])

    def save_draft(self, draft: Document, expected_version: int) -> bool:
        """Of one who writes in two windows, the one that has not seen the other's changes nothing."""
        if expected_version == 0:
            try:
                self._saved_drafts.insert_one({**draft, "version": 1})
            except DuplicateKeyError:
                return False
            self._drop_oldest(self._saved_drafts, draft["account_id"])
            return True
        change = {"values": draft["values"], "at": draft["at"], "version": expected_version + 1}
        wanted = {"_id": draft["_id"], "version": expected_version}
        return self._saved_drafts.update_one(wanted, {"$set": change}).modified_count == 1

    def _drop_oldest(self, drafts: Collection[Document], account_id: str) -> None:
        mine = drafts.find({"account_id": account_id}, {"at": 1})
        older = sorted(mine, key=lambda one: (one["at"], one["_id"]), reverse=True)[DRAFTS_OF_PERSON:]
        if older:
            drafts.delete_many({"_id": {"$in": [one["_id"] for one in older]}})

    def take_draft(self, draft_id: str, account_id: str) -> Document | None:
        """This person's draft, once."""
        found = self.draft(draft_id, account_id)
        if found is None:
            return None
        taken = [drafts.delete_one({"_id": draft_id}).deleted_count for drafts in self._of_drafts]
        return found if sum(taken) == 1 else None

    def draft(self, draft_id: str, account_id: str) -> Document | None:
        found = next(filter(None, (drafts.find_one({"_id": draft_id}) for drafts in self._of_drafts)), None)
        return found if found is not None and found["account_id"] == account_id else None

    @property
    def _of_drafts(self) -> tuple[Collection[Document], ...]:
        return (self._drafts, self._saved_drafts)
