"""Congresses that cannot go on before their superior has recorded its step."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.congress.views.congress import due_state, unit_with_id
from portal.shared.states import State
from portal.shared.units import Document, Names, Unit
from servicekit.words import numbers

TICK = "tick/"
_TICKED = re.compile(r"(\d{1,9}) ([a-z][a-z0-9_-]{0,39})")


@dataclass(frozen=True, slots=True)
class Waiting:
    """`value` carries in the form what was seen of it."""

    congress_id: str
    version: int
    milestone: str
    unit: Unit | None = None
    names: Names = field(default_factory=dict)
    due: str = ""
    due_state: State | None = None

    @property
    def name(self) -> str:
        return f"{TICK}{self.congress_id}"

    @property
    def value(self) -> str:
        return f"{self.version} {self.milestone}"


def waiting_of(congress: Document, plan: Document, today: date) -> Waiting:
    required = {one["key"] for one in plan["milestones"] if one.get("required", True)}
    step = next(
        one for one in congress["next_steps"] if one.get("superiors") and one["milestone"] in required
    )
    names = {one["key"]: one["names"] for one in plan["milestones"]}
    return Waiting(
        congress["id"],
        congress["version"],
        step["milestone"],
        unit_with_id(congress),
        names.get(step["milestone"], {}),
        step["due"],
        due_state(step["due"], today),
    )


def chosen(values: Mapping[str, str]) -> tuple[Waiting, ...]:
    """What was ticked, as it was seen; what no page of ours sends is left out."""
    found = [(name, _TICKED.fullmatch(value)) for name, value in values.items() if name.startswith(TICK)]
    return tuple(
        Waiting(name.removeprefix(TICK), numbers.whole(seen[1], grouping=""), seen[2])
        for name, seen in found
        if seen is not None
    )
