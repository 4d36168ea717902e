"""The figures of results in roll-ups: what was reported, and beside it what is approved; by level, never over levels.

Counted are `reported` and results.<figure> of every report that has any, `finals` and final.<figure> of those that are
approved, the topmost unit's as it is sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from congress.domain.history import Congress
from congress.domain.results import SUMMED
from servicekit.tree.rollup.figures import Counters

_SUMMED = frozenset(SUMMED)


@dataclass(frozen=True, slots=True)
class LevelResults:
    """The figures of the congresses of one level, `reported` of `total` of which have any, and `approved` of these are
    approved, whose figures stand apart as well.
    """

    total: int
    reported: int
    figures: Mapping[str, int]
    ended: int = 0  # not among `total`
    approved: int = 0
    approved_figures: Mapping[str, int] = field(default_factory=dict)


def counted(congress: Congress) -> Mapping[str, int]:
    if congress.results is None:
        return {}
    # What is summed is a count.
    known = {key: int(value) for key, value in congress.results.items() if key in _SUMMED and value}
    found = {"reported": 1, **{f"results.{key}": value for key, value in known.items()}}
    if congress.is_final:
        found |= {"finals": 1, **{f"final.{key}": value for key, value in known.items()}}
    return found


def results_by_level(groups: Iterable[tuple[str, Counters]]) -> dict[str, LevelResults]:
    """`groups`: sums, each with its level."""
    by_level: dict[str, LevelResults] = {}
    for level, counters in groups:
        held = by_level.get(level, LevelResults(0, 0, {}))
        by_level[level] = LevelResults(
            held.total + counters.get("total", 0),
            held.reported + counters.get("reported", 0),
            _added("results", held.figures, counters),
            held.ended + counters.get("ended", 0),
            held.approved + counters.get("finals", 0),
            _added("final", held.approved_figures, counters),
        )
    return {level: found for level, found in by_level.items() if found.total or found.ended}


def _added(kind: str, held: Mapping[str, int], counters: Counters) -> dict[str, int]:
    figures = dict(held)
    for name, value in counters.items():
        key = name.removeprefix(f"{kind}.")
        if value and key != name and key in _SUMMED:
            figures[key] = figures.get(key, 0) + value
    return figures
