"""The way in while the eID is down, as people see it: officials, windows, sign-ins with sealed codes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from portal.account.views import device_name
from portal.outages.words import SIGN_IN_STATES, WINDOW_STATES
from portal.shared import states
from portal.shared.states import State
from portal.shared.units import Document


@dataclass(frozen=True, slots=True)
class Window:
    id: str
    version: int
    unit_id: str
    state: State
    asked: bool
    on: bool
    asked_by: str
    mine: bool
    asked_at: str
    reason: str
    hours: int
    confirm_until: str
    confirmed_by: str
    until: str
    ended_by: str


def window_of(answer: Document, accounts: Collection[str]) -> Window:
    """`mine`: this reader asked for it, so somebody else must confirm it."""
    status: str = answer["status"]
    return Window(
        id=answer["id"],
        version=answer["version"],
        unit_id=answer["unit_id"],
        state=WINDOW_STATES.get(status, states.UNKNOWN),
        asked=status == "asked",
        on=status == "on",
        asked_by=answer["asked_by_name"],
        mine=answer["asked_by"] in accounts,
        asked_at=answer["asked_at"],
        reason=answer["reason"],
        hours=answer["hours"],
        confirm_until=answer["confirm_until"],
        confirmed_by=answer["confirmed_by_name"],
        until=answer["until"] or "",
        ended_by=answer["ended_by_name"],
    )


@dataclass(frozen=True, slots=True)
class SealedSignIn:
    """One's own that waits has no name and no state."""

    id: str
    at: str
    device: str
    name: str = ""
    state: State = SIGN_IN_STATES["waiting"]
    answered_at: str = ""


def sealed_sign_in_of(answer: Document) -> SealedSignIn:
    return SealedSignIn(
        id=answer["id"],
        at=answer["at"],
        device=device_name(answer["device"] or ""),
        name=answer.get("name", ""),
        state=SIGN_IN_STATES.get(answer.get("status", "waiting"), states.UNKNOWN),
        answered_at=answer.get("confirmed_at") or "",
    )


def candidates(grants: Iterable[Document], others: Collection[str]) -> list[tuple[str, str]]:
    """Account and name of whoever holds something in the unit today, but for `others` (oneself, programs)."""
    found = {
        grant["holder"]["account_id"]: grant["holder"]["name"]
        for grant in grants
        if grant["effective"] and grant["holder"]["account_id"] not in (None, *others)
    }
    return sorted(found.items(), key=lambda one: one[1])
