"""How far a unit has come with the roll-out: whether somebody holds access there, has signed in, or is asked to come.

Each live unit stands in one of four states, and adds one to the figures of every unit above it, by its level.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from identity.domain.grants import Grant, Status, WhyNot, why_not
from servicekit.tree.rollup.figures import Contribution, Groups

COUNTING = 1
# The group in which a unit counts itself once more; no level has a name with a star.
OWN = "*own"
# Of units that are known by nothing but their names.
NO_LEVEL = "*none"


class Stage(StrEnum):
    """The first that is true of a unit."""

    SIGNED_IN = "signed-in"  # somebody holds access there and has signed in at least once
    HELD = "held"  # somebody holds access there, and has never signed in
    OFFERED = "offered"  # nobody does; something is on its way to somebody (is_coming)
    NOBODY = "nobody"


# What a list can be asked for, and which states that are; empty: all.
LISTS: Mapping[str, tuple[Stage, ...]] = {
    "": tuple(Stage),
    **{str(one): (one,) for one in Stage},
    "holder": (Stage.SIGNED_IN, Stage.HELD),
    "without": (Stage.OFFERED, Stage.NOBODY),
}
# On its way to somebody: it only has to be accepted, or its day to come.
_COMING = frozenset({Status.INVITED, Status.OFFERED, Status.PROPOSED})


@dataclass(frozen=True, slots=True)
class Stands:
    """`since`: None where that is not known. `again_on`: the day on which this may change without anybody's act."""

    stage: Stage
    since: datetime | None = None
    again_on: date | None = None


@dataclass(frozen=True, slots=True)
class UnitStands:
    """Of one unit. `stage`: empty for one that has ended, or was never looked at."""

    unit_id: str
    unit_path: tuple[str, ...]
    level: str
    stage: str = ""
    since: datetime | None = None
    again_on: date | None = None
    live: bool = True
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """How many units stand so."""

    signed_in: int = 0
    held: int = 0
    offered: int = 0
    nobody: int = 0

    @property
    def units(self) -> int:
        return self.signed_in + self.held + self.offered + self.nobody

    @property
    def without(self) -> int:
        return self.offered + self.nobody


def stands(
    grants: Iterable[Grant],
    above: Mapping[str, Grant],
    people: Mapping[str, datetime | None],
    today: date,
    kept: UnitStands,
) -> Stands:
    """By all grants of a unit; `people`: the accounts of persons, and when each signed in first.

    `kept`: as it stood, and when something was written that concerns it: of a unit without anybody, nothing else tells
    since when.
    """
    held, coming, days = list[Grant](), list[Grant](), set[date]()
    for grant in grants:
        if grant.account_id is not None and grant.account_id not in people:
            continue  # a machine's
        days |= _days_of(grant, above)
        if why_not(grant, above, today) is None:
            held.append(grant)
        elif is_coming(grant, above, today):
            coming.append(grant)
    again_on = min((day for day in days if day > today), default=None)
    came = [
        max(first, one.accepted_at or one.given_at)
        for one in held
        if (first := people.get(one.account_id or "")) is not None
    ]
    if came:
        return Stands(Stage.SIGNED_IN, min(came), again_on)
    if held:
        return Stands(Stage.HELD, min(one.accepted_at or one.given_at for one in held), again_on)
    if coming:
        return Stands(Stage.OFFERED, min(one.given_at for one in coming), again_on)
    return Stands(Stage.NOBODY, _alone_since(kept, today), again_on)


def _alone_since(kept: UnitStands, today: date) -> datetime | None:
    """By a day that passed, or by what was written last."""
    if kept.stage == Stage.NOBODY:
        return kept.since
    if kept.again_on is not None and kept.again_on <= today:
        return datetime(kept.again_on.year, kept.again_on.month, kept.again_on.day, tzinfo=UTC)
    return kept.changed_at


def is_coming(grant: Grant, above: Mapping[str, Grant], today: date) -> bool:
    """Whether it will count once its person accepts it, or a second one agrees, or its day comes."""
    why = why_not(grant, above, today)
    if why is WhyNot.NOT_YET:
        return True
    if grant.status not in _COMING or why is WhyNot.LAPSED:
        return False
    if grant.invited_until is not None and today > grant.invited_until:
        return False
    return why_not(replace(grant, status=Status.ACTIVE), above, today) in (None, WhyNot.NOT_YET)


def _days_of(grant: Grant, above: Mapping[str, Grant]) -> set[date]:
    """On which it, or what it hangs on, begins or stops counting."""
    if grant.status is Status.REVOKED:
        return set()
    day, chain = timedelta(days=1), [above[one] for one in grant.chain if one in above]
    found = {one.valid_from for one in (grant, *chain)}
    found |= {one.valid_to + day for one in (grant, *chain)}
    found |= {one.recertify_by + day for one in (grant, *chain) if one.recertify_by is not None}
    if grant.invited_until is not None:
        found.add(grant.invited_until + day)
    if grant.confirm_until is not None:
        found.add(grant.confirm_until.date() + day)
    return found


def contribution(unit: UnitStands) -> Contribution:
    counters = {unit.stage: 1} if unit.live and unit.stage else {}
    return Contribution(unit.unit_path, unit.level or NO_LEVEL, counters, OWN)


def by_level(groups: Groups) -> dict[str, Reached]:
    """The level with the fewest units first, which is the topmost."""
    found = [(level, _reached(groups, [level])) for level in groups if level != OWN]
    return {
        level: one for level, one in sorted(found, key=lambda pair: (pair[1].units, pair[0])) if one.units
    }


def of_all(groups: Groups) -> Reached:
    return _reached(groups, [level for level in groups if level != OWN])


def _reached(groups: Groups, levels: Sequence[str]) -> Reached:
    def count(stage: Stage) -> int:
        return sum(groups.get(level, {}).get(stage, 0) for level in levels)

    return Reached(*(count(stage) for stage in Stage))


# ---------------------------------------------------------------- lists


@dataclass(frozen=True, slots=True)
class Wanted:
    """Units in one of these states; `level`: of that level alone, or empty."""

    stages: tuple[Stage, ...]
    level: str = ""

    def count(self, groups: Groups) -> int:
        """At a unit and below it."""
        levels = [level for level in ([self.level] if self.level else groups) if level != OWN]
        return sum(groups.get(level, {}).get(stage, 0) for level in levels for stage in self.stages)

    def own(self, groups: Groups, level: str) -> bool:
        """Whether the unit itself is in the list."""
        mine = sum(groups.get(OWN, {}).get(stage, 0) for stage in self.stages)
        return mine > 0 and self.level in ("", level)
