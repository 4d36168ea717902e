"""A unit takes over the plan of the nearest unit above: it records that the plan is issued, and may be stricter.

An own day comes before the plan's and moves all steps of this congress; what was done until then is judged by the
deadline of before.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from congress.domain import owners
from congress.domain.extensions import asked, deadline_of, planned_day
from congress.domain.history import By, Congress
from congress.domain.pilots import LaterDeadlineStands, refuse_due_already
from congress.domain.plan import Milestone, Owner, Plan, issuing
from congress.domain.progress import NOTE_LONGEST, Report, refuse_locked
from congress.domain.progress_refusals import BeforePlanOpens, NoteTooLong
from congress.domain.takings import Responsible, Taking
from servicekit.refusals import Conflict, Forbidden, Invalid
from servicekit.words import N_

TAKINGS_MOST = 20


class OwnPlan(Conflict):
    title = N_("This unit has made the plan itself: there is nothing to take over.")


class NothingToTakeOver(Conflict):
    title = N_("This plan has no milestone that says that it is issued.")


class ClosedBeforeTaking(Conflict):
    title = N_("The congress has closed: the plan is not taken over any more.")


class TooManyTakings(Conflict):
    title = N_("The plan was taken over {most} times; no more can be added.")


class DaysBelowByCode(Forbidden):
    title = N_("Who is signed in by a code does not change days for those below.")


class OwnDayNotEarlier(Invalid):
    title = N_("A day of your own comes before the plan's: {date}.")


class OwnDayPast(Invalid):
    title = N_("A day of your own must be later than today.")


def taken_by(plan: Plan, congress: Congress) -> str | None:
    """The key of the milestone that taking over records; None where this unit takes nothing over."""
    milestone = issuing(plan)
    return milestone.key if milestone and congress.unit.id != plan.unit_id else None


def refuse_taking_over(plan: Plan, congress: Congress, *, takes_back: bool | None = None) -> Milestone:
    """Whatever is said by it. What is then recorded, where it was not. `takes_back`: whether all that is said is that
    days for those below are given up, which is never too often; None where that is not known yet.
    """
    refuse_locked(plan, congress)
    if congress.unit.id == plan.unit_id:
        raise OwnPlan()
    milestone = issuing(plan)
    if milestone is None:
        raise NothingToTakeOver()
    if plan.closing.key in congress.current:
        raise ClosedBeforeTaking()
    could = bool(congress.takings) and bool(congress.takings[-1].below)
    if len(congress.takings) >= TAKINGS_MOST and not (could if takes_back is None else takes_back):
        raise TooManyTakings(most=TAKINGS_MOST)
    return milestone


def take_over(
    plan: Plan,
    congress: Congress,
    day: date | None,
    until: date | None,
    note: str,
    above: Congress | None,
    by: By,
    entry_id: str,
    below: Mapping[str, date] | None = None,
    people: tuple[Responsible, ...] = (),
) -> Congress:
    """`day`: on which the plan was issued here; `until`: an own day, or none. `above`: the congress of the nearest unit
    above that has one under the plan. `below`: days for those below, which handing_down judges.
    """
    below = dict(below or {})
    stands = dict(congress.takings[-1].below) if congress.takings else {}
    takes_back = below.items() < stands.items() and until in (None, congress.own_until)
    milestone = refuse_taking_over(plan, congress, takes_back=takes_back)
    if by.by_code and below != stands:
        raise DaysBelowByCode(field="below")
    if len(note) > NOTE_LONGEST:
        raise NoteTooLong(field="note", longest=NOTE_LONGEST)
    recorded = congress
    if milestone.key not in congress.current:
        report = Report(milestone.key, day or by.today)
        recorded = owners.record(plan, congress, report, above, by, entry_id, Owner.UNIT)
    if until is not None and until != congress.own_until:
        _refuse_own_day(plan, recorded, until, by.today)
    taking = Taking(
        *(until, note, by.today, by.at, by.account_id),
        by_name=by.name,
        by_code=by.by_code,
        kept_by=by.kept_by,
        below=below,
        people=people,
    )
    taken = replace(recorded, takings=(*recorded.takings, taking))
    return replace(
        taken, deadline=deadline_of(planned_day(plan, taken), taken.earlier_until, taken.extended_to)
    )


def _refuse_own_day(plan: Plan, congress: Congress, until: date, today: date) -> None:
    planned = min(planned_day(plan, congress), congress.handed_until or date.max)
    if asked(congress) is not None or congress.extended_to is not None:
        raise LaterDeadlineStands()
    if until <= today:
        raise OwnDayPast(field="until")
    if until < plan.opens_on:
        raise BeforePlanOpens(field="until", opens_on=plan.opens_on.isoformat())
    if until >= planned:
        raise OwnDayNotEarlier(field="until", date=planned.isoformat())
    refuse_due_already(plan, congress, until, today)
