"""Files that the reader has asked for: how far each is, and what can be done with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.exports.words import STATES
from portal.shared.clients.answers import Document
from portal.shared.states import State

OPEN = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class File:
    """`share`: how much of it is made, in percent; None where nobody knows."""

    id: str
    service: str
    part: str
    title: str
    kind: str
    state: State
    asked_at: str
    share: int | None
    rows: int | None
    kept_until: str | None
    ready: bool
    open: bool


def files_of(service: str, part: str, answers: Iterable[Document]) -> list[File]:
    """`part`: what the service is called."""
    return [_file(service, part, answer) for answer in answers]


def _file(service: str, part: str, answer: Document) -> File:
    whole, state = answer["whole"], answer["state"]
    return File(
        id=answer["id"],
        service=service,
        part=part,
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
