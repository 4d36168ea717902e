"""Counts of members: counted, verified against the members themselves, and made right."""

from collections.abc import Sequence
from functools import partial

from membership.context import Counting
from servicekit.data.events import AuditEntry
from servicekit.tree.rollup.engine import Findings
from servicekit.tree.rollup.figures import Difference
from servicekit.tree.rollup.mends import named
from servicekit.tree.rollup.verifying import Check


def count_changes(context: Counting) -> int:
    """Takes some of the changed members into the counts; how many it took."""
    heeded = 0
    if context.counts.any_steps():
        heeded = context.database.in_transaction(context.counts.heed_steps)
    return heeded + context.counts.engine.count_changes(context.clock.now())


def count_all_changes(context: Counting) -> None:
    """Until then they wait beside the counts."""
    while count_changes(context):
        pass


def check_of(context: Counting) -> Check[Findings]:
    engine = context.counts.engine
    return Check(context.database, engine, engine.look, engine.mend, partial(_note, context))


def _note(context: Counting, differences: Sequence[Difference]) -> None:
    entry = AuditEntry("counts.mended", record_type="units", record_id="members", details=named(differences))
    context.mends.note(context.new_id(), "", differences, [entry])
