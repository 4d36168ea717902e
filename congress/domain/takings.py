"""What a unit says when it takes the superior's plan over, and what others have from that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who looks after a congress, by account, and what for. `name`: as the eID had it when they were named."""

    account_id: str
    name: str
    task: str


@dataclass(frozen=True, slots=True)
class Taking:
    """On `day` the unit took the superior's plan over. `until`: an own day before the plan's; None: no other day.
    `below`: by level, days before the plan's for the congresses below this one. `people`: who is responsible here.
    """

    until: date | None
    note: str
    day: date
    at: datetime
    by: str
    by_name: str = ""
    by_code: bool = False
    kept_by: str = ""
    below: Mapping[str, date] = field(default_factory=dict)
    people: tuple[Responsible, ...] = ()


@dataclass(frozen=True, slots=True)
class Handed:
    """Since `day` what the unit `above` has set for congresses of this level is `until`; None: nothing any more, for it
    took that back, or does not stand above any more.
    """

    above: str
    until: date | None
    day: date
    at: datetime
