"""Elected people of a congress: named, read in its chain, and those elected to the congress above read there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from congress.context import Context
from congress.domain import elected as rules
from congress.domain.elected import Body, Elected, Person
from congress.domain.history import Congress, State
from congress.domain.plan import Plan
from congress.domain.planned import congress_id as id_of_congress
from congress.operations.congresses import READ, REPORT, allowed, saved
from congress.operations.seats import units_below
from congress.operations.seen import APPROVE, by_caller
from servicekit.access.decision import Caller, UnknownHere, as_just_seen, decide, why_not_by
from servicekit.refusals import Acts, Stale
from servicekit.tree.units import Unit
from servicekit.web.listing import CursorUnknown, Page, cursor, key_of


@dataclass(frozen=True, slots=True)
class ListView:
    """`tallied`: whom the tallies say to be elected. `since`: results were reported anew since it was saved."""

    of: Body
    list: Elected | None
    congress: Congress
    lists: Mapping[Body, Elected]
    tallied: Mapping[Body, Sequence[Person]]
    named: bool

    @property
    def since(self) -> bool:
        return self.list is not None and self.list.result != rules.result_of(self.congress)


@dataclass(frozen=True, slots=True)
class ElectedOf:
    lists: Sequence[ListView]
    acts: Acts


@dataclass(frozen=True, slots=True)
class DelegatesView:
    """Of a unit right below: `state` is that of its report, for what is not approved may change."""

    unit: Unit
    state: State
    people: Sequence[Person]


def read_elected(context: Context, caller: Caller, congress_id: str) -> ElectedOf:
    congress, plan = allowed(context, caller, congress_id, READ)
    check = partial(rules.refuse_naming, plan, congress)
    acts: Acts = {"elected": why_not_by(caller, REPORT, congress.unit.path, context.clock.now(), check)}
    return ElectedOf(_seen(context, caller, congress), acts)


def name_elected(
    context: Context,
    caller: Caller,
    congress_id: str,
    of: str,
    people: Sequence[Person],
    expected_version: int,
) -> ListView:
    """With the list its congress is saved: nobody is named once the report was sent up, however close the two are."""

    def whole() -> ListView:
        congress, plan = allowed(context, caller, congress_id, REPORT)
        if of not in [one.value for one in Body]:
            raise UnknownHere
        there = context.elected.of_congress(congress_id).get(Body(of))
        if (there.version if there else 0) != expected_version:
            raise Stale
        by = by_caller(context, caller)
        made = rules.name_people(plan, congress, Body(of), people, by)
        context.elected.put(made, expected_version)
        details = {"of": of, "count": len(people)}
        noted = rules.note_naming(congress, by)
        view = saved(context, plan, noted, congress.version, "elected.named", details)
        return next(one for one in _seen(context, caller, view.congress) if one.of == of)

    return context.database.in_transaction(whole)


def _seen(context: Context, caller: Caller, congress: Congress) -> list[ListView]:
    lists, tallies = context.elected.of_congress(congress.id), context.tallies.of_congress(congress.id)
    tallied = {one: rules.people_of_tallies(tallies, one) for one in Body}
    seen, now = as_just_seen(caller), context.clock.now()
    named = any(decide(seen, one, congress.unit.path, now).allowed for one in (APPROVE, REPORT))
    return [ListView(of, lists.get(of), congress, lists, tallied, named) for of in Body]


def list_delegates(
    context: Context, caller: Caller, congress_id: str, after: str, limit: int
) -> Page[DelegatesView]:
    """Unit by unit right below, in the order of their codes; of those that the caller reads."""
    congress, plan = allowed(context, caller, congress_id, READ)
    now = context.clock.now()
    below = [
        one
        for one in units_below(context, plan, congress.unit)
        if decide(caller, READ, one.path, now).allowed
    ]
    below.sort(key=lambda one: one.code)
    begin = 0
    if after:
        (code,) = key_of(after, 1)
        begin = next((at for at, one in enumerate(below) if one.code == code), -1) + 1
        if not begin:
            raise CursorUnknown(field="after")
    shown = below[begin : begin + limit]
    following = cursor((shown[-1].code,)) if begin + limit < len(below) else None
    return Page(_delegates(context, plan, shown), following, len(below))


def _delegates(context: Context, plan: Plan, units: Sequence[Unit]) -> list[DelegatesView]:
    ids = {one.id: id_of_congress(plan.id, one.id) for one in units}
    lists = context.elected.of_many(ids.values(), Body.DELEGATES)
    states = {one.id: one.state for one in context.congresses.many(list(ids.values()))}
    return [
        DelegatesView(
            one,
            states.get(ids[one.id], State.PLANNED),
            lists[ids[one.id]].people if ids[one.id] in lists else (),
        )
        for one in units
    ]
