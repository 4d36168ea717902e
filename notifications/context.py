"""Everything that the operations of the service may touch."""

from dataclasses import dataclass

from notifications.store import Store
from servicekit.work.clock import Clock


@dataclass(frozen=True)
class Context:
    """What an operation is given besides its question."""

    store: Store
    clock: Clock
