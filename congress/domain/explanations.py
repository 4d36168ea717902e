"""Explanations: whose congress is late for longer than its plan allows owes one, which its superior accepts or returns.

owed → written → accepted | returned, and owed again; each of them kept.

Late is what closed after its day, and what has not closed today. The topmost unit owes none, for nobody stands above it
to read it; nor does a report that is approved: whoever approved it has seen how late it was.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from congress.domain.blocking import holds_up
from congress.domain.extensions import due_on
from congress.domain.history import By, Congress, Explanation, ExplanationAnswer, ExplanationState
from congress.domain.plan import Plan, PlanState
from congress.domain.postponing import is_postponed
from congress.domain.progress import (
    REASON_LONGEST,
    can_be_acted_on,
    is_abandoned,
    is_held,
    refuse_unless_held,
    refuse_unless_running,
)
from congress.domain.progress_refusals import CongressApproved, ReasonNeeded, ReasonTooLong
from servicekit.access.decision import Caller
from servicekit.refusals import Conflict, Forbidden, Invalid
from servicekit.tree.rollup.figures import Counters
from servicekit.words import N_

EXPLANATION_LONGEST = 4000  # characters
EXPLANATIONS_MOST = 20


class NoneOwed(Conflict):
    title = N_("No explanation is owed: a congress owes one that is more than {days} days late.")


class ExplainFirst(Conflict):
    title = N_("An explanation of the delay is missing: write that first.")


class ExplanationWaits(Conflict):
    title = N_("An explanation has been written; it waits for the superior unit.")


class ExplanationAccepted(Conflict):
    title = N_("The explanation was accepted; none is owed any more.")


class TooManyExplanations(Conflict):
    title = N_("An explanation was written {most} times; no more can be added.")


class ExplanationMissing(Invalid):
    title = N_("Say why the congress is late.")


class ExplanationTooLong(Invalid):
    title = N_("An explanation has at most {longest} characters.")


class NothingExplained(Conflict):
    title = N_("No explanation waits for an answer.")


class OwnExplanation(Forbidden):
    title = N_("You have written this explanation yourself. Somebody else answers.")


def days_late(plan: Plan, congress: Congress, today: date) -> int:
    """How many days after its day the congress closed, or by how many that day has passed; 0 where it has not."""
    closing = plan.closing
    if not is_held(plan, congress, closing):
        return 0
    entry = congress.current.get(closing.key)
    if entry is not None and entry.date is not None:
        return max(0, (entry.date - due_on(plan, congress, closing, entry.date)).days)
    return max(0, (today - closing.due(congress.deadline)).days)


def owes(plan: Plan, congress: Congress, today: date) -> bool:
    apart = is_postponed(plan, congress, today) or holds_up(plan, congress, plan.closing)
    return is_missing(plan, congress, today) and not apart


def is_missing(plan: Plan, congress: Congress, today: date) -> bool:
    """Whether one is owed, or would be but for its being postponed or blocked; then it can be written as well."""
    late = days_late(plan, congress, today) > plan.lateness.explained_after
    return late and _may_owe(plan, congress)


def refuse_unexplained(plan: Plan, congress: Congress, today: date) -> None:
    """Neither a next date nor a difficulty takes the place of an explanation: not of the first, nor of another one."""
    if plan.closing.key not in congress.current and is_missing(plan, congress, today):
        raise ExplainFirst()


def waiting(congress: Congress) -> Explanation | None:
    """The one that waits for its answer."""
    return congress.explanations[-1] if _state(congress) is ExplanationState.WRITTEN else None


def waits(plan: Plan, congress: Congress) -> bool:
    """Whether somebody can still answer it."""
    return _explains(plan, congress) and waiting(congress) is not None


def refuse_explaining(plan: Plan, congress: Congress, today: date) -> None:
    """Whatever is written. Also while the report waits for its approval: it is no part of it."""
    _refuse_ended(plan, congress)
    state = _state(congress)
    if state is ExplanationState.WRITTEN:
        raise ExplanationWaits()
    if state is ExplanationState.ACCEPTED:
        raise ExplanationAccepted()
    if len(congress.explanations) >= EXPLANATIONS_MOST:
        raise TooManyExplanations(most=EXPLANATIONS_MOST)
    if not is_missing(plan, congress, today):
        raise NoneOwed(days=plan.lateness.explained_after)


def explain(plan: Plan, congress: Congress, text: str, by: By, explanation_id: str) -> Congress:
    refuse_explaining(plan, congress, by.today)
    if not text.strip():
        raise ExplanationMissing(field="text")
    if len(text) > EXPLANATION_LONGEST:
        raise ExplanationTooLong(field="text", longest=EXPLANATION_LONGEST)
    late = days_late(plan, congress, by.today)
    known = (by.at, by.account_id, by.name, by.by_code, by.kept_by)
    written = Explanation(explanation_id, text, late, *known)
    return replace(congress, explanations=(*congress.explanations, written))


def refuse_answering(plan: Plan, congress: Congress) -> Explanation:
    """What waits, where it can be answered."""
    _refuse_ended(plan, congress)
    found = waiting(congress)
    if found is None:
        raise NothingExplained()
    return found


def refuse_own_explanation(congress: Congress, caller: Caller) -> None:
    found = waiting(congress)
    if found is not None and {found.by, found.kept_by} & set(caller.accounts):
        raise OwnExplanation()


def decide(plan: Plan, congress: Congress, *, accepted: bool, remark: str, by: By) -> Congress:
    """Accept it, or return it with a remark that says what is missing."""
    found = refuse_answering(plan, congress)
    if not accepted and not remark.strip():
        raise ReasonNeeded(field="remark")
    if len(remark) > REASON_LONGEST:
        raise ReasonTooLong(field="remark", longest=REASON_LONGEST)
    answer = ExplanationAnswer(
        *(remark, by.at, by.account_id), by_name=by.name, kept_by=by.kept_by, over_reason=by.over_reason
    )
    state = ExplanationState.ACCEPTED if accepted else ExplanationState.RETURNED
    *before, _ = congress.explanations
    return replace(congress, explanations=(*before, replace(found, state=state, answer=answer)))


def counted(plan: Plan, congress: Congress) -> Mapping[str, int]:
    """What a congress adds to the roll-ups. `late`: it closed too late, and owes one; `spared`: it has not closed, and
    owes none, however late it is.
    """
    if is_abandoned(plan, congress) or congress.is_final:
        return {}
    closing, found = plan.closing, {}
    entry = congress.current.get(closing.key)
    if waits(plan, congress):
        found["explain.waiting"] = 1
    if entry is not None and entry.date is not None:
        found |= {"explain.late": 1} if owes(plan, congress, entry.date) else {}
    elif is_held(plan, congress, closing) and (
        not _may_owe(plan, congress) or holds_up(plan, congress, closing)
    ):
        found["explain.spared"] = 1
    return found


def owed_in(plan: Plan, deadline: date, counters: Counters, today: date, *, put_off: bool = False) -> int:
    """Of one group of sums, whose congresses have one deadline. `put_off`: they are postponed today."""
    if plan.state is PlanState.CLOSED or put_off:
        return 0
    closing = plan.closing
    late = counters.get("explain.late", 0)
    if closing.due(deadline) + timedelta(days=plan.lateness.explained_after) >= today:
        return late
    over = (f"{name}.{closing.key}" for name in ("skipped", "done", "left_out"))
    not_closed = counters.get("total", 0) - sum(counters.get(name, 0) for name in over)
    return late + not_closed - counters.get("explain.spared", 0)


def waiting_in(plan: Plan, counters: Counters) -> int:
    return 0 if plan.state is PlanState.CLOSED else counters.get("explain.waiting", 0)


def _explains(plan: Plan, congress: Congress) -> bool:
    """Whether one can be asked of it at all."""
    over = plan.state is PlanState.CLOSED or not can_be_acted_on(plan, congress)
    return not over and congress.unit.parent_id is not None


def _may_owe(plan: Plan, congress: Congress) -> bool:
    room = len(congress.explanations) < EXPLANATIONS_MOST
    return _explains(plan, congress) and room and _state(congress) in (None, ExplanationState.RETURNED)


def _state(congress: Congress) -> ExplanationState | None:
    return congress.explanations[-1].state if congress.explanations else None


def _refuse_ended(plan: Plan, congress: Congress) -> None:
    refuse_unless_running(plan)
    refuse_unless_held(plan, congress)
    if congress.is_final:
        raise CongressApproved()
