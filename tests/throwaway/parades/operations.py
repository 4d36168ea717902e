"""What parades does, one verb each."""

from datetime import date

from servicekit.access.decision import Caller, UnknownHere, require
from servicekit.data.events import AuditEntry
from servicekit.ids import new_id
from tests.throwaway.parades.context import Context
from tests.throwaway.parades.domain import Parade, announced


def announce_parade(context: Context, caller: Caller, unit_id: str, on: date, title: str) -> Parade:
    path = _path(context, unit_id)
    require(caller, "parades:write", path, context.clock.now())
    parade = announced(Parade(new_id(), unit_id, on, title), context.clock.today())
    context.store.add(parade, AuditEntry("parade.announced", unit_id, path, "parade", parade.id))
    return parade


def list_parades(context: Context, caller: Caller, unit_id: str) -> list[Parade]:
    require(caller, "unit:read", _path(context, unit_id), context.clock.now())
    return sorted(context.store.of(unit_id), key=lambda parade: (parade.on, parade.id))


def _path(context: Context, unit_id: str) -> tuple[str, ...]:
    unit = context.units.find(unit_id)
    if unit is None:
        raise UnknownHere
    return unit.path
