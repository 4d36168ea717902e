"""Reopening: the way back from an approved report, opened by the superior with a reason.

Everything that was recorded, reported and decided stays in the history; the approval alone is withdrawn. The unit
corrects and sends up again, and the superior decides again.
"""

from dataclasses import replace

from congress.domain.history import Act, By, Congress, Entry, State
from congress.domain.plan import Mark, Plan
from congress.domain.progress import REASON_LONGEST, acted, refuse_unless_held, refuse_unless_running
from congress.domain.progress_refusals import ReasonsMissing, ReasonTooLong
from congress.domain.results import Figures
from servicekit.refusals import Conflict
from servicekit.words import N_

AS_A_WHOLE = "results"  # the field that a reason about the whole report stands at


class NotApprovedYet(Conflict):
    title = N_("Only an approved report can be reopened. This one can still be changed or returned.")


class ReopenedBySuperior(Conflict):
    title = N_("A superior stands above this unit: the superior reopens its report.")


def reopen(plan: Plan, congress: Congress, reason: str, by: By, entry_id: str) -> Congress:
    refuse_unless_running(plan)
    refuse_unless_held(plan, congress)
    if not congress.is_final:
        raise NotApprovedYet()
    if not reason.strip():
        raise ReasonsMissing(field="reason")
    if len(reason) > REASON_LONGEST:
        raise ReasonTooLong(field="reason", longest=REASON_LONGEST)
    marked = plan.marked(Mark.APPROVED)
    approved = congress.current.get(marked.key) if marked else None
    if approved is not None:
        withdrawn = Entry(entry_id, approved.milestone, None, "", by.at, by.account_id, approved.id)
        congress = replace(congress, entries=(*congress.entries, withdrawn))
    return acted(congress, State.REOPENED, by, {AS_A_WHOLE: reason})


def version_at(congress: Congress, act: Act) -> int | None:
    """The number of the figures that stood when something was decided, from 1."""
    return sum(1 for entry in congress.result_entries if entry.at <= act.at) or None


def figures_at(congress: Congress, act: Act) -> Figures | None:
    """The figures that stood when something was decided."""
    version = version_at(congress, act)
    return congress.result_entries[version - 1].figures if version else None
