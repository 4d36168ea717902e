"""Taking an approval back: by whoever gave it, within minutes, and only while nothing above has built on it.

It is as if it had not been given: the report waits for a decision again. What happened stays in `undone`.
"""

from dataclasses import replace
from datetime import timedelta

from congress.domain.history import By, Congress, Entry, State, Undone
from congress.domain.plan import Mark, Plan
from congress.domain.progress import refuse_unless_held, refuse_unless_running
from servicekit.refusals import Conflict
from servicekit.words import N_

WITHIN = timedelta(minutes=10)


class NotApproved(Conflict):
    title = N_("Only an approval can be taken back, and there is none.")


class ApprovedBySomebodyElse(Conflict):
    title = N_("Only whoever approved the report can take that back. Reopen it with a reason instead.")


class ApprovedTooLongAgo(Conflict):
    title = N_(
        "An approval can be taken back for {minutes} minutes. Reopen the report with a reason instead."
    )


class ApprovalBuiltOn(Conflict):
    title = N_("The report above was approved meanwhile, with this one in it. Reopen with a reason instead.")


def refuse_undoing(plan: Plan, congress: Congress, above: Congress | None, by: By) -> None:
    """`above`: the nearest congress above, if there is one."""
    refuse_unless_running(plan)
    refuse_unless_held(plan, congress)
    act = congress.last(State.APPROVED)
    if congress.state is not State.APPROVED or act is None:
        raise NotApproved()
    if act.by != by.account_id:
        raise ApprovedBySomebodyElse()
    if by.at - act.at > WITHIN:
        raise ApprovedTooLongAgo(minutes=int(WITHIN.total_seconds()) // 60)
    # The topmost unit's report is final as it is sent.
    if above is not None and above.is_final and above.acts and above.acts[-1].at >= act.at:
        raise ApprovalBuiltOn()


def undo_approval(plan: Plan, congress: Congress, above: Congress | None, by: By, entry_id: str) -> Congress:
    refuse_undoing(plan, congress, above, by)
    act = congress.acts[-1]
    marked = plan.marked(Mark.APPROVED)
    recorded = congress.current.get(marked.key) if marked else None
    if recorded is not None:
        withdrawn = Entry(entry_id, recorded.milestone, None, "", by.at, by.account_id, recorded.id)
        congress = replace(congress, entries=(*congress.entries, withdrawn))
    return replace(
        congress,
        state=State.SUBMITTED,
        acts=congress.acts[:-1],
        undone=(*congress.undone, Undone(act, by.at, by.account_id, by.name)),
    )
