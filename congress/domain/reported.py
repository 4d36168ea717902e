"""Which units have ever reported anything of a congress, whichever plan it is of: the roll-out asks for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from congress.domain.history import Congress
from servicekit.tree.rollup.figures import Contribution, Groups

COUNTING = 1
# The group in which a unit counts itself once more; no level has a name with a star.
OWN, NO_LEVEL = "*own", "*none"
REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class FirstReport:
    """Of one unit; one that has ended counts no more."""

    unit_id: str
    unit_path: tuple[str, ...]
    level: str
    at: datetime
    live: bool = True


def first_report_at(congress: Congress) -> datetime | None:
    """When its unit reported first; what a superior records is no report of the unit."""
    return min(_own(congress), default=None)


def first_report_just_now(congress: Congress) -> datetime | None:
    """The same where nothing of the unit's is younger, so that whoever saves a later report need not ask again."""
    own = _own(congress)
    return min(own) if own and min(own) == max(own) else None


def _own(congress: Congress) -> list[datetime]:
    own = [one.at for one in congress.entries if not one.above]
    return own + [one.at for one in congress.result_entries]


def contribution(one: FirstReport) -> Contribution:
    return Contribution(one.unit_path, one.level or NO_LEVEL, {REPORTED: 1} if one.live else {}, OWN)


def count_of(groups: Groups, level: str = "") -> int:
    """At a unit and below it; `level`: of that one alone."""
    levels = [one for one in ([level] if level else groups) if one != OWN]
    return sum(groups.get(one, {}).get(REPORTED, 0) for one in levels)


def is_in(groups: Groups, own_level: str, level: str) -> bool:
    """Whether the unit itself is in the list of that level, or of all."""
    return groups.get(OWN, {}).get(REPORTED, 0) > 0 and level in ("", own_level)


def by_level(groups: Groups) -> Mapping[str, int]:
    return {level: count for level in groups if level != OWN and (count := count_of(groups, level))}
