"""A grant whose unit has ended gives nothing, comes into force by nothing, and asks nobody for anything."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from identity.domain import grant_acts, grant_dates
from identity.domain import grants as rules
from identity.domain.grants import Grant, Status, WhyNot
from servicekit.tree.units import UnitEnded
from tests.unit.identity.test_grants import TODAY, a_grant

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def ended(**changes: object) -> Grant:
    return replace(a_grant(**changes), unit_ended=TODAY)


@pytest.mark.parametrize(
    "status", [Status.ACTIVE, Status.INVITED, Status.OFFERED, Status.SUSPENDED, Status.PROPOSED]
)
def test_it_gives_nothing_for_this_reason(status: Status) -> None:
    assert rules.why_not(ended(status=status), {}, TODAY) is WhyNot.UNIT_ENDED


def test_that_it_was_revoked_or_is_over_is_said_first() -> None:
    assert rules.why_not(ended(status=Status.REVOKED), {}, TODAY) is WhyNot.REVOKED
    over = ended(valid_to=TODAY - timedelta(days=1))
    assert rules.why_not(over, {}, TODAY) is WhyNot.ENDED


def test_what_hangs_on_it_gives_nothing_either() -> None:
    above = ended(id="above", unit_id="a", unit_path=("a",))
    below = a_grant(id="below", unit_id="b", unit_path=("a", "b"), chain=("above",))
    assert rules.why_not(below, {"above": above}, TODAY) is WhyNot.GIVER_UNIT_ENDED


@pytest.mark.parametrize(
    "act",
    [
        lambda: grant_acts.confirm(
            ended(status=Status.PROPOSED, confirm_until=NOW + timedelta(hours=1)), ("b",), NOW
        ),
        lambda: grant_acts.recertify(ended(), ("b",), TODAY),
        lambda: grant_acts.resume(ended(status=Status.SUSPENDED), ("b",), "x", TODAY),
        lambda: grant_acts.bind(ended(status=Status.INVITED, account_id=None), "c", TODAY),
    ],
)
def test_nothing_brings_it_into_force(act: Callable[[], Grant]) -> None:
    with pytest.raises(UnitEnded):
        act()


def test_it_can_be_taken_away() -> None:
    assert grant_acts.revoke(ended(), ("b",), "the unit is gone", TODAY).status is Status.REVOKED


def test_nobody_is_asked_to_confirm_it_or_warned_of_its_end() -> None:
    soon = TODAY + timedelta(days=7)
    assert grant_dates.ending_due(a_grant(valid_to=soon), TODAY) is not None
    assert grant_dates.ending_due(ended(valid_to=soon), TODAY) is None
    assert grant_dates.to_recertify(a_grant(recertify_by=soon), TODAY)
    assert not grant_dates.to_recertify(ended(recertify_by=soon), TODAY)
