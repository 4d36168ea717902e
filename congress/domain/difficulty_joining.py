"""At the topmost unit several units' same difficulty is joined, and one answer goes down to all of them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from congress.domain.difficulties import Difficulty, StepKind, refuse_unless_open, step_of
from congress.domain.history import By
from servicekit.refusals import Conflict
from servicekit.words import N_

JOINED_MOST = 100


class JoinedAtTheTop(Conflict):
    title = N_("Difficulties are joined by the topmost unit.")


class TooFewToJoin(Conflict):
    title = N_("Tick at least two difficulties.")


class TooManyJoined(Conflict):
    title = N_("At most {most} difficulties can be joined.")


class OthersChanged(Conflict):
    title = N_("What else this answer would go to has changed. Look at it, then answer.")


class JoinedOtherwise(Conflict):
    title = N_("Some of these are joined with others already. Join one group at a time.")


def refuse_joining(difficulty: Difficulty) -> None:
    refuse_unless_open(difficulty)
    if difficulty.place != difficulty.unit.path[0]:
        raise JoinedAtTheTop()


def joined_as(ticked: Sequence[Difficulty], new_id: str) -> str:
    """The group that they become, or become part of."""
    if len(ticked) < 2:
        raise TooFewToJoin()
    groups = {one.joined for one in ticked if one.joined}
    if len(groups) > 1:
        raise JoinedOtherwise()
    return next(iter(groups), new_id)


def join(ticked: Sequence[Difficulty], group: str, already: int, by: By) -> list[Difficulty]:
    """Those that come into the group. `already`: how many are in it."""
    for one in ticked:
        refuse_joining(one)
    new = [one for one in ticked if one.joined != group]
    if already + len(new) > JOINED_MOST:
        raise TooManyJoined(most=JOINED_MOST)
    return [
        replace(one, joined=group, steps=(*one.steps, step_of(StepKind.JOINED, one.place, by))) for one in new
    ]


def refuse_unseen(together: Sequence[Difficulty], seen: Mapping[str, int]) -> None:
    """`seen`: the versions of the others to which the answer goes, as they were shown."""
    if {one.id: one.version for one in together[1:]} != dict(seen):
        raise OthersChanged()


def answered_together(difficulty: Difficulty, group: Iterable[Difficulty]) -> list[Difficulty]:
    """What one answer goes to: all of its group that wait where it does."""
    others = [one for one in group if one.id != difficulty.id]
    waiting = [one for one in others if one.waits_with == one.place == difficulty.place]
    return [difficulty, *waiting]
