"""Moving a unit under another superior: what changes, and whose leave it needs.

A move is asked → done or declined; that nobody confirmed it in time is a matter of its date.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from membership.domain.unit_import import LevelNotAllowed
from membership.domain.units import LevelScheme, Unit
from servicekit.access.decision import Caller, SignInTooOld, Why, as_just_seen, covers, decide, require
from servicekit.access.second_person import Hand, Question, check_second, hand_of_caller, powers_of
from servicekit.refusals import Acts, Conflict, Invalid, why_not
from servicekit.tree.units import require_live
from servicekit.words import N_

MOVE = "unit:move"
ASK_LIFE = timedelta(hours=72)
# More are moved with the operator's import, step by step; these fit into one transaction of a request.
MOST_MOVED = 2_000

Path = tuple[str, ...]


class MoveState(StrEnum):
    ASKED = "asked"
    DONE = "done"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"  # the access of whoever asked has ended


@dataclass(frozen=True)
class Move:
    """`held` are the units (of unit, old and new superior) over which whoever asked may move units.

    `asked_hand`: whoever asked, with what they held then; None for what was asked before that was written down.
    """

    id: str
    unit_id: str
    unit_path: Path
    from_id: str
    from_path: Path
    to_id: str
    to_path: Path
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    reason: str
    units: int
    held: tuple[str, ...]
    state: MoveState = MoveState.ASKED
    decided_by_name: str = ""
    decided_at: datetime | None = None
    decided_reason: str = ""
    asked_hand: Hand | None = None
    version: int = 0

    @property
    def confirm_until(self) -> datetime:
        return self.asked_at + ASK_LIFE

    @property
    def places(self) -> Mapping[str, Path]:
        return {self.unit_id: self.unit_path, self.from_id: self.from_path, self.to_id: self.to_path}


class RootStays(Invalid):
    title = N_("The unit at the top stays where it is.")


class MoveIntoItself(Invalid):
    title = N_("A unit cannot stand below itself.")


class MoveNothingNew(Invalid):
    title = N_("The unit stands there already.")


class MoveTooLarge(Invalid):
    title = N_("More than {most} units would move with it: the operator's import moves them.")


class MoveAskedAlready(Conflict):
    title = N_(
        "Somebody has asked to move this unit already. Decide that first, or wait until its time is over."
    )


class MoveDecided(Conflict):
    title = N_("This move has been decided already.")


class MoveLapsed(Conflict):
    title = N_("The time for a second person to confirm this move is over.")


class MoveOutdated(Conflict):
    title = N_("The tree has changed since this move was asked for. Ask for it again.")


class ReasonMissing(Invalid):
    title = N_("Say why.")


def moved(unit: Unit, superior: Unit, below: Sequence[Unit], scheme: LevelScheme) -> tuple[Unit, ...]:
    """The unit and all below it as they stand after the move, superiors first. `below`: every unit under it."""
    if unit.parent_id is None:
        raise RootStays(field="unit_id")
    if unit.id in superior.path:
        raise MoveIntoItself(field="to_id")
    if unit.parent_id == superior.id:
        raise MoveNothingNew(field="to_id")
    require_live(unit, field="unit_id")
    require_live(superior, field="to_id")
    if not scheme.allows(superior.level, unit.level):
        raise LevelNotAllowed(field="to_id", level=unit.level, parent_level=superior.level)
    if len(below) >= MOST_MOVED:
        raise MoveTooLarge(field="unit_id", most=MOST_MOVED)
    new = (*superior.path, unit.id)
    parts = [replace(one, path=(*new, *one.path[len(unit.path) :])) for one in below]
    first = replace(unit, parent_id=superior.id, path=new)
    return (first, *sorted(parts, key=lambda one: (len(one.path), one.code)))


def held_over(caller: Caller, places: Mapping[str, Path], now: datetime) -> tuple[str, ...]:
    """Of the places those over which the caller may move units today."""
    return tuple(one for one, path in places.items() if decide(caller, MOVE, path, now).allowed)


def too_old_for(caller: Caller, places: Mapping[str, Path], now: datetime) -> bool:
    """Whether a fresh sign-in would give more than the caller has now."""
    return any(decide(caller, MOVE, path, now).why is Why.SIGN_IN_TOO_OLD for path in places.values())


def state_of(move: Move, now: datetime) -> MoveState:
    lapsed = move.state is MoveState.ASKED and now > move.confirm_until
    return MoveState.LAPSED if lapsed else move.state


def check_first(others: Iterable[Move], unit_id: str, now: datetime) -> None:
    """One open question for a unit at a time, whoever asks."""
    if any(one.unit_id == unit_id and state_of(one, now) is MoveState.ASKED for one in others):
        raise MoveAskedAlready(field="unit_id")


def check_open(move: Move, now: datetime) -> None:
    """Raises unless it waits for a second person."""
    state = state_of(move, now)
    if state is MoveState.LAPSED:
        raise MoveLapsed
    if state is not MoveState.ASKED:
        raise MoveDecided


def asking_hand(caller: Caller) -> Hand:
    """Whoever asks, with what lets them move units."""
    moving = tuple(one for one in caller.rights if one.permission == MOVE)
    return hand_of_caller(replace(caller, rights=moving))


def check_confirming(move: Move, caller: Caller, now: datetime) -> None:
    """Raises unless the caller's yes carries it out: between the two they stand over the unit and both superiors."""
    for place, path in move.places.items():
        if place not in move.held:
            require(caller, MOVE, path, now)
    check_declining(move, caller, now)
    _check_second(move, caller)


def check_declining(move: Move, caller: Caller, now: datetime) -> None:
    """Raises unless the caller may say no: who may move units at one of its places, whoever asked among them."""
    if not held_over(caller, move.places, now):
        if too_old_for(caller, move.places, now):
            raise SignInTooOld(permission=MOVE)
        require(caller, MOVE, move.unit_path, now)
    check_open(move, now)


def acts_of(move: Move, caller: Caller, now: datetime) -> Acts:
    """What the caller may do with it; that the eID must see them again is the last reason, for it cures no other."""
    seen = as_just_seen(caller)
    return {
        "confirm": why_not(
            lambda: check_confirming(move, seen, now), lambda: check_confirming(move, caller, now)
        ),
        "decline": why_not(
            lambda: check_declining(move, seen, now), lambda: check_declining(move, caller, now)
        ),
    }


def _check_second(move: Move, caller: Caller) -> None:
    """Raises unless the caller is an independent second person for each place that whoever asked does not hold."""
    asked_by = move.asked_hand or Hand(frozenset({move.asked_by}))
    question = Question(move.id, asked_by, move.asked_at, move.confirm_until, move.reason)
    second = hand_of_caller(caller)
    for place, path in move.places.items():
        if place not in move.held:
            deciding = [one for one in caller.rights if one.permission == MOVE and covers(one, path)]
            check_second(question, second, powers_of(deciding))


def decided(move: Move, state: MoveState, name: str, reason: str, now: datetime) -> Move:
    return replace(move, state=state, decided_by_name=name, decided_at=now, decided_reason=reason)
