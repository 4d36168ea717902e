"""A reminder: the units of one topic of which one person is reminded, gathered until all parts have come."""

from dataclasses import dataclass
from datetime import date

from notifications.domain.kinds import Kind
from notifications.domain.matters import Concern


@dataclass(frozen=True)
class Reminder:
    """The first `told` units have been told; those up to `telling` are being told, and no others with them."""

    id: str
    topic: str
    account_id: str
    kind: Kind
    deadline: date
    units: tuple[Concern, ...]
    told: int
    telling: int
    version: int
