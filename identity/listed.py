"""In which lists a grant, an official, a sign-in by code and a window stand, and where in them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from servicekit.tree.listed import NEVER, Listed

# Of a unit and all below it, and of that very unit.
GRANTS, GRANTS_HERE = "grants", "grants-here"
# Those of which a longer period waits for a second person.
LONGER, LONGER_HERE = "longer", "longer-here"
# Those that somebody must confirm by a day, the most urgent first.
TO_CONFIRM = "to-confirm"
OFFICIALS = "officials"
SIGN_INS = "sign-ins"
WINDOWS = "windows"
# Of a role, those by which somebody has it or may have it; of all of them, and of those of units so deep in the tree.
OF_ROLE = "of-role"
# Strangers who ask for access.
REQUESTS = "access-requests"
# Of one account: what it has given to many at once.
BATCHES = "grant-batches"


def of_grant(
    grant_id: str, unit_path: Sequence[str], status: str, given_at: datetime, longer_until: datetime | None
) -> tuple[Listed, ...]:
    """`longer_until`: until when a longer period waits; None where none does."""
    path, here = tuple(unit_path), tuple(unit_path[-1:])
    waits, lasts = longer_until is not None, longer_until or NEVER
    return (
        Listed(GRANTS, grant_id, path, status, given_at),
        Listed(GRANTS_HERE, grant_id, here, status, given_at),
        Listed(LONGER, grant_id, path if waits else (), "", given_at, lasts),
        Listed(LONGER_HERE, grant_id, here if waits else (), "", given_at, lasts),
    )


def of_yearly(
    grant_id: str, unit_path: Sequence[str], confirm_by: datetime | None, valid_to: datetime
) -> Listed:
    """`confirm_by`: None where nobody need confirm it."""
    places = tuple(unit_path) if confirm_by is not None else ()
    over = valid_to + timedelta(days=1)
    return Listed(TO_CONFIRM, grant_id, places, "", confirm_by or NEVER, over, soonest=True)


def of_role(
    grant_id: str, role: str, unit_path: Sequence[str], status: str, given_at: datetime, valid_to: datetime
) -> Listed:
    """`status`: empty for a grant that is over, or whose unit is."""
    places = (role, at_depth(role, len(unit_path))) if status else ()
    return Listed(OF_ROLE, grant_id, places, status, given_at, valid_to + timedelta(days=1))


def at_depth(role: str, depth: int) -> str:
    return f"{role}/{depth}"


def of_official(official_id: str, unit_path: Sequence[str], named_at: datetime, *, removed: bool) -> Listed:
    return Listed(OFFICIALS, official_id, () if removed else tuple(unit_path), "", named_at)


def of_sign_in(sign_in_id: str, unit_path: Sequence[str], at: datetime) -> Listed:
    return Listed(SIGN_INS, sign_in_id, tuple(unit_path), "", at)


def of_window(window_id: str, unit_id: str, asked_at: datetime) -> Listed:
    """A window reaches the units below its own; it is looked for from there upwards."""
    return Listed(WINDOWS, window_id, (unit_id,), "", asked_at)


def of_request(request_id: str, unit_path: Sequence[str], asked_at: datetime, until: datetime) -> Listed:
    """`unit_path`: empty for one that waits no more."""
    return Listed(REQUESTS, request_id, tuple(unit_path), "", asked_at, until)


def of_batch(batch_id: str, account_id: str, at: datetime, until: datetime) -> Listed:
    return Listed(BATCHES, batch_id, (account_id,), "", at, until)
