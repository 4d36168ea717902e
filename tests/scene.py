"""Sets the scene as an operator does: identity's own operations, run beside the services on their database."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from identity.app import make_context
from identity.context import Context
from identity.operations import first_administrator, units_changed
from identity.operations.offers import accept_offer, open_offers
from identity.settings import read_settings
from identity.store import Store
from servicekit.access.decision import Caller
from servicekit.tree.units_copy import follow_units
from servicekit.web.kit import make_kit
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
def identity_operations(house: House) -> Iterator[Context]:
    patch = pytest.MonkeyPatch()
    for name, value in house.env().items():
        patch.setenv(name, value)
    settings = read_settings()
    kit = make_kit("identity", settings.common)
    store = Store(kit.database)
    store.prepare()
    try:
        yield make_context(settings, kit, store)
    finally:
        kit.database.client.close()
        patch.undo()


def tell_units(context: Context, units: Sequence[Mapping[str, Any]]) -> None:
    """As membership's event does."""
    follow = follow_units(context.store.units, partial(units_changed, context))
    context.store.database.in_transaction(lambda: follow({"data": {"units": units}}), 15.0)


def first_people(context: Context) -> None:
    """Three units, and the organiser at headquarters as the first administrator."""
    tell_units(context, UNITS)
    number = citizens()["hq-organiser"]["national_number"]
    today = context.clock.today()
    first_administrator(context, "root", number, "HQ", today, today.replace(year=today.year + 1))


def accept_everything(context: Context, account_id: str) -> None:
    """As the person does on the first page after signing in."""
    for one in open_offers(context, [account_id]):
        accept_offer(context, Caller(account_id), one.id, one.version)
