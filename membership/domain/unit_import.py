"""The import of a unit tree: compare a table with what is stored and say what would change. Nothing here writes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from membership.domain.likeness import Doubtful, SameName, Taken, doubts, likenesses, same_names
from membership.domain.unit_table import Row, RowError, Table
from membership.domain.units import LevelScheme, Unit
from servicekit.refusals import Invalid
from servicekit.words import N_


class LevelUnknown(Invalid):
    title = N_("The level scheme has no level {level}.")


class LevelNotAllowed(Invalid):
    title = N_("The level {level} cannot stand directly below the level {parent_level}.")


class LevelNotTop(Invalid):
    title = N_("A unit without a superior must be of the level {top}.")


class ParentUnknown(Invalid):
    title = N_("There is no unit {code}.")


class ParentEnded(Invalid):
    title = N_("The unit {code} has ended. Units below it need another superior, or a row for it.")


class ParentAlike(Invalid):
    title = N_("There is no unit {code}; {known} hardly differs from it.")


class ParentEnds(Invalid):
    title = N_("The superior unit {code} is not in the file and would end.")


class ParentsInCircle(Invalid):
    title = N_("The superior units lead back to this unit.")


class SecondRoot(Invalid):
    title = N_("A second unit without a superior; the first is {code}.")


class PredecessorUnknown(Invalid):
    title = N_("The file of successors names the unit {code}, which is not there.")


class SuccessorUnknown(Invalid):
    title = N_("The file of successors names {code} as successor of {of}, and there is no such unit.")


class PredecessorStays(Invalid):
    title = N_(
        "The file of successors names successors of {code}, which does not end: it is in the file of units."
    )


class SuccessorsInCircle(Invalid):
    title = N_("The successors of {code} lead back to itself, and all of these units end.")


Successors = Mapping[str, tuple[str, ...]]  # code to codes
NOBODY: Successors = {}


@dataclass(frozen=True, slots=True)
class Change:
    before: Unit
    after: Unit


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do when the rows in error, and those below them, are left out.

    `writes` are the units as they will be, superiors before those below them, ended units last.
    `missing` are live units that the file does not name: they end only when that is asked for and no row is in error.
    `doubts` are codes that somebody must confirm before anything is written; `same_names` are cautions.
    """

    errors: tuple[RowError, ...] = ()
    adds: tuple[Unit, ...] = ()
    changes: tuple[Change, ...] = ()
    ends: tuple[Unit, ...] = ()
    missing: tuple[Unit, ...] = ()
    unchanged: int = 0
    skipped: int = 0
    writes: tuple[Unit, ...] = field(default=(), repr=False)
    doubts: tuple[Doubtful, ...] = ()
    same_names: tuple[SameName, ...] = ()


def plan_import(
    table: Table,
    stored: Iterable[Unit],
    scheme: LevelScheme,
    *,
    on: date,
    new_id: Callable[[], str],
    end_missing: bool = False,
    successors: Successors = NOBODY,
) -> ImportPlan:
    """Compare the table with the stored units, live and ended. `successors`: of units that end, code to codes.

    `on` is the first day of what is new and the last of what ends. A code that is stored but not in the table stays
    as it is unless `end_missing`; the code of an ended unit revives it.
    Names, other names and attributes whose column the table does not have are kept.
    """
    known = {unit.code: unit for unit in stored}
    _refuse_unknown_predecessors(successors, known)
    _refuse_staying_predecessors(successors, known, table.seen)
    declared = {row.code: row for row in table.rows}
    missing = tuple(unit for code, unit in known.items() if unit.live and code not in table.seen)
    staying = {unit.code: unit for unit in known.values() if unit.live}
    if end_missing:
        for unit in missing:
            del staying[unit.code]
    errors = [*table.errors, *_with_hints(_tree_errors(declared, table.seen, known, staying, scheme), known)]
    if errors and end_missing:
        staying |= {unit.code: unit for unit in missing}
    in_error = {error.row for error in errors}
    accepted = {row.code: row for row in table.rows if row.number not in in_error}
    _leave_out_unfounded(accepted, staying, scheme)
    plan = _compare(accepted, staying, known, table, on, new_id)
    ends = tuple(replace(unit, valid_to=on) for unit in missing) if end_missing and not errors else ()
    heirs = {unit.code: unit.id for unit in (*known.values(), *plan.writes)}
    ends = tuple(_with_successors(unit, successors, heirs) for unit in ends)
    named_later = _named_later(known.values(), plan.writes, successors, heirs)
    _refuse_circles(known.values(), (*plan.writes, *ends, *(change.after for change in named_later)))
    file = Taken(
        rows=accepted,
        adds=plan.adds,
        changed=[(change.before, change.after) for change in plan.changes],
        missing=missing,
        told=frozenset(successors),
    )
    plan = replace(
        plan, changes=(*plan.changes, *named_later), writes=(*plan.writes, *(c.after for c in named_later))
    )
    codes = {unit.id: unit.code for unit in known.values()}
    return replace(
        plan,
        doubts=doubts(file, known.values()),
        same_names=same_names(accepted, staying.values(), codes),
        errors=tuple(sorted(errors, key=lambda error: error.row)),
        ends=ends,
        missing=missing,
        skipped=len({row.number for row in table.rows} | in_error) - len(accepted),
        writes=plan.writes + ends,
    )


