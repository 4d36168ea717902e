"""That a congress is a pilot, and what it has learnt, as its page tells of it."""

from dataclasses import dataclass

from portal.shared.clients.acts import offered
from portal.shared.units import Document


@dataclass(frozen=True, slots=True)
class Pilots:
    """`until`: its own day, empty where it is none. `lesson`: what it has learnt, empty where nothing was written.
    `chooses`, `writes`: where the reader does it.
    """

    until: str
    lesson: str = ""
    written_at: str = ""
    written_by: str = ""
    chooses: str = ""
    writes: str = ""

    @property
    def anything(self) -> bool:
        return bool(self.until or self.chooses)


def pilots_of(congress: Document) -> Pilots:
    start = f"/congresses/{congress['id']}"
    last = congress["lessons"][-1] if congress["lessons"] else {}
    return Pilots(
        congress["pilot_until"] or "",
        last.get("text", ""),
        last.get("at", ""),
        last.get("by_name", ""),
        f"{start}/pilot" if offered(congress, "pilot") else "",
        f"{start}/lessons/write" if offered(congress, "lessons") else "",
    )
