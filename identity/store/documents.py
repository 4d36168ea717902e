"""Values as documents and back: accounts, sessions and grants."""

from datetime import UTC, date, datetime

from identity import listed
from identity.domain.accounts import MACHINE, Account, Machine
from identity.domain.aftermath import Aftermath
from identity.domain.grant_dates import to_confirm_by
from identity.domain.grants import Grant, Status
from identity.domain.sessions import Session
from servicekit.data.documents import Document, Shape
from servicekit.tree.listed import Listed
from servicekit.words.names import beginnings

# From where something was done: kept as a path, and as how deep it lies.
PLACES = ("suspended_from", "barred_from")


def yearly_of(grant: Grant) -> Listed:
    confirm_by = to_confirm_by(grant)
    return listed.of_yearly(
        grant.id, grant.unit_path, instant_of(confirm_by) if confirm_by else None, instant_of(grant.valid_to)
    )


def lists_of(grant: Grant) -> tuple[Listed, ...]:
    until = grant.extension.until if grant.extension else None
    counts = grant.status is not Status.REVOKED and grant.unit_ended is None
    role = listed.of_role(
        *(grant.id, grant.role, grant.unit_path, str(grant.status) if counts else ""),
        *(grant.given_at, instant_of(grant.valid_to)),
    )
    return (
        *listed.of_grant(grant.id, grant.unit_path, str(grant.status), grant.given_at, until),
        yearly_of(grant),
        role,
    )


def account_of(document: Document) -> Account:
    return machine_of(document) if document.get("kind") == MACHINE else _PEOPLE.value(document)


def machine_of(document: Document) -> Machine:
    return _MACHINES.value(document)


def account_document(account: Account) -> Document:
    """What a person is found by, where they hold something, stands beside it."""
    if isinstance(account, Machine):
        return _MACHINES.document(account)
    return {**_PEOPLE.document(account), "search": beginnings([account.name])}


def session_of(document: Document) -> Session:
    return _SESSIONS.value(document)


def session_document(of: Session) -> Document:
    return _SESSIONS.document(of)


def instant_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _day_of(instant: datetime) -> date:
    return instant.date()


_PEOPLE = Shape(Account)
_MACHINES = Shape(Machine)
_SESSIONS = Shape(Session)
_GRANTS = Shape(Grant, read={date: _day_of}, write={date: instant_of})


def grant_of(document: Document) -> Grant:
    places = {name: _place(document, name) for name in PLACES}
    return _GRANTS.value({**document, **places, "accepted_at": _accepted_at(document)})


def grant_document(grant: Grant) -> Document:
    """`extends` says for the lists whether a longer period waits."""
    made = _GRANTS.document(grant)
    for name in PLACES:
        made |= _place_document(name, getattr(grant, name))
    return {**made, "extends": grant.extension is not None}


def _place(document: Document, name: str) -> tuple[str, ...] | None:
    """Before paths were written down, how many units of the grant's own path."""
    path, deep = document.get(f"{name}_path"), document.get(name)
    if deep is None:
        return None
    # The version before writes how deep it lies and leaves the path as it was.
    return tuple(path if path is not None and len(path) == deep else document["unit_path"][:deep])


def _place_document(name: str, place: tuple[str, ...] | None) -> Document:
    """The version before reads how deep it lies."""
    if place is None:
        return {name: None, f"{name}_path": None}
    return {name: len(place), f"{name}_path": list(place)}


def _accepted_at(document: Document) -> datetime | None:
    """Before grants were accepted, one that was in force was in force from its beginning, suspended since or not."""
    said: datetime | None = document.get("accepted_at")
    in_force = document["status"] == Status.ACTIVE or (
        document["status"] == Status.SUSPENDED and document["account_id"] and "accepted_at" not in document
    )
    return said or (document["given_at"] if in_force else None)


def holding_of(grant: Grant) -> str:
    """What only one grant may hold: the person, the unit and the role; empty once it is revoked.

    What nobody has accepted takes the place of nobody else's grant: only its own giver cannot give it twice.
    """
    if grant.status is Status.REVOKED:
        return ""
    number = " ".join(filter(None, (grant.national_namespace, grant.national_index)))
    holder = grant.account_id or number or grant.code_index or ""
    place = f"{holder} {grant.unit_id} {grant.role}"
    accepted = grant.accepted_at is not None or grant.status is Status.ACTIVE
    return place if accepted else f"offered by {grant.given_by}: {place}"


_AFTERMATHS = Shape(Aftermath, read={Grant: grant_of}, write={Grant: grant_document})


def aftermath_of(document: Document) -> Aftermath:
    return _AFTERMATHS.value(document)


def aftermath_document(aftermath: Aftermath) -> Document:
    return _AFTERMATHS.document(aftermath)
