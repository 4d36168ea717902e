"""Sign-in through the browser: out to the eID, back, and out of the house again."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, request
from markupsafe import escape
from werkzeug.datastructures import MultiDict

from identity import operations
from identity.domain.asking import TICKET_LIFE
from identity.eid.refused import SignInRefused
from identity.operations import fallback
from identity.operations import sign_out as out
from identity.routes.waiting import waits_for_eid
from servicekit.logs import log
from servicekit.out.addresses import CLIENT_ADDRESS, address_group
from servicekit.serving.bulkheads import OutsideBusy
from servicekit.serving.cookies import ASKING, ATTEMPT, CHOSEN, SESSION, Cookie
from servicekit.serving.patience import patient
from servicekit.web.guards import ARRIVED, PUBLIC, access, caller, sets_cookie
from servicekit.web.kit import context, kit
from servicekit.web.preconditions import only_get
from servicekit.words import N_
from servicekit.words.i18n import LANGUAGES, negotiate, translate
from servicekit.words.text import line

SIGNING_OUT = N_("You are signed out here. Go on to sign out at the eID as well.")

TRY_AGAIN = N_("Try again")
PLAIN_PAGE = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"

pages = Blueprint("sign_in", __name__)

# A step-up asks the eID to have seen the person within this many seconds: not an older sign-in of its own.
STEP_UP_MAX_AGE = 60


@pages.get("/sign-in/start/<provider>")
@access(PUBLIC)
@only_get
@patient(20)
@waits_for_eid
def start_sign_in(provider: str) -> Any:
    return _set_out(provider)


@pages.get("/sign-in/join/<provider>")
@access(PUBLIC)
@only_get
@patient(20)
@waits_for_eid
@sets_cookie
def start_joining(provider: str) -> Any:
    """The account that comes back is joined for good, so another site's link does not begin it."""
    return _set_out(provider, join=True)


def _set_out(provider: str, *, join: bool = False) -> Any:
    try:
        departure = operations.begin_sign_in(
            context(),
            provider,
            browser=_cookie(ATTEMPT).read(request),
            return_to=local_path(request.args.get("return_to", "/")),
            language=_language(),
            level=3 if request.args.get("level") == "3" else 2,
            max_age=STEP_UP_MAX_AGE if request.args.get("fresh") else None,
            code=line(request.args.get("code", ""))[:40],
            join=join,
            session=_cookie(SESSION).read(request),
            address=address_group(request.headers.get(CLIENT_ADDRESS, "")),
        )
    except SignInRefused as refusal:
        return _refused(refusal)
    response = _see(departure.url)
    _cookie(ATTEMPT).write(response, departure.browser, seconds=600)
    return response


@pages.get("/sign-in/callback")
@access(PUBLIC)
@only_get
@patient(30)
@waits_for_eid
def finish_sign_in() -> Any:
    try:
        arrival = operations.finish_sign_in(
            context(),
            _said_once(request.args),
            browser=_cookie(ATTEMPT).read(request),
            device=request.headers.get("User-Agent", ""),
            language=_language(),
            chosen=_chosen(),
            address=address_group(request.headers.get(CLIENT_ADDRESS, "")),
            old_session=_cookie(SESSION).read(request),
        )
    except SignInRefused as refusal:
        return _refused(refusal)
    response = _see(arrival.return_to)
    _cookie(SESSION).write(response, arrival.session_secret)
    _cookie(CHOSEN).clear(response)
    return response


@pages.post("/sign-in/fallback")
@access(PUBLIC)
@patient(10)
@sets_cookie
@waits_for_eid
def enter_by_code() -> Any:
    """By a sealed code while the eID is down; the session may report and nothing else."""
    code = line(request.form.get("code", ""))[:40]
    try:
        secret = fallback.enter_by_code(
            context(), code, request.headers.get("User-Agent", ""), _cookie(SESSION).read(request)
        )
    except SignInRefused as refusal:
        return _refused(refusal)
    response = _see("/")
    _cookie(SESSION).write(response, secret)
    return response


@pages.post("/sign-out")
@access(ARRIVED)
@sets_cookie
def sign_out() -> Any:
    response = _see(out.sign_out(context(), caller(), kit().settings.public_url))
    _cookie(SESSION).clear(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@pages.get("/sign-out/at-eid/<ticket>")
@access(PUBLIC)
@only_get
def sign_out_at_eid(ticket: str) -> Response:
    """On to the provider by a page of its own: a form's redirect to another site is stopped by browsers."""
    url = out.way_out(context(), ticket)
    if url is None:
        return _see("/sign-in?signed_out=1")
    reader = _language()
    told = translate(SIGNING_OUT, reader)
    response = make_response(
        f'<!doctype html><html lang="{reader}"><meta charset="utf-8"><title>{escape(told)}</title>'
        f'<p><a href="{escape(url)}">{escape(told)}</a></p></html>'
    )
    response.headers["Refresh"] = f"0; url={url}"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Content-Security-Policy"] = PLAIN_PAGE
    return response


def _said_once(params: MultiDict[str, str]) -> dict[str, str]:
    """A parameter that is given twice counts as not given (RFC 6749 3.1)."""
    return {name: values[0] for name, values in params.lists() if len(values) == 1}


@pages.errorhandler(OutsideBusy)
def crowded(refusal: OutsideBusy) -> Response:
    """Nothing of the attempt is used up: the same address is asked again, by the browser itself or by the person."""
    reader = _language()
    told, again = translate(refusal.title, reader), translate(TRY_AGAIN, reader)
    way = request.full_path.rstrip("?") if request.method == "GET" else "/sign-in"
    response = make_response(
        f'<!doctype html><html lang="{reader}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(told)}</title>'
        f'<p>{escape(told)}</p><p><a href="{escape(way)}">{escape(again)}</a></p></html>',
        503,
    )
    response.headers["Retry-After"] = str(refusal.retry_after)
    if request.method == "GET":
        response.headers["Refresh"] = str(refusal.retry_after)
    response.headers["Content-Security-Policy"] = PLAIN_PAGE
    return response


def _see(url: str) -> Response:
    return make_response(redirect(url, 303))


def _refused(refusal: SignInRefused) -> Response:
    log.info("sign_in_refused", code=refusal.code, reason=refusal.reason, reference=refusal.reference)
    told = {"why": refusal.code, "reference": refusal.reference, **refusal.told}
    response = _see("/sign-in/refused?" + urlencode({name: value for name, value in told.items() if value}))
    if refusal.ticket:
        _cookie(ASKING).write(response, refusal.ticket, int(TICKET_LIFE.total_seconds()))
    return response


def _cookie(kind: str) -> Cookie:
    return Cookie(kind, kit().settings.public_url)


def _language() -> str:
    chosen = request.cookies.get("language", "")
    return chosen if chosen in LANGUAGES else negotiate(request.headers.get("Accept-Language"))


def _chosen() -> str:
    chosen = _cookie(CHOSEN).read(request)
    return chosen if chosen in LANGUAGES else ""


def local_path(text: str) -> str:
    """A path on this site, or the start page: nobody is sent elsewhere by a link to us."""
    plain = text.startswith("/") and not text.startswith("//") and "\\" not in text
    return text if plain and len(text) <= 500 and text.isprintable() else "/"
