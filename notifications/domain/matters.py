"""A matter: something that happened and that somebody must be told, read out of an event."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from notifications import events
from notifications.domain.kinds import Kind
from servicekit.data.events import EventUnreadable
from servicekit.ids import id_from

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
_GRANTS: Mapping[str, Kind] = {
    events.GRANT_BOUND: Kind.GRANT_BOUND,
    events.HANDOVER_FINISHED: Kind.HANDOVER_FINISHED,
    events.HANDOVER_STOPPED: Kind.HANDOVER_STOPPED,
    events.GRANT_ENDING: Kind.GRANT_ENDING,
    events.OFFER_MADE: Kind.OFFER_MADE,
    events.OFFER_ACCEPTED: Kind.OFFER_ACCEPTED,
    events.OFFER_DECLINED: Kind.OFFER_DECLINED,
}
_EXPORTS: Mapping[str, Kind] = {
    events.EXPORT_READY: Kind.EXPORT_READY,
    events.EXPORT_FAILED: Kind.EXPORT_FAILED,
}
# By whose act comes next.
_REMINDED = {"unit": Kind.REMINDED, "superior": Kind.REMINDED_ABOVE}
# No id has it.
PART = "|"
_PASSED = {"unit": Kind.DEADLINE_PASSED, "superior": Kind.DEADLINE_PASSED_ABOVE}
_CONGRESS: Mapping[str, Kind] = {
    events.CONGRESS_SUBMITTED: Kind.CONGRESS_SUBMITTED,
    events.CONGRESS_WITHDRAWN: Kind.CONGRESS_WITHDRAWN,
    events.CONGRESS_RETURNED: Kind.CONGRESS_RETURNED,
    events.CONGRESS_GAP_SUPPLIED: Kind.CONGRESS_GAP_SUPPLIED,
    events.CONGRESS_GAP_DECIDED: Kind.CONGRESS_GAP_DECIDED,
    events.CONGRESS_GAP_DUE: Kind.CONGRESS_GAP_DUE,
    events.CONGRESS_APPROVAL_UNDONE: Kind.CONGRESS_APPROVAL_UNDONE,
    events.CONGRESS_REOPENED: Kind.CONGRESS_REOPENED,
    events.CONGRESS_WAITS_FOR_SUPERIOR: Kind.CONGRESS_WAITS_FOR_SUPERIOR,
    events.CONGRESS_EXTENSION_ASKED: Kind.CONGRESS_EXTENSION_ASKED,
    events.CONGRESS_EXTENSION_DECIDED: Kind.CONGRESS_EXTENSION_DECIDED,
    events.CONGRESS_EXPLANATION_WRITTEN: Kind.CONGRESS_EXPLANATION_WRITTEN,
    events.CONGRESS_EXPLANATION_DECIDED: Kind.CONGRESS_EXPLANATION_DECIDED,
    events.CONGRESS_POSTPONED: Kind.CONGRESS_POSTPONED,
    events.CONGRESS_PILOT_CHOSEN: Kind.CONGRESS_PILOT_CHOSEN,
    events.CONGRESS_PILOT_CALLED_OFF: Kind.CONGRESS_PILOT_CALLED_OFF,
}
_DIFFICULTIES: Mapping[str, Kind] = {
    events.DIFFICULTY_WAITS: Kind.DIFFICULTY_WAITS,
    events.DIFFICULTY_ASKED_BACK: Kind.DIFFICULTY_ASKED_BACK,
    events.DIFFICULTY_ANSWERED: Kind.DIFFICULTY_ANSWERED,
}
_ABOUT_UNIT: Mapping[str, Kind] = {
    events.ACCESS_ASKED: Kind.ACCESS_ASKED,
    events.FALLBACK_ASKED: Kind.FALLBACK_ASKED,
    events.FALLBACK_DENIED: Kind.FALLBACK_DENIED,
    events.MOVE_ASKED: Kind.MOVE_ASKED,
    events.JOINT_ACT_ASKED: Kind.JOINT_ACT_ASKED,
    events.ROLE_CHANGE_ASKED: Kind.ROLE_CHANGE_ASKED,
}
_NAMES = {str(name): name for name in events.MATTERS}
# To the person, and to whoever stands above them.
_ON_PERSON: Mapping[str, tuple[Kind, Kind]] = {
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
_COUNTED: Mapping[str, Kind] = {
    events.GRANTS_TO_CONFIRM: Kind.GRANTS_TO_CONFIRM,
    events.GRANTS_UNCONFIRMED: Kind.GRANTS_UNCONFIRMED,
    events.UNITS_LEFT_ALONE: Kind.UNITS_LEFT_ALONE,
}


@dataclass(frozen=True)
class Concern:
    """One unit that the matter is about, and its congress or difficulty where it is about one."""

    unit_id: str
    congress_id: str = ""
    unit_path: tuple[str, ...] = ()
    difficulty_id: str = ""


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
    request_id: str = ""  # for access
    deadline: date | None = None
    topic: str = ""
    besides: tuple[str, ...] = ()
    count: int = 0
    asked: int = 0  # concerns whose people are already found
    attempts: int = 0


@dataclass(frozen=True)
class _Heard:
    id: str
    type: str
    at: datetime

    def matter(self, kind: Kind, *concerns: Concern, **more: Any) -> Matter:
        return Matter(self.id, kind, self.at, concerns, **more)

    def part(self, name: str, kind: Kind, *concerns: Concern, **more: Any) -> Matter:
        """One of several that come of the same event."""
        return Matter(id_from(self.id, name), kind, self.at, concerns, **more)


def matters_of(event: Mapping[str, Any]) -> list[Matter]:
    """The matters of an event: one as a rule, one for each grant of many at once, none where nobody can be told (a
    grant to someone who has never signed in). Raises EventUnreadable."""
    heard = _Heard(event["id"], event["type"], datetime.fromisoformat(event["at"]))
    said = _NAMES[heard.type].read(event["data"])
    match said:
        case events.AboutGrants():
            return _many(heard, said)
        case events.OnPerson():
            return _on_person(heard, said)
        case events.ActTold():
            return _told(heard, said)
        case events.Commented():
            return _commented(heard, said)
        case events.RequestCommented():
            told = {"request_id": said.request_id}
            kind, place = Kind.REQUEST_MENTIONED, _place(said)
            return [heard.part(one, kind, place, account_id=one, **told) for one in said.mentions]
        case events.AboutGrant():
            return [_of_grant(heard, said)] if said.account_id is not None else []
        case _:
            return [_one(heard, said)]


def _one(heard: _Heard, said: object) -> Matter:
    match said:
        case events.Approved():
            kind = Kind.CONGRESS_APPROVED_WITH_GAPS if said.with_gaps else Kind.CONGRESS_APPROVED
            return heard.matter(kind, _place(said, said.congress_id))
        case events.AboutCongress():
            return heard.matter(_CONGRESS[heard.type], _place(said, said.congress_id))
        case events.DeadlinePassed():
            return _passed(heard, said)
        case events.DeadlineNear():
            topic = id_from("deadline", said.plan_id, said.deadline.isoformat(), str(said.days))
            concerns = [
                _concern(one.unit_id, one.unit_path or (one.unit_id,), one.congress_id) for one in said.units
            ]
            return heard.matter(Kind.DEADLINE_NEAR, *concerns, deadline=said.deadline, topic=topic)
        case events.DeadlineChanged():
            topic = id_from("deadline changed", said.plan_id, said.change)
            return heard.matter(
                Kind.DEADLINE_CHANGED, *_concerns(said.units), deadline=said.deadline, topic=topic
            )
        case events.SeatsDecided():
            topic = id_from("seats decided", said.division_id)
            concerns = _concerns(said.units)
            return heard.matter(Kind.SEATS_DECIDED, *concerns, topic=topic, besides=(said.by,))
        case events.Reminded():
            return _reminded(heard, said)
        case events.ExportOver():
            return heard.matter(_EXPORTS[heard.type], _place(said), account_id=said.account_id)
        case events.Counted():
            if said.count < 1:
                raise EventUnreadable("count")
            kind = _COUNTED[heard.type]
            return heard.matter(kind, _place(said), deadline=said.date, count=said.count)
        case events.GrantProposed():
            besides = tuple(filter(None, (said.asked_by, said.account_id)))
            return heard.matter(Kind.SECOND_PERSON, _place(said), grant_id=said.grant_id, besides=besides)
        case events.JointActAsked():
            # Those whom it is about have no hand in it, and hear of it when it is done.
            whom = (said.asked_by, *said.not_to)
            return heard.matter(_ABOUT_UNIT[heard.type], _place(said), besides=whom)
        case events.AskedInUnit():
            return heard.matter(_ABOUT_UNIT[heard.type], _place(said), besides=(said.asked_by,))
        case events.AboutDifficulty():
            place = replace(_place(said), difficulty_id=said.difficulty_id)
            return heard.matter(_DIFFICULTIES[heard.type], place, besides=said.besides)
        case events.AboutUnit():
            # Whoever did it is none of those who are told.
            return heard.matter(_ABOUT_UNIT[heard.type], _place(said))
    raise EventUnreadable("type")


def _many(heard: _Heard, said: events.AboutGrants) -> list[Matter]:
    adopted = said.why == "adopted"
    revived = Kind.GRANT_ADOPTED if adopted else Kind.GRANT_REVIVED
    kind = revived if heard.type == events.GRANTS_REVIVED else _ENDED.get(str(said.why), Kind.GRANT_ENDED)
    return [
        heard.part(
            *(str(number), kind, Concern(grant.unit_id)),
            account_id=grant.account_id,
            grant_id=grant.grant_id,
        )
        for number, grant in enumerate(said.grants)
        if grant.account_id is not None
    ]


def _on_person(heard: _Heard, said: events.OnPerson) -> list[Matter]:
    """An act on a person: they are told and, where they hold anything, whoever stands above."""
    own, below = _ON_PERSON[heard.type]
    if said.unit_id is None:
        return [heard.matter(own, Concern(""), account_id=said.account_id)]
    place = _concern(said.unit_id, said.unit_path)
    besides = (said.asked_by,) if said.asked_by else ()
    to_person = heard.matter(own, place, account_id=said.account_id)
    return [to_person, heard.part("above", below, place, besides=besides)]


def _commented(heard: _Heard, said: events.Commented) -> list[Matter]:
    """To the other side, and to each who is mentioned: they hear of it once."""
    place = _place(said, said.congress_id)
    kind = Kind.COMMENTED_ABOVE if said.above else Kind.COMMENTED_BELOW
    other_side = heard.matter(kind, place, besides=(said.by, *said.mentions))
    return [other_side, *(heard.part(one, Kind.MENTIONED, place, account_id=one) for one in said.mentions)]


def _told(heard: _Heard, said: events.ActTold) -> list[Matter]:
    kind, place = _TOLD.get(said.what), _place(said)
    if kind is None:
        raise EventUnreadable("what")
    return [heard.part(one, kind, place, account_id=one) for one in said.accounts]


def _of_grant(heard: _Heard, said: events.AboutGrant) -> Matter:
    why = said.why if isinstance(said, events.AboutGrantWhy) else None
    return heard.matter(
        *(_grant_kind(heard.type, why), Concern(said.unit_id)),
        account_id=said.account_id,
        grant_id=said.grant_id,
        deadline=said.date if isinstance(said, events.GrantEnding) else None,
    )


def _grant_kind(event_type: str, why: object) -> Kind:
    if event_type in _GRANTS:
        return _GRANTS[event_type]
    if event_type == events.GRANT_ENDED:
        return _ENDED.get(str(why), Kind.GRANT_ENDED)
    if event_type == events.GRANT_DISPLACED:
        return _DISPLACED.get(str(why), Kind.GIFT_REPLACED)
    return _GIVEN.get(str(why), Kind.GRANT_GIVEN)


def _passed(heard: _Heard, said: events.DeadlinePassed) -> Matter:
    """Of one day each is told once for each side."""
    kind = _PASSED.get(said.side)
    if kind is None:
        raise EventUnreadable("side")
    day, days = said.deadline.isoformat(), str(said.days)
    concerns = [_concern(one.unit_id, one.unit_path, one.congress_id) for one in said.units]
    topic = id_from("deadline passed", said.plan_id, day, days, said.side)
    return heard.matter(kind, *concerns, deadline=said.deadline, topic=topic)


def without_holder(matter: Matter) -> Matter:
    """What is told instead to those above where nobody can do what is due; of one topic, so of one day, once."""
    return replace(matter, kind=Kind.NOBODY_REPORTS, topic=f"{matter.topic}{PART}nobody reports")


def whole_topic(topic: str) -> str:
    """Of what is told instead, the topic that it is a part of: until all of that is looked at it gathers on."""
    return topic.partition(PART)[0]


def _reminded(heard: _Heard, said: events.Reminded) -> Matter:
    """Of all that one act reminds of, each is told once for each side."""
    kind = _REMINDED.get(said.side)
    if kind is None:
        raise EventUnreadable("side")
    topic = id_from("reminded", said.reminder_id, said.side)
    above = kind is Kind.REMINDED_ABOVE
    concerns = [
        _concern(one.unit_id, one.unit_path if above else (one.unit_id,), one.congress_id)
        for one in said.units
    ]
    return heard.matter(kind, *concerns, topic=topic, besides=(said.by,))


def _concerns(units: tuple[events.OneUnit, ...]) -> list[Concern]:
    return [_concern(one.unit_id, (one.unit_id,), one.congress_id) for one in units]


def _place(said: events.AboutUnit, congress_id: str = "") -> Concern:
    return _concern(said.unit_id, said.unit_path, congress_id)


def _concern(unit_id: str, path: tuple[str, ...], congress_id: str = "") -> Concern:
    if path[-1:] != (unit_id,):
        raise EventUnreadable("unit_path")
    return Concern(unit_id, congress_id, path)
