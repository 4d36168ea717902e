"""How a page is made: its language, its frame, its forms, and what it says when something is refused."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial, wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from flask import Response, current_app, g, make_response, redirect, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from portal.frame import acting
from portal.frame.forms import Fault, Form, FormFaulty, faulty, refused_by_peer, sent_form
from portal.frame.kept import Typed, labels_of, sent_here, typed_in
from portal.frame.languages import SWITCH, spoken
from portal.frame.menu import NEAR, Frame, entries, person_of
from portal.frame.query import asked, show_at
from portal.shared.asking import ahead, begin_reading, here, identity, membership, now, reader, unread
from portal.shared.clients.titles import ByOwner, title_in
from portal.shared.doors import eid_providers, with_links
from portal.shared.units import Names, Shown, Titled, Words, in_words
from portal.shared.words import (
    FORM_TOO_OLD,
    LISTED,
    SENT_IN_VAIN,
    SIGNED_IN_AGAIN,
    SIGNED_OUT_WRITING,
    TOO_LONG_TO_SEND,
    VERBATIM,
    Told,
)
from servicekit import refusals
from servicekit.access import form_tokens
from servicekit.access.decision import AcceptanceAwaited, holds
from servicekit.out.peers import PeerRefused
from servicekit.refusals import Refusal, filled
from servicekit.web.json_bodies import MAX_BODY_BYTES
from servicekit.words import N_, dates, formats
from servicekit.words.titles import FIGURES, PARTS, PERMISSIONS

View = TypeVar("View", bound=Callable[..., Any])


# ---------------------------------------------------------------- language and words


def language() -> str:
    known = g.get("language")
    if known is None:
        person = g.get("caller")
        known = g.language = spoken(person.language if person else "")
    return str(known)


def shown(names: Words | None) -> Shown:
    if isinstance(names, Titled):
        return Shown(title_of(names), language(), foreign=False)
    return in_words(names, language())


def name_of(names: Words | None) -> str:
    return shown(names).text


def translated(text: str | Titled) -> str:
    return title_of(text) if isinstance(text, Titled) else str(gettext(text))


def titles() -> ByOwner:
    """What the services call what they own, in the reader's language."""
    known: Callable[[str], ByOwner] = current_app.extensions["titles"]
    return known(language())


def title_of(titled: Titled) -> str:
    found = title_in(titles(), titled.sort, titled.key)
    return found or (str(gettext(titled.otherwise)) if titled.otherwise else titled.key)


def level_name(key: str) -> Names:
    """The names of a level; the levels of the organisation are asked for once a request."""
    if "levels" not in g:
        g.levels = {level["key"]: level["names"] for level in membership().levels()}
    names: Names = g.levels.get(key, {})  # a level that the organisation has no more has no name
    return names


def know_words(words: Mapping[str, str]) -> None:
    """Words for keys that this page's faults may name: its milestones, its levels."""
    g.setdefault("words", {}).update(words)


def told(fault: Fault) -> str:
    """A sentence as the reader reads it: its places filled by words for keys, days and numbers by the locale."""
    values = {name: spoken_value(name, value) for name, value in fault.params.items()}
    return filled(str(gettext(fault.text)), values)


def spoken_value(place: str, value: str) -> str:
    """What fills a place of a sentence; which words it may take is said by the place's name."""
    if place in VERBATIM:
        return value
    if place in LISTED:
        return ", ".join(spoken_value(LISTED[place], one) for one in re.findall(r"[\w:.-]+", value))
    if value in g.get("words", {}):
        return str(g.words[value])
    with suppress(dates.NotADay):  # somebody may have typed what only looks like a day
        return formats.day(dates.day(value).isoformat(), language())
    if re.fullmatch(r"\d{1,9}", value):
        return formats.number(int(value), language())
    return _owned(value) if re.fullmatch(r"[a-z][a-z0-9_]*(:[a-z]+)?", value) else value


def _owned(key: str) -> str:
    """As its owner calls it; as it is where it is no key of anybody's."""
    found = (title_in(titles(), sort, key) for sort in (FIGURES, PARTS, PERMISSIONS))
    return next(filter(None, found), key)


# ---------------------------------------------------------------- the frame


