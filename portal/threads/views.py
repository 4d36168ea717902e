"""A thread as a reader sees it: the newest first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.shared.units import Crumb, Document, Names, Words

TOLD = "mentions/"  # before an account, as the name of a tick


def _no_word(_key: str) -> Words | None:
    return None


def _no_files(_comment: Document) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True)
class Record:
    """What a thread hangs on. `start`: its page. `parts`: keys and names of what a comment may be offered as about.

    `heard`: who reads and hears of a comment, said beside the field. `part_word`: the name of any part. `files_of` a
    comment: as the templates show them.
    """

    names: Names
    trail: tuple[Crumb, ...]
    start: str
    heard: str
    parts: tuple[tuple[str, Words], ...] = ()
    part_word: Callable[[str], Words | None] = _no_word
    files_of: Callable[[Document], tuple[Any, ...]] = _no_files


@dataclass(frozen=True, slots=True)
class Line:
    """One comment. `above`: of a unit above; `link` leads to where it is changed, where it may be."""

    id: str
    at: str
    name: str
    above: bool
    text: str
    about: Words | None = None
    changed_at: str = ""
    withdrawn_at: str = ""
    by_program: bool = False
    told: tuple[str, ...] = ()
    files: tuple[Any, ...] = ()
    link: str = ""
    adds_files: bool = False
    withdraw_link: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """`people` may be told of what is written next: their names by the name of the tick."""

    lines: tuple[Line, ...]
    total: int
    may_write: bool
    action: str
    heard: str
    people: tuple[tuple[str, str], ...] = ()


def thread_of(found: Document, record: Record, own: tuple[str, ...]) -> Thread:
    """`own`: the reader's accounts."""
    people = {account: name for account, name in found["people"].items() if account not in own}
    return Thread(
        lines=tuple(line_of(one, record, found["people"]) for one in found["items"]),
        total=found["total"],
        may_write=found["may_write"],
        action=f"{record.start}/comment",
        heard=record.heard,
        people=tuple((f"{TOLD}{account}", name) for account, name in sorted(people.items())),
    )


def line_of(one: Document, record: Record, people: Document) -> Line:
    place = f"{record.start}/comments/{one['id']}"
    return Line(
        id=one["id"],
        at=one["at"],
        name=one["by_name"],
        above=one["above"],
        text=one["text"],
        about=record.part_word(one["about"]) if one["about"] else None,
        changed_at=one["changed_at"] or "",
        withdrawn_at=one["withdrawn_at"] or "",
        by_program=one["by_program"],
        told=tuple(people[account] for account in one["mentions"] if account in people),
        files=record.files_of(one),
        link=place if one["own"] and (one["may_change"] or one["may_add_files"]) else "",
        adds_files=one["may_add_files"],
        withdraw_link=f"{place}/withdraw" if one["may_withdraw"] else "",
    )
