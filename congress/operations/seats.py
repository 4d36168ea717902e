"""The seats of a congress divided among the units right below: calculated, decided, and read by those below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from congress import events
from congress.context import Context
from congress.domain import seat_divisions as rules
from congress.domain.history import Congress
from congress.domain.plan import Plan, is_planned
from congress.domain.planned import congresses_above
from congress.domain.rule_sets import under
from congress.domain.seat_divisions import MANAGE, READ, Seats, Share, State
from congress.domain.seats import UNITS_MOST, Claim, Rule, TooManyUnitsBelow
from congress.operations.congresses import allowed, nearest_above, saved, waits_told
from congress.operations.seen import by_caller
from servicekit.access.decision import Caller, UnknownHere, decide, require, why_not_by
from servicekit.data.events import AuditEntry
from servicekit.refusals import Acts, Stale
from servicekit.tree.units import Unit
from servicekit.web.listing import CursorUnknown, Page, cursor, key_of
from servicekit.words.numbers import NotWhole, whole

# Units read together.
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class SeatsView:
    """`own`: the line of the unit at which the caller reads it, where it is one right below. `acts`: not told in lists,
    nor where the caller has just done something.
    """

    seats: Seats
    unit: Unit
    own: Share | None = None
    acts: Acts | None = None


@dataclass(frozen=True, slots=True)
class SeatsOf:
    """`made`: the divisions of this congress's own seats, the newest first; `own`: what its unit was given by the last
    one of the congress above.
    """

    made: Sequence[SeatsView]
    own: SeatsView | None
    acts: Acts


@dataclass(frozen=True, slots=True)
class LineView:
    share: Share
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class Below:
    """The units among which seats are divided, and how many members each has, as far as the register says so."""

    units: Sequence[Unit]
    members: Mapping[str, int]


def look_below(context: Context, caller: Caller, congress_id: str, *, register: bool) -> Below:
    """Before anything is written, which waits for nobody and for no long reading."""
    congress, plan = allowed(context, caller, congress_id, MANAGE)
    units = units_below(context, plan, congress.unit)
    if not register or context.membership is None:
        return Below(units, {})
    return Below(units, context.membership.members_of_many([one.id for one in units]))


def divide_seats(
    context: Context,
    caller: Caller,
    congress_id: str,
    rule: Rule,
    ex_officio: int,
    given: Sequence[Claim],
    below: Below,
) -> SeatsView:
    """A draft, in place of the one that was there. Members that are not given are those of the register."""
    congress, plan = allowed(context, caller, congress_id, MANAGE)
    claims = rules.claims_of(below.units, given, below.members)

    def work() -> Seats:
        there = context.seats.of_congress(congress_id)
        last = _last(there)
        decided = sum(one.state is State.DECIDED for one in there)
        rules.refuse_dividing(plan, congress, decided)
        before = (last, {one.unit_id: one for one in context.seats.all_lines(last)}) if last else None
        by = by_caller(context, caller)
        seats, lines = rules.calculate(
            congress, rule, claims, ex_officio, before, decided + 1, by, context.new_id()
        )
        # Only now, for the calculation takes its time: whoever was quicker meanwhile makes this one look again.
        context.seats.take_turn(congress_id)
        for draft in there:
            if draft.state is State.DRAFT:
                context.seats.drop_draft(draft)
        return context.seats.add(seats, lines, [_entry("seats.calculated", seats)])

    return SeatsView(context.database.in_transaction(work), congress.unit)


def look_below_again(context: Context, caller: Caller, division_id: str) -> Sequence[str]:
    """The ids of those below now, before anything is written; what is not there is refused once the body is read."""
    try:
        _, congress, plan = _managed(context, caller, division_id)
    except UnknownHere:
        return ()
    return [one.id for one in units_below(context, plan, congress.unit)]


def decide_division(
    context: Context,
    caller: Caller,
    division_id: str,
    reason: str,
    below: Sequence[str],
    expected_version: int,
) -> SeatsView:
    """It is what counts from now on, and those right below read it and are told. It records that the delegates are
    allotted, where the plan has that step and nothing stands in its way.
    """

    def work() -> SeatsView:
        seats, congress, plan = _managed(context, caller, division_id)
        context.seats.take_turn(congress.id)
        if seats.version != expected_version:
            raise Stale
        there = context.seats.of_congress(congress.id)
        last = _last(there)
        decided = sum(one.state is State.DECIDED for one in there)
        rules.refuse_deciding(plan, congress, seats, last.id if last else "", decided)
        lines = context.seats.units_of(seats)
        made = rules.decide(seats, below, lines, reason, by_caller(context, caller))
        told = events.seats_decided(made, lines)
        kept = context.seats.save(made, expected_version, told, [_entry("seats.decided", made)])
        _record_allotted(context, caller, under(plan, congress), congress, made)
        return SeatsView(kept, congress.unit)

    return context.database.in_transaction(work)


def _record_allotted(context: Context, caller: Caller, plan: Plan, congress: Congress, seats: Seats) -> None:
    right = require(caller, MANAGE, congress.unit.path, context.clock.now())
    changed = rules.allotted(
        *(plan, congress, nearest_above(context, plan, congress), by_caller(context, caller)),
        context.new_id(),
        from_above=right.unit_id != congress.unit.id,
    )
    if changed is not None:
        told = waits_told(plan, congress, changed)
        details = {"milestone": rules.ALLOTTED, "date": context.clock.today().isoformat(), "seats": seats.id}
        saved(context, plan, changed, congress.version, "milestone.recorded", details, told)


def read_seats(context: Context, caller: Caller, congress_id: str) -> SeatsOf:
    """Of a congress that the caller reads: its own divisions, and its share of the superior's."""
    congress, plan = allowed(context, caller, congress_id, READ)
    there = context.seats.of_congress(congress_id)
    manages = decide(caller, MANAGE, congress.unit.path, context.clock.now()).allowed
    shown = [SeatsView(one, congress.unit) for one in there if manages or one.state is State.DECIDED]
    decided = sum(one.state is State.DECIDED for one in there)
    acts: Acts = {
        "seats": why_not_by(
            *(caller, MANAGE, congress.unit.path, context.clock.now()),
            partial(rules.refuse_dividing, plan, congress, decided),
        )
    }
    return SeatsOf(shown, _given_to(context, plan, congress), acts)


