"""How the e-mail of a notice fares: kept in the notice's own document."""

from datetime import datetime

from notifications.domain.notices import Mail, Notice
from notifications.store.documents import stored_notice
from servicekit.data.database import Database
from servicekit.data.documents import Document


class MailStore:
    def __init__(self, database: Database) -> None:
        self._notices = database.mongo["notices"]

    def prepare(self) -> None:
        self._notices.create_index([("mail_state", 1), ("mail_due_at", 1)])
        # The embedded database scans unless one index covers the whole filter of a compare-and-set.
        self._notices.create_index([("_id", 1), ("mail_due_at", 1)])

    def due(self, now: datetime, most: int) -> list[Notice]:
        wanted = {"mail_state": str(Mail.WAITING), "mail_due_at": {"$lte": now}}
        return [stored_notice(one) for one in self._notices.find(wanted).sort("mail_due_at", 1).limit(most)]

    def take(self, notice: Notice, until: datetime) -> bool:
        """Nobody else sends it before `until`; False when somebody has it already. Counts as an attempt."""
        return self._change(
            notice, notice.mail_due_at, {"$set": {"mail_due_at": until}, "$inc": {"mail_attempts": 1}}
        )

    def give_back(self, notice: Notice, taken_until: datetime, due_at: datetime) -> None:
        """It could not be tried at all: the attempt does not count."""
        self._change(notice, taken_until, {"$set": {"mail_due_at": due_at}, "$inc": {"mail_attempts": -1}})

    def postpone(self, notice: Notice, taken_until: datetime, due_at: datetime, why: str) -> None:
        self._change(notice, taken_until, {"$set": {"mail_due_at": due_at, "mail_error": why}})

    def end(self, notice: Notice, taken_until: datetime, state: Mail, why: str = "") -> None:
        change = {"$set": {"mail_state": str(state), "mail_error": why}, "$unset": {"mail_due_at": ""}}
        self._change(notice, taken_until, change)

    def _change(self, notice: Notice, due_at: datetime | None, change: Document) -> bool:
        # Only a waiting mail has a moment when it is due, so the moment alone says that nobody was here before.
        mine = {"_id": notice.id, "mail_due_at": due_at}
        return self._notices.update_one(mine, change).matched_count == 1
