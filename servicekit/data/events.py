"""Events and audit entries: what leaves a record, written in the very write that changes it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from servicekit.data.storable import require_storable, require_writable_details
from servicekit.ids import new_id

Document = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """Something that happened, named in the past tense: `congress.approved`. `data` is JSON."""

    type: str
    data: Document


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to which record. `details` holds no personal value; `subject_id` is the person read about."""

    action: str
    unit_id: str = ""
    unit_path: tuple[str, ...] = ()
    record_type: str = ""
    record_id: str = ""
    subject_id: str = ""
    outcome: str = "done"
    # Who did it, where the request itself names nobody yet: a sign-in.
    actor: str = ""
    actor_name: str = ""
    details: Document = field(default_factory=dict)


@dataclass(frozen=True)
class Origin:
    """On whose behalf a write happens: stamped on each audit entry."""

    at: datetime
    actor: str
    actor_name: str = ""
    via: str = ""
    request_id: str = ""


def outgoing(origin: Origin, events: tuple[Event, ...], audit: tuple[AuditEntry, ...]) -> list[Document]:
    """Outbox items in their order: audit first, for nothing may be told that is not written down.

    The one place through which audit entries and events get into a document: what it refuses is never stored.
    """
    for entry in audit:
        require_writable_details(entry.details)
    for event in events:
        require_storable(event.data)
    items: list[Document] = [
        {
            "id": new_id(),
            "kind": "audit",
            "at": origin.at,
            "actor": entry.actor or origin.actor,
            "actor_name": entry.actor_name or origin.actor_name,
            "via": origin.via,
            "request_id": origin.request_id,
            "action": entry.action,
            "outcome": entry.outcome,
            "unit_id": entry.unit_id,
            "unit_path": list(entry.unit_path),
            "record_type": entry.record_type,
            "record_id": entry.record_id,
            "subject_id": entry.subject_id,
            "details": entry.details,
        }
        for entry in audit
    ]
    items += [
        {"id": new_id(), "kind": "event", "at": origin.at, "type": event.type, "data": event.data}
        for event in events
    ]
    return items
