"""The one door for days from outside: a day is year, month and day as they are written, in digits of any script."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from servicekit.words.text import bare, plain_digits

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_SPOKEN = re.compile(r"([0-9]{1,2})\s*[./-]\s*([0-9]{1,2})\s*[./-]\s*([0-9]{4})")
_SHORT_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_YEAR = re.compile(r"[12][0-9]{3}")
_SHORT = re.compile(r"[0-9]{1,2}")

# What a day is asked for as, where each of it has a field of its own.
DAY, MONTH, YEAR = PARTS = ("day", "month", "year")


class NotADay(ValueError):
    """This is not a day of the calendar, written as asked.

    `parts`: which of its fields are wrong, where that is known; of a day that its month lacks, `days` are those it has.
    """

    def __init__(self, parts: Sequence[str] = (), days: int = 0) -> None:
        super().__init__(*parts)
        self.parts, self.days = tuple(parts), days


@dataclass(frozen=True, slots=True)
class Year:
    """All that is known of a day: its year."""

    number: int

    @property
    def year(self) -> int:
        return self.number

    def isoformat(self) -> str:
        return f"{self.number:04}"


Birth = date | Year


def day(typed: str) -> date:
    """YYYY-MM-DD and nothing else: no week date, no day of the year, no time behind it. Raises NotADay."""
    return _day(_ISO.fullmatch(_plain(typed)))


def spoken_day(typed: str) -> date:
    """As people type it who have no calendar on the page: 31/3/2026, 31.3.2026, 2026-3-31. Raises NotADay."""
    plain = _plain(typed)
    if found := _SPOKEN.fullmatch(plain):
        return _made(found[3], found[2], found[1])
    return _day(_SHORT_ISO.fullmatch(plain))


def birth(typed: str) -> Birth:
    """A day, or a year alone where no more is known. Raises NotADay."""
    plain = _plain(typed)
    return Year(int(plain)) if _YEAR.fullmatch(plain) else day(plain)


def spoken_birth(typed: str) -> Birth:
    """A day as people type it, or a year alone. Raises NotADay."""
    plain = _plain(typed)
    return Year(int(plain)) if _YEAR.fullmatch(plain) else spoken_day(plain)


def day_in_parts(day: str, month: str, year: str) -> date:
    """As it is typed into three fields, or as a whole into the first. Raises NotADay, naming all that is wrong."""
    if not bare(month + year).strip() and not _SHORT.fullmatch(_plain(day)):
        return spoken_day(day)
    plain = (_plain(day), _plain(month), _plain(year))
    in_range = (
        _SHORT.fullmatch(plain[0]) and 1 <= int(plain[0]) <= 31,
        _SHORT.fullmatch(plain[1]) and 1 <= int(plain[1]) <= 12,
        _YEAR.fullmatch(plain[2]),
    )
    wrong = [part for part, right in zip(PARTS, in_range, strict=True) if not right]
    if wrong:
        raise NotADay(wrong)
    days = monthrange(int(plain[2]), int(plain[1]))[1]
    if int(plain[0]) > days:
        raise NotADay([DAY], days)
    return date(int(plain[2]), int(plain[1]), int(plain[0]))


def birth_in_parts(day: str, month: str, year: str) -> Birth:
    """The same, or the year alone. Raises NotADay."""
    for alone, others in ((day, month + year), (year, day + month)):
        if not bare(others).strip() and _YEAR.fullmatch(_plain(alone)):
            return Year(int(_plain(alone)))
    return day_in_parts(day, month, year)


def stored_birth(text: str) -> Birth:
    """What `isoformat` wrote."""
    return birth(text)


def _plain(typed: str) -> str:
    return plain_digits(bare(typed)).strip()


def _day(found: re.Match[str] | None) -> date:
    if found is None:
        raise NotADay
    return _made(*found.groups())


def _made(year: str, month: str, of_month: str) -> date:
    try:
        return date(int(year), int(month), int(of_month))
    except ValueError as error:
        raise NotADay from error
