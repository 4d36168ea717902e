"""The sample members: a few dozen, the same ones each time, and never twice."""

from collections.abc import Callable

import pytest

from membership.app import make_context
from membership.context import Context
from membership.operations import import_units
from membership.operations.counting import check_of, count_all_changes
from membership.sample import MEMBERS, make_sample_members
from servicekit.data.database import Database
from tests.integration.membership.conftest import BANGLADESH, SCHEME, settings_of
from tests.processes import House


@pytest.fixture
def context(house: House, new_database: Callable[[str], Database]) -> Context:
    made = make_context(settings_of(house), new_database("membership"))
    made.prepare()
    import_units(made, BANGLADESH, scheme=SCHEME)
    return made


def test_sample_members_are_made_once_and_counted(context: Context) -> None:
    assert make_sample_members(context) == sum(MEMBERS.values())
    assert make_sample_members(context) == 0
    count_all_changes(context.counting)
    root = context.units.by_code("BD")
    assert root is not None
    assert context.counts.of([root.id])[root.id][1].total == sum(MEMBERS.values())
    assert check_of(context.counting).verify() == []


def test_sample_members_are_plainly_invented_in_two_scripts(context: Context) -> None:
    make_sample_members(context, members={"BD-N0129": 14, "XX": 3})
    unit = context.units.by_code("BD-N0129")
    assert unit is not None
    found = context.members.of_unit(unit.id, "", 100)
    assert len(found) == 14
    assert {member.details.name.split()[0] for member in found} == {"Sample", "নমুনা"}
    first = context.members.find(found[0].id)
    assert first is not None
    assert str(first.details.national_number).startswith("999000")


def test_the_same_seed_makes_the_same_people(
    context: Context, house: House, new_database: Callable[[str], Database]
) -> None:
    other = make_context(settings_of(house), new_database("membership"))
    other.prepare()
    import_units(other, BANGLADESH, scheme=SCHEME)
    books = []
    for one in (context, other):
        make_sample_members(one)
        unit = one.units.by_code("BD-N0129")
        assert unit is not None
        books.append([(member.id, member.details) for member in one.members.of_unit(unit.id, "", 100)])
    assert books[0] == books[1]
