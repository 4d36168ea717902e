"""Which language a page speaks: the account's, else the cookie's, else what the browser asks for."""

from flask import Response, request

from servicekit.words.formats import LANGUAGES
from servicekit.words.i18n import negotiate

COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600
# In the order of the switch: the tag, a short sign for narrow screens, the language's own name.
SWITCH = (("bn", "বাং", "বাংলা"), ("vi", "VI", "Tiếng Việt"), ("en", "EN", "English"))


def spoken(account_language: str) -> str:
    if account_language in LANGUAGES:
        return account_language
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else negotiate(request.headers.get("Accept-Language"))


def remember(response: Response, language: str, *, secure: bool) -> None:
    response.set_cookie(COOKIE, language, COOKIE_SECONDS, secure=secure, httponly=True, samesite="Lax")
