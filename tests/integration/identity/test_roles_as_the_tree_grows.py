"""Whom a change of a role touches is told by the numbers of the lists, at each level, however many hold it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from identity.domain.grants import Status
from identity.operations.role_preview import touched
from servicekit.data.database import Database
from tests.growth import METER
from tests.integration.identity.test_access_as_the_tree_grows import Size
from tests.processes import House


@pytest.fixture(scope="module")
def sizes(house: House, new_database: Callable[..., Database]) -> tuple[Size, Size]:
    small, large = (Size(house, new_database, levels) for levels in (3, 4))
    return small, large


def test_of_a_role_that_thousands_hold_the_numbers_alone_are_read(sizes: tuple[Size, Size]) -> None:
    small, large = sizes
    # Of these somebody has accepted the role, and the others have been offered it.
    assert touched(small.context, "administrator") == {
        "grants": 111,
        "people": 101,
        "by_level": [
            {"levels": ["centre"], "grants": 1},
            {"levels": ["division"], "grants": 10},
            {"levels": ["district"], "grants": 100},
        ],
    }
    before = METER.documents
    found = touched(large.context, "administrator")
    assert (found["grants"], found["people"]) == (1111, None)
    assert found["by_level"][-1] == {"levels": ["upazila"], "grants": 1000}
    assert METER.documents - before <= 50


def test_what_is_over_or_whose_unit_is_no_more_is_not_counted(sizes: tuple[Size, Size]) -> None:
    small, _ = sizes
    store, today = small.store, small.context.clock.today()
    gone, ended, offered = (store.grants_in(unit)[0] for unit in ("u00", "u01", "u1"))
    store.save_grant(replace(gone, status=Status.REVOKED), gone.version)
    store.save_grant(replace(ended, unit_ended=today), ended.version)
    accepted = replace(offered, accepted_at=small.context.clock.now(), status=Status.ACTIVE)
    store.save_grant(accepted, offered.version)
    found = touched(small.context, "administrator")
    assert (found["grants"], found["people"], found["by_level"][-1]["grants"]) == (109, 100, 98)
    assert touched(small.context, "clerk") == {"grants": 0, "people": 0, "by_level": []}
