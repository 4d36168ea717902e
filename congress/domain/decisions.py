"""What a superior decides about a report, and who of them may: nobody who had a part in it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from congress.domain.cautions import refuse
from congress.domain.history import DECIDED, By, Congress, Entry, Part, State
from congress.domain.plan import (
    Mark,
    Plan,
)
from congress.domain.progress import (
    REASON_LONGEST,
    acted,
    marked_entry,
    refuse_unless_held,
    refuse_unless_running,
)
from congress.domain.progress_refusals import (
    CongressApproved,
    NothingSubmitted,
    OwnReport,
    ReasonsMissing,
    ReasonTooLong,
    UnknownField,
)
from congress.domain.results import FIGURE_KEYS
from servicekit.access.decision import Caller, decide
from servicekit.refusals import Refusal


def contributors(congress: Congress) -> frozenset[str]:
    """The accounts with a part in what is decided: in what stands, and in all that came since the last decision.

    What superiors record and decide is no part of it.
    """
    deciding = {(act.by, act.at) for act in congress.acts if act.kind in DECIDED}
    withdrawn = tuple(one for one in congress.undone if one.act.kind is State.SUBMITTED)
    for one in congress.undone:
        if one not in withdrawn:
            deciding |= {(one.act.by, one.act.at), (one.by, one.at)}
    own = tuple(one for one in congress.entries if not one.above and (one.by, one.at) not in deciding)
    decisions = (act.at for act in congress.acts if act.kind in DECIDED)
    since = max(decisions, default=datetime.min.replace(tzinfo=UTC))
    sent = tuple(act for act in congress.acts if act.kind is State.SUBMITTED)
    files: tuple[Part, ...] = (*congress.attachments, *congress.removals)
    put_and_taken = tuple(one.added for one in congress.removals)
    ever = (*congress.attachments, *put_and_taken)
    named = tuple(said for one in ever for said in (*one.said_before, one.said) if said)
    everything: tuple[Part, ...] = (
        *own,
        *congress.result_entries,
        *sent,
        *(one.act for one in withdrawn),
        *withdrawn,
        *(part for one in congress.gaps for part in one.all_supplied),
        *congress.chosen,
        *files,
        *put_and_taken,
        *named,
    )
    standing_ids = {entry.id for entry in congress.current.values()}
    current = [entry for entry in own if entry.id in standing_ids]
    results = congress.result_entries[-1:]
    standing: tuple[Part, ...] = (
        *(*current, *results, *sent[-1:], *congress.chosen[-1:], *files, *congress.tellers),
        *(one.said for one in congress.attachments if one.said),
    )
    parts = (*standing, *(part for part in everything if part.at > since))
    return frozenset(account for part in parts for account in (part.by, part.kept_by) if account)


def refuse_contributors(congress: Congress, caller: Caller) -> None:
    if contributors(congress) & set(caller.accounts):
        raise OwnReport()


def refuse_own_report(congress: Congress, caller: Caller, permission: str, now: datetime) -> None:
    """Two pairs of eyes: whoever decides holds the permission from a unit above and has no part in the report.

    Access has been decided before; this is the rule that no role, however it is written, can lift.
    """
    refuse_contributors(congress, caller)
    refuse_own_unit(congress, caller, permission, now)


def refuse_own_unit(congress: Congress, caller: Caller, permission: str, now: datetime) -> None:
    """Only from above: a permission held in the unit itself does not decide about it."""
    superior = replace(
        caller, rights=tuple(right for right in caller.rights if right.unit_id != congress.unit.id)
    )
    if not decide(superior, permission, congress.unit.path, now).allowed:
        raise OwnReport()


def approve(plan: Plan, congress: Congress, by: By, entry_id: str) -> Congress:
    """Lock the congress. The milestone of the approval, where the plan has one, is recorded for today."""
    refuse_unless_running(plan)
    if congress.state is not State.SUBMITTED:
        raise CongressApproved() if congress.state is State.APPROVED else NothingSubmitted()
    congress = marked_entry(congress, plan.marked(Mark.APPROVED), by, entry_id)
    return acted(congress, State.APPROVED, by)


def send_back(plan: Plan, congress: Congress, reasons: Mapping[str, str], by: By, entry_id: str) -> Congress:
    """Return the report for correction. What was sent up is with the unit again: that milestone is withdrawn."""
    refuse_unless_running(plan)
    refuse_unless_held(plan, congress)
    if congress.state is not State.SUBMITTED:
        raise CongressApproved() if congress.state is State.APPROVED else NothingSubmitted()
    faults: dict[str, Refusal] = {}
    for name, reason in reasons.items():
        if name not in FIGURE_KEYS and name != "results" and plan.index(name) is None:
            faults[f"reasons/{name}"] = UnknownField(name=name)
        elif not reason.strip():
            faults[f"reasons/{name}"] = ReasonsMissing()
        elif len(reason) > REASON_LONGEST:
            faults[f"reasons/{name}"] = ReasonTooLong(longest=REASON_LONGEST)
    refuse(faults if reasons else {"reasons": ReasonsMissing()})
    marked = plan.marked(Mark.SUBMITTED)
    sent = congress.current.get(marked.key) if marked else None
    if sent is not None and congress.last(State.REOPENED) is None:
        entry = Entry(entry_id, sent.milestone, None, "", by.at, by.account_id, sent.id)
        congress = replace(congress, entries=(*congress.entries, entry))
    return acted(congress, State.RETURNED, by, reasons)
