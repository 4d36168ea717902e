"""Notices as the reader's language writes them; numbers and days by the locale."""

from collections.abc import Mapping

from notifications.domain.notices import Notice
from notifications.domain.wordings import MAIL_LOOK, MAIL_NO_DETAILS, MAIL_WHY, UNIT_UNNAMED, WORDINGS
from servicekit.words import formats
from servicekit.words.i18n import LANGUAGES, translate


def title(notice: Notice, language: str) -> str:
    """Fit for strangers' eyes: no unit, no person."""
    reader = known_language(language)
    return translate(WORDINGS[notice.kind].title, reader).format_map(_places(notice, reader))


def text(notice: Notice, unit_names: Mapping[str, str], language: str) -> str:
    """For the inbox; `unit_names` by language."""
    reader = known_language(language)
    unit = unit_names.get(reader) or unit_names.get("en") or next(iter(unit_names.values()), "")
    places = {**_places(notice, reader), "unit": unit or translate(UNIT_UNNAMED, reader)}
    return translate(WORDINGS[notice.kind].text, reader).format_map(places)


def mail_text(notice: Notice, public_url: str, language: str) -> str:
    reader = known_language(language)
    look, no_details, why = (translate(one, reader) for one in (MAIL_LOOK, MAIL_NO_DETAILS, MAIL_WHY))
    return f"{title(notice, reader)}\n\n{look}\n{public_url.rstrip('/')}{notice.link}\n\n{no_details}\n\n-- \n{why}\n"


def known_language(language: str) -> str:
    return language if language in LANGUAGES else "en"


def _places(notice: Notice, language: str) -> dict[str, str]:
    return {
        "date": formats.day(notice.deadline, language) if notice.deadline else "",
        "count": formats.number(notice.count, language),
    }
