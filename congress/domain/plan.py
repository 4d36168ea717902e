"""A plan: what every congress of a cycle goes through, and by when, level by level."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from congress.domain.plan_refusals import (
    CascadeIsRunning,
    NoUnitsForPlan,
    PlanIsClosed,
    PlanIsOpen,
)
from congress.domain.voting import Majority
from servicekit.tree.units import Names, Unit

MILESTONES_MOST = 60
MILESTONES_EVER = 120  # over all versions of the rules
DAYS_MOST = 2000  # either side of the deadline
LATE_MOST = 365  # days of lateness that a rule may speak of
# Days from the deadline on which somebody is reminded, before it below zero: what officials of the field are used to.
LADDER = (-7, -3, -1, 0, 1, 7)
STEPS_MOST, STEP_FURTHEST = 12, 90  # of a ladder; in days, before the deadline as well as after it
# Every date that follows from a plan's own must still be one; and who types the year 0206 hears of it.
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
# What congresses were planned under.
KEPT_ONCE_OPEN = (
    *(
        "cycle",
        "opens_on",
        "deadlines",
        "milestones",
        "content_types",
        "results_fields",
        "lateness",
        "documents",
    ),
)
ISSUED = "plan_issued"  # the milestone that taking the plan over records, where a plan has it
# Keys become parts of field paths in the roll-up documents: no dot, no dollar, no bar.
KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")


class PlanState(StrEnum):
    DRAFT = "draft"
    CASCADING = "cascading"
    OPEN = "open"
    CLOSED = "closed"


class Mark(StrEnum):
    """The milestones that acts of the congress stand on."""

    CLOSED = "closed"  # recorded by hand; from here on results can be reported
    SUBMITTED = "submitted"  # recorded by sending the report up
    APPROVED = "approved"  # recorded by the superior's approval


OWN_MARKS = (Mark.CLOSED, Mark.SUBMITTED)


class Applies(StrEnum):
    """Where a milestone is held at all; elsewhere it is skipped, which is not the same as missing."""

    ALWAYS = "always"
    ELECTION = "election"  # congresses whose content type elects somebody
    SUBORDINATES = "subordinates"  # congresses of units with congresses below them


class Owner(StrEnum):
    """Who records a milestone."""

    UNIT = "unit"
    SUPERIOR = "superior"


# Milestones of plans that were made before milestones had owners: these are a superior's by what they say.
_SUPERIORS_KEYS = frozenset({"personnel_approved", "documents_approved", "results_approved"})


class OpenBelow(StrEnum):
    """What it means for an approval that congresses below are not approved yet."""

    CAUTION = "caution"
    REFUSE = "refuse"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Milestone:
    """`days_before_deadline` below zero means after it. `waits_for_parent`: the congress above records it first."""

    key: str
    names: Names
    days_before_deadline: int
    required: bool = True
    waits_for_parent: bool = False
    applies: Applies = Applies.ALWAYS
    mark: Mark | None = None
    owner: Owner = Owner.UNIT

    @property
    def is_superiors(self) -> bool:
        return self.owner is Owner.SUPERIOR or self.mark is Mark.APPROVED

    def due(self, deadline: date) -> date:
        return deadline - timedelta(days=self.days_before_deadline)


@dataclass(frozen=True, slots=True)
class ContentType:
    """What a congress does: with all elections, without electing a committee, or newly merged and appointed."""

    key: str
    names: Names
    elects_committee: bool = True
    elects_delegates: bool = True

    @property
    def elects(self) -> bool:
        return self.elects_committee or self.elects_delegates


@dataclass(frozen=True, slots=True)
class Targets:
    """Percentages that are warned about, never enforced. Source: the field's 2025 cycle; every plan may set its own."""

    women: int = 15
    young: int = 10
    candidates_least: int = 10  # more candidates than seats
    candidates_most: int = 15


@dataclass(frozen=True, slots=True)
class Lateness:
    """In days. `explained_after`: who is late for longer owes a written explanation. Source: the field's own rule.
    `postponed_most`: so far ahead lies the next date of a congress that is postponed. `reminders`: from the
    deadline on, before it below zero, in their order.
    """

    explained_after: int = 45
    postponed_most: int = 30
    reminders: tuple[int, ...] = LADDER

    @property
    def last_reminder(self) -> int | None:
        """So many days after the deadline the last one goes out; None where none does."""
        return max((days for days in self.reminders if days > 0), default=None)


