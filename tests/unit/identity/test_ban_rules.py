"""Bans read from grants: whose act bars whom, and what ends a ban and what does not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from identity.domain import bans, grant_acts, grant_refusals
from identity.domain.bans import Barred, ban_of, bans_of, barred_from, check_not_barred, lift, under
from identity.domain.grant_refusals import SuspendedAbove
from identity.domain.grants import OPERATORS, Grant, Place, Status, as_high, higher
from tests.unit.identity.test_grants import PATHS, TODAY, a_grant

ROOT, DISTRICT, ELSEWHERE = PATHS["r"], PATHS["d"], PATHS["x"]
SUSPENDED = a_grant(unit="d", id="s", role="clerk", status=Status.SUSPENDED, suspended_from=ROOT)


@pytest.mark.parametrize(
    ("grant", "standing"),
    [
        (SUSPENDED, ROOT),
        (a_grant(status=Status.SUSPENDED), OPERATORS),  # of earlier days: nobody gives past it
        (a_grant(status=Status.REVOKED, barred_from=DISTRICT), DISTRICT),
        (a_grant(status=Status.REVOKED), None),  # resigned, declined, or ended before bans were written down
        (a_grant(), None),
    ],
)
def test_which_grants_are_bans(grant: Grant, standing: Place | None) -> None:
    ban = ban_of(grant)
    assert (ban.standing if ban else None) == standing


@pytest.mark.parametrize(
    ("grant", "unit"),
    [
        (SUSPENDED, "r"),
        (a_grant(unit="u", status=Status.REVOKED, barred_from=DISTRICT), "d"),
        (a_grant(status=Status.SUSPENDED), None),
        (a_grant(), None),
    ],
)
def test_from_which_unit_it_was_barred(grant: Grant, unit: str | None) -> None:
    assert barred_from(grant) == unit


@pytest.mark.parametrize(
    ("role", "unit", "giver", "barred"),
    [
        ("clerk", "d", DISTRICT, True),
        ("clerk", "u", DISTRICT, True),  # below
        ("clerk", "r", DISTRICT, False),  # above
        ("reader", "d", DISTRICT, False),
        ("clerk", "d", ROOT, False),  # whoever stands as high
        ("clerk", "d", OPERATORS, False),
    ],
)
def test_whom_a_ban_stops(role: str, unit: str, giver: Place, barred: bool) -> None:
    found = bans_of([SUSPENDED, a_grant(id="other")])
    if barred:
        with pytest.raises(Barred):
            check_not_barred(found, role, PATHS[unit], giver)
    else:
        check_not_barred(found, role, PATHS[unit], giver)


@pytest.mark.parametrize(
    ("one", "other", "is_as_high", "is_higher"),
    [
        (ROOT, DISTRICT, True, True),
        (DISTRICT, DISTRICT, True, False),
        (DISTRICT, ROOT, False, False),
        (OPERATORS, ROOT, True, True),
        (ROOT, OPERATORS, False, False),
        # Two branches: as deep, or less deep, and yet not above.
        (ELSEWHERE, DISTRICT, False, False),
        (ELSEWHERE, PATHS["u"], False, False),
    ],
)
def test_who_stands_above_is_a_matter_of_the_path_and_not_of_its_depth(
    one: Place, other: Place, is_as_high: bool, is_higher: bool
) -> None:
    assert as_high(one, other) is is_as_high
    assert higher(one, other) is is_higher


def test_after_a_move_the_new_superior_lifts_no_ban_of_the_old_one() -> None:
    """The unit has gone over to another district, no deeper than the old one stood."""
    moved = replace(
        a_grant(unit="u", role="clerk", status=Status.SUSPENDED, suspended_from=DISTRICT),
        unit_path=("r", "x", "u"),
    )
    with pytest.raises(SuspendedAbove):
        grant_acts.resume(moved, ("x",), "over", TODAY, ELSEWHERE)
    with pytest.raises(Barred):
        check_not_barred(bans_of([moved]), "clerk", moved.unit_path, ELSEWHERE)
    assert grant_acts.resume(moved, ("x",), "over", TODAY, ROOT).suspended_from is None


@pytest.mark.parametrize(
    ("standings", "together", "barred"),
    [
        ((DISTRICT,), (), True),
        ((DISTRICT, ROOT), (), False),  # given from as high as the ban, whoever resumes it
        ((ROOT,), (), False),
        ((DISTRICT,), ("s",), False),  # what bars it comes back in the same act
        ((ELSEWHERE,), (), True),
    ],
)
def test_what_was_suspended_comes_back_past_no_other_ban(
    standings: tuple[Place, ...], together: tuple[str, ...], barred: bool
) -> None:
    lower = a_grant(unit="u", id="l", role="clerk", status=Status.SUSPENDED, suspended_from=DISTRICT)
    found = bans_of([SUSPENDED, lower])
    if barred:
        with pytest.raises(Barred):
            bans.check_comes_back(lower, standings, found, together)
    else:
        bans.check_comes_back(lower, standings, found, together)
    # Another role, or a unit that is not below, is not concerned.
    for one in (replace(lower, role="reader"), replace(lower, unit_id="r", unit_path=ROOT)):
        bans.check_comes_back(one, standings, found, together)


def test_whoever_else_ends_a_suspended_grant_lifts_nothing() -> None:
    by_subordinate = grant_acts.revoke(SUSPENDED, ("x",), "a way round", TODAY, standing=DISTRICT)
    resigned = grant_acts.resign(SUSPENDED, (SUSPENDED.account_id or "",), "tired", TODAY, last_power=False)
    assert [one.barred_from for one in (by_subordinate, resigned)] == [ROOT, ROOT]


def test_a_ban_is_lifted_from_as_high_as_it_was_made() -> None:
    ended = grant_acts.revoke(SUSPENDED, ("x",), "over", TODAY, standing=ROOT)
    with pytest.raises(SuspendedAbove):
        lift(ended, ("x",), "a reason", TODAY, standing=DISTRICT)
    assert ban_of(lift(ended, ("x",), "a reason", TODAY, standing=ROOT)) is None
    with pytest.raises(bans.NotBarred):
        lift(SUSPENDED, ("x",), "a reason", TODAY, standing=OPERATORS)  # resume it


def test_what_the_person_holds_of_the_role_below_is_under_the_ban() -> None:
    below = a_grant(unit="u", id="below", role="clerk")
    others = [a_grant(unit="u", id="reader", role="reader"), a_grant(unit="r", id="above", role="clerk")]
    assert under(SUSPENDED, [SUSPENDED, below, *others], TODAY) == [below]


@pytest.mark.parametrize("change", [grant_acts.suspend, grant_acts.revoke])
def test_what_is_over_by_its_date_is_not_under_a_ban_and_keeps_nobody_from_it(
    change: Callable[..., Grant],
) -> None:
    over = a_grant(unit="u", id="over", role="clerk", valid_to=TODAY - timedelta(days=1))
    with pytest.raises(grant_refusals.GrantOver):
        change(over, ("x",), "a reason", TODAY)
    assert under(SUSPENDED, [SUSPENDED, over], TODAY) == []
