"""A link to one file, for one session and a quarter of an hour: who holds it alone opens nothing."""

import hmac
from datetime import UTC, datetime, timedelta

from servicekit.refusals import Forbidden
from servicekit.words import N_

LIFE = timedelta(minutes=15)


class LinkOver(Forbidden):
    title = N_("This link is over, or it was made for another sign-in. Ask for the file again.")


def ticket(secret: bytes, job_id: str, session_id: str, now: datetime) -> tuple[str, datetime]:
    """And until when it opens."""
    until = int((now + LIFE).timestamp())
    return f"{until}.{_mac(secret, job_id, session_id, str(until))}", datetime.fromtimestamp(until, UTC)


def check(secret: bytes, job_id: str, session_id: str, given: str, now: datetime) -> None:
    """Raises LinkOver."""
    until, _, mac = given.partition(".")
    genuine = hmac.compare_digest(mac.encode(), _mac(secret, job_id, session_id, until).encode())
    # Only what we have written ourselves is read.
    if not genuine or now.timestamp() > int(until):
        raise LinkOver


def _mac(secret: bytes, job_id: str, session_id: str, until: str) -> str:
    return hmac.digest(secret, f"{job_id}\x00{session_id}\x00{until}".encode(), "sha256").hex()
