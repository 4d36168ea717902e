"""What a congress, or the congresses below a unit, ask of whoever reports, decides, or watches over them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from congress.domain.explanations import owes
from congress.domain.gaps import owed
from congress.domain.history import CORRECTING, Congress, State
from congress.domain.overdue import is_left_out
from congress.domain.plan import Milestone, Plan, PlanState, is_planned
from congress.domain.progress import is_held
from congress.domain.rollup import Answer, Count, Rollup
from congress.domain.steps import Step, next_steps
from congress.domain.taking_over import taken_by
from servicekit.calendar.waiting import Figure, Line, Names, Rank, ShortList, Task
from servicekit.tree.units import Unit

# So many further steps of a congress are named beside the next one, and so many units that are behind.
FOLLOWING_SHOWN = 3
WORST_SHOWN = 5
WATCHED_MOST = 2
# Where each kind of step is done: its button leads to the form itself.
TAKE_OVER = "take-over"
FORMS = {
    "milestone": "/record?milestone={}",
    TAKE_OVER: "/take-over",
    "results": "/results",
    "submit": "/submit",
}
# What waits of difficulties, by the permission that its next act takes: the kind of task, and how they stand.
DIFFICULTIES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "congress:approve": {"difficulty": ("open", "overdue")},
    "congress:report": {"difficulty-asked-back": ("asked_back",), "difficulty-answered": ("answered",)},
}


def names_of(plan: Plan) -> Names:
    return plan.names or {"": plan.name}


def report_task(plan: Plan, congress: Congress) -> Task | None:
    """The one next thing that the unit itself can do, with what follows it; or nothing."""
    if plan.state is PlanState.CLOSED or not is_planned(plan, congress.unit):
        return None
    link, unit, about = f"/congresses/{congress.id}", congress.unit.names, names_of(plan)
    if congress.state in CORRECTING:
        since = congress.acts[-1].at if congress.acts else None
        return Task("returned", link, Rank.FIRST, unit, about, oldest=since, due=congress.deadline)
    step = _own_step(plan, congress)
    if step is None:
        return None
    names = {one.key: one.names for one in plan.milestones}
    kind = TAKE_OVER if step.milestone and step.milestone == taken_by(plan, congress) else step.kind
    return Task(
        kind,
        link + FORMS[kind].format(step.milestone),
        unit=unit,
        about=about,
        step=names.get(step.milestone or ""),
        due=step.due or congress.deadline,
        lines=_following(plan, congress, step),
    )


def _own_step(plan: Plan, congress: Congress) -> Step | None:
    """To send what is complete comes first, then the figures while they are missing, then the next milestone."""
    steps = {step.kind: step for step in reversed(next_steps(plan, congress)) if not step.superiors}
    order = ("results", "milestone") if congress.results is None else ("milestone", "results")
    return next((steps[kind] for kind in ("submit", *order) if kind in steps), None)


def _following(plan: Plan, congress: Congress, step: Step) -> tuple[Line, ...]:
    """The unit's further required steps, as they stand in the plan."""
    done = congress.current.keys() | {step.milestone}
    ahead = [
        one
        for one in plan.milestones
        if one.required
        and not one.is_superiors
        and one.key not in done
        and is_held(plan, congress, one)
        and not is_left_out(plan, congress, one)
    ]
    return tuple(Line("", one.names, due=one.due(congress.deadline)) for one in ahead[:FOLLOWING_SHOWN])


def approval_task(
    plan: Plan, rollup: Rollup, count: int, head: tuple[tuple[Congress, int], ...]
) -> Task | None:
    """`count`: the reports that are this unit's own to decide. `head`: the first of them, each with its cautions."""
    if not count:
        return None
    lines = tuple(
        Line(f"/congresses/{one.id}", one.unit.names, who=_sent(one)[0], at=_sent(one)[1], count=cautions)
        for one, cautions in head
    )
    whole = len(head) == count
    return Task(
        "approve",
        f"/approvals/{plan.id}/{rollup.unit_id}",
        Rank.OTHERS,
        rollup.names,
        names_of(plan),
        count=count,
        # Those shown are the first by their deadline: only where they are all is the first to be sent among them.
        oldest=min((line.at for line in lines if line.at), default=None) if whole else None,
        lines=lines,
    )


def _sent(congress: Congress) -> tuple[str, datetime | None]:
    sent = next((act for act in reversed(congress.acts) if act.kind is State.SUBMITTED), None)
    return (sent.by_name, sent.at) if sent else ("", None)


def step_task(plan: Plan, rollup: Rollup, count: int) -> Task | None:
    """`count`: the congresses that wait for a step of this unit itself."""
    if not count:
        return None
    link = f"/steps/{plan.id}/{rollup.unit_id}"
    return Task("step", link, Rank.OTHERS, rollup.names, names_of(plan), count=count)


