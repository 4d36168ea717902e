"""Cycles: one plan for the same units in the same cycle, however the cycle is written."""

import re
import unicodedata
from collections.abc import Iterable

from congress.domain.plan import Plan, PlanState
from servicekit.refusals import Conflict
from servicekit.text import bare
from servicekit.words import N_

_YEAR = 4  # digits
_CENTURY = 100


class SecondPlanOfCycle(Conflict):
    title = N_("The plan {name} covers the same levels of the same units in this cycle already.")


def cycle_key(cycle: str) -> str:
    """The years it names, in figures of any script and joined by whatever: 2026–2031, ২০২৬-২০৩১, 2026/31.

    Without any, its words in one spelling.
    """
    found = re.findall(r"\d+", unicodedata.normalize("NFKC", bare(cycle)))
    if not any(len(digits) == _YEAR for digits in found):
        return " ".join(unicodedata.normalize("NFKC", bare(cycle)).casefold().split())
    first, *others = map(int, found)
    full = [
        first,
        *(first // _CENTURY * _CENTURY + one if one < _CENTURY <= first else one for one in others),
    ]
    return "-".join(map(str, full))


def overlap(one: Plan, other: Plan) -> bool:
    """Whether some unit could get a congress from both."""
    same_branch = one.unit_id in other.unit_path or other.unit_id in one.unit_path
    return same_branch and not one.deadlines.keys().isdisjoint(other.deadlines)


def refuse_second(plan: Plan, others: Iterable[Plan]) -> None:
    """Drafts may be tried out side by side; only what has been opened counts."""
    for other in others:
        opened = other.id != plan.id and other.state is not PlanState.DRAFT
        if opened and cycle_key(other.cycle) == cycle_key(plan.cycle) and overlap(plan, other):
            raise SecondPlanOfCycle(field="cycle", name=other.name)
