"""Access given to many at once: rows of a table, each of which is given or refused by itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from identity.domain.grants import Grant, Status
from servicekit.refusals import Conflict, Invalid, Refusal
from servicekit.words import N_

# As many as a person can look through before they say yes.
MOST_ROWS = 100
# What nobody has accepted yet can be taken back together.
OPEN = frozenset({Status.PROPOSED, Status.INVITED, Status.OFFERED})


@dataclass(frozen=True)
class Wanted:
    """A row. `line`: as in the table that it comes from. `national_number`: empty for a code on paper."""

    line: int
    unit_code: str
    role: str
    national_number: str
    label: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class Why:
    """A refusal as it is kept: its name, its title before it was translated, and its values."""

    slug: str
    title: str
    params: Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """What became of a row: `grant_id` where it was given, `why` where it was refused, neither before it was tried."""

    line: int
    unit_code: str
    role: str
    label: str
    grant_id: str = ""
    why: Why | None = None


@dataclass(frozen=True)
class Batch:
    """`unit_id`: from where it was given. `digest`: of the rows, for sending them again.

    `finished`: each row was tried, and an answer has told the codes.
    """

    id: str
    by: str
    unit_id: str
    at: datetime
    reason: str
    digest: str
    rows: tuple[Row, ...]
    finished: bool = False
    version: int = 0


class TooManyRows(Invalid):
    title = N_("At most {most} rows are taken at a time.")


class NoRows(Invalid):
    title = N_("There is no row.")


class LineTwice(Invalid):
    title = N_("Two rows have the same line number.")


class RowTwice(Conflict):
    title = N_("The same person, unit and role stand in line {line} as well.")


def check_rows(rows: Sequence[Wanted]) -> None:
    """Raises NoRows, TooManyRows, LineTwice."""
    if not rows:
        raise NoRows(field="rows")
    if len(rows) > MOST_ROWS:
        raise TooManyRows(field="rows", most=MOST_ROWS)
    if len({row.line for row in rows}) < len(rows):
        raise LineTwice(field="rows")


def said_before(keys: Iterable[tuple[int, str]]) -> dict[int, int]:
    """By the line of each row that says what an earlier one says, the line of that. `keys`: line, and what it says.

    A row that says nothing by which it could be told apart (its number is none) has an empty key.
    """
    first: dict[str, int] = {}
    found = {}
    for line, key in keys:
        if key and key in first:
            found[line] = first[key]
        elif key:
            first[key] = line
    return found


def refused(refusal: Refusal) -> Why:
    params = {name: str(value) for name, value in refusal.params.items()}
    return Why(refusal.slug(), refusal.title, params)


def with_rows(batch: Batch, rows: Iterable[Row]) -> Batch:
    return replace(batch, rows=tuple(rows), finished=True)


def merged(kept: Sequence[Row], tried: Sequence[Row]) -> tuple[Row, ...]:
    """Of the same rows: what was given stays given, whoever of two at once keeps their outcome last."""
    given = {row.line: row for row in kept if row.grant_id}
    return tuple(given.get(row.line, row) for row in tried)


def can_be_taken_back(grant: Grant) -> bool:
    return grant.accepted_at is None and grant.status in OPEN
