"""Later deadlines of a congress, as its page tells of them."""

from dataclasses import dataclass

from portal.congress.words import EXTENSION_STATES
from portal.shared import states
from portal.shared.clients.acts import offered
from portal.shared.states import State
from portal.shared.units import Document


@dataclass(frozen=True, slots=True)
class Extension:
    """`granted`: the day that was granted, which may be sooner than was asked for; empty where none was."""

    until: str
    reason: str
    at: str
    by: str
    state: State
    granted: str = ""
    answer: str = ""
    answered_at: str = ""
    answered_by: str = ""
    over: str = ""


@dataclass(frozen=True, slots=True)
class Extensions:
    """The last first. `asks`, `withdraws`, `answers`: where the reader does it; empty where they may not."""

    planned: str
    known: tuple[Extension, ...]
    asks: str = ""
    withdraws: str = ""
    answers: str = ""

    @property
    def anything(self) -> bool:
        return bool(self.known or self.asks or self.answers)


def extensions_of(congress: Document) -> Extensions:
    start = f"/congresses/{congress['id']}/extension"
    above = len(congress["unit_path"]) > 1
    decides = offered(congress, "decide-extension" if above else "decide-extension-topmost")
    return Extensions(
        congress["planned_deadline"] if congress["planned_deadline"] < congress["deadline"] else "",
        tuple(map(_extension, reversed(congress["extensions"]))),
        start if offered(congress, "extension") else "",
        f"{start}/withdraw" if waiting(congress) and offered(congress, "withdraw-extension") else "",
        f"{start}/answer" if waiting(congress) and decides else "",
    )


def waiting(congress: Document) -> Document | None:
    """The one that waits for its answer."""
    return next((one for one in congress["extensions"] if one["state"] == "asked"), None)


def _extension(one: Document) -> Extension:
    answer = one["answer"] or {}
    return Extension(
        one["until"],
        one["reason"],
        one["at"],
        one["by_name"],
        EXTENSION_STATES.get(one["state"], states.UNKNOWN),
        answer.get("until") or "",
        answer.get("reason", ""),
        answer.get("at", ""),
        answer.get("by_name", ""),
        answer.get("over_reason", ""),
    )
