"""The one door for text from outside: signs that carry meaning stay, signs that carry none go.

What is dropped cannot be seen and changes nothing but whether two equal words are found equal: zero-width spaces and
marks, signs that turn the writing direction, the byte order mark, the soft hyphen, fillers and tags. They come along
when a number or a name is copied from a telephone, a chat or a PDF. The two joiners (ZWNJ, ZWJ) are such signs in most
scripts and letters of their own right in some: Bangla র‍্যালি is misspelled without. They stay between the letters of a
script that uses them, and in the pictures that are joined of several.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby, pairwise

EXCERPT = 140  # signs
ZWNJ, ZWJ = "\u200c", "\u200d"
JOINERS = ZWNJ + ZWJ

# Unicode's Default_Ignorable_Code_Point without the joiners, and the signs of interlinear notes.
_INVISIBLE_RANGES = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200B),
    (0x200E, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE00FF),
    (0xE01F0, 0xE0FFF),
)
_VARIANTS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))  # which of two forms the sign before is drawn in
# Arabic to Syriac, NKo and Mandaic; India's scripts to Sinhala; Tibetan, Burmese; Khmer; Mongolian; Tai Tham and
# Balinese; Meitei; their later blocks.
_JOINING_RANGES = (
    (0x0600, 0x08FF),
    (0x0900, 0x0DFF),
    (0x0F00, 0x109F),
    (0x1780, 0x18AF),
    (0x1A20, 0x1B7F),
    (0x1B80, 0x1C4F),
    (0xA800, 0xA8FF),
    (0xA980, 0xA9DF),
    (0xAA60, 0xAA7F),
    (0xAAE0, 0xABFF),
    (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFE),
    (0x11000, 0x11FFF),
)


def _expression(ranges: tuple[tuple[int, int], ...]) -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_INVISIBLE = re.compile(f"[{_expression(_INVISIBLE_RANGES)}]")
_VARIANT = re.compile(f"[{_expression(_VARIANTS)}]")
_ANY_INVISIBLE = re.compile(f"[{_expression((*_INVISIBLE_RANGES, *_VARIANTS))}{JOINERS}]")
_JOINING = re.compile(f"[{_expression(_JOINING_RANGES)}]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_NUMBER_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d()\[\]]")


def line(typed: str) -> str:
    """One line: NFC, invisible signs dropped, every run of blanks (line breaks too) one blank, none at the ends."""
    if typed.isascii():
        return " ".join(typed.split())
    return " ".join(visible(typed).split())


def lines(typed: str) -> str:
    """Several lines: as `line`, but line breaks and blanks inside a line stay."""
    broken = re.sub("\r\n?|[\u0085\u2028\u2029]", "\n", typed)
    return "\n".join(one.rstrip() for one in visible(broken).split("\n")).strip()


def visible(typed: str) -> str:
    """NFC without signs that cannot be seen; joiners and forms stay where the signs around them use them."""
    if typed.isascii():
        return typed
    kept = _INVISIBLE.sub("", _VARIANT.sub(_used_variant, typed))
    if ZWNJ in kept or ZWJ in kept:
        kept = _without_idle_joiners(kept)
    return unicodedata.normalize("NFC", kept)


def shown(said: str) -> str:
    """One line of what another system says of a person: control signs and half surrogates are left out, not refused."""
    kept = (" " if unicodedata.category(c) == "Zs" else c for c in visible(said))
    return line("".join(c for c in kept if c.isprintable() or c in JOINERS))


def has_controls(text: str) -> bool:
    """Control signs other than blanks and line breaks: nobody types them, and what shows them is deceived."""
    return _CONTROL.search(text) is not None


def plain_digits(text: str) -> str:
    """Decimal digits of every script as 0 to 9; the rest unchanged."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def bare(text: str) -> str:
    """For what is compared and not shown: nothing invisible at all, joiners neither."""
    return text if text.isascii() else _ANY_INVISIBLE.sub("", text)


def compact(typed: str) -> str:
    """A number that is a name (of a person, a card, a code): digits as 0 to 9, without what people put between them.

    That is blanks, hyphens, dots and brackets. What else stands in it stays, so that a rule can refuse it.
    """
    plain = _NUMBER_SEPARATORS.sub("", plain_digits(_without_looks(bare(typed))))
    return _without_looks(plain)


def _without_looks(text: str) -> str:
    """NFKC, but a raised, ringed or broken number stays what it is: ² is no 2, and ½ no 1/2."""
    if text.isascii():
        return text
    parts = groupby(text, lambda sign: unicodedata.category(sign) == "No")
    return "".join(
        "".join(part) if other else unicodedata.normalize("NFKC", "".join(part)) for other, part in parts
    )


def letters_and_digits(typed: str) -> str:
    """A code that was read off paper: capital letters and digits, however it was typed."""
    plain = compact(typed).upper()
    return "".join(sign for sign in plain if sign.isalnum() and unicodedata.category(sign) != "No")


def _used_variant(found: re.Match[str]) -> str:
    """Of a picture sign, a Han or a Mongolian letter the form is chosen; elsewhere nothing is."""
    if found.start() == 0:
        return ""
    before = found.string[found.start() - 1]
    chosen = unicodedata.category(before) in ("So", "Sk") or before in "#*0123456789"
    keycap = found.string[found.end() : found.end() + 1] == "\u20e3"
    if before in "#*0123456789":
        chosen = keycap
    return found.group() if chosen or "\u2e80" <= before <= "\ufaff" or before >= "\U00020000" else ""


def _without_idle_joiners(text: str) -> str:
    # Of several in a row the first counts.
    single = [one for before, one in pairwise(f" {text}") if one not in JOINERS or before not in JOINERS]
    kept = []
    for place, sign in enumerate(single):
        before = single[place - 1] if place else ""
        after = single[place + 1] if place + 1 < len(single) else ""
        if sign not in JOINERS or _uses_joiner(before, sign, after):
            kept.append(sign)
    return "".join(kept)


def _uses_joiner(before: str, joiner: str, after: str) -> bool:
    if not before:
        return False
    if not _JOINING.match(before):
        picture = unicodedata.category(before) in ("So", "Sk") or _VARIANT.match(before)
        return bool(joiner == ZWJ and picture and after and unicodedata.category(after) == "So")
    if _is_letter(before) and after and _JOINING.match(after) and _is_letter(after):
        return True
    # At the end of a word: after a virama it makes a half letter, after an Arabic letter its joined form.
    return unicodedata.combining(before) == 9 or (joiner == ZWJ and "\u0600" <= before <= "\u08ff")


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM"


# ---------------------------------------------------------------- tables, as a spreadsheet saves or copies them

DELIMITERS = ",;\t|"
_SAID_DELIMITER = re.compile(r"""\ufeff?"?sep=([,;\t|])"?[;,]*\r?\n""", re.IGNORECASE)


def delimiter_of(text: str) -> tuple[str, str]:
    """The sign between cells, and the text without the line by which a spreadsheet says it."""
    if said := _SAID_DELIMITER.match(text):
        return said[1], text[said.end() :]
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=header.count), text  # the first of equals: a comma


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, as a spreadsheet counts them, empty ones left out. Raises csv.Error."""
    delimiter, text = delimiter_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for number, cells in enumerate(reader, 1):
        if any(cell.strip() for cell in cells):
            yield number, cells


def excerpt(text: str, most: int = EXCERPT) -> str:
    """On one line, cut where it is long, as lists show what somebody wrote."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= most else one_line[: most - 1].rstrip() + "…"
