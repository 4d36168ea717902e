"""An address that does not take our mail: left alone for a while, longer each time, and its owner is told once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# A mailbox that is full may be emptied tomorrow; one that is gone stays gone.
RESTS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))


@dataclass(frozen=True)
class Mailbox:
    """`mark` tells one address of the person from another without saying it; `refusals`: one after the other."""

    account_id: str
    mark: str
    refusals: int
    rests_until: datetime


def rests(known: Mailbox | None, mark: str, now: datetime) -> bool:
    """Whether nothing is sent there just now; another address of the same person is tried at once."""
    return known is not None and known.mark == mark and now < known.rests_until


def refused(known: Mailbox | None, account_id: str, mark: str, now: datetime) -> Mailbox:
    before = known.refusals if known is not None and known.mark == mark else 0
    return Mailbox(account_id, mark, before + 1, now + RESTS[min(before, len(RESTS) - 1)])


def to_be_told(mailbox: Mailbox) -> bool:
    """The owner hears of it with the first refusal of an address."""
    return mailbox.refusals == 1
