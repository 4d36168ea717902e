"""Units take over the plan of the nearest unit above."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from congress.context import Context
from congress.domain import taking_over
from congress.domain.handing_down import refuse_days_below
from congress.domain.history import Congress
from congress.domain.people import named
from congress.operations.blocking import read_with_difficulties
from congress.operations.congresses import REPORT, allowed, nearest_above, saved
from congress.operations.handing_down import levels_below
from congress.operations.people import PeopleNotAsked
from congress.operations.seen import CongressView, by_caller
from servicekit.access.decision import Caller


def read_alone(context: Context, caller: Caller, congress_id: str) -> CongressView:
    """One congress, with what is told to whoever reports for its unit besides: what they may set below it, too."""
    view = read_with_difficulties(context, caller, congress_id)
    if not view.acts or view.acts["take-over"] is not None:
        return view
    newest = context.plans.get(view.plan.id)
    return replace(view, levels_below=levels_below(context, newest, view.congress))


def take_over(
    context: Context,
    caller: Caller,
    congress_id: str,
    day: date | None,
    until: date | None,
    note: str,
    below: Mapping[str, date],
    people: Sequence[tuple[str, str]],
    here: Mapping[str, str] | None,
    expected_version: int,
) -> CongressView:
    """`people`: who is responsible, by account, and what for. `here`: as ask_people has it."""
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    by, stands = by_caller(context, caller), congress.takings[-1].below if congress.takings else {}
    above = nearest_above(context, plan, congress)
    responsible = named(people, _can_be_named(congress, caller, people, here))
    changed = taking_over.take_over(
        *(plan, congress, day, until, note, above, by, context.new_id(), below, responsible)
    )
    if below:
        # Others stand under the newest rules, whichever this one stands under.
        newest = context.plans.get(plan.id)
        rollup = context.rollups.find(plan.id, congress.unit.id)
        levels, groups = levels_below(context, newest, congress), rollup.groups if rollup else {}
        refuse_days_below(newest, below, stands, levels, groups, by.today)
    details: dict[str, object] = {"until": until.isoformat()} if until else {}
    if below:
        details["below"] = {level: one.isoformat() for level, one in below.items()}
    if people:
        details["people"] = [one.account_id for one in responsible]

    def save() -> CongressView:
        if below != stands:
            context.handings.begin(plan.id)
            context.handings.want(plan.id, [congress.unit.id])
        return saved(context, plan, changed, expected_version, "plan.taken_over", details)

    return context.database.in_transaction(save)


def _can_be_named(
    congress: Congress, caller: Caller, people: Sequence[tuple[str, str]], here: Mapping[str, str] | None
) -> Mapping[str, str]:
    """By code, or while it is not to be known who is here, those who were named before are named on and nobody else."""
    if here is not None and not caller.fallback:
        return here
    before = {one.account_id: one.name for one in congress.people}
    if here is None and any(account_id not in before for account_id, _ in people):
        raise PeopleNotAsked
    return before
