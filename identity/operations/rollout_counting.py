"""How units stand with the roll-out: looked at, counted, verified against the grants themselves, and made right."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from identity.context import Keeping
from identity.domain import rollout as rules
from identity.domain.grants import Grant
from identity.domain.rollout import UnitStands
from identity.store.rollout import figures_of, stands_of
from servicekit.data.documents import Document
from servicekit.data.events import AuditEntry
from servicekit.ids import new_id
from servicekit.tree.rollup.engine import MARK_EVERY, Findings, Rollups
from servicekit.tree.rollup.figures import Difference
from servicekit.tree.rollup.mends import named
from servicekit.tree.rollup.verifying import Check

AT_ONCE = 300
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# Who reads takes in what waits, up to so many parts, each within the time of a request; of more the answer says until
# when it counts.
TAKEN_IN_BY_READERS, PART_OF_READERS = 4, 100


def count_changes(context: Keeping, at_once: int = AT_ONCE) -> int:
    """Looks at some of the units that something concerned, and counts them; how many."""
    store, database = context.store.rollout, context.store.database
    engine = store.engine
    gathered = database.in_transaction(lambda: store.gather(at_once)) if store.any_touched() else 0
    changed = engine.waiting(at_once)
    if changed:
        database.in_transaction(partial(_count, context, changed))
        engine.clean(changed)
    now, marked = context.clock.now(), engine.store.counted_until()
    if len(changed) < at_once and (changed or marked is None or now - marked >= MARK_EVERY):
        engine.store.put_counted_until(now)
    return max(gathered, len(changed))


def count_all_changes(context: Keeping) -> None:
    while count_changes(context):
        pass


def take_in(context: Keeping) -> None:
    """For who reads: what was written a moment ago is in the figures."""
    for _ in range(TAKEN_IN_BY_READERS):
        if not is_waiting(context) or count_changes(context, PART_OF_READERS) < PART_OF_READERS:
            return


def is_waiting(context: Keeping) -> bool:
    return context.store.rollout.any_touched() or context.store.rollout.engine.any_waiting()


def counted_until(context: Keeping) -> datetime:
    """Everything saved before this instant is in the figures that are read from now on."""
    engine = context.store.rollout.engine
    return (engine.store.counted_until() or NEVER) if is_waiting(context) else context.clock.now()


def count_due(context: Keeping) -> int:
    """Units that stand otherwise by the day alone, for a period is over, or has begun; how many."""
    due = context.store.rollout.touch_due(context.clock.today(), AT_ONCE)
    if due:
        count_changes(context)
    return due


def derive(context: Keeping, units: Sequence[UnitStands]) -> list[UnitStands]:
    """How these stand today, by their grants, what those hang on, and who has signed in."""
    store, today = context.store, context.clock.today()
    held = store.grants_of_units([one.unit_id for one in units if one.live])
    above = store.with_chains(held)
    people = store.people_of(grant.account_id for grant in held if grant.account_id)
    by_unit: dict[str, list[Grant]] = {}
    for grant in held:
        by_unit.setdefault(grant.unit_id, []).append(grant)
    found = []
    for one in units:
        if not one.live:
            found.append(replace(one, stage="", since=None, again_on=None))
            continue
        now = rules.stands(by_unit.get(one.unit_id, ()), above, people, today, one)
        found.append(replace(one, stage=str(now.stage), since=now.since, again_on=now.again_on))
    return found


def check_of(context: Keeping) -> Check[Findings]:
    """A unit that waits to be looked at, or for its day, counts as it was counted: lag is no drift."""

    def from_sources(units: Sequence[UnitStands]) -> list[UnitStands]:
        today, touched = context.clock.today(), store.rollout.touched(one.unit_id for one in units)
        return [
            kept if kept.unit_id in touched or (kept.again_on is not None and kept.again_on <= today) else now
            for kept, now in zip(units, derive(context, units), strict=True)
        ]

    store = context.store
    engine: Rollups[UnitStands] = Rollups(store.database, figures_of(store.units, from_sources))

    def mend(found: Findings) -> None:
        engine.mend(found)
        # What their documents say themselves is looked at once more.
        store.rollout.touch([one.record_id for one in found.remembered], context.clock.now())

    return Check(store.database, engine, engine.look, mend, partial(_note, context))


def _count(context: Keeping, changed: Sequence[Document]) -> None:
    store = context.store.rollout
    derived = derive(context, [stands_of(one) for one in changed])
    store.engine.absorb(store.keep(changed, derived))


def _note(context: Keeping, differences: Sequence[Difference]) -> None:
    entry = AuditEntry("rollout.mended", record_type="units", record_id="rollout", details=named(differences))
    context.store.mends.note(new_id(), "", differences, [entry])
