"""What a difficulty says of the files that hang on it: its chain reads them, its unit adds and removes them."""

from functools import partial

from congress.context import Context
from congress.domain import difficulty_acts as acts
from congress.domain import difficulty_files as rules
from congress.domain.difficulties import Difficulty
from congress.operations.difficulties import entry_of, readable
from congress.operations.seen import by_caller
from servicekit.access.decision import Caller
from servicekit.files.hanging import Hung, Owner
from servicekit.files.stored import StoredFile
from servicekit.refusals import Stale

NOUN = "difficulties"


def owner_of_files(context: Context) -> Owner:
    return Owner(
        service="congress",
        noun=NOUN,
        read=acts.READ,
        write=acts.REPORT,
        find=partial(_find, context),
        may_add=partial(_may_add, context),
        may_remove=partial(_may_remove, context),
        hang=partial(_hang, context),
        take_off=partial(_take_off, context),
        page=lambda difficulty_id: f"/difficulties/{difficulty_id}",
    )


def _find(context: Context, caller: Caller, difficulty_id: str, permission: str) -> Hung:
    difficulty = _looked_up(context, caller, difficulty_id, permission)
    return Hung(difficulty.id, difficulty.unit.id, tuple(one.id for one in difficulty.files))


def _looked_up(context: Context, caller: Caller, difficulty_id: str, permission: str) -> Difficulty:
    """With others it is joined with nothing of theirs is told: each has its own chain."""
    difficulty = readable(context, caller, difficulty_id)
    if permission == acts.REPORT:
        acts.require_reporting(difficulty, caller, context.clock.now())
    return difficulty


def _may_add(context: Context, caller: Caller, difficulty_id: str) -> None:
    rules.refuse_adding(_looked_up(context, caller, difficulty_id, acts.REPORT))


def _may_remove(context: Context, caller: Caller, difficulty_id: str) -> None:
    rules.refuse_removing(_looked_up(context, caller, difficulty_id, acts.REPORT))


def _hang(context: Context, caller: Caller, file: StoredFile) -> None:
    """Whatever version the difficulty is at: nothing that somebody saw is overwritten by one file more."""
    difficulty = _looked_up(context, caller, file.record_id, acts.REPORT)
    changed = rules.add_file(difficulty, file.id, by_caller(context, caller))
    _saved(context, changed, "difficulty.file_added", file.id)


def _take_off(
    context: Context, caller: Caller, difficulty_id: str, file_id: str, expected_version: int
) -> None:
    difficulty = _looked_up(context, caller, difficulty_id, acts.REPORT)
    if difficulty.version != expected_version:
        raise Stale
    changed = rules.remove_file(difficulty, file_id, by_caller(context, caller))
    _saved(context, changed, "difficulty.file_removed", file_id)


def _saved(context: Context, changed: Difficulty, action: str, file_id: str) -> None:
    entry = entry_of(action, changed, {"file_id": file_id})
    context.difficulties.save(changed, changed.version, (), [entry])
