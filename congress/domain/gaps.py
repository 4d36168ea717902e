"""Approving with stated gaps: what is missing is named, and until when it is owed; all else is approved and locked.

owed → supplied by the unit → closed by the superior, or owed again.

A figure or a milestone that is supplied counts when its gap is closed: until then what was approved stands as it is.
Gaps are of one approval: once that is taken back, or reopened, they say nothing any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from congress.domain.cautions import refuse
from congress.domain.decisions import approve
from congress.domain.history import By, Congress, State
from congress.domain.plan import Plan, is_planned
from congress.domain.progress import (
    REASON_LONGEST,
    Report,
    change_results,
    record_milestone,
    refuse_unless_held,
    refuse_unless_running,
)
from congress.domain.progress_refusals import ReasonNeeded, ReasonTooLong, UnknownField
from congress.domain.results import FIGURE_KEYS
from congress.domain.stated import Gap, GapAnswer, GapState, Round, Supplied
from servicekit.refusals import Conflict, Invalid, NotFound, Refusal
from servicekit.words import N_

GAPS_MOST = 10
OWED_MOST = 90  # days
ROUNDS_MOST = 20
DOCUMENT, AS_A_WHOLE = "document", "results"


class TooManyGaps(Invalid):
    title = N_("A report is approved with {most} gaps at most; with more of them, return it.")


class GapNotAhead(Invalid):
    title = N_("What is missing is owed until a day after today, {latest} at the latest.")


class NoSuchGap(NotFound):
    title = N_("The report was not approved with such a gap.")


class NoGapOwed(Conflict):
    title = N_("Nothing is owed here: it was supplied, or the gap is closed.")


class NoGapOpen(Conflict):
    title = N_("The gap is closed.")


class NotSupplied(Conflict):
    title = N_("Nothing has been supplied yet that could be given back.")


class GivenBackTooOften(Conflict):
    title = N_("It was given back {most} times. Close the gap with a remark, or reopen the report.")


class SuppliedMissing(Invalid):
    title = N_("Say what is there now, or give the value that was missing.")


class SuppliedOtherwise(Invalid):
    title = N_("A value is given of a figure, and a day of a milestone.")


@dataclass(frozen=True, slots=True)
class Stated:
    """What whoever approves says is missing."""

    of: str
    text: str
    until: date


def approve_with_gaps(
    plan: Plan, congress: Congress, stated: Sequence[Stated], by: By, entry_id: str, ids: Iterable[str]
) -> Congress:
    """`ids`: one for each gap. What is missing stands with the act as well, by its field."""
    approved = approve(plan, congress, by, entry_id)
    if not stated:
        return approved
    _refuse_stated(plan, stated, by)
    gaps = tuple(
        Gap(gap_id, one.of, one.text, one.until, by.at, by.account_id, by.name)
        for gap_id, one in zip(ids, stated, strict=False)
    )
    reasons: dict[str, str] = {}
    for one in stated:
        reasons[one.of] = f"{reasons[one.of]}\n{one.text}" if one.of in reasons else one.text
    *acts, act = approved.acts
    return replace(approved, acts=(*acts, replace(act, reasons=reasons)), gaps=(*approved.gaps, *gaps))


def _refuse_stated(plan: Plan, stated: Sequence[Stated], by: By) -> None:
    if len(stated) > GAPS_MOST:
        raise TooManyGaps(field="gaps", most=GAPS_MOST)
    latest = by.today + timedelta(days=OWED_MOST)
    faults: dict[str, Refusal] = {}
    for place, one in enumerate(stated):
        if one.of not in (*FIGURE_KEYS, DOCUMENT, AS_A_WHOLE) and plan.index(one.of) is None:
            faults[f"gaps/{place}/of"] = UnknownField(name=one.of)
        if why := _text_fault(one.text):
            faults[f"gaps/{place}/text"] = why
        if not by.today < one.until <= latest:
            faults[f"gaps/{place}/until"] = GapNotAhead(latest=latest.isoformat())
    refuse(faults)


def _text_fault(text: str) -> Refusal | None:
    if not text.strip():
        return ReasonNeeded()
    return ReasonTooLong(longest=REASON_LONGEST) if len(text) > REASON_LONGEST else None


def gaps_of(congress: Congress) -> tuple[Gap, ...]:
    """Those of the approval that stands."""
    act = congress.last(State.APPROVED)
    if congress.state is not State.APPROVED or act is None:
        return ()
    return tuple(one for one in congress.gaps if one.at == act.at)


def open_gaps(congress: Congress) -> tuple[Gap, ...]:
    return tuple(one for one in gaps_of(congress) if one.state is not GapState.CLOSED)


def owed(congress: Congress) -> tuple[Gap, ...]:
    """By its unit, the first due first."""
    found = [one for one in gaps_of(congress) if one.state is GapState.OWED]
    return tuple(sorted(found, key=lambda one: one.until))


def is_owed(congress: Congress, of: str) -> bool:
    return any(one.of == of for one in owed(congress))


def refuse_supplying(plan: Plan, congress: Congress) -> None:
    """Whatever is supplied."""
    _refuse_over(plan, congress)
    if not owed(congress):
        raise NoGapOwed()


def supply(
    plan: Plan, congress: Congress, gap_id: str, text: str, value: float | None, day: date | None, by: By
) -> Congress:
    _refuse_over(plan, congress)
    gap = _find(congress, gap_id)
    if gap.state is not GapState.OWED:
        raise NoGapOwed()
    if value is not None and gap.of not in FIGURE_KEYS:
        raise SuppliedOtherwise(field="value")
    if day is not None and plan.index(gap.of) is None:
        raise SuppliedOtherwise(field="day")
    if not text.strip() and value is None and day is None:
        raise SuppliedMissing(field="text")
    if len(text) > REASON_LONGEST:
        raise ReasonTooLong(field="text", longest=REASON_LONGEST)
    given = Supplied(
        text,
        value,
        day,
        by.at,
        by.account_id,
        by.name,
        by.by_code,
        by.kept_by,
    )
    supplied = replace(_anew(gap), supplied=given)
    # What the rules would refuse then is said now.
    _counted_in(plan, congress, supplied, by, "-")
    return _with(congress, supplied)


def refuse_closing(plan: Plan, congress: Congress) -> None:
    """Whichever gap."""
    _refuse_over(plan, congress)
    if not open_gaps(congress):
        raise NoGapOpen()


def close(
    plan: Plan, congress: Congress, gap_id: str, *, closed: bool, remark: str, by: By, entry_id: str
) -> Congress:
    """Close it, also where nothing was supplied, which takes a remark; or say that it is still owed, and why."""
    _refuse_over(plan, congress)
    gap = _find(congress, gap_id)
    if gap.state is GapState.CLOSED:
        raise NoGapOpen()
    if not closed and gap.state is GapState.OWED:
        raise NotSupplied()
    if not closed and len(gap.earlier) >= ROUNDS_MOST:
        raise GivenBackTooOften(most=ROUNDS_MOST)
    if not remark.strip() and not (closed and gap.state is GapState.SUPPLIED):
        raise ReasonNeeded(field="remark")
    if len(remark) > REASON_LONGEST:
        raise ReasonTooLong(field="remark", longest=REASON_LONGEST)
    if closed and gap.state is GapState.SUPPLIED:
        congress = _counted_in(plan, congress, gap, by, entry_id)
    answer = GapAnswer(closed, remark, by.at, by.account_id, by.name, by.kept_by)
    return _with(congress, replace(_anew(gap), answer=answer))


def _anew(gap: Gap) -> Gap:
    """What was supplied and given back stands with what was there earlier."""
    if gap.state is not GapState.OWED or gap.supplied is None or gap.answer is None:
        return gap
    return replace(gap, supplied=None, answer=None, earlier=(*gap.earlier, Round(gap.supplied, gap.answer)))


def counted(plan: Plan, congress: Congress) -> Mapping[str, int]:
    """What a congress adds to the roll-ups: approved with something open, and with something to be looked at.

    Of a unit that has ended, or left the plan, nobody supplies or closes anything any more.
    """
    if not is_planned(plan, congress.unit):
        return {}
    states = {one.state for one in open_gaps(congress)}
    found = {"gaps.open": 1} if states else {}
    return {**found, "gaps.supplied": 1} if GapState.SUPPLIED in states else found


def _refuse_over(plan: Plan, congress: Congress) -> None:
    refuse_unless_running(plan)
    refuse_unless_held(plan, congress)


def _find(congress: Congress, gap_id: str) -> Gap:
    found = next((one for one in gaps_of(congress) if one.id == gap_id), None)
    if found is None:
        raise NoSuchGap()
    return found


def _with(congress: Congress, gap: Gap) -> Congress:
    return replace(congress, gaps=tuple(gap if one.id == gap.id else one for one in congress.gaps))


def _counted_in(plan: Plan, congress: Congress, gap: Gap, by: By, entry_id: str) -> Congress:
    """With what was supplied, as its unit's own entry: by the rules by which it would have been reported."""
    given = gap.supplied
    if given is None or (given.value is None and given.day is None):
        return congress
    unlocked = replace(congress, state=State.CLOSED)
    author = By(given.by, by.at, by.today, given.by_code, given.kept_by, name=given.by_name)
    if given.value is not None:
        figures = {**(congress.results or {}), gap.of: given.value}
        changed = change_results(plan, unlocked, figures, author, entry_id)
    else:
        standing = congress.current.get(gap.of)
        report = Report(gap.of, given.day, corrects=standing.id if standing else None)
        changed = record_milestone(plan, unlocked, report, None, author, entry_id)
    return replace(changed, state=congress.state)