def frame() -> Frame:
    person = g.get("caller")
    if person is None:
        return Frame(language(), SWITCH, local_path(), now())
    if person.waiting:
        return Frame(language(), SWITCH, local_path(), now(), person_of(person, now()))
    shown = entries(request.path, lambda permission: acting.unit_with(person, permission), unread())
    return Frame(
        language(),
        SWITCH,
        local_path(),
        now(),
        person_of(person, now()),
        shown[:NEAR],
        shown[NEAR:],
        acting.names(person),
        several=len(acting.posts(person)) > 1,
        search=holds(person, "unit:read"),
    )


def local_path() -> str:
    """Where the language switch comes back to; a page that was sent comes back to itself, read anew."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


# ---------------------------------------------------------------- going elsewhere


def safe_path(path: str) -> str:
    """A path of ours, else the start: never another site, however it is spelled."""
    if re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", path):
        return path
    return "/"


def done(path: str, what: str = "") -> Response:
    """After an act: on to a page that is read, with one line that says what was done."""
    query = ("&" if "?" in path else "?") + urlencode({"done": what}) if what else ""
    return cast(Response, redirect(path + query, 303))


def done_message() -> str:
    known: Mapping[str, str] = current_app.extensions["done"]
    return known.get(asked("done"), "")


def page(template: str, status: int = 200, **values: Any) -> Response:
    values.setdefault("done", done_message())
    form = values.get("form")
    if isinstance(form, Form):
        form.labels = labels_of(request.endpoint) | form.labels
    return make_response(render_template(template, **values), status)


# ---------------------------------------------------------------- forms


def csrf_token() -> str:
    person = g.get("caller")
    return form_tokens.token(here().secret, person.session_id) if person else ""


def or_shown_again(shown: Callable[..., Response]) -> Callable[[View], View]:
    """When the form is faulty or a service refuses it: its page again, with all that was typed and the faults.

    `shown` takes the route's arguments and the form.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def kept(**arguments: str) -> Response:
            form = sent_form(request.form, language())
            form.labels = labels_of(request.endpoint)
            try:
                return cast(Response, view(form=form, **arguments))
            except FormFaulty:
                return shown(form=faulty(form), **arguments)
            except refusals.Unavailable as away:
                return _sent_in_vain(partial(shown, **arguments), form, away)
            except PeerRefused as refusal:
                if refusal.type in STEP_UP_LEVELS:
                    return step_up_page(form, STEP_UP_LEVELS[refusal.type])
                if refusal.status in (401, 404):
                    raise
                if refusal.status in (429, 500, 503):
                    return _sent_in_vain(partial(shown, **arguments), form, refusal)
                return shown(form=refused_by_peer(form, refusal), **arguments)

        kept.shown = shown  # type: ignore[attr-defined]
        return cast(View, kept)

    return decorate


# What a service refuses until the eID has seen the person again, and the level that is asked for then.
STEP_UP_LEVELS = {"sign-in-too-old": 2, "assurance-too-low": 3}


def step_up_page(form: Form, level: int) -> Response:
    """The way through the eID and back to this very form; a redirect would leave the site, which forms may not."""
    draft_id = identity().keep_draft(request.path, carried(form))
    return _step_up(f"/drafts/{draft_id}", level, typed=True)


def _step_up(return_to: str, level: int, *, typed: bool = False) -> Response:
    providers = with_links(eid_providers(language()), return_to, fresh="1", level=str(level))
    return page("step_up.html", 403, providers=providers, level=level, typed=typed)


def carried(form: Form) -> dict[str, str]:
    """All that makes the same form again; see sent_form."""
    version = {} if form.version is None else {"version": str(form.version)}
    return {**form.values, **version, "once": form.once}


def form_again(path: str, typed: Mapping[str, str], notice: str, status: int) -> Response:
    """The page of the form that is sent to `path`, filled as it was; where it cannot be shown, what was typed."""
    try:
        endpoint, arguments = current_app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        raise refusals.NotFound from None
    form = sent_form(typed, language())
    form.notice, form.status, form.labels = notice, status, labels_of(endpoint)
    shown = getattr(current_app.view_functions[endpoint], "shown", None)
    show_at(path)
    return _or_kept(partial(shown, **arguments), form, path, typed) if shown else _kept(form, path, typed)


def _sent_in_vain(shown: Callable[..., Response], form: Form, refusal: Refusal) -> Response:
    form.notice, form.status = SENT_IN_VAIN, refusal.status
    response = _or_kept(shown, form, request.path, request.form)
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _or_kept(shown: Callable[..., Response], form: Form, path: str, typed: Mapping[str, str]) -> Response:
    """The form's own page, else what was typed: what the page needs may be away, or out of reach by now."""
    try:
        return shown(form=form)
    except Refusal as refusal:
        if refusal.status == 401:
            raise
        return _kept(form, path, typed)