def read_division(context: Context, caller: Caller, division_id: str) -> SeatsView:
    seats, unit, own = _readable(context, caller, division_id)
    congress, plan = context.congresses.find(seats.congress_id), context.plans.get(seats.plan_id)
    acts: Acts = {}
    if congress is not None:
        there = context.seats.of_congress(congress.id)
        last, decided = _last(there), sum(one.state is State.DECIDED for one in there)
        check = partial(rules.refuse_deciding, plan, congress, seats, last.id if last else "", decided)
        acts = {"decide": why_not_by(caller, MANAGE, unit.path, context.clock.now(), check)}
    return SeatsView(seats, unit, own, acts)


def list_lines(context: Context, caller: Caller, division_id: str, after: str, limit: int) -> Page[LineView]:
    """In the order of the units' codes; those that stand right below no more at the end."""
    seats, _, own = _readable(context, caller, division_id)
    begin = 0
    if after:
        try:
            (place,) = key_of(after, 1)
            begin = whole(place, grouping="")
        except NotWhole as error:
            raise CursorUnknown(field="after") from error
        if not 0 <= begin < seats.units:
            raise CursorUnknown(field="after")
    found = context.seats.lines(seats, begin, limit)
    if own is not None:
        found = [rules.seen_from_beside(one, seats.basis, own.unit_id) for one in found]
    units = context.units.many(one.unit_id for one in found)
    end = begin + len(found)
    following = cursor((str(end),)) if found and end < seats.units else None
    return Page([LineView(one, units.get(one.unit_id)) for one in found], following, seats.units)


def units_below(context: Context, plan: Plan, unit: Unit) -> list[Unit]:
    """Those nearest below that have a congress under the plan: a level that the plan skips is passed through."""
    found: list[Unit] = []
    around = [unit.id]
    while around:
        ids = [one for some in context.units.children_of(around).values() for one in some]
        below: list[Unit] = []
        for start in range(0, len(ids), AT_ONCE):
            below += [one for one in context.units.many(ids[start : start + AT_ONCE]).values() if one.live]
            if len(below) > UNITS_MOST:
                raise TooManyUnitsBelow(most=UNITS_MOST)
        found += [one for one in below if is_planned(plan, one)]
        around = [one.id for one in below if not is_planned(plan, one)]
    if len(found) > UNITS_MOST:
        raise TooManyUnitsBelow(most=UNITS_MOST)
    return found


def _given_to(context: Context, plan: Plan, congress: Congress) -> SeatsView | None:
    """By the nearest congress above, if it has divided its seats."""
    above = congresses_above(plan, congress.unit)
    there = context.congresses.there(above)
    nearest = next((one for one in above if one in there), None)
    last = _last(context.seats.of_congress(nearest)) if nearest else None
    if last is None:
        return None
    own = next((one for one in context.seats.lines_of(last.id, [congress.unit.id]) if not one.gone), None)
    unit = context.units.find(last.unit_id)
    return SeatsView(last, unit, own) if own and unit else None


def _last(there: Sequence[Seats]) -> Seats | None:
    return next((one for one in there if one.state is State.DECIDED), None)


def _managed(context: Context, caller: Caller, division_id: str) -> tuple[Seats, Congress, Plan]:
    seats, unit, _ = _readable(context, caller, division_id)
    require(caller, MANAGE, unit.path, context.clock.now())
    congress = context.congresses.find(seats.congress_id)
    if congress is None:
        raise UnknownHere
    return seats, congress, context.plans.get(seats.plan_id)


def _readable(context: Context, caller: Caller, division_id: str) -> tuple[Seats, Unit, Share | None]:
    """A draft is there for whoever may decide it; what was decided also for those who read at a unit right below. For
    all others it is not there, like a missing id.
    """
    seats, now = context.seats.find(division_id), context.clock.now()
    unit = context.units.find(seats.unit_id) if seats else None
    if seats is None or unit is None:
        raise UnknownHere
    if seats.state is State.DRAFT:
        if not decide(caller, MANAGE, unit.path, now).allowed:
            raise UnknownHere
        return seats, unit, None
    if decide(caller, READ, unit.path, now).allowed:
        return seats, unit, None
    # By the path that their right has now: a unit that has moved away reads it no more.
    below = [
        right.unit_id
        for right in caller.rights
        if right.permission == READ
        and unit.id in right.unit_path[:-1]
        and decide(caller, READ, right.unit_path, now).allowed
    ]
    own = (
        next((one for one in context.seats.lines_of(seats.id, below) if not one.gone), None)
        if below
        else None
    )
    if own is None:
        raise UnknownHere
    return seats, unit, own


def _entry(action: str, seats: Seats) -> AuditEntry:
    details = {
        "number": seats.number,
        "seats": seats.seats,
        "ex_officio": seats.ex_officio,
        "changed": seats.changed,
    }
    return AuditEntry(action, seats.unit_id, seats.unit_path, "seats", seats.id, details=details)
