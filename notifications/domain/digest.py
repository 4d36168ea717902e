"""A reminder that concerns many units of one person is counted, not sent once for each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.domain.matters import Concern

# As many messages of the same reminder as a person reads one by one on one day.
HANDFUL = 3


@dataclass(frozen=True)
class Telling:
    """One notice: of one unit, or of several that are counted."""

    concerns: tuple[Concern, ...]

    @property
    def counted(self) -> bool:
        return len(self.concerns) > 1


def tellings(told: int, waiting: Sequence[Concern]) -> tuple[Telling, ...]:
    """How to tell one person what waits of a reminder, of which `told` units were told before."""
    if told + len(waiting) <= HANDFUL:
        return tuple(Telling((concern,)) for concern in waiting)
    return (Telling(tuple(waiting)),) if waiting else ()
