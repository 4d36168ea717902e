"""Seats of the sample: an upazila has divided those of its congress, and divided them anew when it was counted again.

Made by the rules, on days of the last weeks; nobody of the sample's people has done it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from congress.context import Context
from congress.domain.history import By
from congress.domain.plan import Plan
from congress.domain.planned import congress_id
from congress.domain.seat_divisions import Seats, Share, calculate, claims_of, decide
from congress.domain.seats import Basis, Claim, Method, Rule
from congress.operations.seats import units_below
from congress.sample import DECIDER, said_there
from servicekit.ids import id_from
from servicekit.words import N_

# Members of the first unit, and of each further one so many more: no real ones.
FIRST, MORE = 118, 37


@dataclass(frozen=True)
class Case:
    """`weeks`: how long ago. `other`: of units that were counted otherwise by then, by their place in the list."""

    rule: Rule
    weeks: int
    reason: str = ""
    other: Mapping[int, int] = field(default_factory=dict)


CODE = "BD-U011"
CASES = (
    Case(Rule(Basis.MEMBERS, Method.LARGEST_REMAINDER, 60, least=2), 6),
    Case(
        Rule(Basis.MEMBERS, Method.SAINTE_LAGUE, 64, least=2, most=18),
        2,
        N_("Two unions were counted again, and the hall holds four more."),
        {1: 402, 4: 96},
    ),
)
EX_OFFICIO = 7


def make_sample_seats(context: Context, plan: Plan, code: str = CODE, cases: Sequence[Case] = CASES) -> None:
    """Once for each; called again, it adds none."""
    unit = context.units.by_code(code)
    congress = context.congresses.find(congress_id(plan.id, unit.id)) if unit else None
    if unit is None or congress is None:
        return
    units = units_below(context, plan, unit)
    codes = sorted(one.code for one in units)
    last: tuple[Seats, Mapping[str, Share]] | None = None
    for number, case in enumerate(cases, start=1):
        made_as = id_from("sample-seats", congress.id, str(number))
        there = context.seats.find(made_as)
        if there is not None:
            last = there, {one.unit_id: one for one in context.seats.all_lines(there)}
            continue
        at = context.clock.now() - timedelta(weeks=case.weeks)
        by = By(DECIDER, at, context.clock.day_of(at))
        given = [
            Claim("", one, case.other.get(place, FIRST + MORE * place)) for place, one in enumerate(codes)
        ]
        claims = claims_of(units, given, {})
        draft, lines = calculate(congress, case.rule, claims, EX_OFFICIO, last, number, by, made_as)
        ids = [one.unit_id for one in claims]
        seats = decide(draft, ids, ids, case.reason and said_there(case.reason, unit), by)
        context.database.in_transaction(partial(context.seats.add, seats, lines, ()))
        last = seats, {one.unit_id: one for one in lines}
