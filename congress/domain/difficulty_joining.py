"""At the topmost unit several units' same difficulty is joined, and one answer goes down to all of them; what turns out
to be another one is taken out again. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from congress.domain.difficulties import (
    STEPS_TO_GO_ON,
    Difficulty,
    StepKind,
    refuse_full,
    refuse_unless_open,
    step_of,
)
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


class NotJoined(Conflict):
    title = N_("This difficulty is not joined with others.")


class OthersChanged(Conflict):
    title = N_("What else this answer would go to has changed. Look at it, then answer.")


class JoinedOtherwise(Conflict):
    title = N_("Some of these are joined with others already. Join one group at a time.")


def refuse_joining(difficulty: Difficulty) -> None:
    refuse_unless_open(difficulty)
    if difficulty.place != difficulty.unit.path[0]:
        raise JoinedAtTheTop()
    refuse_full(difficulty)


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


def refuse_separating(difficulty: Difficulty) -> None:
    """What has been answered together stays together: its unit says for itself whether it is solved."""
    refuse_unless_open(difficulty)
    if not difficulty.joined:
        raise NotJoined()
    refuse_full(difficulty)


def separate(difficulty: Difficulty, group: Iterable[Difficulty], text: str, by: By) -> list[Difficulty]:
    """The one by itself again, with the day that it has had all along; then those of its group that are not over, told
    that one was taken out, as long as their way has room. Where a single one is left, it is joined with nobody either.
    """
    refuse_separating(difficulty)
    left = [one for one in group if one.id != difficulty.id and not one.is_over]
    stays = difficulty.joined if len(left) > 1 else ""
    own = step_of(StepKind.SEPARATED, difficulty.place, by, text)
    told = step_of(StepKind.OTHER_SEPARATED, difficulty.place, by)
    return [
        replace(difficulty, joined="", steps=(*difficulty.steps, own)),
        *(
            replace(one, joined=stays, steps=(*one.steps, told) if _has_room(one) else one.steps)
            for one in left
        ),
    ]


def _has_room(difficulty: Difficulty) -> bool:
    return len(difficulty.steps) < STEPS_TO_GO_ON


def refuse_unseen(together: Sequence[Difficulty], seen: Mapping[str, int]) -> None:
    """`seen`: the versions of the others to which the answer goes, as they were shown."""
    if {one.id: one.version for one in together[1:]} != dict(seen):
        raise OthersChanged()


def answered_together(difficulty: Difficulty, group: Iterable[Difficulty]) -> list[Difficulty]:
    """What one answer goes to: all of its group that wait where it does."""
    others = [one for one in group if one.id != difficulty.id]
    waiting = [one for one in others if one.waits_with == one.place == difficulty.place]
    return [difficulty, *waiting]
