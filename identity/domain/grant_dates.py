"""What of a grant comes due by the calendar, and who must hear of it once."""

from dataclasses import dataclass
from datetime import date, timedelta

from identity.domain.grants import Grant, Status
from servicekit.calendar.marks import reached

# It stands on the list of its unit this long before.
RECERTIFY_NOTICE = timedelta(days=60)


# How many days before it must be confirmed, and before it ends, somebody hears of it.
CONFIRM_DAYS = (60, 14)


ENDING_DAYS = (30, 7)


# That access has stopped is told up to this long afterwards, should the keeper have stood still.
TOLD_AFTERWARDS = timedelta(days=30)


def to_recertify(grant: Grant, today: date) -> bool:
    """Whether it stands on its unit's list: confirmation is due soon, or overdue."""
    confirm_by = to_confirm_by(grant)
    return confirm_by is not None and today <= grant.valid_to and confirm_by - today <= RECERTIFY_NOTICE


def to_confirm_by(grant: Grant) -> date | None:
    """The day by which somebody must confirm it while it lasts; None where nobody need."""
    waits_or_counts = grant.status in (Status.ACTIVE, Status.INVITED, Status.OFFERED)
    return grant.recertify_by if waits_or_counts and grant.unit_ended is None else None


@dataclass(frozen=True)
class Due:
    """Something about a grant that somebody must hear once; `mark` names it. `over`: the day has passed."""

    grant: Grant
    mark: str
    over: bool = False


def ending_due(grant: Grant, today: date) -> Due | None:
    """A good grant that ends within the nearest of ENDING_DAYS."""
    if grant.status is not Status.ACTIVE or grant.unit_ended is not None:
        return None
    days = reached(ENDING_DAYS, grant.valid_to, today)
    return Due(grant, f"ending {grant.id} {grant.valid_to} {days}") if days is not None else None


def confirmation_due(grant: Grant, today: date) -> Due | None:
    """A grant that must be confirmed soon, or that was not in time."""
    if grant.recertify_by is None or not to_recertify(grant, today):
        return None
    if grant.recertify_by < today:
        return Due(grant, f"unconfirmed {grant.id} {grant.recertify_by}", over=True)
    days = reached(CONFIRM_DAYS, grant.recertify_by, today)
    return Due(grant, f"to confirm {grant.id} {grant.recertify_by} {days}")
