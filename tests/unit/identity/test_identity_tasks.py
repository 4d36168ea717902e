"""Which grants wait for somebody as the second person, which for the yearly word, and where somebody has posts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from identity.domain.grants import PROPOSAL_LIFE, Extension, Grant, Status
from identity.domain.tasks import posts_of, second_person_task, to_confirm_yearly, yearly_task
from servicekit.access.decision import Reach, Right
from servicekit.calendar.waiting import Rank
from tests.unit.identity.test_grant_acts import DAY, HELD, NOW, PROPOSED, REMOVAL, SUSPENDED, TODAY

NAMES = {"en": "District"}
REMOVING = replace(HELD, removal=REMOVAL)
LONGER = replace(
    HELD, extension=Extension(("boris",), "B.", TODAY + 300 * DAY, False, "why", NOW + PROPOSAL_LIFE)
)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("grant", "key"), [(PROPOSED, "confirm"), (REMOVING, "remove"), (LONGER, "longer")])
def test_a_grant_waits_for_a_second_person_who_neither_asked_nor_holds_it(grant: Grant, key: str) -> None:
    task = second_person_task(grant, ("clara", "clara-2"), NAMES, "Anna", NOW)
    assert task is not None
    assert (task.key, task.link, task.rank, task.unit, task.who) == (
        key,
        "/grants/g",
        Rank.OTHERS,
        NAMES,
        "Anna",
    )
    assert task.due == (NOW + PROPOSAL_LIFE).date()
    for concerned in ("anna", "boris"):
        assert second_person_task(grant, ("other", concerned), NAMES, "Anna", NOW) is None
    late = NOW + PROPOSAL_LIFE + DAY
    assert second_person_task(grant, ("clara",), NAMES, "Anna", late) is None


def test_what_is_decided_waits_for_nobody() -> None:
    assert second_person_task(HELD, ("clara",), NAMES, "", NOW) is None


def test_the_yearly_word_is_for_whoever_stands_above_and_is_another() -> None:
    due = replace(HELD, recertify_by=TODAY + 3 * DAY)
    above, beside = (Right("access:grant", unit, (unit,), Reach.BELOW) for unit in ("r", "d"))
    assert to_confirm_yearly([due], ("clara",), [above]) == [due]
    assert to_confirm_yearly([due], ("clara",), [beside]) == []
    # In their own unit, so at the topmost, those that hang on theirs: nobody stands above it.
    own = replace(above, unit_id=due.unit_id, unit_path=due.unit_path, grant_id="mine")
    hangs = replace(due, chain=("first", "mine"))
    assert to_confirm_yearly([due, hangs], ("clara",), [own]) == [hangs]
    assert to_confirm_yearly([due], ("clara", "anna"), [above]) == []
    assert to_confirm_yearly([HELD], ("clara",), [above]) == []
    assert to_confirm_yearly([due], ("clara",), [replace(above, permission="access:read")]) == []


def test_the_yearly_list_is_one_task_due_with_its_first_grant() -> None:
    due = [replace(HELD, recertify_by=TODAY + days * DAY) for days in (24, -4)]
    task = yearly_task("u", NAMES, due, 7)
    assert task is not None
    assert (task.count, task.due, task.link) == (9, TODAY - 4 * DAY, "/units/u/access/yearly")
    assert yearly_task("u", NAMES, [], 7) is None


def test_posts_are_the_units_with_a_role_that_counts_and_say_when_the_first_ends() -> None:
    sooner = replace(HELD, id="h", role="clerk", valid_to=TODAY + 5 * DAY)
    without_effect = [replace(one, unit_id="x") for one in (SUSPENDED, PROPOSED)]
    over = replace(HELD, unit_id="y", status=Status.REVOKED)
    (post,) = posts_of(
        [HELD, sooner, *without_effect, over], {}, {"d": NAMES}, {"clerk": {"en": "Clerk"}}, TODAY
    )
    assert (post.link, post.names, post.also) == ("/units/d", NAMES, ({}, {"en": "Clerk"}))
    assert post.due == TODAY + 5 * DAY
