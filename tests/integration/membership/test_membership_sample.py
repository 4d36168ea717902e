"""The sample members: a few dozen, the same ones each time, and never twice."""

from collections.abc import Callable

import pytest

from membership.app import make_outside
from membership.operations import import_units
from membership.operations.members import fold_counts
from membership.outside import Outside
from membership.sample import MEMBERS, make_sample_members
from servicekit.database import Database
from tests.integration.membership.conftest import BANGLADESH, SCHEME, settings_of
from tests.processes import House


@pytest.fixture
def outside(house: House, new_database: Callable[[str], Database]) -> Outside:
    made = make_outside(settings_of(house), new_database("membership"))
    made.prepare()
    import_units(made, BANGLADESH, scheme=SCHEME)
    return made


def test_sample_members_are_made_once_and_counted(outside: Outside) -> None:
    assert make_sample_members(outside) == sum(MEMBERS.values())
    assert make_sample_members(outside) == 0
    fold_counts(outside)
    root = outside.units.by_code("BD")
    assert root is not None
    assert outside.members.counts([root.id])[root.id][1].total == sum(MEMBERS.values())
    assert outside.members.all_counts() == outside.members.recount()


def test_sample_members_are_plainly_invented_in_two_scripts(outside: Outside) -> None:
    make_sample_members(outside, members={"BD-N0129": 14, "XX": 3})
    unit = outside.units.by_code("BD-N0129")
    assert unit is not None
    found = outside.members.of_unit(unit.id, "", 100)
    assert len(found) == 14
    assert {member.details.name.split()[0] for member in found} == {"Sample", "নমুনা"}
    first = outside.members.find(found[0].id)
    assert first is not None
    assert str(first.details.national_number).startswith("999000")


def test_the_same_seed_makes_the_same_people(
    outside: Outside, house: House, new_database: Callable[[str], Database]
) -> None:
    other = make_outside(settings_of(house), new_database("membership"))
    other.prepare()
    import_units(other, BANGLADESH, scheme=SCHEME)
    books = []
    for one in (outside, other):
        make_sample_members(one)
        unit = one.units.by_code("BD-N0129")
        assert unit is not None
        books.append([(member.id, member.details) for member in one.members.of_unit(unit.id, "", 100)])
    assert books[0] == books[1]
