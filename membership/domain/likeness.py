"""Whether a code of a file may mean a unit that is stored under another, or a stored code another unit.

Codes are compared as they are. What differs by so little that a spreadsheet, a keyboard or a look-alike letter may
have made the difference is a doubt: an import stops until whoever runs it has named the codes that are meant so.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from membership.domain.unit_table import Row
from membership.domain.units import Unit
from servicekit.words import numbers
from servicekit.words.names import folded, words
from servicekit.words.text import bare, line, plain_digits

# Letters of other scripts that look like Latin ones (Unicode Technical Standard 39, confusables), in small letters.
_LOOK_ALIKE = str.maketrans(
    "\u0430\u0432\u0435\u0451\u0456\u0457\u0458\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0455\u0501\u051b\u051d\u04bb"
    "\u03b1\u03b2\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03f2\u0131\u0251\u0261\u0585\u057d\u0570",
    "abeeiijkmhopctyxsdqwh" + "abezhikmnoptyxciagosh",
)
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# As it is grouped elsewhere; not where everything after it is a zero, which a spreadsheet adds.
_GROUPED_ELSEWHERE = re.compile(r"(?<=\d)[. '](?=\d{3}(?!\d))")
_WHOLE = re.compile(r"(\d+)[.,]0+")
_MORE_EXACT = re.compile(r"(\d+[.,]\d*[1-9])0+")
# What a spreadsheet makes of a number that is long, of one that it takes for a day, and of a formula that fails.
_MANGLED = re.compile(
    r"\d+([.,]\d+)?e[+-]?\d+|#[\w/]+[!?]?|#+|\d{1,2}[-. ](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|thg)"
    r"([-. ]\d{1,4})?|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|thg)[-. ]\d{1,4}"
    r"|(19|20)\d{2}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?|\d{1,2}(?P<between>[/.-])\d{1,2}(?P=between)(19|20)\d{2}"
)
_BETWEEN = re.compile(r"[^0-9a-z\u0080-\U0010ffff]+")
_BESIDE_LETTERS = re.compile(r"(?<=[^\W\d])-|-(?=[^\W\d])")
_LIKE_ZERO = re.compile(r"(?<=\d)o+|(?<![a-z])o+(?=\d)|o(?=\d)")
_LIKE_ONE = re.compile(r"(?<=\d)[il|]+|(?<![a-z])[il|]+(?=\d)|[il|](?=\d)")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


MOVES_UNASKED = 50  # units that one file moves between superiors that stay; a reorganisation names more


class Doubt(StrEnum):
    ALIKE = "alike"  # a new code that hardly differs from a known one
    ALIKE_IN_FILE = "alike-in-file"  # two new codes that hardly differ
    RECODED = "recoded"  # a new code for a unit of the same name and superior, which the file does not name
    MANGLED = "mangled"  # a new code that a spreadsheet seems to have written
    ANOTHER_UNIT = "another-unit"  # a known code with another name and another superior
    NAMES_SWAPPED = "names-swapped"  # a known code with the name that a neighbour had
    MOVED_TOGETHER = "moved-together"  # one of very many units that go to another superior
    REUSED = "reused"  # the code of an ended unit, with another name


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The code of row `row` needs to be confirmed; `other` is the code it may be mixed up with, or its own."""

    row: int
    code: str
    doubt: Doubt
    other: str


def likeness(code: str) -> str:
    """Codes that may be meant alike have one likeness.

    Without case, invisible signs, width, leading zeros and marks; letters by their looks; `.0` and the signs that group
    digits as spreadsheets write them taken off numbers; any sign between letters and digits as any other.
    """
    plain = _GROUPED.sub("", _plain(code))
    if whole := _WHOLE.fullmatch(plain):
        plain = whole[1]
    return _levelled(_GROUPED_ELSEWHERE.sub("", plain))


def likenesses(code: str) -> tuple[str, ...]:
    """The likeness, and what else it may be as a number: 10.000 is ten thousand in one country, ten in another."""
    typed = plain_digits(bare(code)).strip()
    others = [found[1] for kind in (_WHOLE, _MORE_EXACT) if (found := kind.fullmatch(typed))]
    with suppress(numbers.NotWhole):
        others.append(str(numbers.whole(typed)))
    return tuple(dict.fromkeys((likeness(code), *map(_levelled, others))))