def _kept(form: Form, path: str, typed: Mapping[str, str], **values: Any) -> Response:
    """By the labels of its form, to be sent again exactly as it came: with the version that was seen."""
    carried = {name: value for name, value in typed.items() if name != "csrf"}
    return page(
        "form_kept.html",
        form.status,
        form=form,
        typed=_labelled(form),
        carried=carried,
        action=path,
        **values,
    )


def _labelled(form: Form) -> list[Typed]:
    return typed_in(form, lambda key: spoken_value("", key))


# ---------------------------------------------------------------- what goes wrong


class FormFromElsewhere(refusals.Forbidden):
    """Another site sent a form here in the reader's name."""

    title = N_("This came from another site, or did not say from where. Open the page here and do it again.")


# The start page learns from what waits how many messages are unread.
COUNTED_BY_ITSELF = ("/",)


def know_reader() -> None:
    """Who reads, also on the pages for everybody: their language and their menu."""
    if request.endpoint == "public.static_file":
        return
    begin_reading()
    person = reader()
    if person is not None and not person.waiting and request.path not in COUNTED_BY_ITSELF:
        ahead(unread)


def check_forms() -> Response | None:
    """A form must carry the token of this sign-in; one that was open for too long is offered again, as typed."""
    if request.method != "POST":
        return None
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise FormFromElsewhere
    person = reader()
    if person is not None and (request.content_length or 0) > MAX_BODY_BYTES:
        return form_again(request.path, request.form, TOO_LONG_TO_SEND, 413)
    if person is None or form_tokens.is_genuine(
        here().secret, person.session_id, request.form.get("csrf", "")
    ):
        return None
    # A page of somebody who was signed out has none at all.
    why = FORM_TOO_OLD if request.form.get("csrf") else SIGNED_IN_AGAIN
    return form_again(request.path, request.form, why, 403)


def error_page(status: int, refusal: Refusal | None = None) -> Response:
    """A page that says what happened, what is kept and where to go; never what the machine says of itself."""
    if status == 401:
        return _signed_out()
    if isinstance(refusal, PeerRefused) and refusal.type in STEP_UP_LEVELS and request.method == "GET":
        return _step_up(local_path(), STEP_UP_LEVELS[refusal.type])
    # What was asked wrongly is not our fault, also where there are no words of its own for it.
    if _awaits_acceptance(refusal) and request.method == "GET":
        return cast(Response, redirect("/", 303))
    errors: Mapping[int, Told] = current_app.extensions["errors"]
    words = errors.get(status) or errors[400 if status < 500 else 500]
    said = {"told": words, "detail": _own_sentence(status, refusal), "code": status}
    form = sent_here(language())
    if form is not None and _labelled(form) and not isinstance(refusal, FormFromElsewhere):
        form.status = status
        response = _kept(form, request.path, request.form, **said)
    else:
        response = page("error.html", status, **said)
    if refusal is not None and refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _own_sentence(status: int, refusal: Refusal | None) -> str:
    """What a named refusal says beyond the words of its kind, which the page says anyway."""
    if isinstance(refusal, PeerRefused):
        return refusal.title if status in (403, 409, 412, 429) else ""
    if refusal is None or status >= 500 or type(refusal).__module__ == refusals.__name__:
        return ""
    return told(Fault(refusal.title, {name: str(value) for name, value in refusal.params.items()}))


def _awaits_acceptance(refusal: Refusal | None) -> bool:
    """Whoever has accepted nothing yet is shown what waits for them, wherever they wanted to go."""
    asked = isinstance(refusal, PeerRefused) and refusal.type == AcceptanceAwaited.slug()
    return asked or isinstance(refusal, AcceptanceAwaited)


def _signed_out() -> Response:
    """The gateway takes this answer as a sign to ask for the session anew, and to send the person to sign in."""
    g.caller = None
    form = sent_here(language())
    if form is not None:
        form.notice, form.status = SIGNED_OUT_WRITING, 401
        response = _kept(form, request.path, request.form, signed_out=True)
    else:
        response = page("signed_out.html", 401, sign_in="/sign-in?" + urlencode({"return_to": local_path()}))
    response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return response
