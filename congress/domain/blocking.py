"""Blocked: a congress that one of its open difficulties keeps from a step says so, and is counted apart.

Its deadline stays as it is. Until the difficulty is over nothing that waits for that step is overdue; when it is solved
or withdrawn, or the unit says that it goes on, its deadline tells again. What does not wait for the step is as ever.
Where a version leaves the step out, what waited for it waits until something behind it is recorded.
"""

from dataclasses import replace
from datetime import datetime

from congress.domain.difficulties import Difficulty
from congress.domain.history import Block, By, Congress, State
from congress.domain.plan import Milestone, Plan, PlanState
from congress.domain.progress import REASON_LONGEST, is_abandoned, is_held, refuse_locked
from congress.domain.progress_refusals import ReasonNeeded, ReasonTooLong
from congress.domain.rule_steps import steps_ever
from servicekit.refusals import Conflict, Invalid
from servicekit.words import N_

BLOCKS_MOST = 20
_SENT = (State.SUBMITTED, State.APPROVED)


class BlockedAlready(Conflict):
    title = N_("The congress is blocked already. Say first that it goes on.")


class TooManyBlocks(Conflict):
    title = N_("The congress was blocked {most} times; no more can be added.")


class NotItsDifficulty(Invalid):
    title = N_("This is no difficulty of this congress.")


class DifficultyNotOpen(Conflict):
    title = N_("This difficulty is over: nothing is blocked by it.")


class NothingHeldUp(Conflict):
    title = N_("Nothing is left that this difficulty could keep from being done.")


class NotBlocked(Conflict):
    title = N_("The congress is not blocked.")


def block_of(plan: Plan, congress: Congress) -> Block | None:
    """The one that counts; None where it says nothing any more, or nothing yet: a report that was sent up waits for its
    superior.
    """
    last = congress.blocks[-1] if congress.blocks else None
    if last is None or last.ended_at is not None or congress.state in _SENT or is_abandoned(plan, congress):
        return None
    return None if _is_past(plan, congress, last.milestone) else last


def _is_past(plan: Plan, congress: Congress, blocked: str) -> bool:
    """Whether what is recorded says that the congress goes on."""
    if not blocked or plan.index(blocked) is not None:
        return (blocked or plan.closing.key) in congress.current
    # A version has left it out, so nobody can record it any more: what waited for it waits on.
    place, steps = _place(plan, blocked), steps_ever(plan)
    if place is None or not steps[place].required:
        return True
    return any(one.key in congress.current for one in steps[place + 1 :])


def _place(plan: Plan, key: str) -> int | None:
    """Among all that any version has."""
    return next((place for place, one in enumerate(steps_ever(plan)) if one.key == key), None)


def is_blocked(plan: Plan, congress: Congress) -> bool:
    return plan.state is not PlanState.CLOSED and block_of(plan, congress) is not None


def holds_up(plan: Plan, congress: Congress, milestone: Milestone) -> bool:
    """Whether this step, which is not recorded, waits for the difficulty: it itself, or what needs it done first."""
    block = block_of(plan, congress)
    return block is not None and _waits(plan, congress, block.milestone, milestone)


def _waits(plan: Plan, congress: Congress, blocked: str, milestone: Milestone) -> bool:
    if milestone.key in congress.current:
        return False
    if not blocked or blocked == milestone.key:
        return True
    place, here = _place(plan, blocked), _place(plan, milestone.key)
    return place is not None and here is not None and steps_ever(plan)[place].required and here > place


def refuse_blocking(plan: Plan, congress: Congress) -> None:
    """Whatever difficulty it is by."""
    refuse_locked(plan, congress)
    if block_of(plan, congress) is not None:
        raise BlockedAlready()
    if len(congress.blocks) >= BLOCKS_MOST:
        raise TooManyBlocks(most=BLOCKS_MOST)


def block(
    plan: Plan, congress: Congress, difficulty: Difficulty | None, reason: str, by: By, block_id: str
) -> Congress:
    """`difficulty`: None where its reader knows of none; that of another congress answers the same."""
    refuse_blocking(plan, congress)
    if difficulty is None or difficulty.blocks.congress_id != congress.id:
        raise NotItsDifficulty(field="difficulty_id")
    if difficulty.is_over:
        raise DifficultyNotOpen()
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    if len(reason) > REASON_LONGEST:
        raise ReasonTooLong(field="reason", longest=REASON_LONGEST)
    known = (by.at, by.account_id, by.name, by.by_code, by.kept_by)
    added = Block(block_id, difficulty.id, difficulty.blocks.milestone, reason, *known)
    blocked = replace(congress, blocks=(*congress.blocks, added))
    if not any(is_held(plan, congress, one) and holds_up(plan, blocked, one) for one in plan.milestones):
        raise NothingHeldUp()
    return blocked


def refuse_unblocking(plan: Plan, congress: Congress) -> None:
    refuse_locked(plan, congress)
    if not is_blocked(plan, congress):
        raise NotBlocked()


def unblock(plan: Plan, congress: Congress, by: By) -> Congress:
    """It goes on though the difficulty is not over: from now on its deadline tells again."""
    refuse_unblocking(plan, congress)
    return _ended(congress, by.at, by.account_id)


def is_named(congress: Congress, difficulty_id: str) -> bool:
    """Whether its last word is that this difficulty blocks it."""
    last = congress.blocks[-1] if congress.blocks else None
    return last is not None and last.ended_at is None and last.difficulty_id == difficulty_id


def end_with(congress: Congress, at: datetime) -> Congress:
    """The difficulty is over: whatever state the congress is in by then, it is blocked by it no more."""
    return _ended(congress, at, "")


def _ended(congress: Congress, at: datetime, by: str) -> Congress:
    *before, last = congress.blocks
    return replace(congress, blocks=(*before, replace(last, ended_at=at, ended_by=by)))
