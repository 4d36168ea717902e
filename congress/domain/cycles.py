"""Cycles: one plan for the same units in the same cycle, however the cycle is written."""

import re
import unicodedata
from collections.abc import Iterable

from congress.domain.plan import Plan, PlanState
from servicekit.refusals import Conflict
from servicekit.words import N_
from servicekit.words.text import bare

_YEAR = 4  # digits


class SecondPlanOfCycle(Conflict):
    title = N_("The plan {name} covers the same levels of the same units in this cycle already.")


def cycle_key(cycle: str) -> str:
    """The year it begins in, in figures of any script: of 2026–2031, ২০২৬-২০৩১, 2026/31, 2026 and “14th, 2026 to 2031”.

    Without any, its words in one spelling.
    """
    plain = unicodedata.normalize("NFKC", bare(cycle))
    years = (int(digits) for digits in re.findall(r"\d+", plain) if len(digits) == _YEAR)
    first = next(years, None)
    return " ".join(plain.casefold().split()) if first is None else str(first)


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
