"""Oneself: who I am here, what I may do and why, where I am signed in."""

from typing import Any

from flask_smorest import Blueprint

from identity import operations
from identity.operations import saved_lists
from identity.schemas.people import (
    AuditExport,
    ChangeMe,
    DraftList,
    DraftQuery,
    DraftView,
    KeepDraft,
    Me,
    ProviderList,
    SavedLists,
    SaveList,
    SessionList,
)
from identity.schemas.questions import Explanation, RoleList, WhyQuery
from servicekit.web.guards import ARRIVED, PUBLIC, SIGNED_IN, access, caller
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned

api = Blueprint("account", __name__, url_prefix="/api/identity")


@api.route("/me", methods=["GET"])
@access(ARRIVED)
@api.response(200, Me)
def read_me() -> Any:
    return operations.about_me(context(), caller())


@api.route("/me", methods=["PATCH"])
@access(ARRIVED)
@api.arguments(ChangeMe)
@api.response(200, Me)
def change_me(body: dict[str, Any]) -> Any:
    return operations.change_me(context(), caller(), body)


@api.route("/saved-lists", methods=["GET"])
@access(SIGNED_IN)
@api.response(200, SavedLists)
def list_saved() -> Any:
    """Your own, in the order in which you saved them."""
    return {"items": saved_lists.saved_lists(context(), caller())}


@api.route("/saved-lists", methods=["PUT"])
@access(SIGNED_IN)
@api.arguments(SaveList)
@api.response(200, SavedLists)
def save_list(body: dict[str, Any]) -> Any:
    """By its name, in the place of one of the same name; without an address it is forgotten."""
    return {"items": saved_lists.save_list(context(), caller(), body["name"], body["address"])}


@api.route("/roles", methods=["GET"])
@access(SIGNED_IN)
@api.response(200, RoleList)
def list_roles() -> Any:
    return {"items": operations.show_roles(context())}


@api.route("/providers", methods=["GET"])
@access(PUBLIC)
@api.response(200, ProviderList)
def list_providers() -> Any:
    return {"items": operations.providers(context())}


@api.route("/sessions", methods=["GET"])
@access(SIGNED_IN)
@api.response(200, SessionList)
def list_sessions() -> Any:
    return {"items": operations.sessions_of(context(), caller())}


@api.route("/sessions", methods=["DELETE"])
@access(SIGNED_IN)
@api.response(204)
def end_all_sessions() -> None:
    operations.end_all_sessions(context(), caller())


@api.route("/sessions/<session_id>", methods=["DELETE"])
@access(SIGNED_IN)
@api.response(204)
def end_session(session_id: str) -> None:
    operations.end_session(context(), caller(), session_id)


@api.route("/drafts", methods=["POST"])
@access(SIGNED_IN)
@api.arguments(KeepDraft)
@api.response(201, DraftView)
def keep_draft(body: dict[str, Any]) -> Any:
    return operations.keep_draft(context(), caller(), body["path"], body["values"])


@api.route("/drafts", methods=["PUT"])
@access(SIGNED_IN)
@versioned
@api.arguments(KeepDraft)
@api.response(200, DraftView)
def save_draft(body: dict[str, Any]) -> Any:
    """What is being written, saved again and again; `If-Match: "0"` for the first time."""
    saved = operations.save_draft(context(), caller(), body["path"], body["values"], expected_version())
    return saved, etag(saved.version)


@api.route("/drafts", methods=["GET"])
@access(SIGNED_IN)
@api.arguments(DraftQuery, location="query")
@api.response(200, DraftList)
def saved_drafts(query: dict[str, Any]) -> Any:
    """What oneself has saved of the form at this path: one, or none."""
    return {"items": operations.saved_drafts(context(), caller(), query["path"])}


@api.route("/drafts/<draft_id>", methods=["GET"])
@access(SIGNED_IN)
@api.response(200, DraftView)
def read_draft(draft_id: str) -> Any:
    return operations.read_draft(context(), caller(), draft_id)


@api.route("/drafts/<draft_id>/take", methods=["POST"])
@access(SIGNED_IN)
@api.response(200, DraftView)
def take_draft(draft_id: str) -> Any:
    return operations.take_draft(context(), caller(), draft_id)


@api.route("/audit-exports", methods=["POST"])
@access("audit:export")
@api.arguments(AuditExport)
@api.response(204)
def note_export(body: dict[str, Any]) -> None:
    """To be said before audit entries of any service are taken along as a file."""
    operations.note_export(context(), caller(), body["unit_id"], body["sought"])


@api.route("/why", methods=["GET"])
@access(SIGNED_IN)
@api.arguments(WhyQuery, location="query")
@api.response(200, Explanation)
def explain(query: dict[str, Any]) -> Any:
    return operations.explain(context(), caller(), query["permission"], query["unit_id"], query["account_id"])
