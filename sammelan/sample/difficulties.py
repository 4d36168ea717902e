"""Difficulties of the sample: one with each of three levels, two joined at the topmost, one solved, one answered.

Made by the rules, on days of the last two weeks; nobody of the sample's people has written one.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from congress.context import Context
from congress.domain import difficulties as rules
from congress.domain.blocking import block
from congress.domain.difficulties import NOTHING_BLOCKED, Blocked, Difficulty, Kind, Said, Urgency
from congress.domain.difficulty_files import add_file
from congress.domain.difficulty_joining import join
from congress.domain.history import By
from congress.domain.plan import Plan
from congress.domain.planned import congress_id
from congress.operations.difficulty_files import NOUN
from congress.sample import DECIDER, REPORTER, said_there
from sammelan.sample.minutes import sample_document
from servicekit.files.arriving.uploads import take_whole
from servicekit.files.store import FileStore
from servicekit.files.stored import StoredFile
from servicekit.ids import id_from
from servicekit.refusals import Conflict
from servicekit.tree.units import Unit
from servicekit.words import N_


@dataclass(frozen=True)
class Case:
    """`acts`: what came of it, each a day after the one before; the last of them today. `blocks`: a milestone.
    `waits`: why the congress can do nothing before it is solved, where its unit has said so.
    """

    code: str
    kind: Kind
    urgency: Urgency
    text: str
    acts: Sequence[tuple[str, str]] = ()
    blocks: str = ""
    waits: str = ""


SURVEY = "Survey of the hall.pdf"
SURVEYED = "Survey of the hall. This is a sample; no hall is under water."
MERGED = N_("Two units were merged in spring. Whose delegates count, and by which list?")
CASES = (
    Case(
        *("BD-N0131", Kind.LATE_DOCUMENTS, Urgency.SOON),
        N_("The drafts to be discussed have not reached us, and the congress is near."),
        blocks="drafts_prepared",
    ),
    Case(
        *("BD-U011", Kind.VENUE_OR_DISASTER, Urgency.URGENT),
        N_("The hall is under water. No other in the upazila holds two hundred people."),
        blocks="opened",
        waits=N_("Without a hall no day can be named."),
    ),
    Case(
        "BD-D01", Kind.REORGANISATION, Urgency.ORDINARY, MERGED, [("forward", N_("We have no rule for it."))]
    ),
    Case(
        "BD-D03", Kind.REORGANISATION, Urgency.ORDINARY, MERGED, [("forward", N_("The same as in Comilla."))]
    ),
    Case(
        *("BD-D02", Kind.PERSONNEL, Urgency.SOON),
        N_("Nobody stands for secretary, and the term of the present one is over."),
        [("climb", "")],
    ),
    Case(
        *("BD-N0129", Kind.SOFTWARE_ACCOUNT_NETWORK, Urgency.ORDINARY),
        N_("The second clerk cannot sign in: the eID is not active."),
        [("answer", N_("The registrar's office in Comilla activates it the same day.")), ("solved", "")],
    ),
    Case(
        *("BD-N0132", Kind.DEADLINE_CHANGE, Urgency.ORDINARY),
        N_("Does the later deadline count for those who have begun already?"),
        [("answer", N_("Yes, for all who have not sent their report."))],
    ),
)


def make_sample_difficulties(context: Context, plan: Plan, cases: Sequence[Case] = CASES) -> None:
    """Once for each; called again, it adds none. What stands with the topmost unit of one class is joined."""
    at_the_top: dict[Kind, list[Difficulty]] = {}
    for each in cases:
        unit = context.units.by_code(each.code)
        made_as = id_from("sample-difficulty", each.code, each.kind)
        if unit is not None and context.difficulties.find(made_as) is None:
            case = _as_said(each, unit)
            one = _made(context, plan, case, unit, made_as)
            if one.place == unit.path[0] and not one.overdue:
                at_the_top.setdefault(each.kind, []).append(one)
            else:
                _add(context, one)
                _block(context, plan, case, one)
    for some in at_the_top.values():
        by = _by(context, DECIDER, context.clock.now())
        group = id_from("sample-difficulties", some[0].id)
        for one in join(some, group, 0, by) if len(some) > 1 else some:
            _add(context, one)


def hang_sample_survey(context: Context, files: FileStore, cases: Sequence[Case] = CASES) -> None:
    """Beside each that says why the congress can do nothing, what shows it. Once; called again, it adds none."""
    for each in cases:
        one = context.difficulties.find(id_from("sample-difficulty", each.code, each.kind))
        if each.waits and one is not None and not one.files and not one.is_over:
            file = StoredFile(
                *(context.new_id(), NOUN, one.id, one.unit.id, REPORTER, context.clock.now()), name=SURVEY
            )
            take_whole(files, files.begin(file), [sample_document(SURVEYED)], partial(_hang, context))


def _hang(context: Context, file: StoredFile) -> None:
    one = context.difficulties.find(file.record_id)
    if one is not None:
        changed = add_file(one, file.id, _by(context, REPORTER, context.clock.now()))
        context.difficulties.save(changed, one.version)


def _as_said(case: Case, unit: Unit) -> Case:
    """In the language of the tree."""
    acts = [(what, said_there(text, unit)) for what, text in case.acts]
    return replace(case, text=said_there(case.text, unit), acts=acts, waits=said_there(case.waits, unit))


def _add(context: Context, one: Difficulty) -> None:
    context.database.in_transaction(partial(context.difficulties.add, one, (), ()))


def _block(context: Context, plan: Plan, case: Case, one: Difficulty) -> None:
    """Where the unit says so, and its congress has not come further."""
    congress = context.congresses.find(one.blocks.congress_id) if case.waits else None
    if congress is None:
        return
    by = _by(context, REPORTER, one.since)
    with suppress(Conflict):
        blocked = block(plan, congress, one, case.waits, by, id_from("sample-block", one.id))
        context.congresses.save(blocked, congress.version)


def _made(context: Context, plan: Plan, case: Case, unit: Unit, made_as: str) -> Difficulty:
    units = context.units.many(unit.path)
    at = context.clock.now() - timedelta(days=len(case.acts), hours=1)
    known = case.blocks in {one.key for one in plan.milestones}
    blocks = Blocked(congress_id(plan.id, unit.id), plan.id, case.blocks) if known else NOTHING_BLOCKED
    said = Said(case.kind, case.urgency, case.text, blocks)
    above = rules.next_above(unit.path, unit.id, units)
    by = _by(context, REPORTER, at)
    one = rules.raise_difficulty(unit, said, above, _due(context, above, said, by.today), 0, by, made_as)
    for what, text in case.acts:
        at += timedelta(days=1)
        one = _acted(context, one, what, text, at)
    return one


def _acted(context: Context, one: Difficulty, what: str, text: str, at: datetime) -> Difficulty:
    by = _by(context, REPORTER if what == "solved" else DECIDER, at)
    if what == "answer":
        return rules.answer(one, text, by)
    if what == "solved":
        return rules.confirm_solved(one, text, by)
    above = rules.next_above(one.unit.path, one.place, context.units.many(one.unit.path))
    due = _due(context, above, one, by.today)
    return rules.climb(one, above, due, at) if what == "climb" else rules.forward(one, text, above, due, by)


def _due(context: Context, above: Unit, said: Said | Difficulty, today: date) -> date:
    return context.clocks.due(above.level, said.urgency, today, context.calendar)


def _by(context: Context, account_id: str, at: datetime) -> By:
    return By(account_id, at, context.clock.day_of(at))
