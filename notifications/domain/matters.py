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
# Why a grant gives nothing any more, as identity tells it; what was ended by somebody says so on its page.
_ENDED = {
    "suspended": Kind.GRANT_SUSPENDED,
    "held-back": Kind.GRANT_SUSPENDED,
    "replaced": Kind.GRANT_REPLACED,
    "shortened": Kind.GRANT_PERIOD,
    "unconfirmed": Kind.GRANT_UNCONFIRMED,
    "unit-ended": Kind.UNIT_ENDED,
    "unit-moved": Kind.UNIT_MOVED,
    "giver-revoked": Kind.GIVER_REVOKED,
    "giver-suspended": Kind.GIVER_SUSPENDED,
    "giver-ended": Kind.GIVER_ENDED,
    "giver-unconfirmed": Kind.GIVER_UNCONFIRMED,
    "giver-unit-ended": Kind.GIVER_UNIT_ENDED,
    "giver-left": Kind.GIVER_LEFT,
}
# To whoever gave it.
_DISPLACED = {"replaced": Kind.GIFT_REPLACED, "held-back": Kind.GIFT_HELD_BACK}
_GIVEN = {"resumed": Kind.GRANT_RESUMED, "adopted": Kind.GRANT_ADOPTED, "period": Kind.GRANT_PERIOD}
_GRANTS = {
    events.GRANT_BOUND: Kind.GRANT_BOUND,
    events.GRANTS_REVIVED: Kind.GRANT_REVIVED,
    events.HANDOVER_FINISHED: Kind.HANDOVER_FINISHED,
    events.HANDOVER_STOPPED: Kind.HANDOVER_STOPPED,
    events.GRANT_ENDING: Kind.GRANT_ENDING,
    events.OFFER_MADE: Kind.OFFER_MADE,
    events.OFFER_ACCEPTED: Kind.OFFER_ACCEPTED,
    events.OFFER_DECLINED: Kind.OFFER_DECLINED,
}
_EXPORTS = {events.EXPORT_READY: Kind.EXPORT_READY, events.EXPORT_FAILED: Kind.EXPORT_FAILED}
# By whose act comes next.
_REMINDED = {"unit": Kind.REMINDED, "superior": Kind.REMINDED_ABOVE}
# Events that tell of many grants, and as what each of them is told.
_MANY = {events.GRANTS_ENDED: events.GRANT_ENDED, events.GRANTS_REVIVED: events.GRANTS_REVIVED}
_CONGRESS = {
    events.CONGRESS_SUBMITTED: Kind.CONGRESS_SUBMITTED,
    events.CONGRESS_RETURNED: Kind.CONGRESS_RETURNED,
    events.CONGRESS_APPROVED: Kind.CONGRESS_APPROVED,
    events.CONGRESS_REOPENED: Kind.CONGRESS_REOPENED,
    events.CONGRESS_WAITS_FOR_SUPERIOR: Kind.CONGRESS_WAITS_FOR_SUPERIOR,
}
_ABOUT_UNIT = {
    events.ACCESS_ASKED: Kind.ACCESS_ASKED,
    events.FALLBACK_ASKED: Kind.FALLBACK_ASKED,
    events.FALLBACK_DENIED: Kind.FALLBACK_DENIED,
    events.MOVE_ASKED: Kind.MOVE_ASKED,
    events.JOINT_ACT_ASKED: Kind.JOINT_ACT_ASKED,
}
# Whoever did it is none of those who are told.
_BY_NOBODY_HERE = (events.FALLBACK_DENIED, events.ACCESS_ASKED)
# To the person, and to whoever stands above them.
_ON_PERSON = {
    events.SESSIONS_ENDED: (Kind.SIGNED_OUT, Kind.SIGNED_OUT_BELOW),
    events.OFFICIAL_NAMED: (Kind.OFFICIAL_NAMED, Kind.OFFICIAL_NAMED_BELOW),
    events.OFFICIAL_REMOVED: (Kind.OFFICIAL_REMOVED, Kind.OFFICIAL_REMOVED_BELOW),
    events.CODES_DRAWN: (Kind.CODES_DRAWN, Kind.CODES_DRAWN_BELOW),
    events.ENTERED_BY_CODE: (Kind.ENTERED_BY_CODE, Kind.ENTERED_BY_CODE_BELOW),
}
# To each of some accounts: what came of it, or what was done to what was theirs.
_TOLD = {
    "confirmed": Kind.ASK_CONFIRMED,
    "declined": Kind.ASK_DECLINED,
    "lapsed": Kind.ASK_LAPSED,
    "spare": Kind.INVITATION_SPARE,
    "window-ended": Kind.WINDOW_ENDED,
    "handed-to": Kind.HANDED_TO,
    "taken-over": Kind.GIFT_TAKEN_OVER,
    "ban-lifted": Kind.BAN_LIFTED,
    "own-ban-lifted": Kind.OWN_BAN_LIFTED,
    "machine-taken": Kind.MACHINE_TAKEN,
}
_COUNTED = {
    events.GRANTS_TO_CONFIRM: Kind.GRANTS_TO_CONFIRM,
    events.GRANTS_UNCONFIRMED: Kind.GRANTS_UNCONFIRMED,
    events.UNITS_LEFT_ALONE: Kind.UNITS_LEFT_ALONE,
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
    """`account_id` is known for grants only; `topic` joins the events that are parts of one reminder.

    `besides`: whoever caused it and need not be told, and whom it is about, who must not be. `count`: of how many
    grants or units it speaks.
    """

    id: str
    kind: Kind
    at: datetime
    concerns: tuple[Concern, ...]
    account_id: str = ""
    grant_id: str = ""
    deadline: date | None = None
    topic: str = ""
    besides: tuple[str, ...] = ()
    count: int = 0
    asked: int = 0  # concerns whose people are already found
    attempts: int = 0


def matters_of(event: Mapping[str, Any]) -> list[Matter]:
    """The matters of an event: one as a rule, one for each grant of many at once, none where nobody is told."""
    if event["type"] in _MANY:
        grants = event["data"].get("grants") if isinstance(event["data"], dict) else None
        if not isinstance(grants, list) or not all(isinstance(one, dict) for one in grants):
            raise EventUnreadable("grants")
        single = {**event, "type": _MANY[event["type"]]}
        why = {"why": event["data"].get("why")}
        found = [
            matter_of({**single, "id": id_from(event["id"], str(number)), "data": {**why, **grant}})
            for number, grant in enumerate(grants)
        ]
        return [matter for matter in found if matter is not None]
    if event["type"] in _ON_PERSON:
        return _on_person(event)
    if event["type"] == events.ACT_TOLD:
        return _told(event)
    if event["type"] == events.CONGRESS_COMMENTED:
        return _commented(event)
    one = matter_of(event)
    return [one] if one is not None else []


def _on_person(event: Mapping[str, Any]) -> list[Matter]:
    """An act on a person: they are told and, where they hold anything, whoever stands above."""
    data = event["data"]
    if not isinstance(data, dict):
        raise EventUnreadable("data")
    own, below = _ON_PERSON[event["type"]]
    at, account_id, by = datetime.fromisoformat(event["at"]), _id(data, "account_id"), data.get("asked_by")
    place = Concern(*_place(data)) if "unit_id" in data else Concern("")
    to_person = Matter(event["id"], own, at, (place,), account_id=account_id)
    if "unit_id" not in data:
        return [to_person]
    besides = (str(by),) if by else ()
    above = Matter(id_from(event["id"], "above"), below, at, (place,), besides=besides)
    return [to_person, above]


def _commented(event: Mapping[str, Any]) -> list[Matter]:
    """To the other side, and to each who is mentioned: they hear of it once."""
    data = event["data"]
    if not isinstance(data, dict):
        raise EventUnreadable("data")
    mentions, above = data.get("mentions"), data.get("above")
    if not isinstance(mentions, list):
        raise EventUnreadable("mentions")
    if not isinstance(above, bool):
        raise EventUnreadable("above")
    at, place = datetime.fromisoformat(event["at"]), (_concern(data, with_path=True),)
    whom = [_id({"mentions": one}, "mentions") for one in mentions]
    kind = Kind.COMMENTED_ABOVE if above else Kind.COMMENTED_BELOW
    other_side = Matter(event["id"], kind, at, place, besides=(_id(data, "by"), *whom))
    mentioned = [Matter(id_from(event["id"], one), Kind.MENTIONED, at, place, account_id=one) for one in whom]
    return [other_side, *mentioned]


def _told(event: Mapping[str, Any]) -> list[Matter]:
    data = event["data"]
    if not isinstance(data, dict):
        raise EventUnreadable("data")
    accounts, kind = data.get("accounts"), _TOLD.get(str(data.get("what")))
    if not isinstance(accounts, list):
        raise EventUnreadable("accounts")
    if kind is None:
        raise EventUnreadable("what")
    at, place = datetime.fromisoformat(event["at"]), Concern(*_place(data))
    whom = [_id({"accounts": one}, "accounts") for one in accounts]
    return [Matter(id_from(event["id"], one), kind, at, (place,), account_id=one) for one in whom]


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
    if kind == events.CONGRESS_DEADLINE_CHANGED:
        return _changed_deadline(*made, data)
    if kind == events.CONGRESS_REMINDED:
        return _reminded(*made, data)
    if kind in _EXPORTS:
        account_id = _id(data, "account_id")
        return Matter(made[0], _EXPORTS[kind], made[1], (Concern(*_place(data)),), account_id=account_id)
    if kind in _COUNTED:
        return Matter(
            *(made[0], _COUNTED[kind], made[1]),
            concerns=(Concern(*_place(data)),),
            deadline=_day(data, "date"),
            count=_count(data),
        )
    if kind in _ABOUT_UNIT:
        besides = () if kind in _BY_NOBODY_HERE else (_id(data, "asked_by"), *_not_to(data))
        return Matter(made[0], _ABOUT_UNIT[kind], made[1], (Concern(*_place(data)),), besides=besides)
    if kind == events.GRANT_PROPOSED:
        unit_id, _, path = _place(data)
        return Matter(
            *(made[0], Kind.SECOND_PERSON, made[1]),
            concerns=(Concern(unit_id, unit_path=path),),
            grant_id=_id(data, "grant_id"),
            besides=tuple(filter(None, (_id(data, "asked_by"), data.get("account_id")))),
        )
    if data.get("account_id") is None:
        return None
    return Matter(
        *(made[0], _grant_kind(kind, data.get("why")), made[1]),
        concerns=(Concern(_id(data, "unit_id")),),
        account_id=_id(data, "account_id"),
        grant_id=_id(data, "grant_id"),
        deadline=_day(data, "date") if kind == events.GRANT_ENDING else None,
    )


def _not_to(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The accounts of whom it is about: they have no hand in it, and hear of it when it is done."""
    others = data.get("not_to", [])
    if not isinstance(others, list):
        raise EventUnreadable("not_to")
    return tuple(map(str, others))


def _grant_kind(event_type: str, why: object) -> Kind:
    if event_type == events.GRANTS_REVIVED and why == "adopted":
        return Kind.GRANT_ADOPTED
    if event_type in _GRANTS:
        return _GRANTS[event_type]
    if event_type == events.GRANT_ENDED:
        return _ENDED.get(str(why), Kind.GRANT_ENDED)
    if event_type == events.GRANT_DISPLACED:
        return _DISPLACED.get(str(why), Kind.GIFT_REPLACED)
    return _GIVEN.get(str(why), Kind.GRANT_GIVEN)


def _reminder(event_id: str, at: datetime, data: Mapping[str, Any]) -> Matter:
    days, deadline = data.get("days"), _day(data, "deadline")
    if not isinstance(days, int):
        raise EventUnreadable("days")
    topic = id_from("deadline", _id(data, "plan_id"), deadline.isoformat(), str(days))
    return Matter(event_id, Kind.DEADLINE_NEAR, at, _concerns(data), deadline=deadline, topic=topic)


def _changed_deadline(event_id: str, at: datetime, data: Mapping[str, Any]) -> Matter:
    """`change` is the same in all parts of one change, and another one for the next."""
    topic = id_from("deadline changed", _id(data, "plan_id"), _id(data, "change"))
    deadline = _day(data, "deadline")
    return Matter(event_id, Kind.DEADLINE_CHANGED, at, _concerns(data), deadline=deadline, topic=topic)


def _reminded(event_id: str, at: datetime, data: Mapping[str, Any]) -> Matter:
    """Of all that one act reminds of, each is told once for each side."""
    kind = _REMINDED.get(str(data.get("side")))
    if kind is None:
        raise EventUnreadable("side")
    topic = id_from("reminded", _id(data, "reminder_id"), str(data["side"]))
    concerns = _concerns(data, with_path=kind is Kind.REMINDED_ABOVE)
    return Matter(event_id, kind, at, concerns, topic=topic, besides=(_id(data, "by"),))


def _concerns(data: Mapping[str, Any], *, with_path: bool = False) -> tuple[Concern, ...]:
    units = data.get("units")
    if not isinstance(units, list) or not all(isinstance(unit, dict) for unit in units):
        raise EventUnreadable("units")
    return tuple(_concern(unit, with_path=with_path) for unit in units)


def _day(data: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(data[name])
    except (KeyError, TypeError, ValueError) as error:
        raise EventUnreadable(name) from error


def _count(data: Mapping[str, Any]) -> int:
    count = data.get("count")
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise EventUnreadable("count")
    return count


def _place(data: Mapping[str, Any]) -> tuple[str, str, tuple[str, ...]]:
    """Of a concern: the unit, no congress, and the unit's path."""
    unit_id, path = _id(data, "unit_id"), data.get("unit_path")
    if not isinstance(path, list) or not path or path[-1] != unit_id:
        raise EventUnreadable("unit_path")
    return unit_id, "", tuple(map(str, path))


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
