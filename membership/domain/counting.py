"""What a member adds to the counts of every unit above: one, by status, and one more to the unit's own."""

from collections.abc import Mapping
from dataclasses import dataclass

from membership.domain.members import Counts, Status
from servicekit.tree.rollup.figures import Contribution, Groups

ALL, OWN = "all", "own"
COUNTING = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member is counted, and as what; as nothing, once they have left."""

    unit_path: tuple[str, ...]
    status: Status | None


def status_of(dates: Mapping[str, object]) -> Status:
    if dates["official_date"]:
        return Status.OFFICIAL
    return Status.PROBATIONARY if dates["admission_date"] else Status.APPLICANT


def contribution(place: Place) -> Contribution:
    counters = {place.status.value: 1} if place.status else {}
    return Contribution(place.unit_path, ALL, counters, OWN)


def counts_of(groups: Groups) -> tuple[Counts, Counts]:
    """Of the unit itself, and of it and all below it."""
    own, every = (
        Counts(**{status.value: groups.get(group, {}).get(status.value, 0) for status in Status})
        for group in (OWN, ALL)
    )
    return own, every
