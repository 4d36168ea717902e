"""Which language a page is shown in."""

from collections.abc import Iterable

LANGUAGES = ("en", "bn", "vi")


def choose_language(ui_locales: str, accepted: Iterable[str]) -> str:
    """The first language of `ui_locales` (space separated, OpenID Connect Core 3.1.2.1) that there is, then
    the first the browser accepts (best first), then English."""
    for tag in (*ui_locales.split(), *accepted):
        language = tag.replace("_", "-").split("-")[0].lower()
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]
