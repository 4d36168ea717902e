"""Lists in another order than that of the tree, and searched by name: of so many as one request may read.

A list below a unit is walked over the sums, which know deadlines and places and no more. What is wanted otherwise is
read as a whole and put in order, which is refused where it would be too much.
"""

from datetime import UTC, datetime
from enum import StrEnum

from congress.domain.history import Congress
from servicekit.calendar.order import newest_first, soonest_first
from servicekit.refusals import Invalid
from servicekit.words import N_, names

# Congresses that are read to be put in order or searched.
ORDERED_MOST = 500
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

Key = tuple[str, ...]


class Order(StrEnum):
    """`DEADLINE`: then by place in the tree; `PLACE`: by that alone; these two of any number. `LONGEST` and `NEWEST`:
    by the instant since which it is in its state.
    """

    DEADLINE = "deadline"
    PLACE = "place"
    LONGEST = "longest"
    NEWEST = "newest"


class TooManyToOrder(Invalid):
    title = N_(
        "{count} are too many to be searched or put in another order; {most} can be. "
        "Choose a level, or a unit below, first."
    )


def refuse_too_many(count: int) -> None:
    if count > ORDERED_MOST:
        raise TooManyToOrder(field="sort", count=count, most=ORDERED_MOST)


def since(congress: Congress, state: str = "") -> datetime:
    """When it last came into a state, which it may have left; else when it was last sent, returned or decided."""
    kinds = [act for act in congress.acts if state in ("", act.kind)]
    return kinds[-1].at if kinds else NEVER


def key_of(order: Order, congress: Congress, state: str = "") -> Key:
    """Two texts, of which the second is the id. `state`: which all in the list are in, so that one that has left the
    list still has its place.
    """
    if order is Order.PLACE:
        return congress.unit.code, congress.id
    if order is Order.DEADLINE:
        return f"{congress.deadline.isoformat()} {congress.unit.code}", congress.id
    turned = soonest_first if order is Order.LONGEST else newest_first
    return turned(since(congress, state)), congress.id


def is_named(search: str, congress: Congress) -> bool:
    """Whether each word begins a word of the unit's names, in any language, or of its code."""
    unit = congress.unit
    return names.matches(search, [*unit.names.values(), unit.code])
