"""What a caller may do with a plan now, and why not, as congress.domain.acts says of a congress."""

from datetime import datetime

from congress.domain import plan_life
from congress.domain.plan import Plan, begin_cascade, change_plan
from servicekit.access.decision import Caller, why_not_by
from servicekit.refusals import Acts, Check, Refusal
from servicekit.tree.units import Unit, require_live

MANAGE = "plan:manage"


def acts_of(plan: Plan, unit: Unit | None, caller: Caller, now: datetime) -> Acts:
    """`unit`: the plan's own. What it is told besides is judged when it comes, and so is how many units there are."""

    def asked(*checks: Check) -> Refusal | None:
        return why_not_by(caller, MANAGE, plan.unit_path, now, *checks)

    return {
        "change": asked(lambda: change_plan(plan, plan)),
        "delete": asked(lambda: plan_life.refuse_unless_draft(plan)),
        "cascade": asked(lambda: refuse_of_ended(unit), lambda: begin_cascade(plan, 1)),
        "rules": asked(lambda: plan_life.refuse_unless_open(plan)),
        "close": asked(lambda: plan_life.close_plan(plan)),
    }


def refuse_of_ended(unit: Unit | None) -> None:
    """A unit that is not known here has not ended."""
    if unit is not None:
        require_live(unit, field=None)
