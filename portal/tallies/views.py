"""What the pages of tallies show, made of what the service answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from string import digits

from portal.frame.forms import Fault
from portal.shared.states import State
from portal.shared.units import Document, Names
from portal.tallies.words import (
    AGREED,
    AMONG_EQUALS,
    BALLOTS,
    COUNTING,
    COUNTS,
    DIFFERING,
    ELECTIONS,
    FAILED,
    KINDS,
    LOST,
    PARTS,
    PASSED,
    ROW_NOT_AN_EXCLUSION,
    ROW_TOO_LONG,
    SENTENCES,
    TIED,
    WHOLES,
    WITHDRAWN,
    WON,
)
from servicekit.words import numbers
from servicekit.words.text import plain_digits

# A half is said with a decimal; of a third the fraction itself is exact.
DECIMAL = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class Line:
    """A round in the list. `word`: of whom; `title`: as it was typed, where that says it."""

    link: str
    word: str
    title: str
    kind: str
    round: int
    state: State
    seats: int | None
    listed: int
    elected: int | None
    at: str
    by: str


def line_of(congress_id: str, one: Document) -> Line:
    return Line(
        link=f"/congresses/{congress_id}/tallies/{one['id']}",
        word=ELECTIONS[one["of"]],
        # Any other election is called by its word, whatever was typed.
        title=one["title"] if one["of"] == "other" else "",
        kind=KINDS[one["kind"]],
        round=one["round"],
        state=state_of(one),
        seats=one["seats"],
        listed=one["listed"],
        # What was withdrawn has elected nobody.
        elected=None if one["withdrawn"] else one["elected"],
        at=one["opened_at"],
        by=one["opened_by_name"],
    )


def state_of(one: Document) -> State:
    if one["withdrawn"]:
        return WITHDRAWN
    if one["agreed"]:
        return AGREED
    return DIFFERING if one["complete"] else COUNTING


@dataclass(frozen=True, slots=True)
class Slot:
    """One of the three. `link`: where it is entered, or entered again."""

    word: str
    link: str
    at: str
    by: str
    by_code: bool


@dataclass(frozen=True, slots=True)
class Row:
    """`word`: of ballots; else the candidate. `values`: of the three, nothing before all are there."""

    word: str
    name: str
    number: str
    values: tuple[int, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """What one of the three said before it was entered again: of the `rows` that say something else now."""

    word: str
    at: str
    by: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """`value`: a number, where it is one with a decimal at most; else `exact`, the fraction."""

    value: float | None
    exact: str


@dataclass(frozen=True, slots=True)
class Takes:
    """What is needed: `part` in words, or else its fraction."""

    whole: str
    base: int
    part: str
    fraction: str
    more: bool
    threshold: Threshold
    needed: int


@dataclass(frozen=True, slots=True)
class Verdict:
    place: int
    name: str
    number: str
    votes: int
    state: State
    sentence: str
    tied: bool


@dataclass(frozen=True, slots=True)
class Round:
    line: Line
    version: int
    majority: Names
    summoned: int
    present: int
    excluded: int
    exclusions: Sequence[Document]
    women: int | None
    young: int | None
    slots: tuple[Slot, ...]
    rows: tuple[Row, ...]
    earlier: tuple[Earlier, ...]
    takes: Takes | None
    verdicts: tuple[Verdict, ...]
    left: int
    next: str
    hands: int
    complete: bool
    agreed: bool
    withdrawn: Document | None


def round_of(congress_id: str, one: Document) -> Round:
    line, count = line_of(congress_id, one), None if one["withdrawn"] else one["count"]
    return Round(
        line=line,
        version=one["version"],
        majority=one["majority"]["names"],
        summoned=one["summoned"],
        present=one["present"],
        excluded=sum(each["number"] for each in one["exclusions"]),
        exclusions=one["exclusions"],
        women=one["women"],
        young=one["young"],
        slots=_slots(line.link, one),
        rows=_rows(one),
        earlier=_earlier(one),
        takes=_takes(one) if count and count["threshold"] else None,
        verdicts=_verdicts(one) if count else (),
        left=count["left"] if count else 0,
        next=count["next"] if count else "",
        hands=one["hands"],
        complete=one["complete"],
        agreed=one["agreed"],
        withdrawn=one["withdrawn"],
    )


def _slots(link: str, one: Document) -> tuple[Slot, ...]:
    keyed = {each["slot"]: each for each in one["keyed"]}
    return tuple(
        Slot(
            word=word,
            link=f"{link}/counts/{slot}",
            at=keyed[slot]["at"] if slot in keyed else "",
            by=keyed[slot]["by_name"] if slot in keyed else "",
            by_code=bool(slot in keyed and keyed[slot]["by_code"]),
        )
        for slot, word in enumerate(COUNTS, start=1)
    )


def _rows(one: Document) -> tuple[Row, ...]:
    counted = one["keyings"]
    differing = {(each["row"], each["candidate"]) for each in one["differences"]}
    ballots = tuple(
        Row(word, "", "", tuple(each[name] for each in counted), (name, None) in differing)
        for name, word in BALLOTS.items()
    )
    people = tuple(
        Row(
            "",
            who["name"],
            who["number"],
            tuple(each["votes"][at] for each in counted),
            ("votes", at) in differing,
        )
        for at, who in enumerate(one["candidates"])
    )
    return ballots + people


def _earlier(one: Document) -> tuple[Earlier, ...]:
    now = {each["slot"]: each for each in one["keyings"]}
    found = []
    for each in one["earlier"]:
        beside = {**one, "keyings": [each, now[each["slot"]]], "differences": []}
        rows = tuple(row for row in _rows(beside) if len(set(row.values)) > 1)
        found.append(Earlier(COUNTS[each["slot"] - 1], each["at"], each["by_name"], rows))
    return tuple(found)


def _takes(one: Document) -> Takes:
    majority, count = one["majority"], one["count"]
    exact = Fraction(count["threshold"])
    parts = (majority["numerator"], majority["denominator"])
    plain = (exact / DECIMAL).denominator == 1
    return Takes(
        whole=WHOLES[majority["base"]],
        base=count["base"],
        part=PARTS.get(parts, ""),
        fraction=f"{parts[0]}/{parts[1]}",
        more=majority["more"],
        threshold=Threshold(exact.numerator / exact.denominator if plain else None, str(exact)),
        needed=count["needed"],
    )


def _verdicts(one: Document) -> tuple[Verdict, ...]:
    """By votes, those with the most first."""
    elects, more, equals = one["majority"]["elects"], one["majority"]["more"], one["kind"] == "tie"
    states = {"elected": WON if elects else PASSED, "tied": TIED}
    found = [
        Verdict(
            place=each["place"],
            name=one["candidates"][each["candidate"]]["name"],
            number=one["candidates"][each["candidate"]]["number"],
            votes=each["votes"],
            state=states.get(each["outcome"], LOST if elects else FAILED),
            sentence=AMONG_EQUALS[each["outcome"]] if equals else SENTENCES[each["outcome"], more],
            tied=each["outcome"] == "tied",
        )
        for each in one["count"]["verdicts"]
    ]
    return tuple(sorted(found, key=lambda each: each.place))


# ---------------------------------------------------------------- what is typed


@dataclass(frozen=True, slots=True)
class Read:
    rows: tuple[Document, ...]
    faults: tuple[Fault, ...]


def candidates_in(typed: str) -> Read:
    """A name a row, as it is pasted or typed, and in a second cell a number that tells people of one name apart.

    Where no cells are pasted, a semicolon stands before the number; any other is a part of the name.
    """
    rows: list[Document] = []
    faults: list[Fault] = []
    for place, text in enumerate(typed.splitlines(), start=1):
        cells = [cell.strip() for cell in (text if "\t" in text else _typed_cells(text)).split("\t")]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > 2:
            faults.append(Fault(ROW_TOO_LONG, {"row": str(place)}))
        elif cells:
            rows.append({"name": cells[0], "number": cells[1] if len(cells) > 1 else ""})
    return Read(tuple(rows), tuple(faults))


def _typed_cells(text: str) -> str:
    """The row as cells, where what stands behind its last semicolon is one word with a digit in it."""
    name, _, number = text.rpartition(";")
    is_number = len(number.split()) == 1 and any(sign in digits for sign in plain_digits(number))
    return f"{name}\t{number}" if name and is_number else text


def candidates_text(candidates: Sequence[Document]) -> str:
    """As it is read again: with an empty cell for a number where the name itself has a semicolon."""
    return "\n".join(
        f"{one['name']}\t{one['number']}" if one["number"] or ";" in one["name"] else one["name"]
        for one in candidates
    )


def exclusions_in(typed: str, grouping: str) -> Read:
    """A row for each rule: how many, and by which. Of "1,200, abroad" the first comma is within the number."""
    rows: list[Document] = []
    faults: list[Fault] = []
    for place, text in enumerate(typed.splitlines(), start=1):
        if not text.strip():
            continue
        try:
            number, reason = numbers.leading(text, grouping)
        except numbers.NotWhole:
            number, reason = 0, ""
        if reason:
            rows.append({"number": number, "reason": reason})
        else:
            faults.append(Fault(ROW_NOT_AN_EXCLUSION, {"row": str(place)}))
    return Read(tuple(rows), tuple(faults))
