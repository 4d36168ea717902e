"""Tallies of the sample: an upazila has elected its delegates, and two candidates for its committee have equal votes.

Made by the rules, in the last days. No person appears in it: who stands is called by a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from congress.context import Context
from congress.domain.history import By, Congress
from congress.domain.plan import Plan
from congress.domain.planned import congress_id
from congress.domain.progress import content_of, has_election
from congress.domain.tallied import note
from congress.domain.tallies import SLOTS, Asked, Ballots, Candidate, Exclusion, Of, Tally, open_tally
from congress.domain.tally_keying import key
from congress.sample import REPORTER, said_there
from servicekit.ids import id_from
from servicekit.refusals import filled
from servicekit.words import N_
from servicekit.words.formats import number

CODE = "BD-U011"
STANDS = N_("Candidate {number}")
ABROAD = N_("Abroad by order")
SUMMONED, PRESENT, EXCLUDED = 120, 117, 2


@dataclass(frozen=True)
class Case:
    """`votes`: of each who stands; of the round after it where there is one. `slips`: by count and place, what was
    typed otherwise.
    """

    of: Of
    seats: int
    votes: tuple[int, ...]
    days: int
    slips: tuple[tuple[int, int, int], ...] = ()
    again: "Case | None" = None


EQUAL_AGAIN = Case(Of.COMMITTEE, 1, (61, 52), 1, slips=((3, 1, 53),))
CASES = (
    Case(Of.DELEGATES, 5, (109, 101, 98, 84, 77, 58), 2),
    Case(Of.COMMITTEE, 9, (112, 108, 104, 97, 95, 90, 83, 71, 66, 66), 2, again=EQUAL_AGAIN),
)


def make_sample_tallies(
    context: Context, plan: Plan, code: str = CODE, cases: Sequence[Case] = CASES
) -> None:
    """Once for each; called again, it adds none."""
    unit = context.units.by_code(code)
    congress = context.congresses.find(congress_id(plan.id, unit.id)) if unit else None
    for case in cases:
        if congress is not None and has_election(content_of(plan, congress), case.of):
            _make(context, plan, congress.id, case, "")


def _make(context: Context, plan: Plan, congress_id: str, case: Case, before: str) -> None:
    made_as = id_from("sample-tally", congress_id, case.of.value, before)

    def save() -> None:
        congress = context.congresses.find(congress_id)
        there = context.tallies.of_congress(congress_id)
        if congress is None or any(one.id == made_as for one in there):
            return
        tally = _counted(context, plan, congress, there, case, before, made_as)
        context.tallies.add(tally)
        noted = note(congress, [*there, tally], _by(context, case))
        context.congresses.save(noted, congress.version)

    context.database.in_transaction(save)
    if case.again:
        _make(context, plan, congress_id, case.again, made_as)


def _counted(
    context: Context,
    plan: Plan,
    congress: Congress,
    there: Sequence[Tally],
    case: Case,
    before: str,
    made_as: str,
) -> Tally:
    by, stands = _by(context, case), said_there(STANDS, congress.unit)
    language = next((key for key in congress.unit.names if key != "en"), "en")
    people = (Exclusion(EXCLUDED, said_there(ABROAD, congress.unit)),)
    first = Asked(
        *(SUMMONED, PRESENT, people),
        candidates=tuple(
            Candidate(filled(stands, {"number": number(at, language)}))
            for at in range(1, len(case.votes) + 1)
        ),
        of=case.of,
        majority="election",
        seats=case.seats,
    )
    asked = Asked(SUMMONED, PRESENT, people, before=before) if before else first
    tally = open_tally(plan, congress, there, asked, context.template.majorities, by, made_as)
    ballots = Ballots(issued=PRESENT, returned=PRESENT, invalid=2, blank=1)
    for slot in SLOTS:
        votes = list(case.votes)
        for where, place, typed in case.slips:
            if where == slot:
                votes[place] = typed
        tally = key(plan, congress, tally, there, slot, ballots, votes, by)
    return tally


def _by(context: Context, case: Case) -> By:
    at = context.clock.now() - timedelta(days=case.days)
    return By(REPORTER, at, context.clock.day_of(at))
