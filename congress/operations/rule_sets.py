"""Versions of the rules of an open plan: previewed, made, and brought to the congresses that they reach."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from itertools import islice
from typing import Any

from congress import events
from congress.context import Context
from congress.domain import plan as plans
from congress.domain import plan_checks, plan_life
from congress.domain import rule_sets as rules
from congress.domain.extensions import deadline_of, planned_day
from congress.domain.history import Congress
from congress.domain.plan import Plan, Reach, RuleSet
from congress.domain.reminders import REMINDED, UNITS_PER_EVENT
from congress.domain.results import FIGURE_KEYS
from congress.domain.rollup import Rollup, rules_in
from congress.domain.rule_effects import Effect, effects_of
from congress.domain.rule_kinds import KindRules, MajorityRules
from congress.domain.rule_sets import Edit
from congress.domain.rule_steps import StepRules
from congress.operations.plans import PlanView, audit_of, managed, refuse_stale, visible_plan
from congress.operations.seen import by_caller
from servicekit.access.decision import Caller
from servicekit.data.events import Event

BATCH = 500


@dataclass(frozen=True, slots=True)
class Version:
    """`congresses`: how many stand under it, as far as they are counted."""

    rules: RuleSet
    congresses: int


def list_rule_sets(context: Context, caller: Caller, plan_id: str) -> tuple[Plan, list[Version]]:
    """The newest first; there are few."""
    plan = visible_plan(context, caller, plan_id)
    rollup = context.rollups.find(plan_id, plan.unit_id)
    under = _under(rollup)
    return plan, [Version(one, under.get(one.number, 0)) for one in rules.versions(plan)]


def _under(rollup: Rollup | None) -> dict[int, int]:
    counts: dict[int, int] = {}
    for key, counters in rollup.groups.items() if rollup else ():
        counts[rules_in(key)] = counts.get(rules_in(key), 0) + counters.get("total", 0)
    return counts


def preview_rule_set(
    context: Context, caller: Caller, plan_id: str, edit: Edit, reach: Reach
) -> tuple[Effect, ...]:
    """What another version would mean, without changing anything: one read of sums, however large the tree."""
    plan = with_majorities(context, managed(context, caller, plan_id))
    rollup = context.rollups.find(plan_id, plan.unit_id)
    effects = effects_of(plan, edit, reach, rollup.groups if rollup else {}, context.clock.today())
    check_rules(context, rules.edited(plan, edit), edit)
    return effects


def add_rule_set(
    context: Context,
    caller: Caller,
    plan_id: str,
    edit: Edit,
    reach: Reach,
    reason: str,
    expected_version: int,
) -> PlanView:
    """The plan has it at once, each congress that it reaches soon after: see spread_rules."""
    plan = with_majorities(context, managed(context, caller, plan_id))
    refuse_stale(plan, expected_version)
    changed = rules.add_version(plan, edit, reach, reason, by_caller(context, caller))
    check_rules(context, changed, edit)
    entry = audit_of("plan.rules_changed", changed, **_told(changed.rules, edit, reach))
    saved = context.plans.save(changed, expected_version, [entry])
    depths = plans.depths(context.units.levels_below(plan.unit_id))
    return PlanView(saved, context.plans.cascade(plan_id), plan_checks.cautions_of(saved, depths))


def with_majorities(context: Context, plan: Plan) -> Plan:
    """Before a version is made the organisation's own hold; from then on those of the versions."""
    return plan if plan.majorities else replace(plan, majorities=context.template.majorities)


def _told(number: int, edit: Edit, reach: Reach) -> dict[str, Any]:
    """As the audit has it: what was said, and of which version."""
    said = {
        "deadlines": {level: day.isoformat() for level, day in edit.deadlines.items()},
        "milestones": {key: _said(one) for key, one in edit.milestones.items()},
        "added": [{"after": one.after, **asdict(one.milestone)} for one in edit.added],
        "content_types": {key: _said(one) for key, one in edit.content_types.items()},
        "added_types": list(map(asdict, edit.added_types)),
        "majorities": {key: _said(one) for key, one in edit.majorities.items()},
        "targets": dict(edit.targets),
        "lateness": dict(edit.lateness),
        "results_fields": list(edit.results_fields or ()),
        "documents": list(edit.documents or ()),
    }
    return {"rules": number, "reach": reach.value, **{name: value for name, value in said.items() if value}}


def _said(one: StepRules | KindRules | MajorityRules) -> dict[str, Any]:
    """What it says of its own accord: nothing is said by what is left out, and nothing by not being removed."""
    told = {name: value for name, value in asdict(one).items() if value is not None}
    return {name: value for name, value in told.items() if name != "removed" or value}


def check_rules(context: Context, plan: Plan, edit: Edit) -> None:
    """A level that has no units any more keeps its day; the days themselves must make sense."""
    depths = plans.depths(context.units.levels_below(plan.unit_id))
    added = {one.milestone.key: f"added/{place}" for place, one in enumerate(edit.added)}
    plan_checks.check_plan(
        plan,
        {**dict.fromkeys(plan.deadlines, 0), **depths},
        FIGURE_KEYS,
        lambda _, one: added.get(one.key, f"milestones/{one.key}"),
    )


# ---------------------------------------------------------------- the projector's side


def spread_rules(context: Context) -> Iterator[int]:
    """Brings every congress of a plan to its version and its day, BATCH in a write, then tells of days that moved.

    Cut off, it goes on. A congress that somebody saves at that moment is found behind again, and so the plan is looked
    at until none is.
    """
    for plan in context.plans.spreading():
        behind = 0
        ids = iter(sorted(context.congresses.ids_of_plan(plan.id)))
        while some := list(islice(ids, BATCH)):
            late = [one for one in map(partial(_brought, plan), context.congresses.many(some)) if one]
            behind += len(late)
            context.congresses.put_rules(late)
            # Of what was looked at: by a 0 whoever does it by pieces would take it for over.
            yield len(some)
        if not behind:
            tell_of_changes(context, plan)
            context.plans.save(replace(plan, spreading=False), plan.version)


def _brought(plan: Plan, congress: Congress) -> Congress | None:
    """As its version has it; None where it is there already."""
    number = rules.rules_of(plan, congress)
    planned = planned_day(rules.at_version(plan, number), congress)
    day = deadline_of(planned, congress.earlier_until, congress.extended_to)
    if (number, day) == (congress.rules, congress.deadline):
        return None
    return replace(congress, rules=number, deadline=day)


def tell_of_changes(context: Context, plan: Plan) -> None:
    """Each change once, to the units that it reached and whose report has not been sent up; one that another has
    overtaken to nobody.
    """
    for change in plan_life.last_changes(plan):
        key = plan_life.change_id(plan, change)
        if not context.reminders.is_given(f"{key}|0"):
            made = next((one.number for one in plan.rule_sets if one.at == change.at), 1)
            units = context.congresses.with_deadline(plan, change.level, change.after, REMINDED, made)
            context.reminders.give(parts_of_change(plan, key, change.after, units))


def parts_of_change(
    plan: Plan, key: str, deadline: date, units: Sequence[dict[str, Any]]
) -> Iterator[tuple[str, Event | None]]:
    if not units:
        yield f"{key}|0", None
    for part, start in enumerate(range(0, len(units), UNITS_PER_EVENT)):
        some = units[start : start + UNITS_PER_EVENT]
        yield f"{key}|{part}", events.deadline_changed(plan, key, deadline, some)
