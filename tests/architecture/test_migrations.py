"""Every service with a database says how its stored documents change, in an order that nobody can mistake."""

import importlib

import pytest

from sammelan.archive import OWNERS
from sammelan.upkeep import migrations_of
from servicekit.work.migrations import Migration
from tests.processes import ROOT


@pytest.mark.parametrize("service", OWNERS)
def test_numbers_begin_at_one_and_leave_none_out(service: str) -> None:
    migrations = migrations_of(service)
    assert isinstance(migrations, tuple)
    assert all(isinstance(one, Migration) for one in migrations)
    assert [one.number for one in migrations] == list(range(1, len(migrations) + 1))
    assert len({one.name for one in migrations}) == len(migrations)


@pytest.mark.parametrize("service", OWNERS)
def test_a_service_is_not_ready_before_its_own(service: str) -> None:
    asking = [
        path
        for path in (ROOT / service).rglob("*.py")
        if "require_migrated(self.database, MIGRATIONS)" in path.read_text()
    ]
    assert len(asking) == 1
    assert importlib.import_module(f"{service}.migrations")
