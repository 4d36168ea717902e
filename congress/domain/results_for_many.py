"""Results for many congresses by a table: what a row comes to, and what it never does. Pure.

A row is judged as if somebody had typed it into the form of that congress. What it leaves out stays as it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from congress.domain.history import By, Congress
from congress.domain.plan import Plan
from congress.domain.progress import change_results
from congress.domain.results import Figures
from servicekit.refusals import Conflict, Refusal
from servicekit.words import N_

# As many as a person can look through before they say yes.
MOST_ROWS = 100


class FiguresThere(Conflict):
    title = N_("Other figures stand there already. Tick the line to put these in their place.")


class SameUnitTwice(Conflict):
    title = N_("The same unit stands in line {line} as well.")


@dataclass(frozen=True, slots=True)
class Row:
    """`line`: as in the table it comes from. `version`: of the congress as it was foreseen; None before. `over`: other
    figures than those that stand there may be put in their place.
    """

    line: int
    unit_code: str
    figures: Figures
    version: int | None = None
    over: bool = False


def with_what_stands(congress: Congress, figures: Figures) -> Figures:
    return {**(congress.results or {}), **figures}


def says_the_same(congress: Congress, figures: Figures) -> bool:
    return congress.results is not None and with_what_stands(congress, figures) == congress.results


def stands_against(congress: Congress, figures: Figures) -> bool:
    """Whether figures stand there that would not stay as they are."""
    return congress.results is not None and not says_the_same(congress, figures)


def filled(plan: Plan, congress: Congress, row: Row, by: By, entry_id: str) -> Congress:
    """With the figures of the row; it is sent by nobody. Raises FiguresThere, and what typing them would raise."""
    changed = change_results(plan, congress, with_what_stands(congress, row.figures), by, entry_id)
    if stands_against(congress, row.figures) and not row.over:
        raise FiguresThere()
    return changed


def said_before(rows: Iterable[Row]) -> Mapping[int, int]:
    """By the line of each row whose unit stands in an earlier one, the line of that."""
    first: dict[str, int] = {}
    found = {}
    for row in rows:
        if row.unit_code in first:
            found[row.line] = first[row.unit_code]
        first.setdefault(row.unit_code, row.line)
    return found


def first_fault(refusal: Refusal) -> Refusal:
    """Of several, for a row has one line to say it in."""
    return refusal.fields[0][1] if refusal.fields else refusal
