"""What an approval left open: the gaps with which a report was approved, and what became of each."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class GapState(StrEnum):
    OWED = "owed"
    SUPPLIED = "supplied"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Supplied:
    """What the unit says is there now. `value` of a figure, `day` of a milestone: they count once the gap is closed."""

    text: str
    value: int | float | None
    day: date | None
    at: datetime
    by: str
    by_name: str = ""
    by_code: bool = False
    kept_by: str = ""


@dataclass(frozen=True, slots=True)
class GapAnswer:
    """By the superior: it is closed, or still owed, for the reason in `remark`."""

    closed: bool
    remark: str
    at: datetime
    by: str
    by_name: str = ""
    kept_by: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """What was supplied, and given back."""

    supplied: Supplied
    answer: GapAnswer


@dataclass(frozen=True, slots=True)
class Owing:
    """A congress of which something is owed until these days, by its version of the rules; nothing else of it."""

    congress_id: str
    plan_id: str
    rules: int
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """`of`: a milestone, a figure, `document`, or `results` as a whole. `until`: when it is owed. `earlier`: what was
    supplied before, and given back, the first first.
    """

    id: str
    of: str
    text: str
    until: date
    at: datetime
    by: str
    by_name: str = ""
    supplied: Supplied | None = None
    answer: GapAnswer | None = None
    earlier: tuple[Round, ...] = ()

    @property
    def all_supplied(self) -> tuple[Supplied, ...]:
        """By whomever, the first first."""
        return (*(one.supplied for one in self.earlier), *([self.supplied] if self.supplied else []))

    @property
    def state(self) -> GapState:
        if self.answer is not None and self.answer.closed:
            return GapState.CLOSED
        waits = self.supplied is not None and (self.answer is None or self.answer.at < self.supplied.at)
        return GapState.SUPPLIED if waits else GapState.OWED
