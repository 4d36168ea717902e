"""The way in while the eID is down: officials, windows, and the sign-ins that must be confirmed afterwards."""

from typing import Any

from flask_smorest import Blueprint

from identity.domain.fallback import Answer
from identity.operations import fallback, officials
from identity.routes.waiting import waits_for_eid
from identity.schemas.grants import Reason, UnitPageQuery
from identity.schemas.outages import (
    AskForWindow,
    DrawCodes,
    DrawnCodes,
    NameOfficial,
    OfficialPage,
    OfficialView,
    SignInByCodePage,
    SignInByCodeView,
    WindowPage,
    WindowView,
)
from identity.schemas.questions import UnitQuery
from servicekit.serving.patience import patient
from servicekit.web.guards import SIGNED_IN, access, caller
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned

api = Blueprint("fallback", __name__, url_prefix="/api/identity/fallback")


@api.route("/officials", methods=["GET"])
@access("access:read")
@api.arguments(UnitPageQuery, location="query")
@api.response(200, OfficialPage)
def list_officials(query: dict[str, Any]) -> Any:
    return officials.list_officials(context(), caller(), **query)


@api.route("/officials", methods=["POST"])
@access("access:grant")
@api.arguments(NameOfficial)
@api.response(201, OfficialView)
def name_official(body: dict[str, Any]) -> Any:
    return officials.name_official(context(), caller(), body["account_id"], body["unit_id"])


@api.route("/officials/<account_id>", methods=["DELETE"])
@access("access:grant")
@api.arguments(UnitQuery, location="query")
@api.response(204)
def remove_official(query: dict[str, Any], account_id: str) -> None:
    officials.remove_official(context(), caller(), account_id, query["unit_id"])


@api.route("/codes", methods=["POST"])
@access(SIGNED_IN)
@api.arguments(DrawCodes)
@api.response(201, DrawnCodes)
def draw_codes(body: dict[str, Any]) -> Any:
    """One's own, after a sign-in with the eID a moment ago; those drawn before open nothing any more."""
    return officials.draw_codes(context(), caller(), body["unit_id"])


@api.route("/windows", methods=["GET"])
@access(SIGNED_IN)
@api.arguments(UnitPageQuery, location="query")
@api.response(200, WindowPage)
def list_windows(query: dict[str, Any]) -> Any:
    return fallback.list_windows(context(), caller(), **query)


@api.route("/windows", methods=["POST"])
@access("fallback:switch")
@patient(8)
@waits_for_eid
@api.arguments(AskForWindow)
@api.response(201, WindowView)
def ask_for_window(body: dict[str, Any]) -> Any:
    return _tagged(fallback.ask_for_window(context(), caller(), **body))


@api.route("/windows/<window_id>/confirm", methods=["POST"])
@access("fallback:switch")
@versioned
@api.response(200, WindowView)
def confirm_window(window_id: str) -> Any:
    return _tagged(fallback.confirm_window(context(), caller(), window_id, expected_version()))


@api.route("/windows/<window_id>/end", methods=["POST"])
@access("fallback:switch")
@versioned
@api.arguments(Reason)
@api.response(200, WindowView)
def end_window(body: dict[str, Any], window_id: str) -> Any:
    return _tagged(fallback.end_window(context(), caller(), window_id, body["reason"], expected_version()))


@api.route("/sign-ins", methods=["GET"])
@access("access:read")
@api.arguments(UnitPageQuery, location="query")
@api.response(200, SignInByCodePage)
def list_sign_ins(query: dict[str, Any]) -> Any:
    return fallback.list_sign_ins(context(), caller(), **query)


@api.route("/sign-ins/<sign_in_id>/confirm", methods=["POST"])
@access(SIGNED_IN)
@api.response(200, SignInByCodeView)
def confirm_sign_in(sign_in_id: str) -> Any:
    return fallback.answer_sign_in(context(), caller(), sign_in_id, Answer.CONFIRMED)


@api.route("/sign-ins/<sign_in_id>/deny", methods=["POST"])
@access(SIGNED_IN)
@api.response(200, SignInByCodeView)
def deny_sign_in(sign_in_id: str) -> Any:
    return fallback.answer_sign_in(context(), caller(), sign_in_id, Answer.DENIED)


def _tagged(window: fallback.WindowSeen) -> Any:
    return window, etag(window.version)