def _refuse_unknown_predecessors(successors: Successors, known: Mapping[str, Unit]) -> None:
    for code in successors:
        if code not in known:
            raise PredecessorUnknown(code=code)


def _refuse_staying_predecessors(
    successors: Successors, known: Mapping[str, Unit], seen: frozenset[str]
) -> None:
    for code in successors:
        if known[code].live and code in seen:
            raise PredecessorStays(code=code)


def _refuse_circles(known: Iterable[Unit], writes: Sequence[Unit]) -> None:
    """Whoever follows the successors of a unit that ends comes to a unit that lives, or to none."""
    ended = {unit.id: unit for unit in (*known, *writes)}
    ended = {unit_id: unit for unit_id, unit in ended.items() if not unit.live}
    for unit in writes:
        reached: set[str] = set()
        waiting = [unit] if unit.id in ended else []
        while waiting:
            fresh = [heir for heir in waiting.pop().successors if heir in ended and heir not in reached]
            reached.update(fresh)
            waiting.extend(ended[heir] for heir in fresh)
        if unit.id in reached:
            raise SuccessorsInCircle(code=unit.code)


def _with_successors(unit: Unit, successors: Successors, heirs: Mapping[str, str]) -> Unit:
    codes = successors.get(unit.code, ())
    for code in codes:
        if code not in heirs:
            raise SuccessorUnknown(code=code, of=unit.code)
    return replace(unit, successors=tuple(heirs[code] for code in codes)) if codes else unit


def _named_later(
    known: Iterable[Unit], writes: Iterable[Unit], successors: Successors, heirs: Mapping[str, str]
) -> tuple[Change, ...]:
    """Units that ended before, whose successors are told only now."""
    touched = {unit.id for unit in writes}
    changes = [
        Change(unit, _with_successors(unit, successors, heirs))
        for unit in known
        if not unit.live and unit.id not in touched and unit.code in successors
    ]
    return tuple(change for change in changes if change.before != change.after)


def _tree_errors(
    declared: Mapping[str, Row],
    seen: frozenset[str],
    known: Mapping[str, Unit],
    staying: Mapping[str, Unit],
    scheme: LevelScheme,
) -> Iterator[RowError]:
    circles = _in_circles(declared, staying)
    roots = (unit.code for unit in staying.values() if unit.parent_id is None)
    root = next((code for code in roots if code not in declared or not declared[code].parent_code), None)
    for row in declared.values():
        if not scheme.knows(row.level):
            yield RowError(row.number, "level", LevelUnknown(level=row.level))
        if not row.parent_code:
            if scheme.knows(row.level) and row.level != scheme.top:
                yield RowError(row.number, "level", LevelNotTop(top=scheme.top))
            if root not in (None, row.code):
                yield RowError(row.number, "parent_code", SecondRoot(code=root))
            root = root or row.code
        elif row.code in circles:
            yield RowError(row.number, "parent_code", ParentsInCircle())
        elif row.parent_code in declared or row.parent_code in staying:
            yield from _level_error(row, declared, staying, scheme)
        elif row.parent_code in known and known[row.parent_code].live and row.parent_code not in seen:
            yield RowError(row.number, "parent_code", ParentEnds(code=row.parent_code))
        elif row.parent_code not in seen:
            ended = row.parent_code in known
            fault = ParentEnded if ended else ParentUnknown
            yield RowError(row.number, "parent_code", fault(code=row.parent_code))
    yield from _level_errors_below(declared, staying, scheme)


def _with_hints(errors: Iterable[RowError], known: Mapping[str, Unit]) -> Iterator[RowError]:
    """Where a superior is not there and a unit hardly differs from it, that one is named."""
    alike: dict[str, str] = {}
    for error in errors:
        if isinstance(error.fault, ParentUnknown):
            alike = alike or {key: code for code in known for key in reversed(likenesses(code))}
            code = str(error.fault.params["code"])
            if (near := next((alike[key] for key in likenesses(code) if key in alike), code)) != code:
                yield RowError(error.row, error.column, ParentAlike(code=code, known=near))
                continue
        yield error


def _level_error(
    row: Row, declared: Mapping[str, Row], staying: Mapping[str, Unit], scheme: LevelScheme
) -> Iterator[RowError]:
    parent = declared.get(row.parent_code) or staying[row.parent_code]
    if scheme.knows(row.level) and scheme.knows(parent.level) and not scheme.allows(parent.level, row.level):
        yield RowError(row.number, "level", LevelNotAllowed(level=row.level, parent_level=parent.level))


