"""How much of each member somebody may take along as a file, and what each extent needs."""

from collections.abc import Mapping
from datetime import datetime

from membership.rendering import Detail
from servicekit.access.decision import Caller, Why, decide

READ = "members:read"
EXPORT = "members:export"
NUMBERS = "members:numbers"
# A file leaves the house, so the first and the last ask for a fresh sign-in (see decision 0069), and sensitive columns
# for the right to open a member's record besides.
NEEDED: Mapping[Detail, tuple[str, ...]] = {
    Detail.PLAIN: (EXPORT,),
    Detail.MASKED: (EXPORT, READ),
    Detail.WHOLE: (EXPORT, READ, NUMBERS),
}
# A sign-in that is too old, or too weak, is made anew on the way.
_WITHIN_REACH = (Why.ALLOWED, Why.SIGN_IN_TOO_OLD, Why.ASSURANCE_TOO_LOW)


def extents(caller: Caller, unit_path: tuple[str, ...], now: datetime) -> tuple[str, ...]:
    """Those that somebody may ask for, at most after another sign-in."""
    return tuple(
        detail.value
        for detail, needed in NEEDED.items()
        if all(decide(caller, one, unit_path, now).why in _WITHIN_REACH for one in needed)
    )
