"""The projector's work: counting what changed, making the congresses of an opened plan, giving reminders.

Each step may be cut off anywhere and done again: a contribution names the version it reflects and changes in one
transaction with the roll-ups, congresses have ids made from plan and unit, a reminder has one document.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from congress import events
from congress.context import Context
from congress.domain.history import Congress, State
from congress.domain.owners import Actor
from congress.domain.plan import Plan, PlanState, end_cascade
from congress.domain.planned import following_the_tree, planned_congresses
from congress.domain.reminders import (
    REMINDED,
    SUPERIORS,
    UNITS_PER_EVENT,
    Day,
    Reminder,
    days_of,
    due_reminders,
    is_reminded,
)
from congress.domain.reported import first_report_at
from congress.operations.handing_down import as_set_above
from congress.operations.queueing import lines_of
from congress.store.plans import Cascade
from servicekit.data.documents import Document
from servicekit.data.events import Event
from servicekit.tree.units import Unit

# 500 congresses make about 1,100 writes, which is what one transaction of the embedded database does well.
BATCH = 500


def count_changes(context: Context) -> int:
    """Takes some of the changed congresses into the roll-ups; how many it took."""
    return context.rollups.engine.count_changes(context.clock.now())


# ---------------------------------------------------------------- the cascade


def add_congresses(context: Context, plan: Plan, congresses: Sequence[Congress]) -> Iterator[int]:
    """Adds new congresses and counts them, BATCH in a transaction; yields how many are there after each."""
    units = {congress.unit.id: congress.unit for congress in congresses}
    ancestors = {ancestor for unit in units.values() for ancestor in unit.path} - units.keys()
    known: Mapping[str, Unit] = {**context.units.many(ancestors), **units}
    for start in range(0, len(congresses), BATCH):
        batch = congresses[start : start + BATCH]
        context.database.in_transaction(lambda batch=batch: _add(context, plan, batch, known))  # type: ignore[misc]
        yield start + len(batch)


def _add(context: Context, plan: Plan, batch: Sequence[Congress], units: Mapping[str, Unit]) -> None:
    """As the tree is by now: an event may have moved or ended a unit since the batch was made, or made its congress."""
    context.plans.hold([plan.id])
    now = context.units.many(congress.unit.id for congress in batch)
    under = context.units.levels_under(now)
    there = context.congresses.there(congress.id for congress in batch)
    fresh = [
        following_the_tree(plan, congress, now[congress.unit.id], under[congress.unit.id])
        for congress in batch
        if congress.id not in there and congress.unit.id in now
    ]
    fresh = as_set_above(context, plan, fresh)
    context.congresses.insert_counted(fresh)
    context.rollups.engine.count_new(plan.id, ((congress.id, congress) for congress in fresh), units)
    # Those of the sample have been worked on already.
    context.lists.put(lines_of(context, plan, [one for one in fresh if one.acts]))
    for congress in fresh:
        if first := first_report_at(congress):
            context.first_reports.note(congress.unit, first)


def run_cascades(context: Context) -> Iterator[int]:
    """Makes the congresses of every plan that is being opened; yields after each step, so that other work goes on.

    What an interrupted run has made is found again and left as it is.
    """
    for plan in context.plans.in_state(PlanState.CASCADING):
        wanted = planned_congresses(plan, list(context.units.below(plan.unit_id)))
        there = context.congresses.ids_of_plan(plan.id)
        missing = [congress for congress in wanted if congress.id not in there]
        made = len(wanted) - len(missing)
        for done in add_congresses(context, plan, missing):
            context.plans.put_cascade(plan.id, Cascade(len(wanted), made + done, "running"))
            yield made + done
        context.plans.put_cascade(plan.id, Cascade(len(wanted), len(wanted), "done"))
        context.plans.save(end_cascade(plan), plan.version)


# ---------------------------------------------------------------- reminders


def give_reminders(context: Context) -> int:
    """Tells of the deadlines that are near today or have just passed, each once; how many were given now."""
    given = 0
    for plan in context.plans.in_state(PlanState.OPEN):
        rollup = context.rollups.find(plan.id, plan.unit_id)
        days = days_of(plan, rollup.groups if rollup else ())
        for reminder in due_reminders(days, context.clock.today(), context.calendar):
            if not context.reminders.is_given(reminder.key(plan.id)):
                context.reminders.give(_parts(context, plan, reminder))
                given += 1
    return given


def note_as_given(context: Context, plan_id: str, deadlines: Iterable[tuple[str, date]], today: date) -> None:
    """For samples, whose rules are the first: of days that have come or passed a house that lived has told already."""
    days = {Day(level, deadline) for level, deadline in deadlines}
    for reminder in due_reminders(days, today, context.calendar):
        if not context.reminders.is_given(reminder.key(plan_id)):
            context.reminders.give([(reminder.key(plan_id), None)])


def _parts(context: Context, plan: Plan, reminder: Reminder) -> Iterator[tuple[str, Event | None]]:
    """Of those that have not sent their report up; after the day also of those whose superior has not decided."""
    units = _whose_turn(context, plan, reminder, REMINDED)
    if not units:
        yield reminder.key(plan.id), None
    days, deadline = reminder.days, reminder.deadline
    for part, some in enumerate(_some(units)):
        key = reminder.key(plan.id, part)
        if reminder.is_late:
            yield key, events.deadline_passed(plan, -days, deadline, Actor.UNIT, some)
        else:
            yield key, events.deadline_near(plan, days, deadline, some)
    if reminder.is_late:
        for part, some in enumerate(_some(_whose_turn(context, plan, reminder, SUPERIORS))):
            event = events.deadline_passed(plan, -days, deadline, Actor.SUPERIOR, some)
            yield reminder.key(plan.id, part, Actor.SUPERIOR), event


def _some(units: Sequence[Document]) -> Iterator[Sequence[Document]]:
    return (units[start : start + UNITS_PER_EVENT] for start in range(0, len(units), UNITS_PER_EVENT))


def _whose_turn(
    context: Context, plan: Plan, reminder: Reminder, states: Sequence[State]
) -> Sequence[Document]:
    found = context.congresses.with_deadline(plan, reminder.level, reminder.deadline, states)
    return _reminded(context, plan, [one for one in found if one["rules"] in reminder.rules])


def _reminded(context: Context, plan: Plan, units: Sequence[Document]) -> list[Document]:
    """Without those that are postponed or blocked: only the few that ever were are looked at as a whole."""
    today, beside = context.clock.today(), [one["congress_id"] for one in units if one["beside"]]
    apart: set[str] = set()
    for start in range(0, len(beside), BATCH):
        some = context.congresses.many(beside[start : start + BATCH])
        apart |= {one.id for one in some if not is_reminded(plan, one, today)}
    return [one for one in units if one["congress_id"] not in apart]