def _plain(code: str) -> str:
    plain = code if code.isascii() else unicodedata.normalize("NFKC", _visible(code))
    plain = plain_digits(folded(plain)).strip()
    return plain if plain.isascii() else plain.translate(_LOOK_ALIKE)


def _levelled(plain: str) -> str:
    plain = _LIKE_ONE.sub(_as_many("1"), _LIKE_ZERO.sub(_as_many("0"), plain))
    plain = _BESIDE_LETTERS.sub("", _BETWEEN.sub("-", plain).strip("-"))
    return _ZEROS.sub("", plain)


def _as_many(digit: str) -> Callable[[re.Match[str]], str]:
    return lambda found: digit * len(found[0])


def _visible(code: str) -> str:
    """Without signs that show nothing, and with every kind of dash, blank or mark between as one."""
    kinds = ((sign, unicodedata.category(sign)) for sign in code)
    return "".join("-" if kind[0] in "PZS" else sign for sign, kind in kinds if kind not in ("Cf", "Cc"))


@dataclass(frozen=True, slots=True)
class Taken:
    """What the file would do: `adds` and `changed` by code, `gone` the codes of units that are not in it."""

    rows: Mapping[str, Row]
    adds: Iterable[Unit]
    changed: Iterable[tuple[Unit, Unit]]
    missing: Iterable[Unit]
    told: frozenset[str] = frozenset()  # codes of missing units whose successors are named


def doubts(file: Taken, stored: Iterable[Unit]) -> tuple[Doubtful, ...]:
    """Every code that must be confirmed, by row."""
    known = list(stored)
    found = [
        *_alike(file, known),
        *_recoded(file),
        *_mangled(file),
        *_another_unit(file, {unit.id: unit.code for unit in known}),
        *_swapped(file, known),
        *_moved_together(file, known),
    ]
    return tuple(sorted(set(found), key=lambda one: (one.row, one.code, one.doubt)))


def _alike(file: Taken, known: list[Unit]) -> Iterator[Doubtful]:
    adds = list(file.adds)
    if not adds:
        return
    stored = {likeness(unit.code): unit.code for unit in known}
    # A number may be read in several ways; those that are in the file beside each other are meant to differ.
    left = {key: unit.code for unit in file.missing for key in likenesses(unit.code)}
    first: dict[str, str] = {}
    for unit in adds:
        key = likeness(unit.code)
        row = file.rows[unit.code].number
        others = (left.get(one) for one in likenesses(unit.code))
        if other := stored.get(key) or next(filter(None, others), None):
            yield Doubtful(row, unit.code, Doubt.ALIKE, other)
        elif key in first:
            yield Doubtful(row, unit.code, Doubt.ALIKE_IN_FILE, first[key])
        first.setdefault(key, unit.code)


def _recoded(file: Taken) -> Iterator[Doubtful]:
    """Told successors say what became of a unit: nothing is in doubt then."""
    gone = {
        (unit.parent_id, folded(name)): unit.code
        for unit in file.missing
        if unit.code not in file.told
        for name in unit.names.values()
    }
    for unit in file.adds if gone else ():
        others = [gone.get((unit.parent_id, folded(name))) for name in unit.names.values()]
        if other := next(filter(None, others), None):
            yield Doubtful(file.rows[unit.code].number, unit.code, Doubt.RECODED, other)


def _mangled(file: Taken) -> Iterator[Doubtful]:
    for unit in file.adds:
        if _MANGLED.fullmatch(folded(unit.code)):
            yield Doubtful(file.rows[unit.code].number, unit.code, Doubt.MANGLED, unit.code)


def _another_unit(file: Taken, codes: Mapping[str, str]) -> Iterator[Doubtful]:
    for before, after in file.changed:
        if before.code not in file.rows or not _renamed(before, after):
            continue
        row = file.rows[before.code]
        if not before.live:
            yield Doubtful(row.number, before.code, Doubt.REUSED, before.code)
        elif codes.get(before.parent_id or "", "") != row.parent_code:
            yield Doubtful(row.number, before.code, Doubt.ANOTHER_UNIT, before.code)


