"""Limits: per session and per account, and generous per address, for sixty people may sit behind one."""

import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from servicekit.refusals import TooMany
from servicekit.words import N_


@dataclass(frozen=True, slots=True)
class Allowance:
    limit: int
    remaining: int
    reset: int  # seconds

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class OverLimit(TooMany):
    """`allowance` says what the limit is and when it begins anew."""

    title = N_("Too many requests. Wait a moment and try again.")

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(retry_after=allowance.reset)
        self.allowance = allowance

    @classmethod
    def slug(cls) -> str:
        return TooMany.slug()


class Limits:
    def __init__(self, session: int, account: int, address: int, sign_in: int) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._session = RateLimitItemPerMinute(session)
        self._account = RateLimitItemPerMinute(account)
        self._address = RateLimitItemPerMinute(address)
        self._sign_in = RateLimitItemPerMinute(sign_in)

    def address(self, address: str) -> Allowance:
        return self._hit(self._address, "address", address)

    def sign_in(self, address: str) -> None:
        """What everybody may ask without an account, and what costs an eID or the audit something."""
        self._hit(self._sign_in, "sign-in", address)

    def person(self, session_id: str, account_id: str) -> Allowance:
        self._hit(self._account, "account", account_id)
        return self._hit(self._session, "session", session_id)

    def _hit(self, item: RateLimitItemPerMinute, kind: str, who: str) -> Allowance:
        """Raises TooMany, with the seconds to wait."""
        fits = self._limiter.hit(item, kind, who)
        stats = self._limiter.get_window_stats(item, kind, who)
        wait = max(1, int(stats.reset_time - time.time()) + 1)
        allowance = Allowance(item.amount, stats.remaining, wait)
        if not fits:
            raise OverLimit(allowance)
        return allowance
