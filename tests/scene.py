"""Sets the scene as an operator does: identity's own operations, run beside the services on their database."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from identity.app import make_outside
from identity.operations import Outside, first_administrator, units_changed
from identity.operations.offers import accept_offer, open_offers
from identity.settings import read_settings
from identity.store import Store
from servicekit.access import Caller
from servicekit.units_copy import follow_units
from servicekit.web import make_kit
from tests.people import citizens
from tests.processes import House

UNITS: list[dict[str, Any]] = [
    {
        "id": path[-1],
        "code": path[-1],
        "names": {"en": path[-1]},
        "level": "l",
        "parent_id": None,
        "path": path,
    }
    for path in (["root"], ["root", "north"], ["root", "south"])
]


@contextmanager
def identity_operations(house: House) -> Iterator[Outside]:
    patch = pytest.MonkeyPatch()
    for name, value in house.env().items():
        patch.setenv(name, value)
    settings = read_settings()
    kit = make_kit("identity", settings.common)
    store = Store(kit.database)
    store.prepare()
    try:
        yield make_outside(settings, kit, store)
    finally:
        kit.database.client.close()
        patch.undo()


def tell_units(outside: Outside, units: Sequence[Mapping[str, Any]]) -> None:
    """As membership's event does."""
    follow = follow_units(outside.store.units, partial(units_changed, outside))
    outside.store.database.in_transaction(lambda: follow({"data": {"units": units}}), 15.0)


def first_people(outside: Outside) -> None:
    """Three units, and the organiser at headquarters as the first administrator."""
    tell_units(outside, UNITS)
    number = citizens()["hq-organiser"]["national_number"]
    today = outside.clock.today()
    first_administrator(outside, "root", number, "HQ", today, today.replace(year=today.year + 1))


def accept_everything(outside: Outside, account_id: str) -> None:
    """As the person does on the first page after signing in."""
    for one in open_offers(outside, [account_id]):
        accept_offer(outside, Caller(account_id), one.id, one.version)
