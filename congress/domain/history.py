"""A congress and the history of which it consists: entries, results, acts, choices, files, each with who and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from congress.domain.results import Figures
from congress.domain.stated import Gap, Supplied
from congress.domain.takings import Handed, Responsible, Taking
from congress.domain.voting import Tallied
from servicekit.tree.units import Unit


class State(StrEnum):
    PLANNED = "planned"
    UNDER_WAY = "under_way"
    CLOSED = "closed"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    REOPENED = "reopened"


# With the unit again after it had been sent up.
CORRECTING = (State.RETURNED, State.REOPENED)


DECIDED = (*CORRECTING, State.APPROVED)


@dataclass(frozen=True, slots=True)
class Entry:
    """`date` is None in a correction that withdraws: what was recorded did not happen."""

    id: str
    milestone: str
    date: date | None
    note: str
    at: datetime
    by: str
    corrects: str | None = None
    by_code: bool = False  # reported with a sealed code while the eID was down
    kept_by: str = ""  # where a program reported: whose program it is
    above: bool = False  # recorded by the superior unit, whose step it is
    over_reason: str = ""  # why a superior further up acted over the heads of those between


@dataclass(frozen=True, slots=True)
class ResultEntry:
    """`members`: how many the register knew of the unit and all below it then; None where it did not say."""

    id: str
    figures: Figures
    at: datetime
    by: str
    by_code: bool = False
    kept_by: str = ""
    members: int | None = None
    asked: bool = False  # whether the register was asked at all


@dataclass(frozen=True, slots=True)
class Act:
    """Sending up, sending back or approving: `kind` is the state it led to."""

    kind: State
    at: datetime
    by: str
    reasons: Mapping[str, str]
    by_code: bool = False
    kept_by: str = ""
    over_reason: str = ""  # as that of an entry
    by_name: str = ""  # as the eID had it then; acts of earlier days have none


@dataclass(frozen=True, slots=True)
class Undone:
    """An act that was taken back: it stands here, and no longer among the acts."""

    act: Act
    at: datetime
    by: str
    by_name: str = ""
    kept_by: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Who chose the content type, or said which document a file is, and when."""

    at: datetime
    by: str
    kept_by: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that hangs on the report: `id` is the file's. What is in it, its keeper knows. `kind`: which document it
    is, where somebody has `said` so; `proves`: the id of the figures that stood then. `said_before`: who had said so,
    each account once.
    """

    id: str
    at: datetime
    by: str
    by_code: bool = False
    kept_by: str = ""
    kind: str = ""
    proves: str = ""
    said: Choice | None = None
    said_before: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """A file that was taken off the report again: `added` says who had put it there."""

    added: Attachment
    at: datetime
    by: str
    by_code: bool = False
    kept_by: str = ""


class ExtensionState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ExtensionAnswer:
    """By the superior, or by the unit itself where it withdraws. `until`: the day that is granted, else None."""

    until: date | None
    reason: str
    at: datetime
    by: str
    by_name: str = ""
    kept_by: str = ""
    over_reason: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """A later deadline that the unit asked for on `day`, until `until`, and what became of it."""

    id: str
    until: date
    reason: str
    day: date
    at: datetime
    by: str
    by_name: str = ""
    by_code: bool = False
    kept_by: str = ""
    state: ExtensionState = ExtensionState.ASKED
    answer: ExtensionAnswer | None = None


class ExplanationState(StrEnum):
    WRITTEN = "written"
    ACCEPTED = "accepted"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class ExplanationAnswer:
    """By the superior. `remark`: what is missing, where it is returned."""

    remark: str
    at: datetime
    by: str
    by_name: str = ""
    kept_by: str = ""
    over_reason: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a congress is so late, as its unit wrote it, and what became of it. `days_late`: on that day."""

    id: str
    text: str
    days_late: int
    at: datetime
    by: str
    by_name: str = ""
    by_code: bool = False
    kept_by: str = ""
    state: ExplanationState = ExplanationState.WRITTEN
    answer: ExplanationAnswer | None = None