def extension_task(plan: Plan, rollup: Rollup, count: int) -> Task | None:
    """`count`: the congresses whose later deadline this unit itself answers."""
    if not count:
        return None
    link = f"/lists/{plan.id}/{rollup.unit_id}?which=extension_asked"
    return Task("extension", link, Rank.OTHERS, rollup.names, names_of(plan), count=count)


def explanation_task(plan: Plan, rollup: Rollup, count: int) -> Task | None:
    """`count`: the explanations that this unit itself accepts or returns."""
    if not count:
        return None
    link = f"/lists/{plan.id}/{rollup.unit_id}?which=explanation_waiting"
    return Task("explanation", link, Rank.OTHERS, rollup.names, names_of(plan), count=count)


def long_late_task(plan: Plan, rollup: Rollup, count: int) -> Task | None:
    """`count`: the congresses right below this unit that have not closed although the last reminder is over."""
    if not count:
        return None
    link = f"/lists/{plan.id}/{rollup.unit_id}?which=long_late"
    return Task("long-late", link, Rank.OTHERS, rollup.names, names_of(plan), count=count)


def explain_task(plan: Plan, congress: Congress, today: date) -> Task | None:
    """The unit's own, while it owes one: due since it is owed, so what goes on with the congress comes before."""
    if not owes(plan, congress, today):
        return None
    link = f"/congresses/{congress.id}/explanation"
    due = congress.deadline + timedelta(days=plan.lateness.explained_after)
    return Task("explain", link, unit=congress.unit.names, about=names_of(plan), due=due)


def gaps_task(plan: Plan, rollup: Rollup, count: int) -> Task | None:
    """`count`: the congresses of which something was supplied that this unit itself closes, or gives back."""
    if not count:
        return None
    link = f"/lists/{plan.id}/{rollup.unit_id}?which=gaps_supplied"
    return Task("gaps", link, Rank.OTHERS, rollup.names, names_of(plan), count=count)


def gap_task(plan: Plan, congress: Congress) -> Task | None:
    """The unit's own, while something is missing from its approved report."""
    missing = owed(congress)
    if not missing or plan.state is PlanState.CLOSED or not is_planned(plan, congress.unit):
        return None
    link = f"/congresses/{congress.id}/gaps/{missing[0].id}"
    return Task("gap", link, unit=congress.unit.names, about=names_of(plan), due=missing[0].until)


def difficulty_task(key: str, unit: Unit, count: int, oldest: datetime | None) -> Task | None:
    """`count`: the difficulties that wait for an act of this unit."""
    if not count:
        return None
    link = f"/difficulties/of/{unit.id}?which=waiting"
    # Nobody waits for the word that it is solved.
    rank = Rank.ASIDE if key == "difficulty-answered" else Rank.OTHERS
    return Task(key, link, rank, unit.names, count=count, oldest=oldest)


def figure_of(plan: Plan, answer: Answer, week_ago: Count | None = None) -> Figure | None:
    """Nothing where the unit has no units below: its own congress is the task."""
    if answer.total <= 1:
        return None
    count = _closed(plan.closing, answer)
    return Figure(
        f"/dashboard/{plan.id}/{answer.rollup.unit_id}",
        answer.rollup.names,
        names_of(plan),
        plan.closing.names,
        total=count.held,
        done=count.done,
        late=count.late,
        overdue=count.overdue,
        left_out=count.left_out,
        postponed=count.postponed,
        blocked=count.blocked,
        done_before=week_ago.done if week_ago else None,
    )


def worst_of(plan: Plan, answer: Answer) -> ShortList | None:
    """The units right below in which the most is overdue, of what they hold; nothing where nothing is."""
    behind = [(one, _closed(plan.closing, one)) for one in answer.children]
    behind = [(one, count) for one, count in behind if count.overdue]
    behind.sort(key=lambda pair: (-pair[1].overdue / pair[1].held, pair[0].rollup.code))
    lines = tuple(
        Line(
            f"/dashboard/{plan.id}/{one.rollup.unit_id}",
            one.rollup.names,
            count=count.overdue,
            total=count.held,
        )
        for one, count in behind[:WORST_SHOWN]
    )
    link = f"/dashboard/{plan.id}/{answer.rollup.unit_id}"
    return ShortList("worst", link, lines, len(behind), names_of(plan)) if lines else None


def _closed(closing: Milestone, answer: Answer) -> Count:
    return next((one.count for one in answer.milestones if one.key == closing.key), Count())


def watched(plans: Iterable[Plan]) -> list[Plan]:
    """The newest that go on, or the one that was closed last: an organisation looks at one cycle, and at the next."""
    newest = sorted(plans, key=newest_first)
    return [plan for plan in newest if plan.state is not PlanState.CLOSED][:WATCHED_MOST] or newest[:1]


def newest_first(plan: Plan) -> tuple[bool, int]:
    """What still goes on before what is closed, the newest of each first."""
    return plan.state is PlanState.CLOSED, -date.toordinal(plan.opens_on)
