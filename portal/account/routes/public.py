"""Pages for everybody: the door, why it stays shut, what this is."""

import re

from flask import Blueprint, Response, make_response, request
from flask_babel import gettext as _

from portal.account.paper_codes import NotACode, paper_code
from portal.account.words import (
    ASKING_PROBLEMS,
    ERRORS,
    OFFLINE,
    OFFLINE_MEANS,
    SIGN_IN_REFUSED,
    SIGN_IN_REFUSED_LATER,
    SIGNED_OUT,
    TRY_AGAIN,
)
from portal.frame import languages
from portal.frame.assets import WORKER, YEAR, assets
from portal.frame.forms import Fault, Form, faulty, sent_form
from portal.frame.languages import SWITCH
from portal.frame.pages import done, error_page, language, page, safe_path
from portal.frame.query import asked, asked_whole, takes
from portal.shared.asking import change_me, here, reader
from portal.shared.doors import eid_providers, with_links
from servicekit.refusals import NotFound
from servicekit.serving.cookies import CHOSEN, CHOSEN_SECONDS, Cookie
from servicekit.web.guards import PUBLIC, access, for_nobody_in_particular, sets_cookie
from servicekit.words import dates
from servicekit.words.formats import LANGUAGES
from servicekit.words.i18n import translate

pages = Blueprint("public", __name__)

REFERENCE = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}")


@pages.get("/sign-in")
@takes("return_to", "signed_out")
@access(PUBLIC)
def sign_in() -> Response:
    return _door(safe_path(asked("return_to", "/")), Form())


def _door(return_to: str, form: Form, **needs: str) -> Response:
    """`needs` go with the person to the eID; see with_links."""
    providers = eid_providers(language())
    form.labels = {"paper": _("Code on paper")}
    return page(
        "sign_in.html",
        form.status,
        done=SIGNED_OUT if asked("signed_out") else "",
        unavailable=providers is None,
        providers=with_links(providers, return_to, **needs),
        form=form,
        code=needs.get("code", ""),
        down=any(not one["up"] for one in providers or ()),
    )


@pages.post("/sign-in")
@access(PUBLIC)
def take_paper_code() -> Response:
    """The code goes to the eID with the person, in a link: browsers let no form of ours lead to another site."""
    form = sent_form(request.form, language())
    try:
        return _door("/", form, code=paper_code(form.text("paper", needed=True)))
    except NotACode as error:
        form.faults["paper"] = Fault(str(error))
        return _door("/", faulty(form))


@pages.get("/sign-in/refused")
@takes("why", "reference", "had", "needed", "ask", "asked_on", "declined_on")
@access(PUBLIC)
def sign_in_refused() -> Response:
    code, reference = asked("why"), asked("reference")
    return page(
        "refused.html",
        told=SIGN_IN_REFUSED.get(code, SIGN_IN_REFUSED["not-verified"]),
        had=asked_whole("had"),
        needed=asked_whole("needed"),
        # Somebody else's words have no place on our page.
        reference=reference if REFERENCE.fullmatch(reference) else "",
        may_ask=asked("ask") == "1",
        asked_on=_day(asked("asked_on")),
        declined_on=_day(asked("declined_on")),
    )


def _day(said: str) -> str:
    """Anybody may write an address: what is no day of the calendar is left out."""
    try:
        return dates.day(said).isoformat()
    except dates.NotADay:
        return ""


@pages.get("/sign-in/ask")
@takes("sent", "problem", "unit_code", "office")
@access(PUBLIC)
def ask_for_access() -> Response:
    """The form of somebody whom the eID has confirmed and nobody knows here; it is sent to identity itself."""
    form = Form({name: asked(name) for name in ("unit_code", "office")})
    problem = ASKING_PROBLEMS.get(asked("problem"))
    if problem is not None:
        form.title, form.status = Fault(problem), 422
    return page(
        "ask.html", form.status, form=form, sent=asked("sent") == "1", over=asked("problem") == "over"
    )


@pages.get("/cannot-get-in")
@access(PUBLIC)
def cannot_get_in() -> Response:
    providers = eid_providers(language())
    return page(
        "cannot_get_in.html",
        reasons=[told for why, told in SIGN_IN_REFUSED.items() if why not in SIGN_IN_REFUSED_LATER],
        checked=providers is not None,
        down=[one for one in providers or () if not one["up"]],
    )


@pages.get("/about")
@access(PUBLIC)
def about() -> Response:
    return page("about.html")


@pages.get("/offline")
@access(PUBLIC)
@for_nobody_in_particular
def offline() -> Response:
    """What a browser keeps to show while there is no network: in all languages, for nobody in particular."""
    told = [
        (code, translate(OFFLINE, code), translate(OFFLINE_MEANS, code), translate(TRY_AGAIN, code))
        for code, _, _ in SWITCH
    ]
    return page("offline.html", told=told)


@pages.post("/language")
@access(PUBLIC)
@sets_cookie
def choose_language() -> Response:
    """Kept in a cookie, and with the account of who is signed in, or signs in next."""
    chosen = request.form.get("language", "")
    back = done(safe_path(request.form.get("return_to", "/")))
    if chosen not in LANGUAGES:
        return back
    public_url = here().settings.common.public_url
    if reader() is not None:
        change_me({"language": chosen})
    else:
        Cookie(CHOSEN, public_url).write(back, chosen, CHOSEN_SECONDS)
    secure = public_url.startswith("https://")
    languages.remember(back, chosen, secure=secure)
    return back


@pages.get("/error/<int:status>")
@access(PUBLIC)
def show_error(status: int) -> Response:
    """For the gateway: the page of what it refuses before it reaches any service."""
    return error_page(status if status in ERRORS else 404)


@pages.get("/static/<name>")
@takes("v")
@access(PUBLIC)
@for_nobody_in_particular
def static_file(name: str) -> Response:
    asset = assets().get(name)
    if asset is None:
        raise NotFound
    response = make_response(asset.body)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    if name == WORKER:
        response.headers["Service-Worker-Allowed"] = "/"
    response.content_type = asset.kind if asset.kind == "image/png" else f"{asset.kind}; charset=utf-8"
    return response
