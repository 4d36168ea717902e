"""Sessions: how long one lasts, and whether it still does."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class SessionRules:
    idle: timedelta = timedelta(minutes=15)
    absolute: timedelta = timedelta(hours=8)


@dataclass(frozen=True)
class Session:
    """`id` is the hash of what the browser holds; `auth_time` is when the eID saw the person."""

    id: str
    account_id: str
    created_at: datetime
    last_seen: datetime
    auth_time: datetime
    assurance: int
    provider: str
    device: str = ""
    ended_at: datetime | None = None
    # Opened by a sealed code while the eID was down: what it may be used for, and until when at the latest.
    scope: str = ""
    # The unit that the official was named for: the session reaches nothing else.
    unit_id: str = ""
    until: datetime | None = None

    @property
    def fallback(self) -> bool:
        return bool(self.scope)


def holds_at(session: Session, rules: SessionRules, now: datetime) -> bool:
    return (
        session.ended_at is None
        and now - session.last_seen <= rules.idle
        and now - session.created_at <= rules.absolute
        and (session.until is None or now <= session.until)
    )


def expires_at(session: Session, rules: SessionRules) -> datetime:
    ends = min(session.last_seen + rules.idle, session.created_at + rules.absolute)
    return min(ends, session.until) if session.until else ends
