"""Identity's documents: the only module of this service that knows the database."""

from pymongo.errors import DuplicateKeyError

from identity.store.accounts import Accounts
from identity.store.attempts import Attempts
from identity.store.calendar import CalendarMarks
from identity.store.following import Followed, Following
from identity.store.grants import Grants
from identity.store.lists import ListsKept
from identity.store.sessions import Sessions


class Store(Attempts, Accounts, Sessions, Grants, CalendarMarks, Following, ListsKept):
    """All nouns of identity over one database: an act writes several of them in one transaction."""


__all__ = ["DuplicateKeyError", "Followed", "Store"]
