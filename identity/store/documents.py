"""Values as documents and back: grants, sessions, and the numbers of an account."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from identity import listed
from identity.domain.grant_dates import to_confirm_by
from identity.domain.grants import Extension, Grant, Removal, Status
from identity.domain.numbers import Digests
from identity.domain.sessions import Session
from servicekit.tree.listed import Listed

Document = dict[str, Any]


def lists_of(grant: Grant) -> tuple[Listed, ...]:
    until = grant.extension.until if grant.extension else None
    confirm_by = to_confirm_by(grant)
    yearly = listed.of_yearly(
        grant.id, grant.unit_path, instant_of(confirm_by) if confirm_by else None, instant_of(grant.valid_to)
    )
    return (*listed.of_grant(grant.id, grant.unit_path, str(grant.status), grant.given_at, until), yearly)


def session_of(document: Document) -> Session:
    return Session(
        id=document["_id"],
        account_id=document["account_id"],
        created_at=document["created_at"],
        last_seen=document["last_seen"],
        auth_time=document["auth_time"],
        assurance=document["assurance"],
        provider=document["provider"],
        device=document["device"],
        ended_at=document["ended_at"],
        scope=document.get("scope", ""),
        unit_id=document.get("unit_id", ""),
        until=document.get("until"),
        silent_at=document.get("silent_at"),
    )


def digests_of(account: Document) -> Digests:
    return Digests(
        account.get("national_index") or "",
        account.get("national_core", ""),
        account.get("national_namespace", ""),
    )


def day_of(instant: datetime | None) -> date | None:
    return instant.date() if instant is not None else None


def instant_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def grant_of(document: Document) -> Grant:
    return Grant(
        id=document["_id"],
        unit_id=document["unit_id"],
        unit_path=tuple(document["unit_path"]),
        role=document["role"],
        valid_from=document["valid_from"].date(),
        valid_to=document["valid_to"].date(),
        status=Status(document["status"]),
        account_id=document["account_id"],
        national_index=document["national_index"],
        label=document["label"],
        chain=tuple(document["chain"]),
        given_by=document["given_by"],
        given_by_name=document["given_by_name"],
        given_at=document["given_at"],
        reason=document["reason"],
        ended_reason=document["ended_reason"],
        confirm_until=document["confirm_until"],
        recertify_by=document["recertify_by"].date() if document["recertify_by"] else None,
        removal=Removal(**document["removal"]) if document["removal"] else None,
        mandate=document["mandate"],
        handover_days=document["handover_days"],
        code_index=document["code_index"],
        confirmed_by=document.get("confirmed_by", ""),
        invited_until=day_of(document.get("invited_until")),
        suspended_from=_place(document, "suspended_from"),
        unit_ended=day_of(document.get("unit_ended")),
        barred_from=_place(document, "barred_from"),
        accepted_at=_accepted_at(document),
        national_core=document.get("national_core", ""),
        national_namespace=document.get("national_namespace", ""),
        number_end=document.get("number_end"),
        handed_to=document.get("handed_to", ""),
        owed_to=tuple(document.get("owed_to", ())),
        barred_by=document.get("barred_by", ""),
        extension=_extension(document.get("extension")),
        version=document.get("version", 0),
    )


def _extension(document: Document | None) -> Extension | None:
    if document is None:
        return None
    return Extension(
        **{**document, "by": tuple(document["by"]), "valid_to": document["valid_to"].date()},
    )


def _extension_document(extension: Extension | None) -> Document | None:
    if extension is None:
        return None
    return {**asdict(extension), "by": list(extension.by), "valid_to": instant_of(extension.valid_to)}


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


def grant_document(grant: Grant) -> Document:
    return {
        "_id": grant.id,
        "unit_id": grant.unit_id,
        "unit_path": list(grant.unit_path),
        "role": grant.role,
        "valid_from": instant_of(grant.valid_from),
        "valid_to": instant_of(grant.valid_to),
        "status": str(grant.status),
        "account_id": grant.account_id,
        "national_index": grant.national_index,
        "label": grant.label,
        "chain": list(grant.chain),
        "given_by": grant.given_by,
        "given_by_name": grant.given_by_name,
        "given_at": grant.given_at,
        "reason": grant.reason,
        "ended_reason": grant.ended_reason,
        "confirm_until": grant.confirm_until,
        "recertify_by": instant_of(grant.recertify_by) if grant.recertify_by else None,
        "removal": asdict(grant.removal) if grant.removal else None,
        "mandate": grant.mandate,
        "handover_days": grant.handover_days,
        "code_index": grant.code_index,
        "confirmed_by": grant.confirmed_by,
        "invited_until": instant_of(grant.invited_until) if grant.invited_until else None,
        **_place_document("suspended_from", grant.suspended_from),
        "unit_ended": instant_of(grant.unit_ended) if grant.unit_ended else None,
        **_place_document("barred_from", grant.barred_from),
        "accepted_at": grant.accepted_at,
        "national_core": grant.national_core,
        "national_namespace": grant.national_namespace,
        "number_end": grant.number_end,
        "handed_to": grant.handed_to,
        "owed_to": list(grant.owed_to),
        "barred_by": grant.barred_by,
        "extension": _extension_document(grant.extension),
        "extends": grant.extension is not None,
    }
