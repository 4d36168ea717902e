"""What the move of a unit means for access: asked before it is done, and kept while it waits for a second person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from identity.context import Context, UnitUnknown
from identity.domain import losses
from identity.domain.grant_rights import gives_access
from identity.domain.grants import Grant, WhyNot
from identity.domain.losses import Loss
from identity.events import MOVE_ASKED
from identity.operations.grants import left_without
from identity.operations.showing import GrantSeen, show_grants
from servicekit.access import decision as access
from servicekit.access.decision import Caller
from servicekit.refusals import Invalid
from servicekit.tree.units import Unit
from servicekit.words import N_

MOVE = "unit:move"
SHOWN = 50
SHOWN_TO_OPERATOR = 20
UNITS_AT_ONCE = 1_000
UNITS_A_STEP = 200
# The operator's import moves more, and names what it moves itself.
MOST_MOVED = 2_000


class MoveTooLarge(Invalid):
    title = N_("More than {most} units would move with it: the operator's import moves them.")


@dataclass(frozen=True)
class LossesForeseen:
    """`count`: all; `unseen`: those of them whose access the reader may not see; `grants`: the first of the others."""

    count: int
    people: int
    left_without_count: int
    unseen: int
    grants: Sequence[GrantSeen]


@dataclass(frozen=True, kw_only=True)
class GrantLost(GrantSeen):
    why: WhyNot


@dataclass(frozen=True)
class TreeForeseen:
    """For the operator, who sees all; `grants`: the first of them."""

    count: int
    people: int
    left_without_count: int
    grants: Sequence[GrantLost]


def preview_move(context: Context, caller: Caller, unit_id: str, to_id: str) -> LossesForeseen:
    """Whose access would fall: all are counted, those are named whose access the caller may see."""
    unit, superior = _places(context, caller, unit_id, to_id)
    lost = losses_by_move(context, unit, superior)
    now, gone = context.clock.now(), [one.grant for one in lost]
    # Where they stand today: a new superior sees names when it is one.
    standing = context.store.grants_by_id(one.id for one in gone)
    held = [standing[one.id] for one in gone if one.id in standing]
    seen = [one for one in held if access.decide(caller, "access:read", one.unit_path, now).allowed]
    return LossesForeseen(
        count=len(gone),
        people=losses.people(gone),
        left_without_count=len(left_without(context, gone)),
        unseen=len(gone) - len(seen),
        grants=show_grants(context, seen[:SHOWN]),
    )


def losses_by_move(context: Context, unit: Unit, superior: Unit) -> list[Loss]:
    """Of the unit and of all below it, the highest first."""
    store, today = context.store, context.clock.today()
    found: list[Loss] = []
    units = [one.id for one in store.units.below(unit.id)]
    for start in range(0, len(units), UNITS_A_STEP):
        held = store.grants_of_units(units[start : start + UNITS_A_STEP])
        above = store.with_chains(held)
        # What they hang on moves with them where it stands in the branch.
        after = losses.moved([*held, *above.values()], unit.id, (*superior.path, unit.id))
        found += losses.lost(held, above, after, today)
    return _highest_first(found)


def preview_tree(
    context: Context, paths: Mapping[str, tuple[str, ...]], ended: Collection[str]
) -> TreeForeseen:
    """Whose access stops when units stand elsewhere, by their new paths, or end: for the operator, who sees all."""
    store, concerned = context.store, dict[str, Grant]()
    units = sorted({*paths, *ended})
    for start in range(0, len(units), UNITS_AT_ONCE):
        here = store.grants_of_units(units[start : start + UNITS_AT_ONCE])
        giving = [one.id for one in here if gives_access(one, context.roles)]
        concerned |= {one.id: one for one in (*here, *store.hanging_on_any(giving))}
    after = losses.placed(concerned.values(), paths, ended, context.clock.today())
    above = {**store.with_chains(concerned.values()), **concerned}
    lost = list(losses.lost(concerned.values(), above, after, context.clock.today()))
    standing = [concerned[one.grant.id] for one in _highest_first(lost)]
    whys = {one.grant.id: one.why for one in lost}
    shown = show_grants(context, standing[:SHOWN_TO_OPERATOR])
    return TreeForeseen(
        count=len(lost),
        people=losses.people(standing),
        left_without_count=len(left_without(context, standing)),
        grants=[GrantLost(**vars(one), why=whys[one.id]) for one in shown],
    )


def _highest_first(lost: Iterable[Loss]) -> list[Loss]:
    return sorted(lost, key=lambda loss: (len(loss.grant.unit_path), loss.grant.unit_path, loss.grant.id))


def move_asked(context: Context, event: dict[str, Any]) -> None:
    """Membership's word that a move waits: whoever is to confirm it sees perhaps one side, and may ask all the same."""
    asked = MOVE_ASKED.read(event["data"])
    if asked.moving:
        context.store.keep_asked_move(asked.move_id, asked.moving, asked.to, context.clock.now())


def _places(context: Context, caller: Caller, unit_id: str, to_id: str) -> tuple[Unit, Unit]:
    now, units = context.clock.now(), context.store.units
    unit, superior = units.find(unit_id), units.find(to_id)
    if unit is None or not (access.visible(caller, unit.path) or _waits(context, caller, unit, superior)):
        raise UnitUnknown(field="unit_id")
    if superior is None:
        raise UnitUnknown(field="to_id")
    places: Sequence[tuple[str, ...]] = (unit.path, unit.path[:-1], superior.path)
    if not any(access.decide(caller, MOVE, path, now).allowed for path in places):
        access.require(caller, MOVE, unit.path, now)
    below = units.levels_under([unit.id])[unit.id].values()
    if sum(sum(depths.values()) for depths in below) >= MOST_MOVED:
        raise MoveTooLarge(field="unit_id", most=MOST_MOVED)
    return unit, superior


def _waits(context: Context, caller: Caller, unit: Unit, superior: Unit | None) -> bool:
    """Whether the move was asked for, and stands before the caller to be decided."""
    return (
        superior is not None
        and access.visible(caller, superior.path)
        and context.store.is_asked_move(unit.id, superior.id)
    )
