"""The projector's work: counting what changed, making the congresses of an opened plan, giving reminders.

Each step may be cut off anywhere and done again: a contribution names the version it reflects and changes in one
transaction with the roll-ups, congresses have ids made from plan and unit, a reminder has one document.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from congress import events
from congress.domain.plan import Plan, PlanState, end_cascade
from congress.domain.planned import following_the_tree, planned_congresses
from congress.domain.progress import Congress
from congress.domain.reminders import REMINDED, UNITS_PER_EVENT, Reminder, due_reminders
from congress.domain.rollup import contribution, difference, group_of, together
from congress.operations.outside import Outside
from congress.store.plans import Cascade
from servicekit.events import Event
from servicekit.units import Unit

# 500 congresses make about 1,100 writes, which is what one transaction of the embedded database does well.
BATCH = 500


def count_changes(outside: Outside) -> int:
    """Takes up to BATCH changed congresses into the roll-ups; how many it took.

    When nothing is left, everything saved before this began is counted, and the answers say so.
    """
    began = outside.clock.now()
    changed = outside.congresses.dirty(BATCH)
    if changed:
        outside.database.in_transaction(lambda: _absorb(outside, changed))
        outside.congresses.clean(changed)
    if len(changed) < BATCH:
        outside.rollups.put_counted_until(began)
    return len(changed)


def _absorb(outside: Outside, congresses: Sequence[Congress]) -> None:
    """Within a transaction: each congress's contribution, and the differences in every roll-up above it."""
    held = outside.rollups.contributions(congress.id for congress in congresses)
    fresh = [c for c in congresses if c.id not in held or not held[c.id].reflects(c)]
    by_plan = sorted(fresh, key=lambda congress: congress.plan_id)
    for plan_id, group in groupby(by_plan, key=lambda congress: congress.plan_id):
        plan = outside.plans.get(plan_id)
        counted = [(congress, contribution(plan, congress)) for congress in group]
        changes = together(
            difference(held[congress.id].contribution if congress.id in held else None, line)
            for congress, line in counted
        )
        outside.rollups.put_contributions(counted)
        outside.rollups.add(plan_id, changes, outside.units.many(changes))


# ---------------------------------------------------------------- the cascade


def add_congresses(outside: Outside, plan: Plan, congresses: Sequence[Congress]) -> Iterator[int]:
    """Adds new congresses and counts them, BATCH in a transaction; yields how many are there after each."""
    units = {congress.unit.id: congress.unit for congress in congresses}
    ancestors = {ancestor for unit in units.values() for ancestor in unit.path} - units.keys()
    known: Mapping[str, Unit] = {**outside.units.many(ancestors), **units}
    for start in range(0, len(congresses), BATCH):
        batch = congresses[start : start + BATCH]
        outside.database.in_transaction(lambda batch=batch: _add(outside, plan, batch, known))  # type: ignore[misc]
        yield start + len(batch)


def _add(outside: Outside, plan: Plan, batch: Sequence[Congress], units: Mapping[str, Unit]) -> None:
    """As the tree is by now: an event may have moved or ended a unit since the batch was made, or made its congress."""
    outside.plans.hold([plan.id])
    now = outside.units.many(congress.unit.id for congress in batch)
    under = outside.units.levels_under(now)
    there = outside.congresses.there(congress.id for congress in batch)
    fresh = [
        following_the_tree(plan, congress, now[congress.unit.id], under[congress.unit.id])
        for congress in batch
        if congress.id not in there and congress.unit.id in now
    ]
    counted = [(congress, contribution(plan, congress)) for congress in fresh]
    outside.congresses.insert_counted(fresh)
    outside.rollups.put_contributions(counted)
    outside.rollups.add(plan.id, together(difference(None, line) for _, line in counted), units)


def run_cascades(outside: Outside) -> Iterator[int]:
    """Makes the congresses of every plan that is being opened; yields after each step, so that other work goes on.

    What an interrupted run has made is found again and left as it is.
    """
    for plan in outside.plans.in_state(PlanState.CASCADING):
        wanted = planned_congresses(plan, list(outside.units.below(plan.unit_id)))
        there = outside.congresses.ids_of_plan(plan.id)
        missing = [congress for congress in wanted if congress.id not in there]
        made = len(wanted) - len(missing)
        for done in add_congresses(outside, plan, missing):
            outside.plans.put_cascade(plan.id, Cascade(len(wanted), made + done, "running"))
            yield made + done
        outside.plans.put_cascade(plan.id, Cascade(len(wanted), len(wanted), "done"))
        outside.plans.save(end_cascade(plan), plan.version)


# ---------------------------------------------------------------- reminders


def give_reminders(outside: Outside) -> int:
    """Tells of the deadlines that are near today, each once; how many were given now."""
    given = 0
    for plan in outside.plans.in_state(PlanState.OPEN):
        rollup = outside.rollups.find(plan.id, plan.unit_id)
        groups = map(group_of, rollup.groups if rollup else ())
        for reminder in due_reminders(groups, outside.clock.today()):
            if not outside.reminders.is_given(reminder.key(plan.id)):
                outside.reminders.give(_parts(outside, plan, reminder))
                given += 1
    return given


def _parts(outside: Outside, plan: Plan, reminder: Reminder) -> Iterator[tuple[str, Event | None]]:
    units = outside.congresses.with_deadline(plan.id, reminder.level, reminder.deadline, REMINDED)
    if not units:
        yield reminder.key(plan.id), None
    for part, start in enumerate(range(0, len(units), UNITS_PER_EVENT)):
        some = units[start : start + UNITS_PER_EVENT]
        yield reminder.key(plan.id, part), events.deadline_near(plan, reminder.days, reminder.deadline, some)