@dataclass(frozen=True, slots=True)
class Postponement:
    """The unit said that its congress is not held before `until`; `ended_at`: when, that it goes on after all."""

    id: str
    until: date
    reason: str
    at: datetime
    by: str
    by_name: str = ""
    by_code: bool = False
    kept_by: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """The unit said that a difficulty keeps it from a milestone, or from its congress where that names none.
    `ended_at`: when the difficulty was over, or `ended_by` said for the unit that it goes on all the same.
    """

    id: str
    difficulty_id: str
    milestone: str
    reason: str
    at: datetime
    by: str
    by_name: str = ""
    by_code: bool = False
    kept_by: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Pilot:
    """On `day` the unit `above` chose this congress to be held earlier, until `until`; None: it called that off."""

    until: date | None
    above: str
    day: date
    at: datetime
    by: str
    by_name: str = ""
    kept_by: str = ""
    over_reason: str = ""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a pilot has learnt, as its unit wrote it."""

    text: str
    at: datetime
    by: str
    by_name: str = ""
    by_code: bool = False
    kept_by: str = ""


# Whatever somebody adds to a report.
Part = Entry | ResultEntry | Act | Undone | Choice | Attachment | Removal | Supplied


@dataclass(frozen=True)
class Congress:
    """What follows from its unit and the tree, `has_subordinates` among it, follows them by event. `rules`: the version
    of the plan's rules under which it stands.
    """

    id: str
    plan_id: str
    unit: Unit
    deadline: date
    content_type: str
    has_subordinates: bool = False
    rules: int = 1
    state: State = State.PLANNED
    entries: tuple[Entry, ...] = ()
    result_entries: tuple[ResultEntry, ...] = ()
    acts: tuple[Act, ...] = ()
    undone: tuple[Undone, ...] = ()
    chosen: tuple[Choice, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    removals: tuple[Removal, ...] = ()
    extensions: tuple[Extension, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    postponements: tuple[Postponement, ...] = ()
    blocks: tuple[Block, ...] = ()
    pilots: tuple[Pilot, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    takings: tuple[Taking, ...] = ()
    handed: tuple[Handed, ...] = ()
    gaps: tuple[Gap, ...] = ()
    tellers: tuple[Choice, ...] = ()  # who said who was elected, each account once
    tallied: tuple[Tallied, ...] = ()
    version: int = 0

    @cached_property
    def current(self) -> dict[str, Entry]:
        """The entry that counts for each milestone that is done; asked for dozens of times by one answer."""
        latest = {entry.milestone: entry for entry in self.entries}
        return {key: entry for key, entry in latest.items() if entry.date is not None}

    @property
    def results(self) -> Figures | None:
        return self.result_entries[-1].figures if self.result_entries else None

    @property
    def extended_to(self) -> date | None:
        """The latest day that was granted beyond the plan's."""
        granted = (one.answer.until for one in self.extensions if one.answer and one.answer.until)
        return max(granted, default=None)

    @property
    def pilot_choices(self) -> tuple[Pilot, ...]:
        """Those since it was last called off: what was called off judges nothing."""
        off = max((at for at, one in enumerate(self.pilots) if one.until is None), default=-1)
        return self.pilots[off + 1 :]

    @property
    def pilot(self) -> Pilot | None:
        """Its choice that counts."""
        return self.pilot_choices[-1] if self.pilot_choices else None

    @property
    def pilot_until(self) -> date | None:
        return self.pilot.until if self.pilot else None

    @property
    def people(self) -> tuple[Responsible, ...]:
        """Who is responsible, as its unit said when it took the plan over last."""
        return self.takings[-1].people if self.takings else ()

    @property
    def own_until(self) -> date | None:
        """The own day with which its unit took the plan over last."""
        return self.takings[-1].until if self.takings else None

    @property
    def handed_down(self) -> tuple[Handed, ...]:
        """Of each unit above that has set a day, the last, where it still stands."""
        latest = {one.above: one for one in self.handed}
        return tuple(one for one in latest.values() if one.until is not None)

    @property
    def handed_until(self) -> date | None:
        """The earliest day that units above have set for it."""
        return min((one.until for one in self.handed_down if one.until), default=None)

    @property
    def earlier_until(self) -> date | None:
        """The earliest day that was set before the plan's: from above, or by the unit itself."""
        days = (self.pilot_until, self.own_until, self.handed_until)
        return min((one for one in days if one), default=None)

    @property
    def is_final(self) -> bool:
        """Approved; or sent up by the topmost unit, whose report nobody stands above to approve."""
        return self.state is State.APPROVED or (self.state is State.SUBMITTED and self.unit.parent_id is None)

    def last(self, kind: State) -> Act | None:
        return next((act for act in reversed(self.acts) if act.kind is kind), None)


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, when, and what day it is where the organisation lives."""

    account_id: str
    at: datetime
    today: date
    by_code: bool = False
    kept_by: str = ""
    over_reason: str = ""
    name: str = ""
