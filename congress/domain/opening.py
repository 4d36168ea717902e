"""Opening and withdrawing: a report that was sent up can be withdrawn by its unit until the superior has opened it.

Opened is what the superior first read in the form for deciding. Withdrawn, it is as if it had not been sent: the unit
goes on from where it was; what happened stays in `undone`.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from congress.domain.history import By, Congress, Entry, State, Undone
from congress.domain.plan import Mark, Plan
from congress.domain.progress import refuse_unless_held, refuse_unless_running, state_of
from congress.domain.progress_refusals import CongressApproved, NothingSubmitted
from servicekit.refusals import Conflict
from servicekit.words import N_

# Each is told to all who decide about it, and leaves an entry.
WITHDRAWALS_MOST = 20


class Opened(Conflict):
    title = N_("The superior unit has opened the report; it cannot be withdrawn any more.")


class TooManyWithdrawals(Conflict):
    title = N_("The report has been withdrawn {most} times; it waits for the superior unit now.")


class FinalAsSent(Conflict):
    title = N_("The topmost unit's report is final as it is sent; whoever manages the plan reopens it.")


@dataclass(frozen=True, slots=True)
class Opening:
    """Of one sending of a report, once: by whom, and in which unit they would decide it."""

    congress_id: str
    at: datetime
    by: str
    by_name: str
    unit_id: str


def sending_id(congress: Congress) -> str:
    """The same as long as the same sending waits; each later one has another."""
    sent = [act for act in congress.acts if act.kind is State.SUBMITTED]
    return f"{congress.id}/{len(sent) + len(_withdrawn(congress))}"


def _withdrawn(congress: Congress) -> list[Undone]:
    return [one for one in congress.undone if one.act.kind is State.SUBMITTED]


def refuse_opening(plan: Plan, congress: Congress) -> None:
    refuse_unless_running(plan)
    _refuse_unless_waiting(congress)


def _refuse_unless_waiting(congress: Congress) -> None:
    if congress.state is not State.SUBMITTED:
        raise CongressApproved() if congress.state is State.APPROVED else NothingSubmitted()
    if congress.is_final:
        raise FinalAsSent()


def refuse_withdrawing(plan: Plan, congress: Congress, *, opened: bool) -> None:
    refuse_unless_running(plan)
    refuse_unless_held(plan, congress)
    _refuse_unless_waiting(congress)
    if opened:
        raise Opened()
    if len(_withdrawn(congress)) >= WITHDRAWALS_MOST:
        raise TooManyWithdrawals(most=WITHDRAWALS_MOST)


def withdraw(plan: Plan, congress: Congress, by: By, entry_id: str, *, opened: bool) -> Congress:
    refuse_withdrawing(plan, congress, opened=opened)
    act = congress.acts[-1]
    marked = plan.marked(Mark.SUBMITTED)
    recorded = congress.current.get(marked.key) if marked else None
    entries = congress.entries
    # What an earlier sending recorded stands.
    if recorded is not None and (recorded.at, recorded.by) == (act.at, act.by):
        taken_back = Entry(
            *(entry_id, recorded.milestone, None, "", by.at, by.account_id, recorded.id),
            by_code=by.by_code,
            kept_by=by.kept_by,
        )
        entries = (*entries, taken_back)
    undone = Undone(act, by.at, by.account_id, by.name, by.kept_by)
    back = replace(congress, entries=entries, acts=congress.acts[:-1], undone=(*congress.undone, undone))
    return replace(back, state=state_of(plan, back))
