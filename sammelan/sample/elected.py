"""Elected people of the sample: delegates of a union to the congress above it. No person appears in it."""

from collections.abc import Mapping
from functools import partial

from congress.context import Context
from congress.domain.elected import Body, Person, name_people, note_naming
from congress.domain.history import By, Congress
from congress.domain.plan import Plan
from congress.domain.planned import congress_id
from congress.sample import REPORTER, ToDo, said_there
from servicekit.refusals import filled
from servicekit.words import N_
from servicekit.words.formats import number

DELEGATE = N_("Delegate {number}")
MOST_VOTES = 60


def make_sample_elected(context: Context, plan: Plan, to_do: Mapping[str, ToDo]) -> None:
    """Of those whose report came back, as many as its figures say; once for each."""
    for code in (code for code, what in to_do.items() if what is ToDo.CORRECT):
        unit = context.units.by_code(code)
        congress = context.congresses.find(congress_id(plan.id, unit.id)) if unit else None
        if congress is not None and Body.DELEGATES not in context.elected.of_congress(congress.id):
            context.database.in_transaction(partial(_name, context, plan, congress))


def _name(context: Context, plan: Plan, congress: Congress) -> None:
    language = next((key for key in congress.unit.names if key != "en"), "en")
    called = said_there(DELEGATE, congress.unit)
    people = [
        Person(filled(called, {"number": number(at, language)}), votes=MOST_VOTES - at)
        for at in range(1, round((congress.results or {}).get("delegates_up", 0)) + 1)
    ]
    by = By(REPORTER, context.clock.now(), context.clock.today())
    context.elected.put(name_people(plan, congress, Body.DELEGATES, people, by), 0)
    context.congresses.save(note_naming(congress, by), congress.version)
