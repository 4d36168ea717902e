"""Whose account of the database may do what: one for each program, and none of them can change an audit entry.

Rights are over whole databases, because not every server narrows them to a collection.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sammelan.archive import OWNERS, PARTS

Document = dict[str, Any]
# No index creation: an index may expire entries. Whoever makes the accounts makes the indexes.
APPEND = ("find", "insert", "listCollections", "listIndexes")


@dataclass(frozen=True)
class Account:
    """Parts of the house (see sammelan.archive.PARTS), each a database. `appends`: to their audits."""

    name: str
    writes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    appends: tuple[str, ...] = ()


AUDITS = tuple(f"{name}_audit" for name in OWNERS)
ACCOUNTS: Mapping[str, Account] = {
    account.name: account
    for account in (
        *(Account(name, writes=(name,), reads=(f"{name}_audit",)) for name in OWNERS),
        Account("projector", writes=("congress",)),
        Account("counter", writes=("membership",)),
        Account("examiner", writes=("congress",)),
        Account("worker", writes=("congress",), reads=("congress_audit",)),
        Account("exporter", writes=("membership",), reads=("membership_audit",)),
        Account("sender", writes=("notifications",), reads=("notifications_audit",)),
        Account("keeper", writes=("identity",), reads=("identity_audit",)),
        Account("relay", writes=(*OWNERS, "relay"), appends=AUDITS),
        Account("operator", writes=(*OWNERS, "operator"), reads=(*AUDITS, "relay")),
        Account("backup", reads=PARTS),
    )
}


def appender(prefix: str) -> str:
    return f"{prefix}_audit_appender"


def role_document(prefix: str, database_of: Callable[[str], str]) -> Document:
    """The one role that MongoDB does not bring along: read and add, over the audits."""
    return {
        "privileges": [
            {"resource": {"db": database_of(part), "collection": ""}, "actions": list(APPEND)}
            for part in AUDITS
        ],
        "roles": [],
    }


def user_document(account: Account, prefix: str, database_of: Callable[[str], str]) -> Document:
    roles = [{"role": "readWrite", "db": database_of(part)} for part in account.writes]
    roles += [{"role": "read", "db": database_of(part)} for part in account.reads]
    if account.appends:
        roles.append({"role": appender(prefix), "db": "admin"})
    return {"roles": roles}


def user_name(account: Account, prefix: str) -> str:
    """Two houses may share a server, so an account carries the prefix of its databases."""
    return f"{prefix}_{account.name}"
