"""Versions of a plan's rules: which of them a congress stands under, and by which what it did is judged.

A version reaches the congresses that had not closed, or not begun, at the moment in which it was made. That follows
from their entries, so it is the same whenever and however often it is derived.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from congress.domain.history import By, Congress
from congress.domain.plan import ContentType, DeadlineChange, Plan, Reach, RuleSet
from congress.domain.plan_life import refuse_unless_open
from congress.domain.progress import REASON_LONGEST
from congress.domain.progress_refusals import ReasonNeeded, ReasonTooLong
from congress.domain.rule_kinds import (
    KindRules,
    MajorityRules,
    edited_kinds,
    edited_majorities,
    kinds_of,
)
from congress.domain.rule_steps import NewStep, StepRules, edited_steps, reaches, steps_of
from servicekit.refusals import Conflict, Invalid
from servicekit.words import N_

VERSIONS_MOST = 40
# What a version has of a plan, by the names that both have for it.
ONCE_THE_SAME = ("results_fields", "content_types", "majorities")
RULES = ("deadlines", "milestones", "targets", "lateness", "documents", *ONCE_THE_SAME)


class LevelNotPlanned(Invalid):
    title = N_("The plan has no deadline for this level: {level}.")


class NothingChanges(Invalid):
    title = N_("These are the rules that the plan has already.")


class NoFigures(Invalid):
    title = N_("A report needs at least one figure.")


class TooManyVersions(Conflict):
    title = N_("The rules of this plan have {most} versions; no more can be added.")


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be otherwise; of what is not named nothing is. Targets and lateness by the names of their parts."""

    deadlines: Mapping[str, date] = field(default_factory=dict)
    milestones: Mapping[str, StepRules] = field(default_factory=dict)
    targets: Mapping[str, int] = field(default_factory=dict)
    lateness: Mapping[str, Any] = field(default_factory=dict)
    results_fields: tuple[str, ...] | None = None
    added: tuple[NewStep, ...] = ()
    content_types: Mapping[str, KindRules] = field(default_factory=dict)
    added_types: tuple[ContentType, ...] = ()
    majorities: Mapping[str, MajorityRules] = field(default_factory=dict)
    documents: tuple[str, ...] | None = None


def edited(plan: Plan, edit: Edit) -> Plan:
    """The plan with other rules, whose figures nobody has checked yet."""
    refuse_unless_open(plan)
    for level in edit.deadlines:
        if level not in plan.deadlines:
            raise LevelNotPlanned(field=f"deadlines/{level}", level=level)
    if edit.results_fields == ():
        raise NoFigures(field="results_fields")
    changed = replace(
        plan,
        deadlines={**plan.deadlines, **edit.deadlines},
        milestones=edited_steps(plan, edit.milestones, edit.added),
        content_types=edited_kinds(plan, edit.content_types, edit.added_types),
        majorities=edited_majorities(plan.majorities, edit.majorities),
        targets=replace(plan.targets, **edit.targets),
        lateness=replace(plan.lateness, **edit.lateness),
        results_fields=plan.results_fields if edit.results_fields is None else edit.results_fields,
        documents=plan.documents if edit.documents is None else edit.documents,
    )
    if changed == plan:
        raise NothingChanges(field="deadlines")
    return changed


def add_version(plan: Plan, edit: Edit, reach: Reach, reason: str, by: By) -> Plan:
    """The plan under a new version of its rules; the congresses follow, see operations.rule_sets."""
    changed = edited(plan, edit)
    if plan.rules >= VERSIONS_MOST:
        raise TooManyVersions(most=VERSIONS_MOST)
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    if len(reason) > REASON_LONGEST:
        raise ReasonTooLong(field="reason", longest=REASON_LONGEST)
    new = replace(
        _newest(changed),
        number=plan.rules + 1,
        reach=reach,
        reason=reason,
        at=by.at,
        day=by.today,
        by=by.account_id,
    )
    moved = tuple(
        DeadlineChange(level, day, changed.deadlines[level], reason, by.at, by.account_id)
        for level, day in plan.deadlines.items()
        if changed.deadlines[level] != day
    )
    return replace(
        changed,
        rule_sets=(*(_filled(plan, one) for one in plan.rule_sets[:-1]), _newest(plan), new),
        deadline_changes=(*plan.deadline_changes, *moved),
        spreading=True,
    )


def _newest(plan: Plan) -> RuleSet:
    """With what was changed with the plan itself since it was made: that is of its newest version."""
    rules = {name: getattr(plan, name) for name in RULES}
    return replace(plan.rule_sets[-1], **rules) if plan.rule_sets else RuleSet(1, **rules)


def _filled(plan: Plan, one: RuleSet) -> RuleSet:
    """With what was not kept of versions while it was the same in all of them."""
    return replace(one, **{name: getattr(one, name) or getattr(plan, name) for name in ONCE_THE_SAME})


def versions(plan: Plan) -> tuple[RuleSet, ...]:
    """All of them, the newest first."""
    return (_newest(plan), *reversed(plan.rule_sets[:-1]))


def at_version(plan: Plan, number: int) -> Plan:
    """The plan by the rules of one of its versions."""
    if number >= plan.rules:
        return plan
    one = plan.rule_sets[number - 1]
    # Of a version that did not keep it the plan's own holds.
    return replace(plan, **{name: getattr(_filled(plan, one), name) for name in RULES})


def ever_asked(plan: Plan) -> frozenset[str]:
    """The figures for which any of its versions asks."""
    return frozenset(key for one in versions(plan) for key in one.results_fields or plan.results_fields)


def under(plan: Plan, congress: Congress) -> Plan:
    """The plan by the rules under which a congress stands, with the milestones that it keeps; asked again, the same."""
    by_version = at_version(plan, congress.rules)
    if not plan.rule_sets:
        return by_version
    return replace(by_version, milestones=steps_of(plan, congress), content_types=kinds_of(plan, congress))


def rules_of(plan: Plan, congress: Congress) -> int:
    """The newest version that reaches it."""
    return next((one.number for one in reversed(plan.rule_sets) if reaches(plan, one, congress)), 1)


def held_on(plan: Plan, congress: Congress, day: date) -> tuple[int, ...]:
    """The versions by which a congress was judged on a day: on that on which one was made, both."""
    if congress.rules == 1:
        return (1,)
    reached = [one for one in plan.rule_sets[: congress.rules] if reaches(plan, one, congress)]
    before = [one.number for one in reached if one.day is None or one.day < day]
    on_it = [one.number for one in reached if one.day is None or one.day <= day]
    return tuple(dict.fromkeys((before[-1], on_it[-1])))
