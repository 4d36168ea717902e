"""The way in while the eID is down: windows that two people open, and sign-ins that must be confirmed afterwards.

A window is asked → on → ended. That it has lapsed, or that its time is over, is a matter of its dates.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from identity.domain.grant_refusals import NotProposed, ProposalLapsed, ReasonNeeded
from identity.domain.grants import Acting
from servicekit.access.decision import Reach, Right
from servicekit.access.second_person import SecondPersonNeeded
from servicekit.refusals import Conflict, Invalid
from servicekit.words import N_

# An outage is now: who asks for a window finds the second person soon, or asks again.
ASK_LIFE = timedelta(minutes=60)
MOST_HOURS = 24
# No window is asked for or open longer after it was asked for; and clocks differ a little.
OPEN_AT_MOST = ASK_LIFE + timedelta(hours=MOST_HOURS + 1)
CODES = 5
# With a sealed code and no window an administrator may only open one, so long.
SWITCHING_LIFE = timedelta(hours=1)
# Questions that wait at once over one unit; an outage is one.
MOST_ASKED = 5
# Older sign-ins by code that were never confirmed stop the next one.
CONFIRM_WITHIN = timedelta(hours=2 * MOST_HOURS)
# Below the ladder of the eID: nobody has proven who they are, only that they hold the code.
ASSURANCE = 1
SWITCH = "fallback:switch"
REPORT = "congress:report"
# Codes are drawn by their owner, whom the eID has just seen: seconds.
DRAWN_WITHIN = timedelta(seconds=300)
# A session by code goes on so long once the eID answers again: what is being typed is sent, and no more.
AFTER_OUTAGE = timedelta(minutes=10)


class WindowState(StrEnum):
    ASKED = "asked"
    LAPSED = "lapsed"
    ON = "on"
    ENDED = "ended"


class Answer(StrEnum):
    """What became of one sign-in by a sealed code."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DENIED = "denied"


class Scope(StrEnum):
    REPORT = "report"
    SWITCH = "switch"


@dataclass(frozen=True)
class Window:
    id: str
    unit_id: str
    unit_path: tuple[str, ...]
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    hours: int
    reason: str
    confirmed_by: str = ""
    confirmed_by_name: str = ""
    until: datetime | None = None
    ended_at: datetime | None = None
    ended_by_name: str = ""
    # Whose hands asked: the person and, where they came in by a code, whoever was shown that code.
    asked_hands: tuple[str, ...] = ()
    version: int = 0

    @property
    def confirm_until(self) -> datetime:
        return self.asked_at + ASK_LIFE


@dataclass(frozen=True)
class SignInByCode:
    id: str
    account_id: str
    unit_id: str
    unit_path: tuple[str, ...]
    at: datetime
    device: str
    window_id: str
    answer: Answer = Answer.WAITING
    answered_at: datetime | None = None
    version: int = 0


class HoursFaulty(Invalid):
    title = N_("A window lasts one hour at the least and 24 at the most.")


class EidAnswers(Conflict):
    title = N_("Every eID answers: there is no outage to bridge.")


class TooManyAsked(Conflict):
    title = N_("{most} windows are asked for over this unit already. Confirm one, or withdraw one.")


class WindowNotOn(Conflict):
    title = N_("This window is not open.")


class NoOfficeHere(Conflict):
    title = N_("This person holds nothing in this unit that could be used while the eID is down.")


class NotAnOfficial(Invalid):
    title = N_("This person is not named for this unit.")


class NotNamed(Conflict):
    title = N_("You are not named as an official of this unit. Ask somebody above you.")


class HasSuperior(Conflict):
    title = N_("Nobody names themselves while somebody stands above them. Ask them.")


class AnsweredAlready(Conflict):
    title = N_("This sign-in has been answered.")


class EidNeeded(Conflict):
    title = N_("This needs a sign-in with the eID, not with a sealed code.")


def confined(rights: Iterable[Right], unit_id: str, allowed: Collection[str]) -> tuple[Right, ...]:
    """What a session by code may use: of one unit's grants these permissions, in that very unit, at its low level."""
    return tuple(
        replace(right, reach=Reach.OWN, assurance=ASSURANCE, max_age=None)
        for right in rights
        if right.unit_id == unit_id and right.permission in allowed
    )


def ends_after_outage(last_silent: datetime, until: datetime) -> datetime:
    """Counted from when the eID was last found silent: it answers again since then at the earliest, and nobody is
    let on for longer because a look came late."""
    return min(until, last_silent + AFTER_OUTAGE)


def check_hours(hours: int) -> None:
    if not 1 <= hours <= MOST_HOURS:
        raise HoursFaulty(field="hours")


def state_of(window: Window, now: datetime) -> WindowState:
    if window.ended_at is not None:
        return WindowState.ENDED
    if window.until is not None:
        return WindowState.ON if now <= window.until else WindowState.ENDED
    return WindowState.ASKED if now <= window.confirm_until else WindowState.LAPSED


def check_room(windows: Iterable[Window], unit_id: str, now: datetime) -> None:
    """Raises TooManyAsked."""
    if (
        sum(one.unit_id == unit_id and state_of(one, now) is WindowState.ASKED for one in windows)
        >= MOST_ASKED
    ):
        raise TooManyAsked(most=MOST_ASKED)


def waits_of(window: Window, by: Acting, now: datetime) -> bool:
    """Whether this person asked for it and nobody has answered yet."""
    return window.asked_by in by and state_of(window, now) is WindowState.ASKED


def confirm(window: Window, by: Acting, name: str, now: datetime) -> Window:
    """The second person's yes; the window opens now."""
    state = state_of(window, now)
    if state is WindowState.LAPSED:
        raise ProposalLapsed
    if state is not WindowState.ASKED:
        raise NotProposed
    if {window.asked_by, *window.asked_hands} & set(by):
        raise SecondPersonNeeded
    until = now + timedelta(hours=window.hours)
    return replace(window, confirmed_by=by[0], confirmed_by_name=name, until=until)


def end(window: Window, name: str, reason: str, now: datetime) -> Window:
    """Closed early, or the question withdrawn, by anybody who may open one."""
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    if state_of(window, now) not in (WindowState.ON, WindowState.ASKED):
        raise WindowNotOn
    return replace(window, ended_at=now, ended_by_name=name)


def covering(windows: Collection[Window], unit_path: tuple[str, ...], now: datetime) -> Window | None:
    """The open window over a unit that lasts longest."""
    found = [one for one in windows if one.unit_id in unit_path and state_of(one, now) is WindowState.ON]
    return max(found, key=lambda one: one.until or now, default=None)


def unconfirmed_for_too_long(waiting: Iterable[SignInByCode], now: datetime) -> bool:
    """Whether sign-ins of an earlier outage were never confirmed: no outage goes through more windows than this."""
    return any(now - one.at > CONFIRM_WITHIN for one in waiting)


def answer(
    sign_in: SignInByCode, by: Acting, said: Answer, *, through_eid: bool, now: datetime
) -> SignInByCode:
    """The person's own word about it, by the eID; whose it is not is for the caller to hide."""
    if not through_eid:
        raise EidNeeded
    if sign_in.answer is not Answer.WAITING or sign_in.account_id not in by:
        raise AnsweredAlready
    return replace(sign_in, answer=said, answered_at=now)
