"""Everything that the operations of parades may touch."""

from dataclasses import dataclass

from servicekit.tree.units_copy import UnitsCopy
from servicekit.work.clock import Clock
from tests.throwaway.parades.store import ParadeStore


@dataclass(frozen=True)
class Context:
    store: ParadeStore
    units: UnitsCopy
    clock: Clock
