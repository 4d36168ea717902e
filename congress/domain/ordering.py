"""Lists in another order than that of the tree, and searched by name.

A list below a unit is walked over the sums, which know deadlines and places and no more. What was sent up is listed by
since when it is in its state as well (congress.listed), at any length. What is wanted otherwise is read as a whole and
put in order, which is refused where it would be too much.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

from congress.domain.history import DECIDED, Congress, State
from congress.domain.plan import Plan
from congress.domain.progress import is_abandoned
from servicekit.calendar.order import newest_first, soonest_first
from servicekit.refusals import Invalid
from servicekit.tree.units import Unit
from servicekit.words import N_, names

# Congresses that are read to be put in order or searched.
ORDERED_MOST = 500
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# States of which reports are listed by since when they are in them: an act has led to each.
LISTED = (State.SUBMITTED, *DECIDED)

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


def listed_since(plan: Plan, congress: Congress) -> datetime | None:
    """Since when it is in its state; None for one that is not listed by that, as what its sums do not count."""
    last = congress.last(congress.state)
    return last.at if last and congress.state in LISTED and not is_abandoned(plan, congress) else None


def right_below(plan: Plan, unit: Unit, levels: Mapping[str, str]) -> tuple[str, ...]:
    """The units above between which and this one none has a congress; `levels` of units by their ids."""
    found: list[str] = []
    for unit_id in reversed(unit.path[:-1]):
        found.append(unit_id)
        if levels.get(unit_id) in plan.deadlines:
            break
    return tuple(found)


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
