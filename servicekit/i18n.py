"""The reader's language, and texts in it."""

from functools import lru_cache
from pathlib import Path

from babel.support import NullTranslations, Translations

LANGUAGES = ("en", "bn", "vi")
FOLDER = Path(__file__).parent.parent / "translations"
DOMAIN = "sammelan"


@lru_cache(maxsize=8)
def catalogue(language: str) -> NullTranslations:
    return Translations.load(str(FOLDER), [language], DOMAIN)


def translate(text: str, language: str) -> str:
    """The text in that language, or as it is where there is none."""
    return catalogue(language).gettext(text) if text and language != "en" else text


def negotiate(accept_language: str | None) -> str:
    """The first of our languages that an Accept-Language header names, else English."""
    wanted = []
    for place, part in enumerate((accept_language or "")[:200].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), place, tag.split("-")[0].lower()))
        except ValueError:
            continue
    return next((tag for _, _, tag in sorted(wanted) if tag in LANGUAGES), "en")
