"""That a congress is blocked by a difficulty, as its page tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.congress.views.postponing import OVER
from portal.shared import states
from portal.shared.clients.acts import offered
from portal.shared.states import State
from portal.shared.units import Document, Names
from servicekit.words import N_

EXCERPT = 140  # characters
# While the congress is postponed besides, or its report is sent up; it counts again after that.
RESTS = State(N_("Does not count at the moment"), "locked")


@dataclass(frozen=True, slots=True)
class Block:
    """`milestone`: what waits; empty where all of the congress does."""

    difficulty: str
    milestone: Names
    reason: str
    at: str
    by: str
    state: State
    ended_at: str = ""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The last first. `now`: whether it is blocked today. `blocks`, `unblocks`: where one says so."""

    now: bool
    known: tuple[Block, ...]
    blocks: str = ""
    unblocks: str = ""

    @property
    def anything(self) -> bool:
        return bool(self.known or self.blocks)


def blocks_of(congress: Document, names: Mapping[str, Names]) -> Blocks:
    """`names`: of the milestones."""
    start = f"/congresses/{congress['id']}"
    last = congress["blocks"][-1]["id"] if congress["blocked"] else ""
    return Blocks(
        congress["blocked"],
        tuple(_block(one, names, one["id"] == last) for one in reversed(congress["blocks"])),
        f"{start}/block" if offered(congress, "block") and congress["difficulties"] else "",
        f"{start}/unblock" if offered(congress, "unblock") else "",
    )


def _block(one: Document, names: Mapping[str, Names], counts: bool) -> Block:
    return Block(
        f"/difficulties/{one['difficulty_id']}",
        names.get(one["milestone"], {}),
        one["reason"],
        one["at"],
        one["by_name"],
        states.STEP_BLOCKED if counts else OVER if one["ended_at"] else RESTS,
        one["ended_at"] or "",
    )


def choices_of(congress: Document, milestones: Mapping[str, str]) -> list[tuple[str, str]]:
    """The open difficulties of the congress, each by its beginning. `milestones`: by key, as the reader reads them."""
    return [(one["id"], _begins(one, milestones)) for one in congress["difficulties"]]


def _begins(one: Document, milestones: Mapping[str, str]) -> str:
    text = str(one["text"])
    shown = text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"
    return f"{milestones[one['milestone']]}: {shown}" if one["milestone"] in milestones else shown
