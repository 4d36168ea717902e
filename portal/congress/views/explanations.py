"""Why a congress is very late, as its page tells of it."""

from dataclasses import dataclass

from portal.congress.words import EXPLANATION_STATES
from portal.shared import states
from portal.shared.clients.acts import offered
from portal.shared.states import State
from portal.shared.units import Document


@dataclass(frozen=True, slots=True)
class Explanation:
    """`days`: how late the congress was when it was written."""

    text: str
    days: int
    at: str
    by: str
    state: State
    remark: str = ""
    answered_at: str = ""
    answered_by: str = ""
    over: str = ""


@dataclass(frozen=True, slots=True)
class Explanations:
    """The last first. `days`: how late it is. `writes`, `answers`: where the reader does it; empty where they may not.
    `returned`: the last, where it has come back.
    """

    owed: bool
    days: int
    known: tuple[Explanation, ...]
    writes: str = ""
    answers: str = ""
    returned: Explanation | None = None

    @property
    def anything(self) -> bool:
        return bool(self.owed or self.known or self.writes)


def explanations_of(congress: Document) -> Explanations:
    start = f"/congresses/{congress['id']}/explanation"
    known = tuple(map(_explanation, reversed(congress["explanations"])))
    last = congress["explanations"][-1]["state"] if known else ""
    return Explanations(
        congress["explanation_owed"],
        congress["days_late"],
        known,
        start if offered(congress, "explanation") else "",
        f"{start}/answer" if waiting(congress) and offered(congress, "decide-explanation") else "",
        known[0] if last == "returned" else None,
    )


def waiting(congress: Document) -> Document | None:
    """The one that waits for its answer."""
    return next((one for one in congress["explanations"] if one["state"] == "written"), None)


def _explanation(one: Document) -> Explanation:
    answer = one["answer"] or {}
    return Explanation(
        one["text"],
        one["days_late"],
        one["at"],
        one["by_name"],
        EXPLANATION_STATES.get(one["state"], states.UNKNOWN),
        answer.get("remark", ""),
        answer.get("at", ""),
        answer.get("by_name", ""),
        answer.get("over_reason", ""),
    )
