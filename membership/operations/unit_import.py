"""Importing a unit tree: planned as a whole, written in steps, each of them all or nothing with its event.

An import that dies leaves whole steps behind. Nothing needs to be cleaned up: the next import compares its file
with what is stored, and so completes it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from membership.context import Context
from membership.domain.likeness import Doubtful
from membership.domain.unit_import import NOBODY, ImportPlan, Successors, plan_import
from membership.domain.unit_table import RowError, read_table
from membership.domain.units import LevelScheme, Unit, told
from membership.events import units_changed
from membership.store.units import Tree
from servicekit.refusals import Conflict, Invalid
from servicekit.words import N_

# Units a step: one transaction, and one event that must fit into a delivery.
STEP = 500
# An import that has not finished a step for so long counts as dead, and another may begin.
LEASE = timedelta(seconds=10)

Progress = Callable[[int, int], None]
# Hears what is about to be written, and stops it by an exception.
Agree = Callable[[ImportPlan], None]


class ImportRunning(Conflict):
    title = N_("Another import is at work. If it has died, a new one can begin at {until}.")


class ImportOvertaken(Conflict):
    title = N_("This import was taken for dead and another one has begun. Run it again.")


class LevelSchemeMissing(Conflict):
    title = N_("There is no level scheme yet. Give one with the first import.")


class LevelInUse(Invalid):
    title = N_("The level scheme does not have the level {level}, which stored units have.")


class NumberEndingUnconfirmed(Conflict):
    title = N_("{number} units would end, and {confirmed} were confirmed. Nothing was written.")


@dataclass(frozen=True)
class Imported:
    """What an import did, or would do: numbers of units, and the errors as (row, column, message).

    `written` is 0 after a dry run, and when rows in error or codes in doubt held everything back. `missing` are stored
    units that the file does not name; `ends` those of them that end. `doubts` are codes that nobody has confirmed.
    `plan` has the units themselves.
    """

    adds: int
    changes: int
    ends: int
    missing: int
    unchanged: int
    skipped: int
    written: int
    errors: tuple[RowError, ...]
    doubts: tuple[Doubtful, ...]
    plan: ImportPlan

    def messages(self) -> list[tuple[int, str, str]]:
        """Row, column (empty for the whole row) and what is wrong, in English."""
        return [(error.row, error.column or "", error.message) for error in self.errors]


@dataclass(frozen=True)
class _Asked:
    data: bytes
    scheme: LevelScheme | None
    end_missing: bool
    successors: Successors
    confirmed: Collection[str] = ()


def preview_import(
    context: Context,
    data: bytes,
    *,
    scheme: LevelScheme | None = None,
    end_missing: bool = False,
    confirmed: Collection[str] = (),
    successors: Successors = NOBODY,
) -> Imported:
    """What `import_units` would do with this file now. Writes nothing."""
    asked = _Asked(data, scheme, end_missing, successors, confirmed)
    return _imported(_plan(context, asked).plan, 0, asked)


def import_units(
    context: Context,
    data: bytes,
    *,
    scheme: LevelScheme | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    end_missing: int | None = None,
    confirmed: Collection[str] = (),
    successors: Successors = NOBODY,
    agree: Agree = lambda plan: None,
    progress: Progress = lambda done, total: None,
) -> Imported:
    """Brings the stored tree to what the CSV file says; with rows in error, only when `skip_bad` leaves them out.

    `scheme` is needed the first time and replaces the stored one afterwards. `end_missing`: how many units end because
    the file does not name them; None where none shall. `confirmed`: codes in doubt that are meant so; nothing is
    written while another is in doubt. `successors` of units that end, code to codes. `progress` hears how many units of
    how many are written, after each step; `agree` hears the plan before anything is written. Raises
    NumberEndingUnconfirmed, and ImportRunning while another is at work.
    """
    asked = _Asked(data, scheme, end_missing is not None, successors, confirmed)
    while True:
        planned = _plan(context, asked)
        plan, tree = planned.plan, planned.tree
        would = _imported(plan, 0, asked)
        nothing_new = not plan.writes and tree.scheme == planned.scheme
        if dry_run or nothing_new or (plan.errors and not skip_bad) or would.doubts:
            return would
        if end_missing is not None and would.ends != end_missing:
            raise NumberEndingUnconfirmed(number=would.ends, confirmed=end_missing)
        agree(plan)
        now = context.clock.now()
        if tree.running and tree.until and tree.until > now:
            raise ImportRunning(until=tree.until.isoformat(timespec="seconds"))
        import_id = context.new_id()
        # In a transaction, because only transactions make the embedded database drop those of programs that died.
        begun = context.database.in_transaction(
            partial(context.units.begin, tree, planned.scheme, import_id, now + LEASE)
        )
        if begun:
            return _imported(plan, _write(context, import_id, planned, progress), asked)


@dataclass(frozen=True)
class _Planned:
    plan: ImportPlan
    tree: Tree
    scheme: LevelScheme
    root_path: tuple[str, ...]


def _plan(context: Context, asked: _Asked) -> _Planned:
    tree = context.units.tree()
    planned_for = asked.scheme or tree.scheme
    if planned_for is None:
        raise LevelSchemeMissing
    stored = context.units.all()
    if asked.scheme is not None:
        _check_levels(asked.scheme, stored)
    plan = plan_import(
        read_table(asked.data),
        stored,
        planned_for,
        on=context.clock.today(),
        new_id=context.new_id,
        end_missing=asked.end_missing,
        successors=asked.successors,
    )
    roots = (unit.path for unit in (*plan.writes, *stored) if unit.live and unit.parent_id is None)
    return _Planned(plan, tree, planned_for, next(roots, ()))


def _check_levels(scheme: LevelScheme, stored: list[Unit]) -> None:
    for level in {unit.level for unit in stored if unit.live}:
        if not scheme.knows(level):
            raise LevelInUse(level=level)


def _write(context: Context, import_id: str, planned: _Planned, progress: Progress) -> int:
    plan = planned.plan
    before = {change.before.id: change.before for change in plan.changes}
    before |= {unit.id: unit for unit in plan.missing}
    written, state = 0, "stopped"
    context.imports.begin(import_id, planned.root_path, _numbers(plan))
    try:
        for number, start in enumerate(range(0, len(plan.writes), STEP)):
            units = plan.writes[start : start + STEP]
            context.database.in_transaction(partial(_write_step, context, import_id, number, units, before))
            written += len(units)
            progress(written, len(plan.writes))
        state = "done"
    finally:
        context.database.in_transaction(partial(context.units.finish, import_id))
        context.imports.finish(import_id, state, written)
    return written


def _write_step(
    context: Context, import_id: str, number: int, units: tuple[Unit, ...], before: Mapping[str, Unit]
) -> None:
    if not context.units.go_on(import_id, context.clock.now() + LEASE):
        raise ImportOvertaken
    revision = context.units.tree().revision
    adds = [unit for unit in units if unit.id not in before]
    changes = [unit for unit in units if unit.id in before]
    context.units.write(adds, changes)
    context.unit_changes.note((before[unit.id], unit) for unit in changes)
    moved = (unit for unit in changes if before[unit.id].path != unit.path)
    context.members.move({unit.id: unit.path for unit in moved})
    context.imports.step(import_id, number, len(units), units_changed(map(told, units), revision))


def _numbers(plan: ImportPlan) -> dict[str, int]:
    return {
        "adds": len(plan.adds),
        "changes": len(plan.changes),
        "ends": len(plan.ends),
        "missing": len(plan.missing),
        "unchanged": plan.unchanged,
        "skipped": plan.skipped,
    }


def _imported(plan: ImportPlan, written: int, asked: _Asked) -> Imported:
    doubts = tuple(one for one in plan.doubts if one.code not in asked.confirmed)
    return Imported(**_numbers(plan), written=written, errors=plan.errors, doubts=doubts, plan=plan)
