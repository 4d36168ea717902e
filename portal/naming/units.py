"""Which unit somebody means who types a code, a name, or the address of its page."""

import re
from dataclasses import dataclass

from portal.shared.asking import membership
from portal.shared.clients.answers import Document
from portal.shared.units import Names
from servicekit.words.text import plain_digits

# No code or name is longer, and a service is asked by its address.
LONGEST = 100
# So many are offered to choose from: whoever means another one types more of its name.
OFFERED_MOST = 10
_ADDRESSED = re.compile(r"(?:.*/units/)?([a-z2-7]{20})(?:[/?#].*)?")


@dataclass(frozen=True, slots=True)
class Choice:
    """`above`: the unit over it, for many a name is borne by several."""

    id: str
    code: str
    names: Names
    above: Names


@dataclass(frozen=True, slots=True)
class Meant:
    """The one that is meant; else those among which somebody must choose, and neither where there is none."""

    id: str = ""
    choices: tuple[Choice, ...] = ()


def unit_meant(typed: str) -> Meant:
    """Outside of the reader's reach only by the address of its page, or by its id."""
    if named := _ADDRESSED.fullmatch(typed):
        return Meant(named[1])
    if not typed or len(typed) > LONGEST:
        return Meant()
    plain = plain_digits(typed)
    # As it was typed, for codes may have small letters; else as codes are written mostly.
    coded = next(filter(None, map(membership().units_coded, dict.fromkeys((plain, plain.upper())))), None)
    if coded:
        return Meant(str(coded[0]["id"]))
    answer = membership().units_named(typed, OFFERED_MOST)
    found = list(answer["items"])
    # What is only named nearly so is offered, and never taken.
    if len(found) == 1 and not answer["meant"]:
        return Meant(str(found[0]["id"]))
    return Meant(choices=tuple(_choices(found)))


def _choices(found: list[Document]) -> list[Choice]:
    above = membership().units_by_id(one["parent_id"] or "" for one in found)
    return [
        Choice(one["id"], one["code"], one["names"], above.get(one["parent_id"], {}).get("names", {}))
        for one in found
    ]
