"""Tallies of elections: opened, keyed three times, withdrawn, read in the chain of their congress."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from congress.context import Context
from congress.domain import tallies as rules
from congress.domain import tally_keying as keying
from congress.domain.history import Congress
from congress.domain.plan import Plan
from congress.domain.tallied import note
from congress.domain.tallies import Asked, Ballots, Tally
from congress.domain.voting import Majority
from congress.operations.congresses import READ, REPORT, allowed, saved
from congress.operations.seen import APPROVE, by_caller
from servicekit.access.decision import Caller, UnknownHere, as_just_seen, decide, why_not_by
from servicekit.data.events import AuditEntry
from servicekit.refusals import Acts, Check, Refusal, Stale


@dataclass(frozen=True, slots=True)
class TallyView:
    """`named`: whether the reader is told who keyed it, and who stood without being elected.
    `acts`: not told where they have just done something.
    """

    tally: Tally
    plan: Plan
    named: bool = True
    acts: Acts | None = None


@dataclass(frozen=True, slots=True)
class TalliesOf:
    made: Sequence[TallyView]
    majorities: Sequence[Majority]
    acts: Acts


def list_tallies(context: Context, caller: Caller, congress_id: str) -> TalliesOf:
    congress, plan = allowed(context, caller, congress_id, READ)
    there = context.tallies.of_congress(congress_id)
    named = _named(context, caller, congress)
    acts: Acts = {
        "tallies": _why_not(context, caller, congress, partial(rules.refuse_opening, plan, congress, there))
    }
    return TalliesOf([TallyView(one, plan, named) for one in there], _majorities(context, plan), acts)


def _majorities(context: Context, plan: Plan) -> Sequence[Majority]:
    """By the version under which the congress stands; the organisation's own where that says nothing of them."""
    return plan.majorities or context.template.majorities


def read_tally(context: Context, caller: Caller, congress_id: str, tally_id: str) -> TallyView:
    congress, plan = allowed(context, caller, congress_id, READ)
    there = context.tallies.of_congress(congress_id)
    tally = _among(there, tally_id)
    checks: dict[str, Check] = {
        "keyings": lambda: keying.refuse_keying(plan, congress, tally, there),
        "withdraw": lambda: keying.refuse_withdrawing(plan, congress, tally, there),
        "next-round": lambda: rules.refuse_next_round(plan, congress, tally, there),
    }
    acts: Acts = {name: _why_not(context, caller, congress, check) for name, check in checks.items()}
    unit, told = congress.unit, {"tally_id": tally.id, "of": tally.of.value, "round": tally.round}
    context.reads.record(AuditEntry("tally.read", unit.id, unit.path, "congress", congress_id, details=told))
    return TallyView(tally, plan, _named(context, caller, congress), acts)


def open_tally(context: Context, caller: Caller, congress_id: str, asked: Asked) -> TallyView:
    def work(congress: Congress, plan: Plan, there: Sequence[Tally]) -> Tally:
        by = by_caller(context, caller)
        made = rules.open_tally(
            plan, congress, there, asked, _majorities(context, plan), by, context.new_id()
        )
        return context.tallies.add(made)

    return _done(context, caller, congress_id, "tally.opened", work)


def key_tally(
    context: Context,
    caller: Caller,
    congress_id: str,
    tally_id: str,
    slot: int,
    ballots: Ballots,
    votes: Sequence[int],
    expected_version: int,
) -> TallyView:
    def work(congress: Congress, plan: Plan, there: Sequence[Tally]) -> Tally:
        tally = _seen(there, tally_id, expected_version)
        by = by_caller(context, caller)
        keyed = keying.key(plan, congress, tally, there, slot, ballots, votes, by)
        return context.tallies.save(keyed, expected_version)

    return _done(context, caller, congress_id, "tally.keyed", work, slot=slot)


def withdraw_tally(
    context: Context, caller: Caller, congress_id: str, tally_id: str, reason: str, expected_version: int
) -> TallyView:
    def work(congress: Congress, plan: Plan, there: Sequence[Tally]) -> Tally:
        tally = _seen(there, tally_id, expected_version)
        gone = keying.withdraw(plan, congress, tally, there, reason, by_caller(context, caller))
        return context.tallies.save(gone, expected_version)

    return _done(context, caller, congress_id, "tally.withdrawn", work)


def _done(
    context: Context,
    caller: Caller,
    congress_id: str,
    action: str,
    work: Callable[[Congress, Plan, Sequence[Tally]], Tally],
    **told: object,
) -> TallyView:
    """With the tally its congress is saved: nothing is keyed once the report was sent up, however close the two are.

    Whatever version the report is at: nothing that somebody saw of it is overwritten.
    """

    def whole() -> TallyView:
        congress, plan = allowed(context, caller, congress_id, REPORT)
        there = context.tallies.of_congress(congress_id)
        made = work(congress, plan, there)
        now = [*(one for one in there if one.id != made.id), made]
        noted = note(congress, now, by_caller(context, caller))
        details = {"tally_id": made.id, "of": made.of.value, "round": made.round, **told}
        if action == "tally.keyed":
            details["agreed"] = made.agreed is not None
        saved(context, plan, noted, congress.version, action, details)
        return TallyView(made, plan)

    return context.database.in_transaction(whole)


def _seen(there: Sequence[Tally], tally_id: str, expected_version: int) -> Tally:
    tally = _among(there, tally_id)
    if tally.version != expected_version:
        raise Stale
    return tally


def _among(there: Sequence[Tally], tally_id: str) -> Tally:
    found = next((one for one in there if one.id == tally_id), None)
    if found is None:
        raise UnknownHere
    return found


def _why_not(context: Context, caller: Caller, congress: Congress, check: Check) -> Refusal | None:
    return why_not_by(caller, REPORT, congress.unit.path, context.clock.now(), check)


def _named(context: Context, caller: Caller, congress: Congress) -> bool:
    """As with reports: whoever decides on them or writes them."""
    seen, now = as_just_seen(caller), context.clock.now()
    return any(decide(seen, one, congress.unit.path, now).allowed for one in (APPROVE, REPORT))
