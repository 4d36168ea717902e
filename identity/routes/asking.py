"""Asking for access: the form of a stranger, and what those who give access do with it."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint as Pages
from flask import make_response, redirect, request
from flask_smorest import Blueprint

from identity.domain.asking import AskedTooOften
from identity.operations import asking
from identity.operations.asking import Asked, TicketOver
from identity.operations.showing import GrantSeen
from identity.schemas.asking import AccessRequestPage, AccessRequestView, GiveOnRequest
from identity.schemas.grants import GrantView, Reason, UnitPageQuery
from servicekit.serving.cookies import ASKING, Cookie
from servicekit.web.guards import PUBLIC, access, caller, sets_cookie
from servicekit.web.kit import context, kit
from servicekit.web.preconditions import etag, expected_version, versioned
from servicekit.words.text import has_controls, line, lines

pages = Pages("asking", __name__)
api = Blueprint("access_requests", __name__, url_prefix="/api/identity")

# As many signs as the form takes of each.
LONGEST = {"unit_code": 40, "office": 80, "text": 300}
NEEDED = ("unit_code", "office")
FORM = "/sign-in/ask"


@pages.post("/sign-in/request")
@access(PUBLIC)
@sets_cookie
def ask_for_access() -> Any:
    """From the page that a refused sign-in leads to; the ticket is in a cookie of that browser alone."""
    cookie = Cookie(ASKING, kit().settings.public_url)
    typed = {name: _typed(name) for name in LONGEST}
    if any(not typed[name] for name in NEEDED):
        return _again("needed", typed)
    if any(len(typed[name]) > LONGEST[name] or has_controls(typed[name]) for name in LONGEST):
        return _again("too-long", {name: text[: LONGEST[name]] for name, text in typed.items()})
    try:
        asking.ask_for_access(context(), cookie.read(request), Asked(**typed))
    except TicketOver:
        return _again("over", {})
    except AskedTooOften:
        return _again("often", {})
    response = make_response(redirect(f"{FORM}?sent=1", 303))
    cookie.clear(response)
    return response


def _typed(name: str) -> str:
    said = request.form.get(name, "")[:2_000]
    return lines(said) if name == "text" else line(said)


def _again(problem: str, typed: dict[str, str]) -> Any:
    """Back to the form, with what was typed: the page is the portal's.

    Not with the text: how to reach somebody stays in no address, and in no list of pages that a shared telephone keeps.
    """
    shown = {name: typed[name] for name in NEEDED if name in typed}
    return make_response(redirect(f"{FORM}?{urlencode({'problem': problem, **shown})}", 303))


@api.route("/access-requests", methods=["GET"])
@access("access:grant")
@api.arguments(UnitPageQuery, location="query")
@api.response(200, AccessRequestPage)
def list_requests(query: dict[str, Any]) -> Any:
    return asking.list_requests(context(), caller(), **query)


@api.route("/access-requests/<request_id>", methods=["GET"])
@access("access:grant")
@api.response(200, AccessRequestView)
def read_request(request_id: str) -> Any:
    return _tagged(asking.read_request(context(), caller(), request_id))


@api.route("/access-requests/<request_id>/decline", methods=["POST"])
@access("access:grant")
@versioned
@api.arguments(Reason)
@api.response(200, AccessRequestView)
def decline_request(body: dict[str, Any], request_id: str) -> Any:
    version = expected_version()
    return _tagged(asking.decline_request(context(), caller(), request_id, body["reason"], version))


@api.route("/access-requests/<request_id>/give", methods=["POST"])
@access("access:grant")
@versioned
@api.arguments(GiveOnRequest)
@api.response(201, GrantView)
def give_on_request(body: dict[str, Any], request_id: str) -> Any:
    version = expected_version()
    return _tagged(asking.give_on_request(context(), caller(), request_id, **body, expected_version=version))


def _tagged(shown: asking.RequestSeen | GrantSeen) -> Any:
    return shown, etag(shown.version)
