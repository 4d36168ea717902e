"""Members and messages, field by field."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.formats import as_instant
from portal.views.states import State
from portal.views.units import Document, Names
from portal.words import MEMBER_FIELDS, SEX
from servicekit.text import line
from servicekit.words import N_

READ = State(N_("Already read"), "open")
UNREAD = State(N_("New"), "inbox", "good")


@dataclass(frozen=True, slots=True)
class Member:
    """What is not known, or not shown to this reader, is empty."""

    id: str
    version: int
    unit_id: str
    name: str
    birth_date: str
    sex: str
    admission_date: str
    official_date: str
    card_number: str
    national_number: str
    phone: str


def member_of(answer: Document) -> Member:
    def known(name: str) -> str:
        return str(answer.get(name) or "")

    return Member(
        id=answer["id"],
        version=answer["version"],
        unit_id=answer["unit_id"],
        name=answer["name"],
        birth_date=known("birth_date"),
        sex=SEX.get(known("sex"), known("sex")),
        admission_date=known("admission_date"),
        official_date=known("official_date"),
        card_number=known("card_number"),
        national_number=known("national_number"),
        phone=known("phone"),
    )


def member_values(answer: Document) -> dict[str, str]:
    """The values that the form of a member begins with."""
    return {name: str(answer.get(name) or "") for name in MEMBER_FIELDS}


def differences(answer: Document, typed: dict[str, str]) -> list[tuple[str, str]]:
    """Where the saved member differs from what was typed: the field in words, and the value that is saved now."""
    saved = member_values(answer)
    return [
        (word, saved[name])
        for name, word in MEMBER_FIELDS.items()
        if saved[name] != line(typed.get(name, ""))
    ]


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
