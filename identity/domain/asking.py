"""Asking for access: what somebody whom the eID has proven, and to whom nothing was given, may ask of a unit.

Whoever asks is a stranger here: they learn nothing of the unit, not even whether there is one by that code, and what
they write is shown as a stranger's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from identity.domain.grant_refusals import ReasonNeeded
from servicekit.access.decision import Caller, why_not_by
from servicekit.refusals import Acts, Conflict
from servicekit.words import N_

GIVE = "access:grant"
# Nobody waits longer for an answer; who still wants access asks again.
ASK_LIFE = timedelta(days=14)
# How long after a refusal its browser may write the request.
TICKET_LIFE = timedelta(minutes=30)
# So often a person may ask within so many days, whatever became of it.
ASKED_WITHIN = timedelta(days=30)
ASKED_AT_MOST = 5
# So many wait in one unit; what comes beyond is answered alike, and nobody is shown it.
WAITING_IN_UNIT = 50


class State(StrEnum):
    ASKED = "asked"
    GIVEN = "given"
    DECLINED = "declined"
    REPLACED = "replaced"  # by a later one of the same person
    LAPSED = "lapsed"


@dataclass(frozen=True)
class AccessRequest:
    """`name`: as the eID gave it. `office`, `unit_code`: as they were typed.

    `unit_id`: empty where there is no such unit, or none that lives.

    `shown`: whether it stands in the list of its unit, for not more than so many do.
    """

    id: str
    account_id: str
    name: str
    office: str
    unit_code: str
    unit_id: str
    unit_path: tuple[str, ...]
    text: str
    asked_at: datetime
    shown: bool
    state: State = State.ASKED
    answered_by: str = ""
    answered_by_name: str = ""
    answered_at: datetime | None = None
    reason: str = ""
    grant_id: str = ""
    version: int = 0

    @property
    def until(self) -> datetime:
        return self.asked_at + ASK_LIFE


@dataclass(frozen=True)
class Answerer:
    account_id: str
    name: str


class AskedTooOften(Exception):
    """Whoever asked so often is told to wait; it says nothing about any unit."""


class NotWaiting(Conflict):
    title = N_("This request does not wait for an answer any more.")


class OwnRequest(Conflict):
    title = N_("Your own request is for others to answer.")


def state_of(request: AccessRequest, now: datetime) -> State:
    waits = request.state is State.ASKED
    return State.LAPSED if waits and now > request.until else request.state


def check_often(before: Sequence[AccessRequest], now: datetime) -> None:
    """`before`: what the person has asked so far. Raises AskedTooOften."""
    if sum(one.asked_at > now - ASKED_WITHIN for one in before) >= ASKED_AT_MOST:
        raise AskedTooOften


def is_shown(waiting: int, unit_id: str) -> bool:
    """`waiting`: how many wait in that unit already."""
    return bool(unit_id) and waiting < WAITING_IN_UNIT


def replace_by_later(request: AccessRequest, now: datetime) -> AccessRequest:
    return replace(request, state=State.REPLACED, answered_at=now)


def decline(request: AccessRequest, by: Answerer, reason: str, now: datetime) -> AccessRequest:
    """Raises NotWaiting, ReasonNeeded."""
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    return _answered(request, State.DECLINED, by, now, reason=reason)


def give(request: AccessRequest, by: Answerer, grant_id: str, now: datetime) -> AccessRequest:
    """Raises NotWaiting."""
    return _answered(request, State.GIVEN, by, now, grant_id=grant_id)


def answerer(request: AccessRequest, caller: Caller) -> Answerer:
    """Under whichever of their accounts the caller asked, it is their own request."""
    return Answerer(request.account_id if is_own(request, caller) else caller.account_id, caller.name)


def is_own(request: AccessRequest, caller: Caller) -> bool:
    return request.account_id in caller.accounts


def acts_of(request: AccessRequest, caller: Caller, now: datetime) -> Acts:
    """What the caller may do with it. The reason, and the role that is given, are judged when they come."""
    by, something = answerer(request, caller), "-"
    return {
        "give": why_not_by(caller, GIVE, request.unit_path, now, lambda: give(request, by, something, now)),
        "decline": why_not_by(
            caller, GIVE, request.unit_path, now, lambda: decline(request, by, something, now)
        ),
    }


def _answered(
    request: AccessRequest, state: State, by: Answerer, now: datetime, reason: str = "", grant_id: str = ""
) -> AccessRequest:
    require_waiting(request, now)
    if by.account_id == request.account_id:
        raise OwnRequest
    return replace(
        request,
        state=state,
        answered_by=by.account_id,
        answered_by_name=by.name,
        answered_at=now,
        reason=reason,
        grant_id=grant_id,
    )


def require_waiting(request: AccessRequest, now: datetime) -> None:
    if state_of(request, now) is not State.ASKED:
        raise NotWaiting
