"""Messages, field by field."""

from dataclasses import dataclass

from portal.shared.states import State
from portal.shared.units import Document
from servicekit.words import N_

READ = State(N_("Already read"), "open")


UNREAD = State(N_("New"), "inbox", "good")


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    at: str
    title: str
    text: str
    link: str
    read: bool

    @property
    def state(self) -> State:
        return READ if self.read else UNREAD


def message_of(answer: Document) -> Message:
    return Message(
        id=answer["id"],
        at=answer["at"],
        title=answer["title"],
        text=answer["text"],
        link=answer.get("link") or "",
        read=answer.get("read_at") is not None,
    )
