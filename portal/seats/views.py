"""What the pages of divided seats show, made of what the service answers."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from portal.frame.forms import Fault
from portal.seats.words import BASES, HELD, METHODS, ROW_NOT_A_NUMBER, ROW_TOO_LONG, STATES
from portal.shared.clients.acts import offered
from portal.shared.states import State
from portal.shared.units import Document, Names
from servicekit.words import numbers

# What people write in a cell for what there is not.
_NOTHING = frozenset({"", "-", "–", "—"})
_NAMES = ("number", "least", "most")


@dataclass(frozen=True, slots=True)
class Rounded:
    """A fraction, to be read: rounded, and as it is where that is not the same."""

    value: float
    exact: str = ""


def rounded(fraction: str) -> Rounded | None:
    if not fraction:
        return None
    value = Fraction(fraction)
    short = round(value, 3)
    return Rounded(short.numerator / short.denominator, "" if short == value else fraction)


@dataclass(frozen=True, slots=True)
class Division:
    """One division of seats: `own`: how many the reader's unit was given by it."""

    id: str
    link: str
    number: int
    state: State
    basis: str
    method: str
    seats: int
    ex_officio: int
    each: int
    least: int
    most: int | None
    units: int
    changed: int
    anew: bool
    quota: Rounded | None
    cut: Rounded | None
    reason: str
    at: str
    by: str
    unit: Names
    own: int | None
    decides: bool

    @property
    def all_seats(self) -> int:
        return self.seats + self.ex_officio


def division_of(answer: Document, last: str = "") -> Division:
    """`last`: the id of the one that counts, where that is known."""
    decided = answer["state"] == "decided"
    overtaken = decided and bool(last) and answer["id"] != last
    by_number = answer["basis"] in ("members", "population")
    return Division(
        id=answer["id"],
        link=f"/seats/{answer['id']}",
        number=answer["number"],
        state=STATES["before" if overtaken else answer["state"]],
        basis=BASES[answer["basis"]],
        method=METHODS[answer["method"]] if by_number else "",
        seats=answer["seats"],
        ex_officio=answer["ex_officio"],
        each=answer["asked"] if answer["basis"] == "fixed" else 0,
        least=answer["least"],
        most=answer["most"],
        units=answer["units"],
        changed=answer["changed"],
        anew=bool(answer["before"]),
        quota=rounded(answer["quota"]),
        cut=rounded(answer["cut"]),
        reason=answer["reason"],
        at=answer["decided_at"] or answer["made_at"],
        by=answer["decided_by_name"] or answer["made_by_name"],
        unit=answer["unit"]["names"],
        own=answer["own"]["seats"] if answer["own"] else None,
        decides=bool(answer["acts"]) and offered(answer, "decide"),
    )


@dataclass(frozen=True, slots=True)
class Row:
    unit: Names
    code: str
    number: int | None
    share: Rounded | None
    rank: int | None
    next: Rounded | None
    seats: int
    before: int | None
    difference: int
    notes: tuple[str, ...]
    tied: bool
    typed: bool
    few: bool
    gone: bool
    own: bool


def rows_of(items: Sequence[Document], own_id: str = "") -> list[Row]:
    return [
        Row(
            unit=one["unit"]["names"] or {"": one["unit"]["code"]},
            code=one["unit"]["code"],
            number=one["number"],
            typed=one["typed"],
            few=one["few"],
            share=rounded(one["share"]),
            rank=one["rank"],
            next=rounded(one["next"]),
            seats=one["seats"],
            before=one["before"],
            difference=one["seats"] - (one["before"] or 0),
            notes=(HELD[one["held"]],) if one["held"] else (),
            tied=one["tied"],
            gone=one["gone"],
            own=one["unit"]["id"] == own_id,
        )
        for one in items
    ]


# ---------------------------------------------------------------- the column of units


@dataclass(frozen=True, slots=True)
class Column:
    lines: tuple[Document, ...]
    faults: tuple[Fault, ...]


def column_of(typed: str, basis: str, grouping: str) -> Column:
    """A unit a row, as it is pasted from a spreadsheet or typed: code, name, number, minimum, maximum; of two cells the
    second is the number. By hand, the number is that of its seats.
    """
    lines: list[Document] = []
    faults: list[Fault] = []
    for row, text in enumerate(typed.splitlines(), start=1):
        try:
            cells = _cells(text)
        except csv.Error:  # a cell without end
            faults.append(Fault(ROW_TOO_LONG, {"row": str(row)}))
            continue
        if not cells or not cells[0]:
            continue
        if len(cells) > 2 + len(_NAMES):
            faults.append(Fault(ROW_TOO_LONG, {"row": str(row)}))
            continue
        told = cells[1:] if len(cells) == 2 else cells[2:]
        try:
            read = {
                name: numbers.whole(cell, grouping)
                for name, cell in zip(_NAMES, told, strict=False)
                if cell not in _NOTHING
            }
        except numbers.NotWhole:
            faults.append(Fault(ROW_NOT_A_NUMBER, {"row": str(row)}))
            continue
        if basis == "hand" and "number" in read:
            read["seats"] = read.pop("number")
        lines.append({"code": cells[0], **read})
    return Column(tuple(lines), tuple(faults))


def _cells(text: str) -> list[str]:
    between = next((sign for sign in ("\t", ";", ",") if sign in text), "\t")
    found = next(csv.reader([text], delimiter=between), [])
    while len(found) > 2 + len(_NAMES) and not found[-1].strip():
        found.pop()
    return [cell.strip() for cell in found]


def column_text(units: Sequence[tuple[str, str, Mapping[str, int | None]]]) -> str:
    """The rows to begin with: code, name, and what is known of each, with tabs between."""
    rows = []
    for code, name, known in units:
        number, *bounds = ("" if known.get(part) is None else str(known[part]) for part in _NAMES)
        # Of two cells the second would be the number, and blanks at the end of a row are lost on the way.
        rows.append("\t".join([code, name.replace("\t", " "), number or "-", *bounds]).rstrip("\t"))
    return "\n".join(rows)
