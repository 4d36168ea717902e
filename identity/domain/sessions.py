"""Sessions: how long one lasts, and whether it still does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# So many sessions of one account are open at once, those that have run out among them: so all of them can be ended in
# one go. A person has a few browsers, and a machine that fetches a token a minute keeps each for as long as it is good.
MOST_OPEN = 50
# What was opened before there was a bound is closed so many at a time.
AT_ONCE = 50


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
    # When the eID of its person was last found silent, by whichever worker looked.
    silent_at: datetime | None = None
    # The window that it came in by; empty for one that may open a window itself, or is by the eID.
    window_id: str = ""
    # The eID's names for its person and for its own session, and what it said, sealed, for signing out there.
    eid_subject: str = ""
    eid_session: str = ""
    id_token: bytes | None = None
    version: int = 0

    @property
    def fallback(self) -> bool:
        return bool(self.scope)


def beyond_the_most(open_now: Iterable[Session]) -> list[Session]:
    """What a new session closes: what was used longest ago."""
    newest_first = sorted(open_now, key=lambda one: (one.last_seen, one.created_at, one.id), reverse=True)
    return newest_first[MOST_OPEN:][-AT_ONCE:]


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
