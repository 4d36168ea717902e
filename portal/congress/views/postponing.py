"""That a congress is postponed, as its page tells of it."""

from dataclasses import dataclass

from portal.shared import states
from portal.shared.clients.acts import offered
from portal.shared.states import State
from portal.shared.units import Document
from servicekit.words import N_

# What it was once: its day has passed, another was named after it, or it went on after all.
OVER = State(N_("Over"), "locked")


@dataclass(frozen=True, slots=True)
class Postponement:
    until: str
    reason: str
    at: str
    by: str
    state: State
    ended_at: str = ""


@dataclass(frozen=True, slots=True)
class Postponements:
    """The last first. `until`: empty where it is not postponed today. `postpones`, `resumes`: where one does it."""

    until: str
    known: tuple[Postponement, ...]
    postpones: str = ""
    resumes: str = ""

    @property
    def anything(self) -> bool:
        return bool(self.known or self.postpones)


def postponements_of(congress: Document) -> Postponements:
    start = f"/congresses/{congress['id']}"
    last = congress["postponements"][-1]["id"] if congress["postponed_until"] else ""
    return Postponements(
        congress["postponed_until"] or "",
        tuple(_postponement(one, one["id"] == last) for one in reversed(congress["postponements"])),
        f"{start}/postpone" if offered(congress, "postpone") else "",
        f"{start}/resume" if offered(congress, "resume") else "",
    )


def _postponement(one: Document, counts: bool) -> Postponement:
    state = states.STEP_POSTPONED if counts else OVER
    return Postponement(one["until"], one["reason"], one["at"], one["by_name"], state, one["ended_at"] or "")
