"""The reader's own sign-ins."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.shared.units import Document, Names
from servicekit.words.formats import as_instant

# Two accounts are joined only when the eID has seen the person with both within this time; identity insists on it.
JOIN_WITHIN = timedelta(seconds=300)


def is_fresh(auth_time: str | None, now: datetime) -> bool:
    """Whether a sign-in is young enough to join another account to its own."""
    return auth_time is not None and now - as_instant(auth_time) <= JOIN_WITHIN


@dataclass(frozen=True, slots=True)
class Session:
    """`device` names the browser and the system, as far as its own words tell; `sealed`: came in by a sealed code."""

    id: str
    device: str
    created_at: str
    last_seen: str
    current: bool
    sealed: bool = False
    eid: Names = field(default_factory=dict)


def session_of(answer: Document) -> Session:
    return Session(
        id=answer["id"],
        device=device_name(answer.get("device") or ""),
        created_at=answer["created_at"],
        last_seen=answer["last_seen"],
        current=bool(answer["current"]),
        sealed=bool(answer.get("fallback")),
        eid=answer.get("provider_names") or {},
    )


# In this order: each of these names itself after those it imitates.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(user_agent: str) -> str:
    """ "Firefox, Android"; empty where nothing is recognised."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(filter(None, (browser, system)))
