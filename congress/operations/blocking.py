"""Congresses that are blocked by a difficulty: said by the unit, and over with the difficulty or by its word."""

from dataclasses import replace

from congress.context import Context
from congress.domain import blocking, explanations
from congress.domain import difficulty_acts as acts
from congress.domain.difficulties import Difficulty
from congress.operations.congresses import REPORT, allowed, read_congress, saved
from congress.operations.seen import CongressView, by_caller
from servicekit.access.decision import Caller, decide


def block(
    context: Context, caller: Caller, congress_id: str, difficulty_id: str, reason: str, expected_version: int
) -> CongressView:
    """Within a transaction that holds the difficulty: who solves it at that moment comes before, or after."""

    def work() -> CongressView:
        congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
        by = by_caller(context, caller)
        explanations.refuse_unexplained(plan, congress, by.today)
        difficulty = context.difficulties.hold(difficulty_id)
        if difficulty is not None and not _reads(context, caller, difficulty):
            difficulty = None
        changed = blocking.block(plan, congress, difficulty, reason, by, context.new_id())
        details = {"difficulty_id": difficulty_id}
        return saved(context, plan, changed, expected_version, "congress.blocked", details)

    return context.database.in_transaction(work)


def unblock(context: Context, caller: Caller, congress_id: str, expected_version: int) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    changed = blocking.unblock(plan, congress, by_caller(context, caller))
    return saved(context, plan, changed, expected_version, "congress.unblocked", {})


def end_block(context: Context, difficulty: Difficulty) -> None:
    """Within the transaction in which the difficulty ends: the congress that it blocks is overdue again by itself."""
    congress = context.congresses.find(difficulty.blocks.congress_id) if difficulty.is_over else None
    if congress is None or not blocking.is_named(congress, difficulty.id):
        return
    plan = context.plans.get(congress.plan_id)
    ended = blocking.end_with(congress, context.clock.now())
    details = {"difficulty_id": difficulty.id}
    saved(context, plan, ended, congress.version, "congress.unblocked", details)


def read_with_difficulties(context: Context, caller: Caller, congress_id: str) -> CongressView:
    """One congress, and for whoever reports for it the open difficulties by which it can be blocked."""
    view = read_congress(context, caller, congress_id)
    congress = view.congress
    if not decide(caller, REPORT, congress.unit.path, context.clock.now()).allowed:
        return view
    found = context.difficulties.unfinished_of(congress.unit.id)
    mine = [one for one in found if one.blocks.congress_id == congress.id]
    return replace(view, difficulties=tuple(one for one in mine if _reads(context, caller, one)))


def _reads(context: Context, caller: Caller, difficulty: Difficulty) -> bool:
    """Of others it is not told whether there are any."""
    at_chain = acts.at_units(caller, difficulty.chain)
    return decide(at_chain, acts.READ, difficulty.unit.path, context.clock.now()).allowed
