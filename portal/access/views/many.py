"""Access for many: the table that somebody pasted, read into rows, and what became of each."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.access.views.grants import Grant, Role, grant_of, to_give
from portal.access.words import ROW_FAULTS
from portal.frame.forms import Fault, fault_of
from portal.shared.clients.answers import Document
from portal.shared.units import Names
from servicekit.words import dates, text

COLUMNS = ("unit_code", "national_number", "role", "valid_to", "label")
DIGIT = re.compile(r"\d")
LONGEST = {"unit_code": 64, "national_number": 40, "label": 120}


class TableUnreadable(ValueError):
    """It cannot be taken apart into rows and cells."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A row as it was typed. `fault`: why it cannot be sent, by a word of ROW_FAULTS; empty where it can.

    `until`: the day of `valid_to`; empty for what is none, whatever else is wrong with the row.
    """

    line: int
    unit_code: str
    national_number: str
    role: str  # a key of a role, or what was typed
    valid_to: str
    label: str
    fault: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A row of the preview. `why`: it is refused; `needs_second`, `open_beside`: what to think of."""

    typed: Typed
    role: Names
    unit: Names = field(default_factory=dict)
    number_end: str = ""
    why: Fault | None = None
    needs_second: bool = False
    open_beside: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """A row afterwards: its grant, or why there is none."""

    line: int
    unit_code: str
    label: str
    role: Names
    grant: Grant | None
    why: Fault | None
    code: str
    open: bool


def typed_rows(pasted: str, roles: Mapping[str, Role], valid_to: str) -> list[Typed]:
    """`valid_to`: of rows that say no day. A first row of titles is left out. Raises TableUnreadable."""
    try:
        rows = list(text.rows_of(pasted))
    except csv.Error as error:
        raise TableUnreadable from error
    known = _known(roles)
    found = [_typed(line, cells, known, valid_to) for line, cells in rows]
    return found[1:] if found and rows and _is_header(rows[0][1], known) else found


def _known(roles: Mapping[str, Role]) -> dict[str, str]:
    """Roles by their key, and by their name in any language."""
    given = to_give(roles)
    names = {name.casefold(): role.key for role in given for name in role.names.values()}
    return names | {role.key.casefold(): role.key for role in given}


def _is_header(cells: Sequence[str], known: Mapping[str, str]) -> bool:
    said = [text.line(cell) for cell in cells]
    number, role = (*said, "", "", "")[1:3]
    digits = DIGIT.search("".join(said[:2]))
    return bool(number) and not digits and role.casefold() not in known


def _typed(line: int, cells: Sequence[str], known: Mapping[str, str], valid_to: str) -> Typed:
    said = dict(zip(COLUMNS, (*(text.line(cell) for cell in cells), *[""] * len(COLUMNS)), strict=False))
    role = known.get(said["role"].casefold(), said["role"])
    until, fault = _day(said["valid_to"], valid_to)
    if len([cell for cell in cells if cell.strip()]) > len(COLUMNS):
        fault = "cells"
    elif not said["unit_code"]:
        fault = "unit"
    elif role not in known.values():
        fault = "role"
    elif any(text.has_controls(said[name]) for name in LONGEST):
        fault = "signs"
    elif any(len(said[name]) > most for name, most in LONGEST.items()):
        fault = "long"
    return Typed(
        line,
        said["unit_code"],
        said["national_number"],
        role,
        until or said["valid_to"],
        said["label"],
        fault,
        until,
    )


def _day(typed: str, otherwise: str) -> tuple[str, str]:
    if not typed:
        return otherwise, ""
    try:
        return dates.spoken_day(typed).isoformat(), ""
    except dates.NotADay:
        return "", "day"


def sendable(rows: Sequence[Typed], valid_from: str) -> list[Document]:
    return [
        {
            "line": row.line,
            "unit_code": row.unit_code,
            "national_number": row.national_number,
            "role": row.role,
            "valid_from": valid_from,
            "valid_to": row.until,
            "label": row.label,
        }
        for row in rows
        if not row.fault
    ]


def foreseen_rows(
    rows: Sequence[Typed], answers: Sequence[Document], roles: Mapping[str, Role]
) -> Iterator[Foreseen]:
    by_line = {answer["line"]: answer for answer in answers}
    for row in rows:
        role = roles[row.role].names if row.role in roles else {"": row.role}
        if row.fault:
            yield Foreseen(row, role, why=Fault(ROW_FAULTS[row.fault]))
            continue
        answer = by_line[row.line]
        if answer["why"] is not None:
            yield Foreseen(row, role, why=fault_of(answer["why"]))
            continue
        yield Foreseen(
            *(row, role, answer["unit_names"], answer["number_end"]),
            needs_second=answer["second_by"] != "nobody",
            open_beside=answer["open_beside"],
        )


def given_rows(batch: Document, roles: Mapping[str, Role]) -> list[Given]:
    return [
        Given(
            line=row["line"],
            unit_code=row["unit_code"],
            label=row["label"],
            role=roles[row["role"]].names if row["role"] in roles else {"": row["role"]},
            grant=grant_of(row["grant"], roles) if row["grant"] else None,
            why=fault_of(row["why"]) if row["why"] else None,
            code=row.get("code", ""),
            open=row["open"],
        )
        for row in batch["rows"]
    ]
