"""Making right what the recount found wrong, with an entry for each plan that names it.

The first sources stay as they are: plans, units, and what people reported.
"""

from collections.abc import Mapping, Sequence

from congress.context import Context
from congress.operations.verifying import check_of, verify_units
from servicekit.data.events import AuditEntry
from servicekit.tree.rollup.figures import Difference
from servicekit.tree.rollup.mends import named
from servicekit.tree.units_copy import Hook, follow_units

UNITS_AT_ONCE = 500


def mend_copy(context: Context, units: Sequence[Mapping[str, object]], hook: Hook) -> None:
    """Tells the service once more of units that its copy has wrong; `units` as membership tells them."""
    take = follow_units(context.units, hook)
    for start in range(0, len(units), UNITS_AT_ONCE):
        some = units[start : start + UNITS_AT_ONCE]
        context.database.in_transaction(lambda some=some: take({"data": {"units": some}}))  # type: ignore[misc]


def mend_rollups(context: Context, plan_id: str | None = None) -> list[Difference]:
    """All that was made right. The projector counts what it takes within moments."""
    counts = context.database.in_transaction(lambda: verify_units(context))
    if counts:
        context.units.recount()
        entry = AuditEntry("rollup.mended", record_type="units", record_id="levels", details=named(counts))
        context.mends.note(context.new_id(), "", counts, [entry])
    return counts + check_of(context, plan_id or "").make_right()
