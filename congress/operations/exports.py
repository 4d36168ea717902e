"""What congress offers to be taken along: the roll-up below a unit, and the congresses there, one by one."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from congress.context import Context
from congress.domain.history import Congress
from congress.operations.difficulties_sought import Sought, count, require_list, walk
from congress.operations.reminding import wanted_of
from congress.operations.rollups import READ, rollup_of
from congress.operations.walking import number_below, walk_below
from congress.rendering.difficulties import difficulty_rows, difficulty_table
from congress.rendering.lists import listed_rows, listed_table
from congress.rendering.tables import congress_rows, congress_table, rollup_rows, rollup_table
from servicekit.access.decision import Caller, UnknownHere
from servicekit.audit.exporting import audit_export
from servicekit.exporting.declared import Export, Exports, Scope, Wanted
from servicekit.exporting.kept import KeptFiles
from servicekit.files.sealed import KeyWrap
from servicekit.out.exports.tables import Names, Reader, Row, Table
from servicekit.web.guards import origin
from servicekit.words import N_
from servicekit.work.jobs.store import JobStore

SERVICE = "congress"
Levels = Callable[[], Mapping[str, Names]]


def exports_of(context: Context, wrap: KeyWrap, zone: str, levels: Levels = dict) -> Exports:
    offered = (
        Export(
            "rollup",
            N_("Progress and results of the units below, by level"),
            READ,
            partial(_scope_of_rollup, context),
            partial(_rollup, context),
        ),
        Export(
            "congresses",
            N_("All congresses below, one by one"),
            READ,
            partial(_scope_of_congresses, context),
            partial(_congresses, context),
        ),
        Export(
            "listed",
            N_("The congresses of a list: what is late, by how much, and who must act"),
            READ,
            partial(_scope_of_listed, context),
            partial(_listed, context),
        ),
        Export(
            "difficulties",
            N_("The difficulties of a list: what they are about, where they lie and until when"),
            READ,
            partial(_scope_of_difficulties, context),
            partial(_difficulties, context),
            require=partial(_require_difficulties, context),
        ),
        audit_export(SERVICE, context.database, context.clock, context.units),
    )
    return Exports(
        SERVICE,
        {one.key: one for one in offered},
        JobStore(context.database, origin),
        KeptFiles(context.database, wrap),
        context.clock,
        zone,
        wrap.secret_for("exports"),
        levels,
    )


def _path(context: Context, wanted: Wanted) -> tuple[str, ...]:
    unit = context.units.find(wanted["unit_id"])
    if unit is None or context.plans.find(wanted["plan_id"]) is None:
        raise UnknownHere
    return unit.path


def _scope_of_rollup(context: Context, wanted: Wanted) -> Scope:
    path = _path(context, wanted)
    return Scope(path, 1 + context.rollups.count_below(wanted["plan_id"], wanted["unit_id"], wanted["level"]))


def _rollup(context: Context, wanted: Wanted, reader: Reader) -> tuple[Table, Iterable[Row]]:
    plan, answer = rollup_of(context, wanted["plan_id"], wanted["unit_id"], wanted["level"])
    return rollup_table(plan, answer), rollup_rows(plan, answer)


def _scope_of_congresses(context: Context, wanted: Wanted) -> Scope:
    """Nobody counts for it: the roll-up has counted."""
    path = _path(context, wanted)
    rollup = context.rollups.find(wanted["plan_id"], wanted["unit_id"])
    groups = rollup.groups.values() if rollup else ()
    return Scope(path, sum(counters.get("total", 0) + counters.get("ended", 0) for counters in groups))


def _congresses(context: Context, wanted: Wanted, reader: Reader) -> tuple[Table, Iterable[Row]]:
    plan, unit = context.plans.find(wanted["plan_id"]), context.units.find(wanted["unit_id"])
    if plan is None or unit is None:
        raise UnknownHere
    found = context.congresses.of_plan_below(plan, unit.id)
    return congress_table(plan, f"{unit.code}-congresses"), congress_rows(plan, found)


def _scope_of_listed(context: Context, wanted: Wanted) -> Scope:
    path = _path(context, wanted)
    plan = context.plans.get(wanted["plan_id"])
    return Scope(path, number_below(context, plan, wanted["unit_id"], wanted_of(wanted)))


def _listed(context: Context, wanted: Wanted, reader: Reader) -> tuple[Table, Iterable[Row]]:
    plan, unit = context.plans.find(wanted["plan_id"]), context.units.find(wanted["unit_id"])
    if plan is None or unit is None:
        raise UnknownHere
    found = walk_below(context, plan, unit.id, wanted_of(wanted))
    today, milestone = context.clock.today(), wanted["milestone"]
    rows = (
        row
        for some in found
        for row in listed_rows(plan, some, context.units.many(_above(some)), milestone, today)
    )
    return listed_table(f"{unit.code}-list"), rows


def _sought(wanted: Wanted) -> Sought:
    return Sought(wanted["unit_id"], wanted["which"], wanted["about"], wanted["below"])


def _require_difficulties(context: Context, caller: Caller, wanted: Wanted) -> None:
    require_list(context, caller, wanted["unit_id"])


def _scope_of_difficulties(context: Context, wanted: Wanted) -> Scope:
    unit = context.units.find(wanted["unit_id"])
    if unit is None:
        raise UnknownHere
    return Scope(unit.path, count(context, _sought(wanted)))


def _difficulties(context: Context, wanted: Wanted, reader: Reader) -> tuple[Table, Iterable[Row]]:
    unit = context.units.find(wanted["unit_id"])
    if unit is None:
        raise UnknownHere
    rows = (
        row
        for some in walk(context, _sought(wanted))
        for row in difficulty_rows(some, context.units.many({each for one in some for each in one.unit.path}))
    )
    return difficulty_table(f"{unit.code}-difficulties"), rows


def _above(congresses: Iterable[Congress]) -> set[str]:
    return {one.unit.parent_id for one in congresses if one.unit.parent_id}
