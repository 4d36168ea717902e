"""Pilots: chosen by the superior; what they have learnt is written by them, and read by units of their level."""

from datetime import date

from congress import events
from congress.context import Context
from congress.domain import pilots
from congress.domain.approval import OverOthers, nearest_held
from congress.operations.congresses import NOT_OVER, READ, REPORT, allowed, saved, superior
from congress.operations.seen import APPROVE, CongressView, by_caller
from servicekit.access.decision import Caller
from servicekit.web.listing import Page, page_of


def choose_pilot(
    context: Context,
    caller: Caller,
    congress_id: str,
    until: date | None,
    expected_version: int,
    over: OverOthers = NOT_OVER,
) -> CongressView:
    above = superior(context, caller, congress_id, expected_version, over)
    chooses = nearest_held(above.congress, caller, APPROVE)
    if until:
        # Two that choose at the same moment may go one beyond what a branch reads; nothing else hangs on it.
        whose = pilots.choosers_key(above.plan.id, chooses)
        number = context.congresses.number_of_pilots(whose, pilots.PILOTS_MOST)
        pilots.refuse_one_more(above.congress, chooses, number)
    changed = pilots.choose(above.plan, above.congress, until, chooses, above.by)
    told = (
        events.about(events.PILOT_CHOSEN, changed)
        if until
        else events.about(events.PILOT_CALLED_OFF, changed)
    )
    details = {**above.over, **({"until": until.isoformat()} if until else {})}
    action = "pilot.chosen" if until else "pilot.called_off"
    return saved(context, above.plan, changed, expected_version, action, details, [told])


def teach(
    context: Context, caller: Caller, congress_id: str, text: str, expected_version: int
) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    changed = pilots.teach(plan, congress, text, by_caller(context, caller))
    return saved(context, plan, changed, expected_version, "pilot.taught", {})


def lessons_for(
    context: Context, caller: Caller, congress_id: str, after: str, limit: int
) -> Page[pilots.Note]:
    """The pilots whose notes are for this congress, in the order of their names in the tree."""
    congress, _ = allowed(context, caller, congress_id, READ)
    found = context.congresses.notes_for(pilots.read_by(congress))
    others = [one for one in found if one.congress_id != congress.id]
    return page_of(others, lambda one: (one.unit.code, one.congress_id), after, limit)
