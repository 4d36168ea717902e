"""Sign-in through the browser: out to the eID, back, and out of the house again."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, request

from identity import operations
from identity.eid.refused import SignInRefused
from servicekit.cookies import ATTEMPT, SESSION, Cookie
from servicekit.i18n import LANGUAGES, negotiate
from servicekit.logs import log
from servicekit.web import PUBLIC, SIGNED_IN, access, caller, kit, outside

pages = Blueprint("sign_in", __name__)


@pages.get("/sign-in/start/<provider>")
@access(PUBLIC)
def start_sign_in(provider: str) -> Any:
    try:
        departure = operations.begin_sign_in(
            outside(),
            provider,
            browser=_cookie(ATTEMPT).read(request),
            return_to=local_path(request.args.get("return_to", "/")),
            language=_language(),
            level=2,
            max_age=None,
        )
    except SignInRefused as refusal:
        return _refused(refusal)
    response = _see(departure.url)
    _cookie(ATTEMPT).write(response, departure.browser, seconds=600)
    return response


@pages.get("/sign-in/callback")
@access(PUBLIC)
def finish_sign_in() -> Any:
    try:
        arrival = operations.finish_sign_in(
            outside(),
            request.args,
            browser=_cookie(ATTEMPT).read(request),
            device=request.headers.get("User-Agent", ""),
            language=_language(),
            old_session=_cookie(SESSION).read(request),
        )
    except SignInRefused as refusal:
        return _refused(refusal)
    response = _see(arrival.return_to)
    _cookie(SESSION).write(response, arrival.session_secret)
    return response


@pages.post("/sign-out")
@access(SIGNED_IN)
def sign_out() -> Any:
    operations.sign_out(outside(), caller())
    response = _see("/sign-in?signed_out=1")
    _cookie(SESSION).clear(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _see(url: str) -> Response:
    return make_response(redirect(url, 303))


def _refused(refusal: SignInRefused) -> Response:
    log.info("sign_in_refused", code=refusal.code, reason=refusal.reason)
    return _see(f"/sign-in/refused?why={refusal.code}")


def _cookie(kind: str) -> Cookie:
    return Cookie(kind, kit().settings.public_url)


def _language() -> str:
    chosen = request.cookies.get("language", "")
    return chosen if chosen in LANGUAGES else negotiate(request.headers.get("Accept-Language"))


def local_path(text: str) -> str:
    """A path on this site, or the start page: nobody is sent elsewhere by a link to us."""
    parts = urlsplit(text)
    plain = text.startswith("/") and not text.startswith(("//", "/\\")) and "\\" not in text
    if not plain or parts.scheme or parts.netloc or len(text) > 500 or not text.isprintable():
        return "/"
    return text
