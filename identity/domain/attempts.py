"""What is kept for a few minutes: sign-ins on their way, what was typed before one, and the way out to the eID."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

ATTEMPT_LIFE = timedelta(minutes=10)


@dataclass(frozen=True)
class KeptAttempt:
    """`id` and `browser` are digests of its state and of what the browser holds. `return_to`: a path of ours.

    `code_index`: the digest of an invitation's code that was typed. `joining`: the account that stays.
    """

    id: str
    provider: str
    browser: str
    nonce: str
    verifier: str
    level: int
    max_age: int | None
    dpop_key: Mapping[str, str] | None
    return_to: str
    at: datetime
    code_index: str = ""
    joining: str = ""

    def over(self, now: datetime) -> bool:
        return now - self.at > ATTEMPT_LIFE


@dataclass(frozen=True)
class Draft:
    """`values`: what was typed, sealed. `version`: how often it was saved; 0 of one that waits for a sign-in.

    `by_code`: typed by whoever came with a sealed code, which proves nobody; they and the person see each their own.
    """

    id: str
    account_id: str
    path: str
    values: bytes
    at: datetime
    version: int = 0
    by_code: bool = False


@dataclass(frozen=True)
class Farewell:
    """`id`: the digest of a ticket. `url`: where the eID ends its own session, with an ID token in it, sealed."""

    id: str
    url: bytes
    at: datetime
