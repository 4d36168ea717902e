"""The documents of notifications: the only part of this service that knows the database.

matters      what happened and is still to be told (a job each), done ones kept for a while
reminders    the units of one reminder that concern one person, gathered until all parts have come
notices      one matter in one person's inbox
mails        the fate of a notice's e-mail, kept with the notice
mailboxes    addresses that take no mail
units        the copy of the tree (servicekit.tree.units_copy)

The sender's writes stand alone, each a compare-and-set or one that may be done again: a process killed inside a
transaction would hold its documents for as long as the database lets a transaction live, up to a minute.
"""

from notifications.migrations import MIGRATIONS
from notifications.store.mailboxes import MailboxStore
from notifications.store.mails import MailStore
from notifications.store.matters import MatterStore
from notifications.store.notices import NoticeStore
from notifications.store.reminders import ReminderStore
from servicekit.data.database import Database, session
from servicekit.events.inbox import prepare_inbox
from servicekit.tree.units_copy import UnitsCopy
from servicekit.work.migrations import require_migrated


class Store:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.matters = MatterStore(database)
        self.reminders = ReminderStore(database)
        self.notices = NoticeStore(database)
        self.mails = MailStore(database)
        self.mailboxes = MailboxStore(database)
        self.units = UnitsCopy(database)

    def prepare(self) -> None:
        require_migrated(self.database, MIGRATIONS)
        prepare_inbox(self.database)
        for one in (self.units, self.matters, self.reminders, self.notices, self.mails):
            one.prepare()

    def hand_over(self, account_id: str, staying_id: str) -> None:
        for told in ("notices", "matters", "reminders"):
            self.database.mongo[told].update_many(
                {"account_id": account_id}, {"$set": {"account_id": staying_id}}, session=session()
            )
