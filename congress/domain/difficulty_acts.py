"""Who may do what with a difficulty, and why not. Acts are named as their addresses end."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from congress.domain import difficulties as rules
from congress.domain import difficulty_joining as joining
from congress.domain.difficulties import Difficulty, State
from servicekit.access.decision import Caller, UnknownHere, as_just_seen, decide, require, why_not_by
from servicekit.refusals import Acts, Check, Forbidden, Refusal, why_not
from servicekit.tree.units import Unit
from servicekit.words import N_

READ, REPORT, APPROVE = "congress:read", "congress:report", "congress:approve"


class LiesElsewhere(Forbidden):
    title = N_("This difficulty lies with another unit now. Whoever decides about reports there answers.")


def at_units(caller: Caller, unit_ids: Collection[str]) -> Caller:
    """The same person with the rights alone that are given at one of these units."""
    return replace(caller, rights=tuple(one for one in caller.rights if one.unit_id in unit_ids))


def require_reading(difficulty: Difficulty, caller: Caller, now: datetime) -> None:
    """For those outside its chain it is not there, however far up they stand."""
    if not decide(at_units(caller, difficulty.chain), READ, difficulty.unit.path, now).allowed:
        raise UnknownHere


def require_reporting(difficulty: Difficulty, caller: Caller, now: datetime) -> None:
    require(at_units(caller, difficulty.chain), REPORT, difficulty.unit.path, now)


def require_raising(unit: Unit, above: Unit, caller: Caller, now: datetime) -> None:
    """By a right that is given where it will be seen: who raises it reads what becomes of it."""
    require(caller, REPORT, unit.path, now)
    if not decide(as_just_seen(at_units(caller, (unit.id, above.id))), REPORT, unit.path, now).allowed:
        raise rules.RaisedFurtherUp()


def require_confirming(difficulty: Difficulty, caller: Caller, now: datetime) -> None:
    require_reporting(difficulty, caller, now)
    rules.refuse_own_answer(difficulty, caller)


def require_withdrawing(difficulty: Difficulty, caller: Caller, now: datetime) -> None:
    require_reporting(difficulty, caller, now)
    if difficulty.state is State.ANSWERED:
        rules.refuse_own_answer(difficulty, caller)


def require_answering(difficulty: Difficulty, caller: Caller, now: datetime) -> None:
    """By a right that is given at the unit with which it lies, and not by whoever wrote for the unit."""
    there = at_units(caller, (difficulty.place,))
    if not there.rights:
        raise LiesElsewhere()
    rules.refuse_own(difficulty, caller)
    require(there, APPROVE, difficulty.unit.path, now)


def reads_group(difficulty: Difficulty, caller: Caller, now: datetime) -> bool:
    """Whether they stand where the group is answered; a unit below learns nothing of the others in it."""
    seen = at_units(caller, (difficulty.place,))
    return decide(seen, READ, difficulty.unit.path, now).allowed


def tells_names(difficulty: Difficulty, caller: Caller, now: datetime) -> bool:
    """As with reports: to those who report for the unit or decide."""
    seen = as_just_seen(at_units(caller, difficulty.chain))
    path = difficulty.unit.path
    return any(decide(seen, permission, path, now).allowed for permission in (REPORT, APPROVE))


def acts_of(difficulty: Difficulty, topmost: bool, caller: Caller, now: datetime) -> Acts:
    """`topmost`: nobody stands above the unit with which it lies."""

    def unit(*checks: Check) -> Refusal | None:
        return why_not_by(at_units(caller, difficulty.chain), REPORT, difficulty.unit.path, now, *checks)

    def not_ones_own() -> None:
        rules.refuse_own_answer(difficulty, caller)

    def withdraw() -> None:
        rules.refuse_withdrawing(difficulty)
        if difficulty.state is State.ANSWERED:
            not_ones_own()

    def superior(check: Check) -> Refusal | None:
        seen = as_just_seen(caller)
        return why_not(
            lambda: require_answering(difficulty, seen, now),
            check,
            lambda: require_answering(difficulty, caller, now),
        )

    def forward() -> None:
        rules.refuse_unless_open(difficulty)
        if topmost:
            raise rules.NobodyAbove()

    return {
        "answer": superior(lambda: rules.refuse_unless_open(difficulty)),
        "ask-back": superior(lambda: rules.refuse_asking_back(difficulty)),
        "forward": superior(forward),
        "separate": superior(lambda: joining.refuse_separating(difficulty)),
        "reply": unit(lambda: rules.refuse_replying(difficulty)),
        "confirm": unit(lambda: rules.refuse_confirming(difficulty), not_ones_own),
        "withdraw": unit(withdraw),
    }
