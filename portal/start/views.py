"""The start page: what waits for the reader, at which units, by when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from portal.access.views.grants import Role
from portal.congress.views.congress import due_state, report_order, why_final
from portal.congress.views.lists import chosen_milestone
from portal.plans.views.progress import Share, share_of
from portal.shared.states import State
from portal.shared.units import Document, Names, Unit, plan_names, unit_of
from servicekit.words.formats import as_instant


@dataclass(frozen=True, slots=True)
class Task:
    """`kind` is a key of the words in home.html; `name` is a person's."""

    kind: str
    link: str
    unit: Names = field(default_factory=dict)
    plan: Names = field(default_factory=dict)
    due: str | None = None
    due_state: State | None = None
    milestone: Names = field(default_factory=dict)
    count: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A unit the reader has roles in; `valid_to` is the day on which the first of them ends."""

    unit: Names
    roles: tuple[Names, ...]
    valid_to: str
    link: str


@dataclass(frozen=True, slots=True)
class Headline:
    """The figure of one unit under one plan."""

    unit: Unit
    plan: Names
    milestone: Names
    share: Share
    link: str


def posts_of(grants: Iterable[Document], roles: dict[str, Role]) -> tuple[Post, ...]:
    by_unit: dict[str, list[Document]] = {}
    for grant in grants:
        if grant["effective"]:
            by_unit.setdefault(grant["unit_id"], []).append(grant)
    return tuple(
        Post(
            held[0]["unit_names"],
            tuple(roles[one["role"]].names if one["role"] in roles else one["role"] for one in held),
            min(one["valid_to"] for one in held),
            f"/units/{unit_id}",
        )
        for unit_id, held in by_unit.items()
    )


def report_task(congress: Document, plan: Document, today: date) -> Task | None:
    """The one next thing that the unit itself can do, or nothing."""
    names = {milestone["key"]: milestone["names"] for milestone in plan["milestones"]}
    unit: Names = congress["unit"]["names"]
    shown = plan_names(plan)
    start = f"/congresses/{congress['id']}"
    if why_final(congress, plan) is not None:
        return None
    if congress["state"] in ("returned", "reopened"):
        late = due_state(congress["deadline"], today)
        return Task("returned", start, unit, shown, congress["deadline"], late)
    own = [step for step in congress["next_steps"] if not step.get("superiors")]
    steps = {step["kind"]: step for step in reversed(own)}
    for kind in ("submit", *report_order(results_missing=not congress["results"])):
        if kind not in steps:
            continue
        step = steps[kind]
        due = step.get("due") or congress["deadline"]
        milestone = names.get(step.get("milestone") or "", {})
        return Task(kind, start, unit, shown, due, due_state(due, today), milestone)
    return None


def approval_task(rollup: Document | None, plan: Document, own: int) -> Task | None:
    """`own`: how many reports are this unit's own to decide, and no unit's between."""
    if rollup is None or own <= 0:
        return None
    link = f"/approvals/{plan['id']}/{rollup['unit']['id']}"
    return Task("approve", link, rollup["unit"]["names"], plan_names(plan), count=own)


def step_task(rollup: Document, plan: Document, own: int) -> Task | None:
    """`own`: how many congresses wait for a step of this unit."""
    if own <= 0:
        return None
    link = f"/steps/{plan['id']}/{rollup['unit']['id']}"
    return Task("step", link, rollup["unit"]["names"], plan_names(plan), count=own)


def second_person_task(grant: Document, today: date) -> Task:
    """A grant, more of one, or its removal, that waits for the reader as the second person."""
    removal, longer = grant.get("removal"), grant.get("extension")
    waiting = removal or longer
    until = as_instant(waiting["until"] if waiting else grant["confirm_until"]).date().isoformat()
    return Task(
        "remove" if removal else "longer" if longer else "confirm",
        f"/grants/{grant['id']}",
        grant["unit_names"],
        due=until,
        due_state=due_state(until, today),
        name=grant["holder"]["name"] or "",
    )


def yearly_task(
    unit_id: str, names: Names, due: Sequence[Document], today: date, further: int = 0
) -> Task | None:
    """One task for all grants of a unit's yearly list that the reader can confirm.

    `further`: how many more stand on pages that were not looked at.
    """
    if not due:
        return None
    first = min(str(grant["recertify_by"]) for grant in due)
    link = f"/units/{unit_id}/access/yearly"
    return Task(
        "recertify", link, names, due=first, due_state=due_state(first, today), count=len(due) + further
    )


def headline_of(rollup: Document | None, plan: Document) -> Headline | None:
    """Nothing where the unit has no units below: its own congress is the task."""
    if rollup is None or rollup["total"] <= 1:
        return None
    chosen = chosen_milestone(plan, "")
    names = {milestone["key"]: milestone["names"] for milestone in plan["milestones"]}
    line: Document = next((line for line in rollup["milestones"] if line["key"] == chosen), {})
    return Headline(
        unit=unit_of(rollup["unit"]),
        plan=plan_names(plan),
        milestone=names.get(chosen, {}),
        share=share_of(line, rollup["total"]),
        link=f"/dashboard/{plan['id']}/{rollup['unit']['id']}",
    )


_FIRST = (
    "sealed",
    "together",
    "outage",
    "window",
    "returned",
    "approve",
    "step",
    "confirm",
    "remove",
    "move",
    "codes",
)


def in_order(tasks: Iterable[Task]) -> Sequence[Task]:
    """An outage first, then returned reports, then what others wait for, then what is due soonest."""
    return sorted(
        tasks,
        key=lambda task: (_FIRST.index(task.kind) if task.kind in _FIRST else len(_FIRST), task.due or ""),
    )
