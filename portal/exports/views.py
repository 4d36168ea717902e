"""Files that the reader has asked for: how far each is, and what can be done with it."""

from dataclasses import dataclass

from portal.exports.words import STATES
from portal.shared.clients.answers import Document
from portal.shared.states import State

OPEN = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class File:
    """`share`: how much of it is made, in percent; None where nobody knows."""

    id: str
    title: str
    kind: str
    state: State
    asked_at: str
    share: int | None
    rows: int | None
    kept_until: str | None
    ready: bool
    open: bool


def file_of(answer: Document) -> File:
    whole, state = answer["whole"], answer["state"]
    return File(
        id=answer["id"],
        title=answer["title"],
        kind=answer["as"].upper(),
        state=STATES[state],
        asked_at=answer["asked_at"],
        share=min(99, 100 * answer["done"] // whole) if whole and state == "running" else None,
        rows=answer["rows"],
        kept_until=answer["kept_until"] if state == "done" else None,
        ready=state == "done",
        open=state in OPEN,
    )
