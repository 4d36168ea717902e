"""Difficulties: what keeps a unit from its congress, raised to its superior, answered there or further up.

open → answered | asked back | forwarded, which is open again one level further up. Asked back, the unit replies and it
is open again; answered, the unit says that it is solved, which ends it, or not, which opens it again. It lies with one
unit at a time, and its day there is working days from its arrival; when that is over it climbs by itself.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from congress.domain.history import Attachment, By
from servicekit.access.decision import Caller
from servicekit.refusals import Conflict, Forbidden, Invalid
from servicekit.tree.units import Unit, require_live
from servicekit.words import N_

TEXT_LONGEST = 2000  # characters
UNFINISHED_MOST = 50  # of one unit
STEPS_MOST = 100
# Of these the last are kept for what ends it, or moves it to somebody who ends it.
STEPS_TO_GO_ON = 80


class Kind(StrEnum):
    """Its class."""

    PERSONNEL = "personnel"
    PETITIONS = "petitions"
    REORGANISATION = "reorganisation"
    VENUE_OR_DISASTER = "venue_or_disaster"
    LATE_DOCUMENTS = "late_documents"
    SOFTWARE_ACCOUNT_NETWORK = "software_account_network"
    DEADLINE_CHANGE = "deadline_change"
    OTHER = "other"


class Urgency(StrEnum):
    ORDINARY = "ordinary"
    SOON = "soon"
    URGENT = "urgent"


class State(StrEnum):
    OPEN = "open"
    ASKED_BACK = "asked_back"
    ANSWERED = "answered"
    SOLVED = "solved"
    WITHDRAWN = "withdrawn"


OVER = (State.SOLVED, State.WITHDRAWN)
WITH_THE_UNIT = (State.ASKED_BACK, State.ANSWERED)


class StepKind(StrEnum):
    RAISED = "raised"
    FORWARDED = "forwarded"
    CLIMBED = "climbed"
    ASKED_BACK = "asked_back"
    REPLIED = "replied"
    ANSWERED = "answered"
    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    WITHDRAWN = "withdrawn"
    JOINED = "joined"
    SEPARATED = "separated"
    OTHER_SEPARATED = "other_separated"
    MOVED = "moved"
    HANDED_OVER = "handed_over"


class NobodyAbove(Conflict):
    title = N_("Nobody stands above this unit.")


class TooManyDifficulties(Conflict):
    title = N_("This unit has {most} difficulties that are not solved; no more can be added.")


class DifficultyStepsFull(Conflict):
    title = N_("This went to and fro {most} times. Answer it, or forward it.")


class NotOpen(Conflict):
    title = N_("This difficulty does not wait for its superior now.")


class NothingAskedBack(Conflict):
    title = N_("The superior has asked nothing back.")


class NotAnswered(Conflict):
    title = N_("This difficulty has not been answered.")


class DifficultyOver(Conflict):
    title = N_("This difficulty is over.")


class OwnDifficulty(Forbidden):
    title = N_("You have written this yourself for the unit. Somebody else answers.")


class OwnAnswer(Forbidden):
    title = N_(
        "You have answered this yourself for the superior. Somebody else of the unit says whether it is solved."
    )


class RaisedFurtherUp(Forbidden):
    title = N_(
        "A difficulty is raised by whoever reports for the unit by a right of the unit, or of the one above it."
    )


class WhyNotSolved(Invalid):
    title = N_("Say what is not solved.")


class NotItsCongress(Invalid):
    title = N_("This is no milestone of a congress of this unit.")


@dataclass(frozen=True, slots=True)
class Step:
    """`unit_id`: at which unit it was done; `to`: the unit it went to, where it went on. Nobody's name: the clock."""

    kind: StepKind
    at: datetime
    unit_id: str
    text: str = ""
    to: str = ""
    by: str = ""
    by_name: str = ""
    by_code: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """What it keeps from being done: a milestone of the unit's congress, or the congress as a whole."""

    congress_id: str = ""
    plan_id: str = ""
    milestone: str = ""


NOTHING_BLOCKED = Blocked()


@dataclass(frozen=True, slots=True)
class Said:
    """What the unit says of it."""

    kind: Kind
    urgency: Urgency
    text: str
    blocks: Blocked = NOTHING_BLOCKED


