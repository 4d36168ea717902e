"""Postponing: a congress that cannot be held on its day says why, and on which day it will be.

Its deadline stays as it is. Until that day nothing of it is overdue, and it is counted apart; from the day after, it is
overdue by its deadline again. It is postponed no longer once it has closed, or its unit says that it goes on.
"""

from dataclasses import replace
from datetime import date, timedelta

from congress.domain.history import By, Congress, Postponement
from congress.domain.plan import Plan, PlanState
from congress.domain.progress import REASON_LONGEST, is_abandoned, refuse_locked
from congress.domain.progress_refusals import ReasonNeeded, ReasonTooLong
from servicekit.refusals import Conflict, Invalid
from servicekit.words import N_

POSTPONEMENTS_MOST = 20


class HeldAlready(Conflict):
    title = N_("The congress has closed: there is nothing left to postpone.")


class TooManyPostponements(Conflict):
    title = N_("The congress was postponed {most} times; no more can be added.")


class DayNotAhead(Invalid):
    title = N_("The next date must be later than today.")


class PostponedTooFar(Invalid):
    title = N_("The next date is {latest} at the latest. Ask for a later deadline where that is not enough.")


class NotPostponed(Conflict):
    title = N_("The congress is not postponed.")


def postponed_until(plan: Plan, congress: Congress) -> date | None:
    """The next date that was named, past or not; None where it says nothing any more."""
    last = congress.postponements[-1] if congress.postponements else None
    if last is None or last.ended_at is not None or plan.closing.key in congress.current:
        return None
    return None if congress.is_final or is_abandoned(plan, congress) else last.until


def is_postponed(plan: Plan, congress: Congress, today: date) -> bool:
    until = postponed_until(plan, congress)
    return plan.state is not PlanState.CLOSED and until is not None and today <= until


def latest(plan: Plan, today: date) -> date:
    return today + timedelta(days=plan.lateness.postponed_most)


def refuse_postponing(plan: Plan, congress: Congress) -> None:
    """Whatever day it is for. Also while it is postponed: the next date moves, and both stay in the history."""
    refuse_locked(plan, congress)
    if plan.closing.key in congress.current:
        raise HeldAlready()
    if len(congress.postponements) >= POSTPONEMENTS_MOST:
        raise TooManyPostponements(most=POSTPONEMENTS_MOST)


def postpone(
    plan: Plan, congress: Congress, until: date, reason: str, by: By, postponement_id: str
) -> Congress:
    refuse_postponing(plan, congress)
    if until <= by.today:
        raise DayNotAhead(field="until")
    if until > latest(plan, by.today):
        raise PostponedTooFar(field="until", latest=latest(plan, by.today).isoformat())
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    if len(reason) > REASON_LONGEST:
        raise ReasonTooLong(field="reason", longest=REASON_LONGEST)
    known = (by.at, by.account_id, by.name, by.by_code, by.kept_by)
    added = Postponement(postponement_id, until, reason, *known)
    return replace(congress, postponements=(*congress.postponements, added))


def refuse_resuming(plan: Plan, congress: Congress, today: date) -> None:
    refuse_locked(plan, congress)
    if not is_postponed(plan, congress, today):
        raise NotPostponed()


def resume(plan: Plan, congress: Congress, by: By) -> Congress:
    """It goes on after all: from now on its deadline tells again."""
    refuse_resuming(plan, congress, by.today)
    *before, last = congress.postponements
    ended = replace(last, ended_at=by.at, ended_by=by.account_id)
    return replace(congress, postponements=(*before, ended))