def _level_errors_below(
    declared: Mapping[str, Row], staying: Mapping[str, Unit], scheme: LevelScheme
) -> Iterator[RowError]:
    """A row that gives a stored unit another level must still suit the units below it that the file leaves alone."""
    codes = {unit.id: unit.code for unit in staying.values()}
    told: set[int] = set()
    for unit in staying.values():
        parent = declared.get(codes.get(unit.parent_id or "", ""))
        if unit.code in declared or parent is None or parent.number in told or not scheme.knows(parent.level):
            continue
        if not scheme.allows(parent.level, unit.level):
            told.add(parent.number)
            fault = LevelNotAllowed(level=unit.level, parent_level=parent.level)
            yield RowError(parent.number, "level", fault)


def _superiors(accepted: Mapping[str, Row], staying: Mapping[str, Unit]) -> dict[str, str]:
    """The superior's code of every unit as it will be; empty for a root."""
    codes = {unit.id: unit.code for unit in staying.values()}
    superiors = {code: codes.get(unit.parent_id or "", "") for code, unit in staying.items()}
    superiors.update((code, row.parent_code) for code, row in accepted.items())
    return superiors


def _in_circles(accepted: Mapping[str, Row], staying: Mapping[str, Unit]) -> set[str]:
    """Codes of rows on a closed chain of superiors, also where stored units close it."""
    superiors = _superiors(accepted, staying)
    found: set[str] = set()
    done: set[str] = set()
    for start in superiors:
        chain: dict[str, None] = {}
        code = start
        while code in superiors and code not in done and code not in chain:
            chain[code] = None
            code = superiors[code]
        if code in chain:
            walked = list(chain)
            found.update(walked[walked.index(code) :])
        done.update(chain)
    return found & accepted.keys()


def _leave_out_unfounded(accepted: dict[str, Row], staying: Mapping[str, Unit], scheme: LevelScheme) -> None:
    """Take out rows that stand on a row in error, until what is left is a tree."""
    while True:
        unfounded = _in_circles(accepted, staying)
        rooted = any(unit.parent_id is None and code not in accepted for code, unit in staying.items())
        for code, row in accepted.items():
            if not row.parent_code:
                if rooted:
                    unfounded.add(code)
                continue
            parent = accepted.get(row.parent_code) or staying.get(row.parent_code)
            if parent is None or not scheme.allows(parent.level, row.level):
                unfounded.add(code)
        for error in _level_errors_below(accepted, staying, scheme):
            unfounded.update(code for code, row in accepted.items() if row.number == error.row)
        if not unfounded:
            return
        for code in unfounded:
            del accepted[code]


def _compare(
    accepted: Mapping[str, Row],
    staying: Mapping[str, Unit],
    known: Mapping[str, Unit],
    table: Table,
    on: date,
    new_id: Callable[[], str],
) -> ImportPlan:
    superiors = _superiors(accepted, staying)
    below: dict[str, list[str]] = {}
    for code, superior in superiors.items():
        below.setdefault(superior, []).append(code)
    placed: dict[str, Unit] = {}
    adds: list[Unit] = []
    changes: list[Change] = []
    writes: list[Unit] = []
    unchanged = 0
    waiting = below.get("", [])
    while waiting:
        for code in waiting:
            before, row = known.get(code), accepted.get(code)
            after = _as_declared(row, before, table, on, new_id) if row else staying[code]
            after = placed[code] = _placed_under(after, placed.get(superiors[code]))
            if before == after:
                unchanged += 1 if row else 0
                continue
            writes.append(after)
            if before is None:
                adds.append(after)
            else:
                changes.append(Change(before, after))
        waiting = [code for superior in waiting for code in below.get(superior, ())]
    return ImportPlan(adds=tuple(adds), changes=tuple(changes), unchanged=unchanged, writes=tuple(writes))


def _as_declared(row: Row, before: Unit | None, table: Table, on: date, new_id: Callable[[], str]) -> Unit:
    if before is None:
        return Unit(
            new_id(), row.code, row.names, row.level, None, (), on, None, row.attributes, also=row.also
        )
    names = {key: name for key, name in before.names.items() if key not in table.languages}
    attributes = {key: value for key, value in before.attributes.items() if key not in table.attributes}
    also = {key: known for key, known in before.also.items() if key not in table.also}
    return replace(
        before,
        names=names | dict(row.names),
        level=row.level,
        valid_to=None,
        successors=(),
        attributes=attributes | dict(row.attributes),
        also=also | dict(row.also),
    )


def _placed_under(unit: Unit, superior: Unit | None) -> Unit:
    parent_id = superior.id if superior else None
    path = (*superior.path, unit.id) if superior else (unit.id,)
    if (unit.parent_id, unit.path) == (parent_id, path):
        return unit
    return replace(unit, parent_id=parent_id, path=path)
