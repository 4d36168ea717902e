"""How far a unit has come with the roll-out, by a table of its grants; what it adds, and what a list is made of."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from identity.domain.grants import Grant, Status
from identity.domain.rollout import (
    LISTS,
    OWN,
    Reached,
    Stage,
    Stands,
    UnitStands,
    Wanted,
    by_level,
    contribution,
    of_all,
    stands,
)

TODAY = date(2026, 3, 1)
GIVEN = datetime(2026, 1, 5, 9, tzinfo=UTC)
TAKEN = datetime(2026, 1, 6, 9, tzinfo=UTC)
CAME = datetime(2026, 1, 7, 9, tzinfo=UTC)
DAY = timedelta(days=1)
KEPT = UnitStands("u", ("r", "u"), "union", changed_at=CAME)
PEOPLE = {"anna": CAME, "beli": None}


def a_grant(**changes: object) -> Grant:
    grant = Grant(
        id="g",
        unit_id="u",
        unit_path=("r", "u"),
        role="clerk",
        valid_from=TODAY - 50 * DAY,
        valid_to=TODAY + 100 * DAY,
        status=Status.ACTIVE,
        account_id="anna",
        chain=("above",),
        given_at=GIVEN,
        accepted_at=TAKEN,
    )
    return replace(grant, **changes)  # type: ignore[arg-type]  # a table of fields by name


ABOVE = a_grant(
    id="above", unit_id="r", unit_path=("r",), chain=(), account_id="chief", valid_to=TODAY + 900 * DAY
)
INVITED = a_grant(status=Status.INVITED, account_id=None, accepted_at=None, invited_until=TODAY + 9 * DAY)
OFFERED = a_grant(status=Status.OFFERED, accepted_at=None, invited_until=TODAY + 9 * DAY)
PROPOSED = a_grant(
    status=Status.PROPOSED, account_id=None, accepted_at=None, confirm_until=datetime(2026, 3, 2, tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("held", "stage"),
    [
        ([], Stage.NOBODY),
        ([a_grant()], Stage.SIGNED_IN),
        ([a_grant(account_id="beli")], Stage.HELD),
        ([a_grant(account_id="beli"), a_grant(id="h")], Stage.SIGNED_IN),
        ([a_grant(account_id="beli"), INVITED], Stage.HELD),
        ([INVITED], Stage.OFFERED),
        ([OFFERED], Stage.OFFERED),
        ([PROPOSED], Stage.OFFERED),
        ([a_grant(valid_from=TODAY + DAY)], Stage.OFFERED),
        # A machine signs nothing and answers no telephone.
        ([a_grant(account_id="machine")], Stage.NOBODY),
        ([a_grant(status=Status.SUSPENDED)], Stage.NOBODY),
        ([a_grant(status=Status.REVOKED)], Stage.NOBODY),
        ([a_grant(valid_to=TODAY - DAY)], Stage.NOBODY),
        ([a_grant(recertify_by=TODAY - DAY)], Stage.NOBODY),
        ([replace(INVITED, invited_until=TODAY - DAY)], Stage.NOBODY),
        ([replace(PROPOSED, confirm_until=GIVEN)], Stage.NOBODY),
        ([replace(OFFERED, status=Status.REVOKED)], Stage.NOBODY),
    ],
)
def test_a_unit_stands_by_the_first_that_is_true_of_its_grants(held: list[Grant], stage: Stage) -> None:
    assert stands(held, {"above": ABOVE}, PEOPLE, TODAY, KEPT).stage is stage


@pytest.mark.parametrize("grant", [a_grant(), INVITED, OFFERED])
def test_what_hangs_on_access_that_ended_is_nobodys(grant: Grant) -> None:
    above = {"above": replace(ABOVE, status=Status.REVOKED)}
    assert stands([grant], above, PEOPLE, TODAY, KEPT).stage is Stage.NOBODY


@pytest.mark.parametrize(
    ("held", "since"),
    [
        ([a_grant()], CAME),
        ([a_grant(accepted_at=CAME + DAY)], CAME + DAY),
        ([a_grant(account_id="beli")], TAKEN),
        ([OFFERED], GIVEN),
        ([], CAME),
    ],
)
def test_since_when_is_said_by_the_grants_and_for_nobody_by_what_was_written(
    held: list[Grant], since: datetime
) -> None:
    assert stands(held, {"above": ABOVE}, PEOPLE, TODAY, KEPT).since == since


def test_a_unit_that_has_nobody_still_has_had_nobody_since_then() -> None:
    before = replace(KEPT, stage="nobody", since=GIVEN, changed_at=CAME)
    assert stands([], {}, {}, TODAY, before) == Stands(Stage.NOBODY, GIVEN, None)
    unknown = replace(KEPT, changed_at=None)
    assert stands([], {}, {}, TODAY, unknown).since is None


def test_a_period_that_ended_by_its_day_left_nobody_from_that_day_on() -> None:
    before = replace(KEPT, stage="signed-in", since=CAME, again_on=TODAY)
    over = a_grant(valid_to=TODAY - DAY)
    assert stands([over], {"above": ABOVE}, PEOPLE, TODAY, before).since == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "above", "day"),
    [
        ({}, {}, TODAY + 101 * DAY),
        ({}, {"valid_to": TODAY + 4 * DAY}, TODAY + 5 * DAY),
        ({}, {"recertify_by": TODAY + 2 * DAY}, TODAY + 3 * DAY),
        ({"recertify_by": TODAY}, {}, TODAY + DAY),
        ({"valid_from": TODAY + 7 * DAY}, {}, TODAY + 7 * DAY),
        ({"status": Status.OFFERED, "invited_until": TODAY + DAY}, {}, TODAY + 2 * DAY),
        ({"status": Status.REVOKED}, {}, None),
    ],
)
def test_it_is_looked_at_again_on_the_first_day_that_may_change_it(
    changes: dict[str, object], above: dict[str, object], day: date | None
) -> None:
    higher = {"above": replace(ABOVE, **above)}  # type: ignore[arg-type]  # a table of fields by name
    assert stands([a_grant(**changes)], higher, PEOPLE, TODAY, KEPT).again_on == day


def test_a_live_unit_adds_one_by_its_level_to_all_above_and_to_itself() -> None:
    made = contribution(replace(KEPT, stage="held"))
    assert (made.path, made.group, made.counters, made.home) == (("r", "u"), "union", {"held": 1}, OWN)
    assert contribution(replace(KEPT, stage="held", live=False)).counters == {}
    assert contribution(KEPT).counters == {}


def test_figures_are_by_level_and_of_all_and_no_unit_is_in_two() -> None:
    groups = {
        "union": {"signed-in": 3, "nobody": 2},
        "district": {"held": 1, "offered": 1},
        "gone": {"nobody": 0},
        OWN: {"held": 1},
    }
    assert by_level(groups) == {"union": Reached(3, 0, 0, 2), "district": Reached(0, 1, 1, 0)}
    assert (of_all(groups).units, of_all(groups).without) == (7, 3)


@pytest.mark.parametrize(
    ("state", "level", "count", "own"),
    [
        ("", "", 7, True),
        ("holder", "", 4, True),
        ("without", "", 3, False),
        ("without", "union", 2, False),
        ("nobody", "", 2, False),
        ("held", "district", 1, True),
        ("held", "union", 0, False),
        ("held", "nowhere", 0, False),
    ],
)
def test_a_list_counts_as_its_figure_does(state: str, level: str, count: int, own: bool) -> None:  # noqa: FBT001
    groups = {
        "union": {"signed-in": 3, "nobody": 2},
        "district": {"held": 1, "offered": 1},
        OWN: {"held": 1},
    }
    wanted = Wanted(LISTS[state], level)
    assert wanted.count(groups) == count
    assert wanted.own(groups, "district") is own
