"""That a unit has taken the superior's plan over, as the page of its congress tells of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.shared.clients.acts import offered
from portal.shared.units import Document


@dataclass(frozen=True, slots=True)
class Taking:
    until: str
    note: str
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class Takings:
    """The last first. `own_day`: empty where it has none; `takes`: where the reader does it."""

    known: Sequence[Taking]
    own_day: str
    takes: str = ""

    @property
    def anything(self) -> bool:
        return bool(self.known or self.takes)


def takings_of(congress: Document) -> Takings:
    return Takings(
        [
            Taking(one["until"] or "", one["note"], one["at"], one["by_name"])
            for one in reversed(congress["takings"])
        ],
        congress["own_until"] or "",
        f"/congresses/{congress['id']}/take-over" if offered(congress, "take-over") else "",
    )
