"""The one door for numbers from outside: a sign in a number is read as what it says, or the number is refused.

Dropping what looks like grouping made 456 of 45.6. So groups are taken only where they are real: of three digits, or
two and two before the last three as in India and Bangladesh. One group of three after one dot or comma (1.234) is both
a whole number and a decimal one: on a page it is taken where that sign groups in the reader's language, and refused
elsewhere, for a column of a spreadsheet with three decimals looks the same.
"""

import re
from decimal import Decimal

from servicekit.words.text import bare, plain_digits

MOST_DIGITS = 12
EITHER = ".,"
# Which of dot and comma groups digits in a language.
GROUPING = {"en": ",", "bn": ",", "vi": "."}

_BLANKS = "[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_ALIKE = str.maketrans(
    {
        "\uff0c": ",",  # fullwidth comma and full stop
        "\uff0e": ".",
        "\u201a": ",",  # low quotation mark, typed for a comma
        "\u066c": "'",  # Arabic thousands separator
        "\u2019": "'",
        "\u02bc": "'",
        "\u2018": "'",
        "`": "'",
        "\u2212": "-",
        "\ufe63": "-",
        "\uff0d": "-",
        "\uff0b": "+",
    }
)
_PLAIN = re.compile(r"([+-]?)([0-9]+)")
_GROUPED = re.compile(r"([+-]?)([1-9][0-9]{0,2})((?:(?P<sign>[ .,'])[0-9]{2,3})(?:(?P=sign)[0-9]{2,3})*)")
# A sign or a blank stands within the number where a digit follows it at once.
_LEADING = re.compile(r"[0-9]+(?:[ \u00a0\u202f.,'\u2019][0-9]+)*")
_DECIMAL = re.compile(r"([+-]?[0-9]{1,15})(?:[.,\u066b]([0-9]+))?")


class NotWhole(ValueError):
    """This is not a whole number, or may be read in two ways."""


class NotDecimal(ValueError):
    """This is not a number, or it is more exact than what is asked for."""


def whole(typed: str, grouping: str = EITHER) -> int:
    """A whole number in digits of any script, with real groups or without. Raises NotWhole.

    `grouping`: of dot and comma, what may stand alone between two groups, as in 1.234.
    """
    plain = _made_plain(typed)
    if found := _PLAIN.fullmatch(plain):
        sign, digits = found.groups()
    elif found := _GROUPED.fullmatch(plain):
        sign, digits = found[1], _of_groups(found, grouping)
    else:
        raise NotWhole(typed[:40])
    if len(digits.lstrip("0")) > MOST_DIGITS:
        raise NotWhole(typed[:40])
    return int(f"{sign}{digits}")


def leading(typed: str, grouping: str = EITHER) -> tuple[int, str]:
    """The whole number that a text begins with, and what follows it behind a sign or a blank. Raises NotWhole."""
    text = typed.strip()
    found = _LEADING.match(plain_digits(text))
    number = found[0] if found else ""
    rest = text[len(number) :]
    # Of a word such as 2nd the digit is no number by itself.
    if rest[:1].isalnum():
        raise NotWhole(typed[:40])
    return whole(number, grouping), rest.lstrip(" \t\u00a0\u202f,;.:")


def decimal(typed: str, places: int = 1) -> Decimal:
    """A number with at most so many places behind a dot or comma, ungrouped. Raises NotDecimal."""
    found = _DECIMAL.fullmatch(_made_plain(typed))
    if found is None or len(found[2] or "") > places:
        raise NotDecimal(typed[:40])
    return Decimal(f"{found[1]}.{found[2] or '0'}")


def _made_plain(typed: str) -> str:
    text = plain_digits(bare(typed)).translate(_ALIKE).strip()
    return re.sub(_BLANKS, " ", text)


def _of_groups(found: re.Match[str], grouping: str) -> str:
    separator = found["sign"]
    first, *rest = found[0].lstrip("+-").split(separator)
    sizes = [len(group) for group in rest]
    threes = all(size == 3 for size in sizes)
    indian = sizes[-1] == 3 and all(size == 2 for size in sizes[:-1]) and len(first) <= 2
    if not (threes or indian):
        raise NotWhole(found[0])
    if len(rest) == 1 and separator in EITHER and separator not in grouping:
        raise NotWhole(found[0])
    return first + "".join(rest)
