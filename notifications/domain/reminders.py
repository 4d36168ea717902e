"""A reminder: the units of one topic of which one person is reminded, gathered until all parts have come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from notifications.domain.kinds import Kind
from notifications.domain.matters import Concern, Matter
from servicekit.ids import id_from


@dataclass(frozen=True)
class Reminder:
    """The first `told` units have been told; those up to `telling` are being told, and no others with them."""

    id: str
    topic: str
    account_id: str
    kind: Kind
    deadline: date | None
    units: tuple[Concern, ...]
    told: int
    telling: int
    version: int = 1


def reminder_of(matter: Matter, account_id: str, units: Iterable[Concern]) -> Reminder:
    """As it begins; of one topic each person has one."""
    return Reminder(
        id=id_from(matter.topic, account_id),
        topic=matter.topic,
        account_id=account_id,
        kind=matter.kind,
        deadline=matter.deadline,
        units=tuple(units),
        told=0,
        telling=0,
    )
