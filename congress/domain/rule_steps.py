"""Milestones over the versions of a plan's rules: which come and go with one, and which of them a congress has.

Whatever a congress has reached it keeps, and what a version puts in before that is not asked of it. Both follow from
its entries and the moment at which the version was made, as whom a version reaches does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from congress.domain.history import Congress, Entry
from congress.domain.plan import KEY, MILESTONES_EVER, Milestone, Plan, Reach, RuleSet, issuing
from congress.domain.plan_refusals import KeyMalformed, KeyRepeated, TooManyMilestones
from congress.domain.progress_refusals import UnknownMilestone
from servicekit.refusals import Invalid
from servicekit.tree.units import Names
from servicekit.words import N_


class StepStays(Invalid):
    title = N_("Acts of the congress stand on this milestone: it cannot be left out.")


class StepMeansElse(Invalid):
    title = N_(
        "An earlier version has this milestone, recorded by somebody else or held elsewhere: {milestone}."
    )


class TakesTheActs(Invalid):
    title = N_(
        "At this place the milestone would be the one that closes the congress, or by which the plan is issued."
    )


@dataclass(frozen=True, slots=True)
class StepRules:
    """Of one milestone, what is to be otherwise. `removed`: it is no longer asked for."""

    days_before_deadline: int | None = None
    required: bool | None = None
    names: Names | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class NewStep:
    """`after`: the milestone behind which it stands; empty for the first place."""

    milestone: Milestone
    after: str = ""


def edited_steps(
    plan: Plan, edits: Mapping[str, StepRules], added: Sequence[NewStep]
) -> tuple[Milestone, ...]:
    """What they were, as the edits have them, with those that are new; nobody has checked their days and titles yet."""
    for key, one in edits.items():
        if plan.index(key) is None:
            raise UnknownMilestone(field=f"milestones/{key}", milestone=key)
        if one.removed and key in _of_acts(plan):
            raise StepStays(field=f"milestones/{key}/removed")
    steps = [_step(one, edits[one.key]) if one.key in edits else one for one in plan.milestones]
    ever = {one.key: one for one in (*plan.milestones, *earlier_steps(plan))}
    for place, new in enumerate(added):
        _refuse_new(new, place, {one.key for one in steps}, ever)
        steps.insert(_place(steps, added[:place], new, place), new.milestone)
        ever.setdefault(new.milestone.key, new.milestone)
        # An act that changes its milestone with the version would be counted at two.
        if _of_acts(replace(plan, milestones=tuple(steps))) != _of_acts(plan):
            raise TakesTheActs(field=f"added/{place}/after")
    if len(ever) > MILESTONES_EVER:
        raise TooManyMilestones(field="added", most=MILESTONES_EVER)
    return tuple(one for one in steps if not (one.key in edits and edits[one.key].removed))


def _step(milestone: Milestone, wanted: StepRules) -> Milestone:
    days, required, names = wanted.days_before_deadline, wanted.required, wanted.names
    return replace(
        milestone,
        days_before_deadline=milestone.days_before_deadline if days is None else days,
        required=milestone.required if required is None else required,
        names=milestone.names if names is None else names,
    )


def _of_acts(plan: Plan) -> set[str]:
    """Those on which acts stand: closing, sending up, approving, and taking the plan over."""
    marked = {one.key for one in plan.milestones if one.mark is not None}
    issued = issuing(plan)
    return marked | {plan.closing.key} | ({issued.key} if issued else set())


def _refuse_new(new: NewStep, place: int, there: set[str], ever: Mapping[str, Milestone]) -> None:
    key = new.milestone.key
    if not KEY.fullmatch(key):
        raise KeyMalformed(field=f"added/{place}/key", key=key)
    if key in there:
        raise KeyRepeated(field=f"added/{place}/key", key=key)
    if key in ever and _meaning(ever[key]) != _meaning(new.milestone):
        raise StepMeansElse(field=f"added/{place}/key", milestone=key)


def _meaning(one: Milestone) -> tuple[object, ...]:
    return (one.applies, one.owner, one.waits_for_parent, one.mark)


def _place(steps: Sequence[Milestone], before: Sequence[NewStep], new: NewStep, place: int) -> int:
    """Behind the one that is named, and behind what was put there just before."""
    keys = [one.key for one in steps]
    if new.after and new.after not in keys:
        raise UnknownMilestone(field=f"added/{place}/after", milestone=new.after)
    at = keys.index(new.after) + 1 if new.after else 0
    same = {one.milestone.key for one in before if one.after == new.after}
    while at < len(keys) and keys[at] in same:
        at += 1
    return at


# ---------------------------------------------------------------- over the versions


def earlier_steps(plan: Plan) -> tuple[Milestone, ...]:
    """Those that an earlier version has and the plan has not, each as it was last."""
    there = {one.key for one in plan.milestones}
    last = {one.key: one for rules in plan.rule_sets[:-1] for one in rules.milestones}
    return tuple(one for key, one in last.items() if key not in there)


def steps_ever(plan: Plan) -> tuple[Milestone, ...]:
    """The plan's own in their order, and behind each what stood behind it in an earlier version."""
    steps = list(plan.milestones)
    for one in earlier_steps(plan):
        rules = next(rules for rules in reversed(plan.rule_sets[:-1]) if one.key in _keys(rules.milestones))
        _into(steps, one, rules.milestones)
    return tuple(steps)