class Reach(StrEnum):
    """Whom a version of the rules reaches: as they stood at the moment in which it was made."""

    NOT_CLOSED = "not_closed"
    NOT_BEGUN = "not_begun"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of what congresses are judged by. The first is the plan as it was opened: nobody made it, and it
    reaches all. `day`: where the organisation lives.
    """

    number: int
    deadlines: Mapping[str, date]
    milestones: tuple[Milestone, ...]
    targets: Targets
    lateness: Lateness
    reach: Reach = Reach.NOT_CLOSED
    reason: str = ""
    at: datetime | None = None
    day: date | None = None
    by: str = ""
    results_fields: tuple[str, ...] = ()
    content_types: tuple[ContentType, ...] = ()
    majorities: tuple[Majority, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeadlineChange:
    level: str
    before: date
    after: date
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`deadlines` maps a level to its day. The first content type is the one a congress starts with.

    What is said of rules is the newest version of them; `rule_sets` are all versions, none where there is but one.
    `spreading`: some congresses may not have been brought to their version yet. `majorities`: none as long as those of
    the organisation hold.
    """

    id: str
    name: str
    cycle: str
    unit_id: str
    unit_path: tuple[str, ...]
    opens_on: date
    deadlines: Mapping[str, date]
    milestones: tuple[Milestone, ...]
    content_types: tuple[ContentType, ...]
    results_fields: tuple[str, ...]
    names: Names = field(default_factory=dict)
    targets: Targets = Targets()
    lateness: Lateness = Lateness()
    documents: tuple[str, ...] = ()  # of the dossier, cautioned where they are missing
    open_below: OpenBelow = OpenBelow.CAUTION
    state: PlanState = PlanState.DRAFT
    deadline_changes: tuple[DeadlineChange, ...] = ()
    rule_sets: tuple[RuleSet, ...] = ()
    spreading: bool = False
    majorities: tuple[Majority, ...] = ()
    version: int = 0

    @property
    def rules(self) -> int:
        """The number of the newest version."""
        return len(self.rule_sets) or 1

    def index(self, key: str) -> int | None:
        return next((i for i, milestone in enumerate(self.milestones) if milestone.key == key), None)

    def marked(self, mark: Mark) -> Milestone | None:
        return next((milestone for milestone in self.milestones if milestone.mark is mark), None)

    @property
    def closing(self) -> Milestone:
        """The milestone that closes a congress: the marked one, else the last that is recorded by hand."""
        marked = self.marked(Mark.CLOSED)
        return marked or [m for m in self.milestones if m.mark is None][-1]

    def content_type(self, key: str) -> ContentType | None:
        return next((kind for kind in self.content_types if kind.key == key), None)


def issuing(plan: Plan) -> Milestone | None:
    """The milestone by which a unit has issued the plan: by its key, else the first that waits for the superior."""
    own = [one for one in plan.milestones if not one.is_superiors and one.mark is None]
    named = (one for one in own if one.key == ISSUED)
    return next(named, None) or next((one for one in own if one.waits_for_parent), None)


@dataclass(frozen=True, slots=True)
class PlanHead:
    """What tells who sees a plan, and where it stands in a list: a plan itself is large."""

    id: str
    unit_id: str
    unit_path: tuple[str, ...]
    opens_on: date
    state: PlanState


def milestone_of(found: Mapping[str, Any]) -> Milestone:
    """From a request, a document or a file: what is not given takes its default."""
    return Milestone(
        key=found["key"],
        names=dict(found["names"]),
        days_before_deadline=found["days_before_deadline"],
        required=found.get("required", True),
        waits_for_parent=found.get("waits_for_parent", False),
        applies=Applies(found.get("applies", "always")),
        mark=Mark(found["mark"]) if found.get("mark") else None,
        owner=Owner(found["owner"]) if found.get("owner") else _owner_by(found),
    )


def _owner_by(found: Mapping[str, Any]) -> Owner:
    superiors = found["key"] in _SUPERIORS_KEYS
    return Owner.SUPERIOR if superiors and found.get("mark") not in OWN_MARKS else Owner.UNIT


def content_type_of(found: Mapping[str, Any]) -> ContentType:
    return ContentType(
        key=found["key"],
        names=dict(found["names"]),
        elects_committee=found.get("elects_committee", True),
        elects_delegates=found.get("elects_delegates", True),
    )


def depths(counts: Mapping[str, Mapping[int, int]]) -> dict[str, int]:
    """The depth at which each level is first met, of how many units stand at which depth."""
    return {level: min(by_depth) for level, by_depth in counts.items()}


def units_planned(plan: Plan, counts: Mapping[str, Mapping[int, int]]) -> int:
    """How many units at and below the plan's own get a congress."""
    return sum(sum(by_depth.values()) for level, by_depth in counts.items() if level in plan.deadlines)


def is_planned(plan: Plan, unit: Unit) -> bool:
    """Whether the plan gives this unit a congress."""
    return unit.live and unit.level in plan.deadlines and plan.unit_id in unit.path


def concerns(plan: Plan | PlanHead, unit_path: tuple[str, ...]) -> bool:
    """Whether the plan is for the unit, or for one below it."""
    return plan.unit_id in unit_path or unit_path[-1] in plan.unit_path


def change_plan(plan: Plan, changed: Plan) -> Plan:
    """The plan after an edit. Once congresses exist, they keep what they were planned under.

    An open plan may be renamed; its deadlines are changed by themselves, with a reason: see domain.deadlines.
    """
    if plan.state is PlanState.CLOSED:
        raise PlanIsClosed()
    if plan.state is PlanState.CASCADING:
        raise CascadeIsRunning()
    if plan.state is PlanState.OPEN:
        for part in KEPT_ONCE_OPEN:
            if getattr(plan, part) != getattr(changed, part):
                raise PlanIsOpen(field=part)
    return replace(
        changed,
        id=plan.id,
        unit_id=plan.unit_id,
        unit_path=plan.unit_path,
        state=plan.state,
        deadline_changes=plan.deadline_changes,
        rule_sets=plan.rule_sets,
        spreading=plan.spreading,
        majorities=plan.majorities,
        version=plan.version,
    )


def begin_cascade(plan: Plan, units: int) -> Plan:
    """The plan while its congresses are being created; done again later, it adds those of new units."""
    if plan.state is PlanState.CLOSED:
        raise PlanIsClosed()
    if not units:
        raise NoUnitsForPlan()
    return replace(plan, state=PlanState.CASCADING)


def end_cascade(plan: Plan) -> Plan:
    return replace(plan, state=PlanState.OPEN)
