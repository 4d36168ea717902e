"""Files that a unit adds to its difficulty, such as pictures of a flooded hall: while it is not over. Pure.

What the superior has answered with it in hand stays: else nobody could tell later what was answered upon.
"""

from dataclasses import replace

from congress.domain.difficulties import Difficulty, StepKind, refuse_over, with_author
from congress.domain.history import Attachment, By
from servicekit.refusals import Conflict, NotFound
from servicekit.words import N_

FILES_MOST = 10


class TooManyFiles(Conflict):
    title = N_("A difficulty has at most {most} files. Remove one first.")


class FileAnswered(Conflict):
    title = N_("The superior has answered with this file before it. It stays.")


class NoSuchDifficultyFile(NotFound):
    title = N_("This file does not belong to the difficulty.")


def refuse_adding(difficulty: Difficulty) -> None:
    refuse_over(difficulty)
    if len(difficulty.files) >= FILES_MOST:
        raise TooManyFiles(most=FILES_MOST)


def add_file(difficulty: Difficulty, file_id: str, by: By) -> Difficulty:
    """Whoever adds one has written for the unit, and does not answer."""
    refuse_adding(difficulty)
    file = Attachment(file_id, by.at, by.account_id, by.by_code, by.kept_by)
    return with_author(replace(difficulty, files=(*difficulty.files, file)), by)


def refuse_removing(difficulty: Difficulty) -> None:
    """Any of them at all."""
    refuse_over(difficulty)
    if all(_is_answered(difficulty, file) for file in difficulty.files):
        raise FileAnswered()


def remove_file(difficulty: Difficulty, file_id: str, by: By) -> Difficulty:
    refuse_over(difficulty)
    file = next((one for one in difficulty.files if one.id == file_id), None)
    if file is None:
        raise NoSuchDifficultyFile
    if _is_answered(difficulty, file):
        raise FileAnswered()
    left = tuple(one for one in difficulty.files if one.id != file_id)
    return with_author(replace(difficulty, files=left), by)


def _is_answered(difficulty: Difficulty, file: Attachment) -> bool:
    return any(step.kind is StepKind.ANSWERED and step.at >= file.at for step in difficulty.steps)
