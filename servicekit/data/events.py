"""Events and audit entries: what leaves a record, written in the very write that changes it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Generic, NewType, Self, TypeVar, get_args, get_origin

from cattrs.errors import BaseValidationError, ClassValidationError, ForbiddenExtraKeysError
from cattrs.preconf.bson import BsonConverter, make_converter

from servicekit.data.documents import take_plain_as_it_is
from servicekit.data.storable import require_storable, require_writable_details
from servicekit.ids import new_id

Document = dict[str, Any]
T = TypeVar("T")
# For hearers: what cannot be an id of ours must not get into a link.
Id = NewType("Id", str)
ID = re.compile(r"[a-z0-9_-]{1,64}")


class EventUnreadable(ValueError):
    """The event does not say what its name promises; the text names the part."""


class EventName(str, Generic[T]):
    """The name of an event, with the shape of its data beside it: a dataclass, days as ISO texts, tuples as lists.

    Teller and hearer each have their own: the teller's says all that the event carries, the hearer's what it reads.
    """

    shape: type[T]

    def __new__(cls, name: str, shape: type[T]) -> Self:
        made = super().__new__(cls, name)
        made.shape = shape
        return made

    def read(self, data: object) -> T:
        """By the hearer: what no field is named after is left alone, what an older event lacks takes its default.

        Raises EventUnreadable.
        """
        return self._value(data, strict=False)

    def check(self, data: object) -> None:
        """By the teller: raises EventUnreadable for what lacks a part, has one of another type, or one too many."""
        self._value(data, strict=True)

    def _value(self, data: object, *, strict: bool) -> T:
        if not isinstance(data, dict):
            raise EventUnreadable("data")
        try:
            return _converter(strict).structure(data, self.shape)
        except BaseValidationError as error:
            raise EventUnreadable(_part(error)) from error


@cache
def _converter(strict: bool) -> BsonConverter:
    made: BsonConverter = make_converter(forbid_extra_keys=strict)
    take_plain_as_it_is(made)
    made.register_structure_hook(Id, _id)
    made.register_structure_hook_factory(_is_tuple, lambda kind: _listed(made, get_args(kind)[0]))
    return made


def _is_tuple(kind: Any) -> bool:
    origin: Any = get_origin(kind)
    return origin is tuple


def _listed(converter: BsonConverter, kind: Any) -> Callable[[Any, Any], tuple[Any, ...]]:
    def read(found: Any, _: Any) -> tuple[Any, ...]:
        if not isinstance(found, list | tuple):
            raise TypeError("list expected")
        return tuple(converter.structure(one, kind) for one in found)

    return read


def _id(found: Any, _: Any) -> Id:
    if not isinstance(found, str) or not ID.fullmatch(found):
        raise ValueError("id expected")
    return Id(found)


def _part(error: Exception) -> str:
    """Where in the data the first fault is: `units.congress_id`."""
    if isinstance(error, ForbiddenExtraKeysError):
        return min(error.extra_fields)
    if not isinstance(error, ClassValidationError):
        return ""
    noted, others = error.group_exceptions()
    if noted:
        inner, note = noted[0]
        return ".".join(filter(None, (note.name, _part(inner))))
    return _part(others[0])


@dataclass(frozen=True)
class Event:
    """Something that happened, named in the past tense: `congress.approved`. `data` is JSON.

    Raises EventUnreadable where it is made, when the data do not fit the shape of the name.
    """

    type: str
    data: Document

    def __post_init__(self) -> None:
        if isinstance(self.type, EventName):
            self.type.check(self.data)


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
        {"id": new_id(), "kind": "event", "at": origin.at, "type": str(event.type), "data": event.data}
        for event in events
    ]
    return items
