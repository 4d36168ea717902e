"""A matter: something that happened and that somebody must be told, read out of an event."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from notifications import events
from notifications.domain.kinds import Kind
from servicekit.ids import id_from

# What cannot be an id of ours must not get into a link.
ID = re.compile(r"[a-z0-9_-]{1,64}")
_ENDED = {"suspended": Kind.GRANT_SUSPENDED}
_GIVEN = {"resumed": Kind.GRANT_RESUMED}
_CONGRESS = {
    events.CONGRESS_SUBMITTED: Kind.CONGRESS_SUBMITTED,
    events.CONGRESS_RETURNED: Kind.CONGRESS_RETURNED,
    events.CONGRESS_APPROVED: Kind.CONGRESS_APPROVED,
}


class EventUnreadable(ValueError):
    """The event does not say what its type promises; the text names the part."""


@dataclass(frozen=True)
class Concern:
    """One unit that the matter is about, and its congress where it is about one."""

    unit_id: str
    congress_id: str = ""
    unit_path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matter:
    """`account_id` is known for grants only; `topic` joins the events that are parts of one reminder."""

    id: str
    kind: Kind
    at: datetime
    concerns: tuple[Concern, ...]
    account_id: str = ""
    grant_id: str = ""
    deadline: date | None = None
    topic: str = ""
    asked: int = 0  # concerns whose people are already found
    attempts: int = 0


def matter_of(event: Mapping[str, Any]) -> Matter | None:
    """The matter of an event, or None when nobody can be told (a grant to someone who has never signed in)."""
    kind, data = event["type"], event["data"]
    if not isinstance(data, dict):
        raise EventUnreadable("data")
    made = (event["id"], datetime.fromisoformat(event["at"]))
    if kind in _CONGRESS:
        return Matter(made[0], _CONGRESS[kind], made[1], (_concern(data, with_path=True),))
    if kind == events.CONGRESS_DEADLINE_NEAR:
        return _reminder(*made, data)
    if data.get("account_id") is None:
        return None
    return Matter(
        *(made[0], _grant_kind(kind, data.get("why")), made[1]),
        concerns=(Concern(_id(data, "unit_id")),),
        account_id=_id(data, "account_id"),
        grant_id=_id(data, "grant_id"),
    )


def _grant_kind(event_type: str, why: object) -> Kind:
    if event_type == events.GRANT_BOUND:
        return Kind.GRANT_BOUND
    if event_type == events.GRANT_ENDED:
        return _ENDED.get(str(why), Kind.GRANT_ENDED)
    return _GIVEN.get(str(why), Kind.GRANT_GIVEN)


def _reminder(event_id: str, at: datetime, data: Mapping[str, Any]) -> Matter:
    units, days = data.get("units"), data.get("days")
    if not isinstance(units, list) or not all(isinstance(unit, dict) for unit in units):
        raise EventUnreadable("units")
    if not isinstance(days, int):
        raise EventUnreadable("days")
    try:
        deadline = date.fromisoformat(data["deadline"])
    except (KeyError, TypeError, ValueError) as error:
        raise EventUnreadable("deadline") from error
    return Matter(
        event_id,
        Kind.DEADLINE_NEAR,
        at,
        concerns=tuple(_concern(unit, with_path=False) for unit in units),
        deadline=deadline,
        topic=id_from("deadline", _id(data, "plan_id"), deadline.isoformat(), str(days)),
    )


def _concern(data: Mapping[str, Any], *, with_path: bool) -> Concern:
    unit_id = _id(data, "unit_id")
    path = data.get("unit_path") if with_path else [unit_id]
    if not isinstance(path, list) or not path or path[-1] != unit_id:
        raise EventUnreadable("unit_path")
    return Concern(unit_id, _id(data, "congress_id"), tuple(map(str, path)))


def _id(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise EventUnreadable(name)
    return value