def _swapped(file: Taken, known: list[Unit]) -> Iterator[Doubtful]:
    """A sheet of which one column alone was sorted gives many a unit the name that another one had.

    A name that a unit loses is looked for at all units of its level, in each language by itself; that of one which the
    file does not name at its neighbours. With the marks that tell two names apart, and as typed by who leaves them out.
    """
    yield from _swapped_by(marked, file, known)
    yield from _swapped_by(folded, file, known)


def _swapped_by(form: Callable[[str], str], file: Taken, known: list[Unit]) -> Iterator[Doubtful]:
    renamed = [
        (before, after, fresh)
        for before, after in file.changed
        if before.code in file.rows and (fresh := _new_names(form, before, after))
    ]
    if not renamed:
        return
    lost = {
        (before.level, language, form(before.names[language])): before.code
        for before, _, fresh in renamed
        for language in fresh
        if before.live
    }
    missing = {unit.id for unit in file.missing}
    left = {
        (unit.parent_id, language, form(name)): unit.code
        for unit in known
        if unit.id in missing
        for language, name in unit.names.items()
    }
    for before, after, fresh in renamed:
        for language in fresh:
            name = form(after.names[language])
            other = lost.get((before.level, language, name)) or left.get((before.parent_id, language, name))
            if other not in (None, before.code):
                yield Doubtful(file.rows[before.code].number, before.code, Doubt.NAMES_SWAPPED, str(other))
                break


def _moved_together(file: Taken, known: list[Unit]) -> Iterator[Doubtful]:
    """So many units going from superiors that stay to others that were there is a column sorted by itself."""
    gone = {unit.id for unit in file.missing}
    there = {unit.id: unit.code for unit in known if unit.live and unit.id not in gone}
    moved = [
        (before, after)
        for before, after in file.changed
        if before.live
        and before.code in file.rows
        and before.parent_id != after.parent_id
        and before.parent_id in there
        and after.parent_id in there
    ]
    for before, after in moved if len(moved) > MOVES_UNASKED else ():
        code = there[after.parent_id or ""]
        yield Doubtful(file.rows[before.code].number, before.code, Doubt.MOVED_TOGETHER, code)


def marked(name: str) -> str:
    """Names that are the same but for case and blanks; the marks of letters tell names apart."""
    return line(name).casefold()


def _new_names(form: Callable[[str], str], before: Unit, after: Unit) -> list[str]:
    """The languages in which it had another name."""
    shared = [language for language in before.names if language in after.names]
    return [one for one in shared if form(before.names[one]) != form(after.names[one])]


def _renamed(before: Unit, after: Unit) -> bool:
    return bool(_new_names(marked, before, after))


@dataclass(frozen=True, slots=True)
class SameName:
    """A caution: two units of one name under one superior."""

    row: int
    code: str
    other: str
    name: str


def _known_by(named: Unit | Row) -> Iterator[tuple[str, str]]:
    """Each name by its language, the other names among them."""
    yield from named.names.items()
    for language, names in named.also.items():
        yield from ((language, name) for name in names)


def _sounded(name: str) -> str:
    """Names that are read alike: without case, Latin marks, blanks and hyphens, letters by their looks."""
    return "".join(words(name)).translate(_LOOK_ALIKE)


def same_names(
    rows: Mapping[str, Row], staying: Iterable[Unit], codes: Mapping[str, str]
) -> tuple[SameName, ...]:
    """Neighbours of one name, of which the file names at least one; `codes` gives the code of a unit's id."""
    first: dict[tuple[str, str, str], str] = {}
    for unit in staying:
        if unit.code not in rows:
            superior = codes.get(unit.parent_id or "", "")
            for language, name in _known_by(unit):
                first.setdefault((superior, language, _sounded(name)), unit.code)
    found: dict[str, SameName] = {}
    for row in rows.values():
        for language, name in _known_by(row):
            other = first.setdefault((row.parent_code, language, _sounded(name)), row.code)
            if other != row.code:
                found.setdefault(row.code, SameName(row.number, row.code, other, name))
    return tuple(found.values())
