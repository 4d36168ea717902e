"""When to try again, and when to stop."""

from datetime import datetime, timedelta

# With a minute as the first pause this spans about sixteen hours.
MOST_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(hours=4)
# A message that is older than this would only confuse; the inbox holds it anyway.
STALE_AFTER = timedelta(days=3)


def pause(attempts: int, first: timedelta) -> timedelta | None:
    """The pause after that many failed attempts, doubling; None when it is time to give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return min(LONGEST_PAUSE, first * (1 << max(attempts, 1) - 1))


def stale(written: datetime, now: datetime) -> bool:
    return now - written > STALE_AFTER
