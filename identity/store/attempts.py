"""Sign-ins on their way, drafts that wait for one, and what is good for one use."""

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from identity.domain.attempts import Draft, KeptAttempt
from identity.store.collections import Collections
from servicekit.data.documents import Document, Shape

_ATTEMPTS = Shape(KeptAttempt)
_DRAFTS = Shape(Draft, sparse={Draft: ("by_code",)})
# A person fills in a form or two at a time.
DRAFTS_OF_PERSON = 20


class Attempts(Collections):
    def keep_attempt(self, attempt: KeptAttempt) -> None:
        self._attempts.insert_one(_ATTEMPTS.document(attempt))

    def take_attempt(self, attempt_id: str, browser: str) -> KeptAttempt | None:
        """This browser's attempt, once: of two that ask at the same time, one gets it; another browser never does."""
        found = self._attempts.find_one({"_id": attempt_id})
        if found is None or found["browser"] != browser:
            return None
        used = self._attempts.delete_one({"_id": attempt_id}).deleted_count == 1
        return _ATTEMPTS.value(found) if used else None

    def keep_draft(self, draft: Draft) -> None:
        """The oldest of a person's give way to the newest."""
        self._drafts.insert_one(_DRAFTS.document(draft))
        self._drop_oldest(self._drafts, draft.account_id)

    def save_draft(self, draft: Draft) -> bool:
        """Of one who writes in two windows, the one that has not seen the other's changes nothing.

        `draft` has the version that it gets.
        """
        document = {**_DRAFTS.document(draft), "version": draft.version}
        if draft.version == 1:
            try:
                self._saved_drafts.insert_one(document)
            except DuplicateKeyError:
                return False
            self._drop_oldest(self._saved_drafts, draft.account_id)
            return True
        change = {name: document[name] for name in ("values", "at", "version")}
        wanted = {"_id": draft.id, "version": draft.version - 1}
        return self._saved_drafts.update_one(wanted, {"$set": change}).modified_count == 1

    def _drop_oldest(self, drafts: Collection[Document], account_id: str) -> None:
        mine = drafts.find({"account_id": account_id}, {"at": 1})
        older = sorted(mine, key=lambda one: (one["at"], one["_id"]), reverse=True)[DRAFTS_OF_PERSON:]
        if older:
            drafts.delete_many({"_id": {"$in": [one["_id"] for one in older]}})

    def take_draft(self, draft_id: str, account_id: str) -> Draft | None:
        """This person's draft, once."""
        found = self.draft(draft_id, account_id)
        if found is None:
            return None
        taken = [drafts.delete_one({"_id": draft_id}).deleted_count for drafts in self._of_drafts]
        return found if sum(taken) == 1 else None

    def draft(self, draft_id: str, account_id: str) -> Draft | None:
        found = next(filter(None, (drafts.find_one({"_id": draft_id}) for drafts in self._of_drafts)), None)
        return _DRAFTS.value(found) if found is not None and found["account_id"] == account_id else None

    @property
    def _of_drafts(self) -> tuple[Collection[Document], ...]:
        return (self._drafts, self._saved_drafts)
