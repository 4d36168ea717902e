"""Difficulties: raised by a unit, answered, asked back or forwarded by the superior with which they lie."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from congress import events
from congress.context import Context
from congress.domain import difficulties as rules
from congress.domain import difficulty_acts as acts
from congress.domain import difficulty_joining as joining
from congress.domain.difficulties import Blocked, Difficulty, NotItsCongress, Said
from congress.domain.history import By
from congress.domain.plan import Plan
from congress.domain.rule_sets import under
from congress.operations.blocking import end_block
from congress.operations.difficulties_sought import Sought, count, lines_of, require_list
from congress.operations.seen import by_caller
from servicekit.access.decision import Caller, UnknownHere, require
from servicekit.data.events import AuditEntry, Event
from servicekit.refusals import Acts, Stale
from servicekit.tree.listed import Line
from servicekit.tree.units import Unit
from servicekit.web.listing import CursorUnknown, Page, key_of, page_from


@dataclass(frozen=True, slots=True)
class DifficultyView:
    """`units`: those that its way names. `others`: of its group, told where that is answered. `acts`: not told in
    lists, nor where the caller has just done something.
    """

    difficulty: Difficulty
    units: Mapping[str, Unit]
    plan: Plan | None = None
    named: bool = False
    acts: Acts | None = None
    others: tuple[Difficulty, ...] = ()


def raise_difficulty(
    context: Context, caller: Caller, unit_id: str, said: Said, congress_id: str, milestone: str
) -> DifficultyView:
    unit = context.units.hold(unit_id)
    if unit is None:
        raise UnknownHere
    require(caller, acts.REPORT, unit.path, context.clock.now())
    above = _above(context, unit.path, unit.id)
    acts.require_raising(unit, above, caller, context.clock.now())
    said = replace(said, blocks=_blocked(context, unit, congress_id, milestone))
    unfinished = context.difficulties.count_unfinished(unit.id, rules.UNFINISHED_MOST)
    by = by_caller(context, caller)
    due = _due(context, above, said, by)
    made = rules.raise_difficulty(unit, said, above, due, unfinished, by, context.new_id())
    entry = entry_of("difficulty.raised", made)
    return _view(context, caller, context.difficulties.add(made, events.whose_turn(made), [entry]))


def read_difficulty(context: Context, caller: Caller, difficulty_id: str) -> DifficultyView:
    difficulty, now = readable(context, caller, difficulty_id), context.clock.now()
    view = _view(context, caller, difficulty)
    topmost = not any(
        view.units[one].live
        for one in rules.superiors(difficulty.unit.path, difficulty.place)
        if one in view.units
    )
    group = context.difficulties.group(difficulty.joined) if acts.reads_group(difficulty, caller, now) else []
    others = tuple(one for one in group if one.id != difficulty.id)
    return replace(view, acts=acts.acts_of(difficulty, topmost, caller, now), others=others)


def list_difficulties(
    context: Context, caller: Caller, unit_id: str, which: str, kind: str, below: str, after: str, limit: int
) -> Page[DifficultyView]:
    """What has reached this unit, the newest first; or what waits for an act of it, the longest waiting first."""
    require_list(context, caller, unit_id)
    (begin,) = key_of(after, 1) if after else ("",)
    wanted = Sought(unit_id, which, kind, below)

    def look() -> Page[Line]:
        lines = lines_of(context, wanted, begin, limit + 1)
        return page_from(lines, lambda line: (line.order,), limit, count(context, wanted))

    try:
        page = context.database.in_transaction(look)
    except ValueError as error:
        raise CursorUnknown(field="after") from error
    return page.map(partial(_rows, context, caller))


def answer_difficulty(
    context: Context,
    caller: Caller,
    difficulty_id: str,
    text: str,
    alone: bool,
    beside: Mapping[str, int],
    expected_version: int,
) -> DifficultyView:
    """One answer goes down to all that are joined with it, unless it is meant for this one alone. `beside`: the
    versions of those others, as they were shown.
    """

    def work() -> Difficulty:
        difficulty, by = _to_answer(context, caller, difficulty_id, expected_version)
        group = [] if alone else context.difficulties.group(difficulty.joined)
        together = joining.answered_together(difficulty, group)
        joining.refuse_unseen(together, beside)
        for one in together:
            acts.require_answering(one, caller, by.at)
        answered = [rules.answer(one, text, by) for one in together]
        context.difficulties.save_many([_told(one, "difficulty.answered") for one in answered])
        return replace(answered[0], version=answered[0].version + 1)

    return _view(context, caller, context.database.in_transaction(work))


def _told(changed: Difficulty, action: str) -> tuple[Difficulty, list[Event], list[AuditEntry]]:
    return changed, events.whose_turn(changed), [entry_of(action, changed)]


def join_difficulties(context: Context, caller: Caller, unit_id: str, ids: Sequence[str]) -> str:
    """Of several units the same difficulty: the group in which the topmost unit answers them. Within a transaction."""
    unit = context.units.find(unit_id)
    if unit is None:
        raise UnknownHere
    by = by_caller(context, caller)
    require(acts.at_units(caller, (unit_id,)), acts.APPROVE, (*unit.path, "below"), by.at)
    if len(unit.path) > 1:
        raise joining.JoinedAtTheTop()
    ticked = [readable(context, caller, one) for one in dict.fromkeys(ids)]
    group = joining.joined_as(ticked, context.new_id())
    for one in ticked:
        acts.require_answering(one, caller, by.at)
    joined = joining.join(ticked, group, len(context.difficulties.group(group)), by)
    context.difficulties.save_many([(one, (), [entry_of("difficulty.joined", one)]) for one in joined])
    return group


def separate_difficulty(
    context: Context, caller: Caller, difficulty_id: str, text: str, expected_version: int
) -> DifficultyView:
    """Taken out of its group; those that stay in it are told."""

    def work() -> Difficulty:
        difficulty, by = _to_answer(context, caller, difficulty_id, expected_version)
        own, *left = joining.separate(difficulty, context.difficulties.group(difficulty.joined), text, by)
        told = [(one, (), [entry_of("difficulty.other_separated", one)]) for one in left]
        context.difficulties.save_many([(own, (), [entry_of("difficulty.separated", own)]), *told])
        return replace(own, version=own.version + 1)

    return _view(context, caller, context.database.in_transaction(work))


def ask_back(
    context: Context, caller: Caller, difficulty_id: str, text: str, expected_version: int
) -> DifficultyView:
    difficulty, by = _to_answer(context, caller, difficulty_id, expected_version)
    changed = rules.ask_back(difficulty, text, by)
    return _saved(context, caller, changed, expected_version, "difficulty.asked_back")


def forward_difficulty(
    context: Context, caller: Caller, difficulty_id: str, note: str, expected_version: int
) -> DifficultyView:
    difficulty, by = _to_answer(context, caller, difficulty_id, expected_version)
    above = _above(context, difficulty.unit.path, difficulty.place)
    changed = rules.forward(difficulty, note, above, _due(context, above, difficulty, by), by)
    return _saved(context, caller, changed, expected_version, "difficulty.forwarded")


def reply(
    context: Context, caller: Caller, difficulty_id: str, text: str, expected_version: int
) -> DifficultyView:
    difficulty, by = _of_unit(context, caller, difficulty_id, expected_version)
    changed = rules.reply(difficulty, text, _due_there(context, difficulty), by)
    return _saved(context, caller, changed, expected_version, "difficulty.replied")


def confirm(
    context: Context, caller: Caller, difficulty_id: str, solved: bool, text: str, expected_version: int
) -> DifficultyView:
    """Solved, or not, and why."""
    difficulty, by = _allowed(context, caller, difficulty_id, expected_version, acts.require_confirming)
    if solved:
        changed = rules.confirm_solved(difficulty, text, by)
        return _saved(context, caller, changed, expected_version, "difficulty.solved")
    changed = rules.say_not_solved(difficulty, text, _due_there(context, difficulty), by)
    return _saved(context, caller, changed, expected_version, "difficulty.not_solved")


def withdraw_difficulty(
    context: Context, caller: Caller, difficulty_id: str, text: str, expected_version: int
) -> DifficultyView:
    difficulty, by = _allowed(context, caller, difficulty_id, expected_version, acts.require_withdrawing)
    changed = rules.withdraw(difficulty, text, by)
    return _saved(context, caller, changed, expected_version, "difficulty.withdrawn")


def _blocked(context: Context, unit: Unit, congress_id: str, milestone: str) -> Blocked:
    """A congress of another unit answers like one that is not there."""
    if not congress_id:
        if milestone:
            raise NotItsCongress(field="milestone")
        return rules.NOTHING_BLOCKED
    congress = context.congresses.find(congress_id)
    if congress is None or congress.unit.id != unit.id:
        raise NotItsCongress(field="congress_id")
    plan = under(context.plans.get(congress.plan_id), congress)
    if milestone and milestone not in {one.key for one in plan.milestones}:
        raise NotItsCongress(field="milestone")
    return Blocked(congress_id, congress.plan_id, milestone)


def _above(context: Context, path: tuple[str, ...], place: str) -> Unit:
    return rules.next_above(path, place, context.units.many(path))


def _due(context: Context, above: Unit, said: Said | Difficulty, by: By) -> date:
    return context.clocks.due(above.level, said.urgency, by.today, context.calendar)


def _due_there(context: Context, difficulty: Difficulty) -> date:
    return due_with(context, difficulty, difficulty.place)


def due_with(context: Context, difficulty: Difficulty, place: str) -> date:
    level = (context.units.find(place) or difficulty.unit).level
    return context.clocks.due(level, difficulty.urgency, context.clock.today(), context.calendar)


def readable(context: Context, caller: Caller, difficulty_id: str) -> Difficulty:
    difficulty = context.difficulties.find(difficulty_id)
    if difficulty is None:
        raise UnknownHere
    acts.require_reading(difficulty, caller, context.clock.now())
    return difficulty


def _to_answer(
    context: Context, caller: Caller, difficulty_id: str, expected_version: int
) -> tuple[Difficulty, By]:
    return _allowed(context, caller, difficulty_id, expected_version, acts.require_answering)


def _of_unit(
    context: Context, caller: Caller, difficulty_id: str, expected_version: int
) -> tuple[Difficulty, By]:
    return _allowed(context, caller, difficulty_id, expected_version, acts.require_reporting)


Ask = Callable[[Difficulty, Caller, datetime], None]


def _allowed(
    context: Context, caller: Caller, difficulty_id: str, expected_version: int, ask: Ask
) -> tuple[Difficulty, By]:
    difficulty = readable(context, caller, difficulty_id)
    ask(difficulty, caller, context.clock.now())
    if difficulty.version != expected_version:
        raise Stale
    return difficulty, by_caller(context, caller)


def _saved(
    context: Context, caller: Caller, changed: Difficulty, expected_version: int, action: str
) -> DifficultyView:
    entry = entry_of(action, changed)

    def save() -> Difficulty:
        saved = context.difficulties.save(changed, expected_version, events.whose_turn(changed), [entry])
        end_block(context, saved)
        return saved

    return _view(context, caller, context.database.in_transaction(save))


def entry_of(action: str, difficulty: Difficulty, more: Mapping[str, str] | None = None) -> AuditEntry:
    """What was said, and of what class, stands in the difficulty and nowhere else: auditors further up see entries."""
    unit = difficulty.unit
    details = {"lies_with": difficulty.place, **(more or {})}
    return AuditEntry(action, unit.id, unit.path, "difficulty", difficulty.id, details=details)


def _view(context: Context, caller: Caller, difficulty: Difficulty) -> DifficultyView:
    named = {one.unit_id for one in difficulty.steps} | {one.to for one in difficulty.steps if one.to}
    units = context.units.many({*difficulty.unit.path, *named})
    plan = context.plans.find(difficulty.blocks.plan_id) if difficulty.blocks.plan_id else None
    return DifficultyView(difficulty, units, plan, acts.tells_names(difficulty, caller, context.clock.now()))


def _rows(context: Context, caller: Caller, lines: Sequence[Line]) -> list[DifficultyView]:
    found = context.difficulties.many([line.id for line in lines])
    units = context.units.many({unit_id for one in found for unit_id in one.unit.path})
    plans = context.plans.opened_among({one.blocks.plan_id for one in found if one.blocks.plan_id})
    return [DifficultyView(one, units, plans.get(one.blocks.plan_id)) for one in found]