def _into(steps: list[Milestone], one: Milestone, order: Sequence[Milestone]) -> None:
    """Where it stood among those that are there."""
    before = _keys(order)[: _keys(order).index(one.key)]
    at = max((place + 1 for place, other in enumerate(steps) if other.key in before), default=0)
    steps.insert(at, one)


def _keys(steps: Sequence[Milestone]) -> list[str]:
    return [one.key for one in steps]


def reaches(plan: Plan, one: RuleSet, congress: Congress) -> bool:
    if one.at is None:
        return True
    recorded = done_by(congress.entries, one.at)
    return plan.closing.key not in recorded if one.reach is Reach.NOT_CLOSED else not recorded


def steps_of(plan: Plan, congress: Congress) -> tuple[Milestone, ...]:
    """The milestones of a congress, by the version under which it stands and those that reached it before."""
    if not plan.rule_sets:
        return plan.milestones
    *before, under = plan.rule_sets[: congress.rules]
    own = under.milestones
    if not congress.entries or all(_keys(one.milestones) == _keys(own) for one in before):
        return own
    earlier = [one for one in before if reaches(plan, one, congress)]
    passed = set(_passed_by(congress, [*earlier, under]))
    steps, there = [one for one in own if one.key not in passed], set(_keys(own))
    for milestones in (rules.milestones for rules in reversed(earlier)):
        for one in milestones:
            if one.key in congress.current and one.key not in there:
                there.add(one.key)
                # It was recorded; withdrawn, it is no longer asked for.
                _into(steps, replace(one, required=False), milestones)
    return tuple(steps)


def _passed_by(congress: Congress, versions: Sequence[RuleSet]) -> Iterator[str]:
    """Those that a version has put before what the congress had done by then. `versions`: those that reached it,
    its own last.
    """
    keys = _keys(versions[-1].milestones)
    for place, key in enumerate(keys):
        made = _came_with(versions, key)
        if made is None or key in congress.current:
            continue
        if done_by(congress.entries, made) & set(keys[place + 1 :]):
            yield key


def _came_with(versions: Sequence[RuleSet], key: str) -> datetime | None:
    """When the version was made with which the milestone came; None where it was there from the first on."""
    for before, after in reversed([*pairwise(versions)]):
        if key not in _keys(before.milestones):
            return after.at
    return None


def done_by(entries: Sequence[Entry], at: datetime) -> set[str]:
    """The milestones that were done at a moment, by what had been recorded then."""
    latest = {entry.milestone: entry.date for entry in entries if entry.at <= at}
    return {key for key, day in latest.items() if day is not None}
