"""Sign-ins on their way, drafts that wait for one, and what is good for one use."""

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
        mine = self._drafts.find({"account_id": draft["account_id"]}, {"at": 1})
        older = sorted(mine, key=lambda one: (one["at"], one["_id"]), reverse=True)[DRAFTS_OF_PERSON:]
        if older:
            self._drafts.delete_many({"_id": {"$in": [one["_id"] for one in older]}})

    def take_draft(self, draft_id: str, account_id: str) -> Document | None:
        """This person's draft, once."""
        found = self.draft(draft_id, account_id)
        if found is None:
            return None
        return found if self._drafts.delete_one({"_id": draft_id}).deleted_count == 1 else None

    def draft(self, draft_id: str, account_id: str) -> Document | None:
        found = self._drafts.find_one({"_id": draft_id})
        return found if found is not None and found["account_id"] == account_id else None
