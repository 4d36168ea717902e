"""Extensions: a unit asks for a later deadline with a reason; its superior grants it, grants less, or refuses.

asked → granted | refused | withdrawn, one at a time, each of them kept.

What is done is judged by the deadline that held on its day: what was late before somebody asked stays late, and what
was asked for in time counts from the day of asking, however long the answer took. The plan's own day and an extended
one stand beside each other, and the later counts.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from congress.domain.history import By, Congress, Extension, ExtensionAnswer, ExtensionState
from congress.domain.plan import EARLIEST, LATEST, Milestone, Plan
from congress.domain.plan_refusals import DateOutOfRange
from congress.domain.progress import (
    REASON_LONGEST,
    can_be_acted_on,
    is_abandoned,
    refuse_locked,
    refuse_unless_held,
    refuse_unless_running,
)
from congress.domain.progress_refusals import CongressApproved, ReasonNeeded, ReasonTooLong
from congress.domain.rule_sets import at_version, held_on
from servicekit.access.decision import Caller
from servicekit.refusals import Conflict, Forbidden, Invalid
from servicekit.words import N_

EXTENSIONS_MOST = 20


class AskedTooLate(Conflict):
    title = N_("The deadline has passed: a later one can be asked for until its day, and not after.")


class ExtensionWaits(Conflict):
    title = N_("A later deadline has been asked for already; that waits for its answer.")


class TooManyExtensions(Conflict):
    title = N_("A later deadline was asked for {most} times; no more can be added.")


class NotLater(Invalid):
    title = N_("This is not later than the deadline that counts: {date}.")


class PastSuperiors(Invalid):
    title = N_("The congress above has its own deadline, {date}: it cannot wait longer for this one.")


class NothingAsked(Conflict):
    title = N_("No later deadline waits for an answer.")


class MoreThanAsked(Invalid):
    title = N_("No more was asked for than until {until}.")


class AnsweredBySuperior(Conflict):
    title = N_("A superior stands above this unit: the superior answers.")


class OwnRequest(Forbidden):
    title = N_("You have asked for this yourself. Somebody else answers.")


def deadline_of(planned: date, earlier: date | None, extended_to: date | None) -> date:
    """The deadline that counts: the plan's day, or an earlier one, of a pilot, of the unit itself or of a unit above;
    and the later one that was granted.
    """
    own = min(planned, earlier) if earlier else planned
    return max(own, extended_to) if extended_to else own


def planned_day(plan: Plan, congress: Congress) -> date:
    return plan.deadlines.get(congress.unit.level, congress.deadline)


def own_day(plan: Plan, congress: Congress) -> date:
    """Before anything was granted."""
    return deadline_of(planned_day(plan, congress), congress.earlier_until, None)


def deadline_on(plan: Plan, congress: Congress, day: date) -> date:
    """The deadline by which what was done on a day is judged, by the rules of the plan that is given."""
    if congress.extended_to is None and not (congress.pilots or congress.takings or congress.handed):
        return congress.deadline if congress.rules == 1 else planned_day(plan, congress)
    chosen = [one.until for one in congress.pilot_choices if one.day <= day]
    # Taking over records a milestone itself, which is judged by the deadline of before.
    own = [one.until for one in congress.takings if one.day < day]
    handed = {one.above: one.until for one in congress.handed if one.day < day}
    earlier = min((one for one in (*chosen[-1:], *own[-1:], *handed.values()) if one), default=None)
    granted = [one.answer.until for one in congress.extensions if one.answer and one.day <= day]
    latest = max((until for until in granted if until), default=None)
    return deadline_of(planned_day(plan, congress), earlier, latest)


def due_on(plan: Plan, congress: Congress, milestone: Milestone, day: date) -> date:
    """By the version of the rules that held on that day; where two did, by the later day."""
    days = []
    for number in held_on(plan, congress, day):
        rules = at_version(plan, number)
        position = rules.index(milestone.key)
        step = milestone if position is None else rules.milestones[position]
        days.append(step.due(deadline_on(rules, congress, day)))
    return max(days)


def runs_extended(plan: Plan, congress: Congress) -> bool:
    extended = congress.extended_to is not None and congress.deadline > own_day(plan, congress)
    return extended and not is_abandoned(plan, congress)


def asked(congress: Congress) -> Extension | None:
    """The one that waits for its answer."""
    last = congress.extensions[-1] if congress.extensions else None
    return last if last is not None and last.state is ExtensionState.ASKED else None


def waits(plan: Plan, congress: Congress) -> bool:
    """Whether somebody can still answer it."""
    return asked(congress) is not None and can_be_acted_on(plan, congress)


def refuse_asking(plan: Plan, congress: Congress, today: date) -> None:
    """Whatever day it is for."""
    refuse_locked(plan, congress)
    if asked(congress) is not None:
        raise ExtensionWaits()
    if today > congress.deadline:
        raise AskedTooLate()
    if len(congress.extensions) >= EXTENSIONS_MOST:
        raise TooManyExtensions(most=EXTENSIONS_MOST)


def ask(
    plan: Plan,
    congress: Congress,
    until: date,
    reason: str,
    above: Congress | None,
    by: By,
    extension_id: str,
) -> Congress:
    """`above`: the congress of the nearest unit above that has one under the plan."""
    refuse_asking(plan, congress, by.today)
    _refuse_day(congress, until, above)
    _refuse_reason(reason)
    wanted = Extension(
        *(extension_id, until, reason, by.today, by.at, by.account_id), by.name, by.by_code, by.kept_by
    )
    return replace(congress, extensions=(*congress.extensions, wanted))


def refuse_answering(plan: Plan, congress: Congress) -> Extension:
    """What waits, where it can be answered: also of a report that was sent up meanwhile, and of none that is final, for
    what was late or on time then is not graded anew.
    """
    refuse_unless_running(plan)
    refuse_unless_held(plan, congress)
    found = asked(congress)
    if found is None:
        raise NothingAsked()
    if congress.is_final:
        raise CongressApproved()
    return found


def refuse_own_request(congress: Congress, caller: Caller) -> None:
    found = asked(congress)
    if found is not None and {found.by, found.kept_by} & set(caller.accounts):
        raise OwnRequest()


def decide(
    plan: Plan, congress: Congress, until: date | None, reason: str, above: Congress | None, by: By
) -> Congress:
    """Grant it until a day, which may be sooner than was asked for, or refuse it (None); both of these say why."""
    found = refuse_answering(plan, congress)
    if until is None:
        _refuse_reason(reason)
        return _answered(congress, found, ExtensionState.REFUSED, None, reason, by)
    if until > found.until:
        raise MoreThanAsked(field="until", until=found.until.isoformat())
    _refuse_day(congress, until, above)
    _refuse_reason(reason, needed=until < found.until)
    granted = _answered(congress, found, ExtensionState.GRANTED, until, reason, by)
    return replace(
        granted,
        deadline=deadline_of(planned_day(plan, congress), congress.earlier_until, granted.extended_to),
    )


def withdraw(plan: Plan, congress: Congress, by: By) -> Congress:
    found = refuse_answering(plan, congress)
    return _answered(congress, found, ExtensionState.WITHDRAWN, None, "", by)


def _answered(
    congress: Congress, found: Extension, state: ExtensionState, until: date | None, reason: str, by: By
) -> Congress:
    answer = ExtensionAnswer(
        *(until, reason, by.at, by.account_id),
        by_name=by.name,
        kept_by=by.kept_by,
        over_reason=by.over_reason,
    )
    *before, _ = congress.extensions
    return replace(congress, extensions=(*before, replace(found, state=state, answer=answer)))


def _refuse_day(congress: Congress, until: date, above: Congress | None) -> None:
    # Of the topmost congress no other deadline bounds it, and days that follow from it must still be days.
    if until > LATEST:
        raise DateOutOfRange(field="until", earliest=EARLIEST.isoformat(), latest=LATEST.isoformat())
    if until <= congress.deadline:
        raise NotLater(field="until", date=congress.deadline.isoformat())
    if above is not None and until > above.deadline:
        raise PastSuperiors(field="until", date=above.deadline.isoformat())


def _refuse_reason(reason: str, *, needed: bool = True) -> None:
    if needed and not reason.strip():
        raise ReasonNeeded(field="reason")
    if len(reason) > REASON_LONGEST:
        raise ReasonTooLong(field="reason", longest=REASON_LONGEST)


def counted(plan: Plan, congress: Congress) -> Mapping[str, int]:
    """What a congress adds to the roll-ups."""
    found = {"extension.asked": waits(plan, congress), "extension.granted": runs_extended(plan, congress)}
    return {name: 1 for name, holds in found.items() if holds}
