"""What congress offers to be taken along: the roll-up below a unit, and the congresses there, one by one."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from congress.context import Context
from congress.domain.history import Congress
from congress.operations.reminding import wanted_of
from congress.operations.rollups import READ, rollup_of
from congress.operations.walking import number_below, walk_below
from congress.rendering.lists import listed_rows, listed_table
from congress.rendering.tables import congress_rows, congress_table, rollup_rows, rollup_table
from servicekit.access.decision import UnknownHere
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


def _above(congresses: Iterable[Congress]) -> set[str]:
    return {one.unit.parent_id for one in congresses if one.unit.parent_id}
