"""Plans taken over in the sample: a division has set its districts an earlier day, and one of them says what it means.

Made by the rules, as units that have issued their plan by now take it over anew; nobody of the sample's people has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from congress.context import Context
from congress.domain.handing_down import refuse_days_below
from congress.domain.history import By, Congress
from congress.domain.plan import Plan
from congress.domain.planned import congress_id, congresses_above
from congress.domain.taking_over import take_over, taken_by
from congress.operations.handing_down import levels_below
from congress.sample import REPORTER, said_there
from servicekit.ids import id_from
from servicekit.words import N_


@dataclass(frozen=True)
class Case:
    """`level`: below the unit, whose day it brings forward by so many `days`; none where empty."""

    code: str
    note: str
    level: str = ""
    days: int = 0


CASES = (
    Case("BD-V01", N_("All districts before the school holidays."), "district", 7),
    Case("BD-D01", N_("The halls are booked for the earlier days.")),
)


def make_sample_takings(context: Context, plan: Plan, cases: Sequence[Case] = CASES) -> None:
    """Once for each; called again, it adds none."""
    for case in cases:
        unit = context.units.by_code(case.code)
        congress = context.congresses.find(congress_id(plan.id, unit.id)) if unit else None
        if congress is None or congress.takings or taken_by(plan, congress) not in congress.current:
            continue
        _take_over(context, plan, congress, case)


def _take_over(context: Context, plan: Plan, congress: Congress, case: Case) -> None:
    by = By(REPORTER, context.clock.now(), context.clock.today())
    known = levels_below(context, plan, congress)
    levels = {one.level: one.day for one in known}
    below = {case.level: levels[case.level] - timedelta(days=case.days)} if case.level in levels else {}
    rollup = context.rollups.find(plan.id, congress.unit.id)
    refuse_days_below(plan, below, {}, known, rollup.groups if rollup else {}, by.today)
    above = next(iter(context.congresses.many(congresses_above(plan, congress.unit))), None)
    note, made_as = said_there(case.note, congress.unit), id_from("sample-taking", congress.id)
    taken = take_over(plan, congress, None, None, note, above, by, made_as, below)

    def save() -> None:
        if below:
            context.handings.begin(plan.id)
            context.handings.want(plan.id, [congress.unit.id])
        context.congresses.save(taken, congress.version)

    context.database.in_transaction(save)
