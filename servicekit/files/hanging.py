"""What a file asks of the service that owns its record: it has no right of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from servicekit.access.decision import Caller
from servicekit.files.stored import StoredFile


@dataclass(frozen=True)
class Hung:
    """A record as its files see it: `files` are the ids of those that hang on it, in their order."""

    id: str
    unit_id: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Owner:
    """What a service says of its records. Each call decides anew, on the record as it is now.

    `find` gives the record to whoever holds the permission over it. `may_add` and `may_remove` raise where that may not
    be done now. `hang` and `take_off` write the record within the transaction that is open. `page`: where a browser
    goes back.
    """

    service: str
    noun: str
    read: str
    write: str
    find: Callable[[Caller, str, str], Hung]
    may_add: Callable[[Caller, str], None]
    may_remove: Callable[[Caller, str], None]
    hang: Callable[[Caller, StoredFile], None]
    take_off: Callable[[Caller, str, str, int], None]
    page: Callable[[str], str]