@dataclass(frozen=True)
class Difficulty:
    """`place`: the unit with which it lies or lay, the highest it has been to, for it never goes down. `since`: when it
    came into its state there. `due`: until when that unit should say something; None while it does not wait for it.
    `authors`: whoever wrote for the unit, and who keeps them where they are programs. `joined`: the same for those that
    the topmost unit answers together.
    """

    id: str
    unit: Unit
    kind: Kind
    urgency: Urgency
    text: str
    place: str
    raised_at: datetime
    since: datetime
    state: State = State.OPEN
    due: date | None = None
    overdue: bool = False
    blocks: Blocked = NOTHING_BLOCKED
    authors: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    joined: str = ""
    files: tuple[Attachment, ...] = ()
    version: int = 0

    @property
    def is_over(self) -> bool:
        return self.state in OVER or not self.unit.live

    @property
    def standing(self) -> str:
        """Its state as lists have it."""
        if self.state not in OVER and not self.unit.live:
            return "ended"
        return "overdue" if self.state is State.OPEN and self.overdue else self.state.value

    @property
    def chain(self) -> tuple[str, ...]:
        """The units that may know of it, the topmost first."""
        path = self.unit.path
        return path[path.index(self.place) :] if self.place in path else path[-1:]

    @property
    def waits_with(self) -> str:
        """The unit whose act comes next."""
        if self.is_over:
            return ""
        return self.unit.id if self.state in WITH_THE_UNIT else self.place


STANDINGS = ("open", "overdue", "asked_back", "answered", "solved", "withdrawn", "ended")


def superiors(unit_path: tuple[str, ...], place: str) -> tuple[str, ...]:
    """Those above a place on the way up, the nearest first."""
    return tuple(reversed(unit_path[: unit_path.index(place)])) if place in unit_path else ()


def next_above(unit_path: tuple[str, ...], place: str, units: Mapping[str, Unit]) -> Unit:
    """The nearest live one. Raises NobodyAbove."""
    for unit_id in superiors(unit_path, place):
        if unit_id in units and units[unit_id].live:
            return units[unit_id]
    raise NobodyAbove()


def raise_difficulty(
    unit: Unit, said: Said, above: Unit, due: date, unfinished: int, by: By, difficulty_id: str
) -> Difficulty:
    """`unfinished`: how many the unit has already."""
    require_live(unit)
    if unfinished >= UNFINISHED_MOST:
        raise TooManyDifficulties(most=UNFINISHED_MOST)
    step = step_of(StepKind.RAISED, unit.id, by, to=above.id)
    return Difficulty(
        *(difficulty_id, unit, said.kind, said.urgency, said.text, above.id, by.at, by.at),
        due=due,
        blocks=said.blocks,
        authors=_authors((), by),
        steps=(step,),
    )


def refuse_unless_open(difficulty: Difficulty) -> None:
    refuse_over(difficulty)
    if difficulty.state is not State.OPEN:
        raise NotOpen()


def refuse_own(difficulty: Difficulty, caller: Caller) -> None:
    if set(difficulty.authors) & {*caller.accounts, caller.kept_by}:
        raise OwnDifficulty()


def refuse_own_answer(difficulty: Difficulty, caller: Caller) -> None:
    """Whoever answered it last does not end it for the unit as well."""
    answered = [one.by for one in difficulty.steps if one.kind is StepKind.ANSWERED]
    if answered and answered[-1] in {*caller.accounts, caller.kept_by}:
        raise OwnAnswer()


def refuse_full(difficulty: Difficulty) -> None:
    if len(difficulty.steps) >= STEPS_TO_GO_ON:
        raise DifficultyStepsFull(most=STEPS_TO_GO_ON)


def answer(difficulty: Difficulty, text: str, by: By) -> Difficulty:
    refuse_unless_open(difficulty)
    return _went(difficulty, step_of(StepKind.ANSWERED, difficulty.place, by, text), State.ANSWERED)


def refuse_asking_back(difficulty: Difficulty) -> None:
    refuse_unless_open(difficulty)
    refuse_full(difficulty)


def ask_back(difficulty: Difficulty, text: str, by: By) -> Difficulty:
    refuse_asking_back(difficulty)
    return _went(difficulty, step_of(StepKind.ASKED_BACK, difficulty.place, by, text), State.ASKED_BACK)


def forward(difficulty: Difficulty, note: str, above: Unit, due: date, by: By) -> Difficulty:
    refuse_unless_open(difficulty)
    step = step_of(StepKind.FORWARDED, difficulty.place, by, note, above.id)
    return _upwards(_went(difficulty, step, State.OPEN), above, due)


