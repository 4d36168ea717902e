"""Lists of access are held against the records that stand in them, and made right with an entry in the audit."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.context import Context
from identity.domain.grants import Grant, Status
from identity.domain.officials import Official
from identity.listed import GRANTS, OFFICIALS
from identity.operations.verifying import count_anew, drop_lapsed, mend_lists, verify_lists
from servicekit.ids import new_id
from tests.processes import House
from tests.scene import first_people, identity_operations

PATH = ("root", "north")


@pytest.fixture
def context(house: House) -> Iterator[Context]:
    house.prefix += "v"  # a database of this test's own
    with identity_operations(house) as made:
        first_people(made)
        yield made


def a_grant(context: Context, **changes: Any) -> Grant:
    today = context.clock.today()
    grant = Grant(
        id=new_id(),
        unit_id=PATH[-1],
        unit_path=PATH,
        role="clerk",
        valid_from=today - timedelta(days=300),
        valid_to=today + timedelta(days=300),
        status=Status.ACTIVE,
        account_id=new_id(),
        recertify_by=today + timedelta(days=20),
    )
    return context.store.add_grant(replace(grant, **changes), (), ())


def an_official(context: Context) -> None:
    official = Official(f"p {PATH[-1]}", "p", PATH[-1], PATH, context.clock.now(), "q", "Q")
    context.store.fallback.put_official(official, [], [])


def total(context: Context, name: str, state: str = "") -> int | None:
    return context.store.lists.count(name, ["root"], state, context.clock.now())


def a_line_lost(context: Context, grant: Grant) -> None:
    context.store.database.mongo["listed"].delete_one({"_id": f"{GRANTS} root {grant.id}"})


def a_line_of_another_state(context: Context, grant: Grant) -> None:
    change = {"$set": {"of": f"{GRANTS} root offered"}}
    context.store.database.mongo["listed"].update_one({"_id": f"{GRANTS} root {grant.id}"}, change)


def a_line_left(context: Context, grant: Grant) -> None:
    context.store.database.mongo["grants"].delete_one({"_id": grant.id})


def a_number_lost(context: Context, _: Grant) -> None:
    context.store.lists.totals.sum_up()
    context.store.database.mongo["listed_totals"].delete_one({"_id": f"{GRANTS} root"})


@pytest.mark.parametrize("harm", [a_line_lost, a_line_of_another_state, a_line_left, a_number_lost])
def test_what_drifted_is_named_and_made_right_and_written_down(
    context: Context, harm: Callable[[Context, Grant], None]
) -> None:
    grant = a_grant(context)
    a_grant(context)
    an_official(context)
    assert verify_lists(context) == []
    harm(context, grant)
    found = verify_lists(context)
    assert found
    assert {one.scope for one in found} <= {"grants", "grants-here", "to-confirm", "of-role"}
    assert mend_lists(context)
    assert verify_lists(context) == []
    said = list(context.store.database.mongo["mends"].find({}))
    assert {item["action"] for one in said for item in one["_outbox"]} == {"lists.mended"}
    grants = list(context.store.database.mongo["grants"].find({}))
    assert (total(context, OFFICIALS), total(context, GRANTS)) == (1, len(grants))
    assert total(context, GRANTS, "active") == sum(one["status"] == "active" for one in grants)
    assert mend_lists(context) == []


def test_what_another_version_wrote_uncounted_is_counted_by_the_program_that_looks_all_the_time(
    context: Context,
) -> None:
    a_grant(context)
    context.store.database.mongo["listed_notes"].delete_many({})
    before = total(context, GRANTS)
    assert before != len(list(context.store.database.mongo["grants"].find({})))
    assert list(count_anew(context))
    assert total(context, GRANTS) == len(list(context.store.database.mongo["grants"].find({})))
    assert verify_lists(context) == []


def test_what_lapsed_is_no_difference_before_and_after_its_lines_are_taken_away(context: Context) -> None:
    today = context.clock.today()
    a_grant(context, valid_to=today - timedelta(days=3), recertify_by=today - timedelta(days=5))
    assert verify_lists(context) == []
    # Of the yearly list of each unit, and of the role, in all and at its depth.
    assert drop_lapsed(context) == len(PATH) + 2
    assert drop_lapsed(context) == 0
    assert verify_lists(context) == []
