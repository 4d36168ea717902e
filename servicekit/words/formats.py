"""Numbers, percentages, days and instants as a reader of a language writes them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal

from servicekit.words.dates import Birth, NotADay, Year, stored_birth

LANGUAGES = ("bn", "vi", "en")
# English as it is written where the organisations are: the day before the month.
_LOCALES = {"bn": "bn", "vi": "vi", "en": "en_GB"}
# Vietnamese writes a day in figures; the other two name the month.
_DAYS = {"bn": "d MMMM, y", "vi": "dd/MM/y", "en": "d MMM y"}
_ASCII_DIGITS = "0123456789"
_BANGLA_DIGITS = "০১২৩৪৫৬৭৮৯"
_TO_BANGLA = str.maketrans(_ASCII_DIGITS, _BANGLA_DIGITS)


def digits(text: str, language: str) -> str:
    """What somebody typed, with its digits as the reader writes them."""
    # Babel knows the Bangla digits as the language's default but never writes them.
    return text.translate(_TO_BANGLA) if language == "bn" else text


def number(value: float, language: str) -> str:
    return digits(format_decimal(value, locale=_LOCALES[language]), language)


def tenths(done: int, total: int) -> int:
    """Tenths of a percent, half up, as the services round: 1000 only when all is done, 0 only when nothing is."""
    if total <= 0:
        return 0
    share = (done * 2000 + total) // (2 * total)
    if done < total:
        share = min(share, 999)
    return max(share, 1) if done > 0 else share


def percent(done: int, total: int, language: str) -> str:
    """ "99.8%"; a dash where there is nothing to count."""
    if total <= 0:
        return "–"
    share = tenths(done, total)
    text = format_decimal(share / 10, format="#,##0.#", locale=_LOCALES[language])
    return digits(text, language) + "%"


def day(value: Birth | str | None, language: str) -> str:
    """ "5 Nov 2026"; the year where no more is known, and a dash for no day."""
    if value is None or value == "":
        return "–"
    there = stored_birth(value) if isinstance(value, str) else value
    if isinstance(there, Year):
        return digits(there.isoformat(), language)
    return digits(format_date(there, format=_DAYS[language], locale=_LOCALES[language]), language)


def day_parts(value: str, language: str) -> tuple[str, str, str]:
    """Day, month and year of what `isoformat` wrote, each for a field of its own; what is no day stays whole."""
    try:
        there = stored_birth(value)
    except NotADay:
        return value, "", ""
    if isinstance(there, Year):
        return "", "", digits(there.isoformat(), language)
    day, month, year = (digits(part, language) for part in there.strftime("%-d %-m %Y").split())
    return day, month, year


def instant(value: datetime | str | None, language: str, zone: ZoneInfo) -> str:
    """The day and the time on the 24-hour clock, where the organisation lives."""
    if value is None or value == "":
        return "–"
    return f"{day(as_instant(value).astimezone(zone).date(), language)}, {hour(value, language, zone)}"


def hour(value: datetime | str, language: str, zone: ZoneInfo) -> str:
    """The time of day alone, on the 24-hour clock."""
    return digits(format(as_instant(value).astimezone(zone), "%H:%M"), language)


def ago(value: datetime | str, now: datetime, language: str) -> str:
    """ "3 minutes ago"."""
    passed = as_instant(value) - now
    return digits(format_timedelta(passed, add_direction=True, locale=_LOCALES[language]), language)


def as_instant(value: datetime | str) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
