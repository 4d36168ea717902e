"""Bans read from grants: whose act bars whom, and what ends a ban and what does not."""

import pytest

from identity.domain import bans, grants
from identity.domain.bans import Barred, ban_of, bans_of, barred_from, check_not_barred, lift, under
from identity.domain.grants import Grant, Status, SuspendedAbove
from tests.unit.identity.test_grants import PATHS, TODAY, a_grant

SUSPENDED = a_grant(unit="d", id="s", role="clerk", status=Status.SUSPENDED, suspended_from=1)


@pytest.mark.parametrize(
    ("grant", "standing"),
    [
        (SUSPENDED, 1),
        (a_grant(status=Status.SUSPENDED), 0),  # of earlier days: nobody gives past it
        (a_grant(status=Status.REVOKED, barred_from=2), 2),
        (a_grant(status=Status.REVOKED), None),  # resigned, declined, or ended before bans were written down
        (a_grant(), None),
    ],
)
def test_which_grants_are_bans(grant: Grant, standing: int | None) -> None:
    ban = ban_of(grant)
    assert (ban.standing if ban else None) == standing


@pytest.mark.parametrize(
    ("grant", "unit"),
    [
        (SUSPENDED, "r"),
        (a_grant(unit="u", status=Status.REVOKED, barred_from=2), "d"),
        (a_grant(status=Status.SUSPENDED), None),
        (a_grant(), None),
    ],
)
def test_from_which_unit_it_was_barred(grant: Grant, unit: str | None) -> None:
    assert barred_from(grant) == unit


@pytest.mark.parametrize(
    ("role", "unit", "giver", "barred"),
    [
        ("clerk", "d", 2, True),
        ("clerk", "u", 2, True),  # below
        ("clerk", "r", 2, False),  # above
        ("reader", "d", 2, False),
        ("clerk", "d", 1, False),  # whoever stands as high
        ("clerk", "d", 0, False),
    ],
)
def test_whom_a_ban_stops(role: str, unit: str, giver: int, barred: bool) -> None:
    found = bans_of([SUSPENDED, a_grant(id="other")])
    if barred:
        with pytest.raises(Barred):
            check_not_barred(found, role, PATHS[unit], giver)
    else:
        check_not_barred(found, role, PATHS[unit], giver)


def test_whoever_else_ends_a_suspended_grant_lifts_nothing() -> None:
    by_subordinate = grants.revoke(SUSPENDED, ("x",), "a way round", TODAY, standing=2)
    resigned = grants.resign(SUSPENDED, (SUSPENDED.account_id or "",), "tired", TODAY, last_power=False)
    assert [one.barred_from for one in (by_subordinate, resigned)] == [1, 1]


def test_a_ban_is_lifted_from_as_high_as_it_was_made() -> None:
    ended = grants.revoke(SUSPENDED, ("x",), "over", TODAY, standing=1)
    with pytest.raises(SuspendedAbove):
        lift(ended, ("x",), "a reason", TODAY, standing=2)
    assert ban_of(lift(ended, ("x",), "a reason", TODAY, standing=1)) is None
    with pytest.raises(bans.NotBarred):
        lift(SUSPENDED, ("x",), "a reason", TODAY, standing=0)  # resume it


def test_what_the_person_holds_of_the_role_below_is_under_the_ban() -> None:
    below = a_grant(unit="u", id="below", role="clerk")
    others = [a_grant(unit="u", id="reader", role="reader"), a_grant(unit="r", id="above", role="clerk")]
    assert under(SUSPENDED, [SUSPENDED, below, *others]) == [below]
