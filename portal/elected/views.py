"""What the pages of elected people show, made of what the service answers; and the rows that are typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.elected.words import BODIES, OFFICES, ROW_NOT_VOTES, ROW_TOO_LONG
from portal.frame.forms import Fault, fault_of
from portal.shared.states import CONGRESS, State
from portal.shared.units import Document, Names
from servicekit.words import numbers

# Office, name, number; or name, votes, number.
CELLS = 3


@dataclass(frozen=True, slots=True)
class People:
    """A list. `counted`: how many the counted votes name."""

    of: str
    word: str
    people: Sequence[Document]
    counted: int
    since: bool
    at: str
    by: str
    by_code: bool
    cautions: Sequence[Fault]
    version: int
    votes: bool


def people_of(one: Document) -> People:
    return People(
        of=one["of"],
        word=BODIES[one["of"]],
        people=one["people"],
        counted=len(one["tallied"]),
        since=one["since"],
        at=one["at"] or "",
        by=one["by_name"],
        by_code=one["by_code"],
        cautions=[fault_of(each) for each in one["cautions"]],
        version=one["version"],
        votes=any(person["votes"] is not None for person in one["people"]),
    )


@dataclass(frozen=True, slots=True)
class Delegation:
    unit: Names
    code: str
    state: State
    people: Sequence[Document]


def delegation_of(one: Document) -> Delegation:
    return Delegation(one["unit"]["names"], one["unit"]["code"], CONGRESS[one["state"]], one["people"])


# ---------------------------------------------------------------- rows


@dataclass(frozen=True, slots=True)
class Read:
    people: tuple[Document, ...]
    faults: tuple[Fault, ...]


def people_in(typed: str, of: str, grouping: str) -> Read:
    """A person a row, with tabs or semicolons between the cells, as a spreadsheet gives them."""
    people: list[Document] = []
    faults: list[Fault] = []
    for row, text in enumerate(typed.splitlines(), start=1):
        cells = [cell.strip() for cell in text.replace(";", "\t").split("\t")]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > CELLS:
            faults.append(Fault(ROW_TOO_LONG, {"row": str(row)}))
        if not cells or len(cells) > CELLS:
            continue
        first, second, number = (*cells, "", "")[:CELLS]
        if of == OFFICES:
            people.append({"office": first, "name": second, "number": number})
            continue
        try:
            votes = numbers.whole(second, grouping) if second else None
        except numbers.NotWhole:
            faults.append(Fault(ROW_NOT_VOTES, {"row": str(row)}))
            continue
        people.append({"name": first, "votes": votes, "number": number})
    return Read(tuple(people), tuple(faults))


def people_text(people: Sequence[Document], of: str) -> str:
    rows = []
    for one in people:
        votes = "" if one["votes"] is None else str(one["votes"])
        cells = (one["office"], one["name"]) if of == OFFICES else (one["name"], votes)
        rows.append("\t".join((*cells, one["number"])).rstrip("\t"))
    return "\n".join(rows)