def climb(difficulty: Difficulty, above: Unit, due: date, at: datetime) -> Difficulty:
    """By the clock."""
    refuse_unless_open(difficulty)
    step = Step(StepKind.CLIMBED, at, difficulty.place, to=above.id)
    return replace(_upwards(_went(difficulty, step, State.OPEN), above, due), overdue=True)


def stay_overdue(difficulty: Difficulty) -> Difficulty:
    """Its day is over, and nobody stands above: there is no other day to wait for."""
    return replace(difficulty, overdue=True, due=None)


def refuse_replying(difficulty: Difficulty) -> None:
    refuse_over(difficulty)
    if difficulty.state is not State.ASKED_BACK:
        raise NothingAskedBack()


def reply(difficulty: Difficulty, text: str, due: date, by: By) -> Difficulty:
    refuse_replying(difficulty)
    return _opened_again(difficulty, step_of(StepKind.REPLIED, difficulty.unit.id, by, text), due, by)


def refuse_confirming(difficulty: Difficulty) -> None:
    refuse_over(difficulty)
    if difficulty.state is not State.ANSWERED:
        raise NotAnswered()


def confirm_solved(difficulty: Difficulty, text: str, by: By) -> Difficulty:
    refuse_confirming(difficulty)
    return _went(difficulty, step_of(StepKind.SOLVED, difficulty.unit.id, by, text), State.SOLVED)


def say_not_solved(difficulty: Difficulty, text: str, due: date, by: By) -> Difficulty:
    """Open again where it was answered."""
    refuse_confirming(difficulty)
    refuse_full(difficulty)
    if not text.strip():
        raise WhyNotSolved(field="text")
    step = step_of(StepKind.NOT_SOLVED, difficulty.unit.id, by, text)
    return replace(_opened_again(difficulty, step, due, by), overdue=False)


def refuse_withdrawing(difficulty: Difficulty) -> None:
    refuse_over(difficulty)


def withdraw(difficulty: Difficulty, text: str, by: By) -> Difficulty:
    refuse_withdrawing(difficulty)
    return _went(difficulty, step_of(StepKind.WITHDRAWN, difficulty.unit.id, by, text), State.WITHDRAWN)


def moved(difficulty: Difficulty, unit: Unit, at: datetime, due_at: Callable[[str], date]) -> Difficulty:
    """The same where its unit stands otherwise. `due_at`: the day by which a unit to which it comes should answer."""
    place = followed_place(difficulty.place, difficulty.unit.path, unit.path)
    after = replace(difficulty, unit=unit, place=place)
    if place == difficulty.place or after.is_over:
        return after
    step = Step(StepKind.MOVED, at, unit.id, to=place)
    due = due_at(place) if after.state is State.OPEN else None
    return replace(after, steps=(*after.steps, step), due=due)


def followed_place(place: str, before: tuple[str, ...], after: tuple[str, ...]) -> str:
    """The place itself where it is above the unit still, else as many levels above it as before."""
    if place in after:
        return place
    levels = len(before) - 1 - before.index(place) if place in before else 1
    return after[max(0, len(after) - 1 - levels)]


def _went(difficulty: Difficulty, step: Step, state: State) -> Difficulty:
    steps = (*difficulty.steps, step)
    return replace(difficulty, steps=steps, state=state, since=step.at, due=None)


def _upwards(difficulty: Difficulty, above: Unit, due: date) -> Difficulty:
    return replace(difficulty, place=above.id, due=due)


def _opened_again(difficulty: Difficulty, step: Step, due: date, by: By) -> Difficulty:
    to = replace(step, to=difficulty.place)
    opened = _went(difficulty, to, State.OPEN)
    return with_author(replace(opened, due=due), by)


def with_author(difficulty: Difficulty, by: By) -> Difficulty:
    return replace(difficulty, authors=_authors(difficulty.authors, by))


def _authors(before: Collection[str], by: By) -> tuple[str, ...]:
    return tuple(one for one in dict.fromkeys((*before, by.account_id, by.kept_by)) if one)


def step_of(kind: StepKind, unit_id: str, by: By, text: str = "", to: str = "") -> Step:
    return Step(kind, by.at, unit_id, text, to, by.account_id, by.name, by.by_code)


def refuse_over(difficulty: Difficulty) -> None:
    require_live(difficulty.unit, None)
    if difficulty.state in OVER:
        raise DifficultyOver()
