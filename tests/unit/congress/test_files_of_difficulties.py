"""Files of a difficulty: added while it is not over, and kept once the superior has answered with them in hand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from congress.domain.difficulties import Difficulty, DifficultyOver, OwnDifficulty, answer, withdraw
from congress.domain.difficulty_acts import require_answering
from congress.domain.difficulty_files import (
    FILES_MOST,
    FileAnswered,
    NoSuchDifficultyFile,
    TooManyFiles,
    add_file,
    refuse_adding,
    refuse_removing,
    remove_file,
)
from servicekit.refusals import Refusal
from servicekit.tree.units import UnitEnded
from tests.unit.congress.builders import TODAY
from tests.unit.congress.test_difficulty_rules import CLERK, NOW, OPEN, SUPERIOR, UNIT, at

WITH_ONE = add_file(OPEN, "f1", CLERK)
ANSWERED = answer(WITH_ONE, "So.", replace(SUPERIOR, at=NOW + timedelta(hours=1)))
OVER = withdraw(OPEN, "", CLERK)
ENDED = replace(OPEN, unit=replace(UNIT, valid_to=TODAY))
FULL = replace(OPEN, files=tuple(replace(WITH_ONE.files[0], id=f"f{one}") for one in range(FILES_MOST)))


@pytest.mark.parametrize(
    ("one", "refusal"), [(OVER, DifficultyOver), (ENDED, UnitEnded), (FULL, TooManyFiles)]
)
def test_nothing_is_added_to_what_is_over_or_full(one: Difficulty, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        add_file(one, "f", CLERK)
    with pytest.raises(refusal):
        refuse_adding(one)


@pytest.mark.parametrize("one", [OPEN, WITH_ONE, ANSWERED, replace(FULL, files=FULL.files[1:])])
def test_it_is_added_after_those_that_are_there(one: Difficulty) -> None:
    found = add_file(one, "new", CLERK)
    assert [file.id for file in found.files] == [*(file.id for file in one.files), "new"]
    assert (found.state, found.due, found.steps) == (one.state, one.due, one.steps)


def test_whoever_added_or_removed_one_has_written_for_the_unit() -> None:
    helper = replace(CLERK, account_id="helper")
    for one in (add_file(OPEN, "f1", helper), remove_file(WITH_ONE, "f1", helper)):
        with pytest.raises(OwnDifficulty):
            require_answering(one, at(one.place, account_id="helper"), NOW)


@pytest.mark.parametrize(
    ("one", "file_id", "refusal"),
    [
        (OPEN, "f1", NoSuchDifficultyFile),
        (WITH_ONE, "f2", NoSuchDifficultyFile),
        (ANSWERED, "f1", FileAnswered),
        (replace(WITH_ONE, state=OVER.state), "f1", DifficultyOver),
        (replace(WITH_ONE, unit=ENDED.unit), "f1", UnitEnded),
    ],
)
def test_what_is_not_removed(one: Difficulty, file_id: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        remove_file(one, file_id, CLERK)


def test_what_was_added_since_the_answer_is_removed_and_offered_to_be() -> None:
    later = add_file(ANSWERED, "f2", replace(CLERK, at=NOW + timedelta(hours=2)))
    refuse_removing(later)
    assert [file.id for file in remove_file(later, "f2", CLERK).files] == ["f1"]
    with pytest.raises(FileAnswered):
        refuse_removing(ANSWERED)
    refuse_removing(WITH_ONE)
    assert remove_file(WITH_ONE, "f1", CLERK).files == ()
