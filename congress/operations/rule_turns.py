"""Whom another version of a plan's rules would make overdue, or no longer."""

from congress.context import Context
from congress.domain import rule_sets as rules
from congress.domain.plan import Reach
from congress.domain.rule_effects import Turn, Turning
from congress.domain.rule_sets import Edit
from congress.operations.listing import Shown, list_congresses_below
from congress.operations.plans import managed
from congress.operations.rule_sets import check_rules, with_majorities
from congress.operations.seen import CongressView
from servicekit.access.decision import Caller
from servicekit.web.listing import Page


def list_turning(
    context: Context,
    caller: Caller,
    plan_id: str,
    edit: Edit,
    reach: Reach,
    level: str,
    turn: Turn,
    after: str,
    limit: int,
) -> Page[CongressView]:
    """Who they are that the preview counts: found by the same sums, so a page reads no more as the tree grows."""
    plan = with_majorities(context, managed(context, caller, plan_id))
    if level not in plan.deadlines:
        raise rules.LevelNotPlanned(field="level", level=level)
    changed = rules.edited(plan, edit)
    check_rules(context, changed, edit)
    wanted = Turning(level=level, changed=changed, reach=reach, turn=turn)
    shown = Shown(brief=True)
    return list_congresses_below(context, caller, plan.unit_id, plan_id, wanted, after, limit, shown).page
