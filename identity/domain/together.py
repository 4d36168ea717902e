"""Acts on a person above whom nobody stands: two administrators of the topmost unit do them together."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from identity.domain.grant_refusals import NotProposed, ProposalLapsed, ReasonNeeded
from identity.domain.grants import Acting, Grant
from servicekit.access.decision import Right, covers
from servicekit.access.second_person import SecondPersonNeeded
from servicekit.refusals import Forbidden
from servicekit.words import N_

# A lost phone does not wait for long; whoever is needed as second person is asked by the message and in person.
ASK_LIFE = timedelta(hours=24)


class Act(StrEnum):
    END_SESSIONS = "end-sessions"
    NAME_OFFICIAL = "name-official"
    REMOVE_OFFICIAL = "remove-official"


class State(StrEnum):
    ASKED = "asked"
    LAPSED = "lapsed"
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class JointAct:
    """`unit_id`: the topmost unit whose administrators decide; `about_unit_id`: the unit that it is about, if any."""

    id: str
    act: Act
    account_id: str
    unit_id: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    reason: str
    about_unit_id: str = ""
    state: State = State.ASKED
    answered_by: str = ""
    answered_by_name: str = ""
    answered_at: datetime | None = None
    version: int = 0

    @property
    def until(self) -> datetime:
        return self.asked_at + ASK_LIFE


class NotOwnAct(Forbidden):
    title = N_("What is asked about you is for others to decide.")


class NotAtTheTop(Forbidden):
    title = N_("Only administrators of the topmost unit may do this, two of them together.")


def state_of(joint: JointAct, now: datetime) -> State:
    return State.LAPSED if joint.state is State.ASKED and now > joint.until else joint.state


def top_right(rights: Iterable[Right], live: Iterable[Grant]) -> Right:
    """The right to give access in a topmost unit that reaches all of what the person holds. Raises NotAtTheTop."""
    held = list(live)
    for right in rights:
        at_top = right.permission == "access:grant" and len(right.unit_path) == 1
        if at_top and held and all(covers(right, grant.unit_path) for grant in held):
            return right
    raise NotAtTheTop


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonNeeded(field="reason")


def confirm(joint: JointAct, by: Acting, name: str, now: datetime) -> JointAct:
    """The second person's yes; that they are independent of the first is for the caller to know."""
    refuse_unless_asked(state_of(joint, now))
    if {joint.asked_by, joint.account_id} & set(by):
        raise SecondPersonNeeded
    return replace(joint, state=State.DONE, answered_by=by[0], answered_by_name=name, answered_at=now)


def withdraw(joint: JointAct, by: Acting, name: str, now: datetime) -> JointAct:
    """The second person's no, or the first one's change of mind; never the word of whom it would be done to."""
    refuse_unless_asked(state_of(joint, now))
    if joint.account_id in by:
        raise NotOwnAct
    return replace(joint, state=State.WITHDRAWN, answered_by=by[0], answered_by_name=name, answered_at=now)


def lapse(joint: JointAct, now: datetime) -> JointAct:
    """Nobody answered in time. Raises NotProposed for one that is not over by that."""
    if state_of(joint, now) is not State.LAPSED:
        raise NotProposed
    return replace(joint, state=State.LAPSED, answered_at=now)


def refuse_unless_asked(state: State) -> None:
    """Raises ProposalLapsed or NotProposed: of what two do, that which still waits is answered, and nothing else."""
    if state is State.LAPSED:
        raise ProposalLapsed
    if state is not State.ASKED:
        raise NotProposed
