"""Addresses that take no mail, one of each person at most."""

from notifications.domain.mailboxes import Mailbox
from notifications.store.documents import mailbox_document, stored_mailbox
from servicekit.data.database import Database


class MailboxStore:
    def __init__(self, database: Database) -> None:
        self._mailboxes = database.mongo["mailboxes"]

    def find(self, account_id: str) -> Mailbox | None:
        found = self._mailboxes.find_one({"_id": account_id})
        return stored_mailbox(found) if found else None

    def keep(self, mailbox: Mailbox) -> None:
        document = mailbox_document(mailbox)
        mine = {"_id": document.pop("_id")}
        self._mailboxes.update_one(mine, {"$set": document}, upsert=True)

    def forget(self, account_id: str) -> None:
        self._mailboxes.delete_one({"_id": account_id})
