"""The rule of parades: nobody walks yesterday."""

from dataclasses import dataclass
from datetime import date

from servicekit.refusals import Conflict
from servicekit.words import N_


class ParadeIsOver(Conflict):
    title = N_("The day of this is over.")


@dataclass(frozen=True)
class Parade:
    id: str
    unit_id: str
    on: date
    title: str


def announced(parade: Parade, today: date) -> Parade:
    if parade.on < today:
        raise ParadeIsOver(field="on")
    return parade
