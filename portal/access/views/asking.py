"""Requests for access, as those see them who may give it."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.access.words import REQUEST_STATES
from portal.shared.clients.acts import all_offered, reason
from portal.shared.clients.answers import Document
from portal.shared.units import Names


@dataclass(frozen=True, slots=True)
class Request:
    """`office` and `text` are a stranger's words."""

    id: str
    version: int
    name: str
    office: str
    text: str
    unit_id: str
    unit_path: tuple[str, ...]
    unit: Names
    asked_at: str
    until: str
    waits: bool
    may: Mapping[str, bool]  # which of its acts are offered to this reader
    why_not_given: str
    state: str
    answered_by: str
    reason: str
    own: bool  # its thread is for the others

    @property
    def link(self) -> str:
        return f"/access-requests/{self.id}"


def request_of(answer: Document) -> Request:
    return Request(
        id=answer["id"],
        version=answer["version"],
        name=answer["name"],
        office=answer["office"],
        text=answer["text"],
        unit_id=answer["unit_id"],
        unit_path=tuple(answer["unit_path"]),
        unit=answer["unit_names"],
        asked_at=answer["asked_at"],
        until=answer["until"],
        waits=answer["state"] == "asked",
        may=all_offered(answer),
        why_not_given=reason(answer, "give"),
        state=REQUEST_STATES[answer["state"]],
        answered_by=answer["answered_by_name"],
        reason=answer["reason"],
        own=answer["own"],
    )
