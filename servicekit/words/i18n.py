"""The reader's language, and texts in it."""

from functools import lru_cache
from pathlib import Path

from babel import negotiate_locale
from babel.support import NullTranslations, Translations
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LANGUAGES = ("en", "bn", "vi")
FOLDER = Path(__file__).parents[2] / "translations"
DOMAIN = "sammelan"
LONGEST_HEADER = 500


@lru_cache(maxsize=8)
def catalogue(language: str) -> NullTranslations:
    return Translations.load(str(FOLDER), [language], DOMAIN)


def translate(text: str, language: str) -> str:
    """The text in that language, or as it is where there is none."""
    return catalogue(language).gettext(text) if text and language != "en" else text


def negotiate(accept_language: str | None) -> str:
    """Of our languages the one that an Accept-Language header wants most, in whatever country; else English."""
    accepted = parse_accept_header((accept_language or "")[:LONGEST_HEADER], LanguageAccept)
    wanted = [tag.lower().replace("_", "-") for tag, quality in accepted if quality > 0]
    return negotiate_locale(wanted, LANGUAGES, sep="-") or "en"
