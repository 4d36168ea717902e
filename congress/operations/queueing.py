"""Keeps the lists of reports by since when they are in their state: with each save, and with what the tree does."""

from collections.abc import Iterable, Sequence

from congress.context import Context
from congress.domain.history import Congress
from congress.domain.ordering import LISTED, listed_since, right_below
from congress.domain.plan import Plan
from congress.domain.rule_sets import under
from congress.listed import REPORTS, of_report, place
from servicekit.tree.listed import Listed
from servicekit.tree.units import UnitChange


def list_report(context: Context, plan: Plan, congress: Congress) -> None:
    """Within the transaction that saves it. What was never sent up stands in no list, what was withdrawn no more."""
    if congress.acts or congress.undone:
        context.lists.put(lines_of(context, plan, [congress]))


def lines_of(context: Context, plan: Plan, congresses: Sequence[Congress]) -> list[Listed]:
    paths = {unit_id for congress in congresses for unit_id in congress.unit.path}
    levels = {unit.id: unit.level for unit in context.units.many(paths).values()}
    return [
        line
        for one in congresses
        for line in of_report(
            one.id,
            plan.id,
            one.unit.path,
            right_below(plan, one.unit, levels),
            one.unit.level,
            one.state,
            listed_since(under(plan, one), one),
        )
    ]


def follow_tree(context: Context, changes: Sequence[UnitChange]) -> None:
    """Within the transaction of the event, after congresses have followed: reports stand where their units do."""
    moved = context.congresses.sent_up(change.id for change in changes)
    _list_anew(context, moved)
    # Of another level, it stands otherwise between those below it and those above.
    relevelled = [one.id for one in changes if one.before and one.before.level != one.after.level]
    for unit_id in relevelled:
        plans = context.rollups.plans_at(unit_id)
        places = [place(plan_id, unit_id, state) for plan_id in plans for state in LISTED]
        _list_anew(context, context.congresses.many(sorted(context.lists.ids_at(REPORTS, places))))


def _list_anew(context: Context, congresses: Iterable[Congress]) -> None:
    of_plans: dict[str, list[Congress]] = {}
    for congress in congresses:
        of_plans.setdefault(congress.plan_id, []).append(congress)
    plans = context.plans.opened_among(of_plans)
    for plan_id, some in of_plans.items():
        if plan_id in plans:
            context.lists.put(lines_of(context, plans[plan_id], some))
