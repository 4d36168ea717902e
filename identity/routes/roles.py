"""Changes of roles, by two administrators of the topmost unit, and whom a role touches."""

from typing import Any

from flask_smorest import Blueprint

from identity.domain.role_changes import Wanted
from identity.operations import role_changes
from identity.schemas.roles import (
    AskRoleChange,
    ForeseenChange,
    HolderPage,
    RoleChangeList,
    RoleChangeView,
    WantedChange,
)
from servicekit.serving.problems import refusal_document
from servicekit.web.guards import access, caller
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned
from servicekit.web.schemas import PageQuery

api = Blueprint("roles", __name__, url_prefix="/api/identity")


@api.route("/roles/<role_key>/grants", methods=["GET"])
@access("access:grant")
@api.arguments(PageQuery, location="query")
@api.response(200, HolderPage)
def list_holders(query: dict[str, Any], role_key: str) -> Any:
    """Whoever has it or has been offered it, the newest first."""
    return role_changes.list_holders(context(), caller(), role_key, **query)


@api.route("/role-changes", methods=["GET"])
@access("access:grant")
@api.response(200, RoleChangeList)
def list_role_changes() -> Any:
    """Those that wait for a second person."""
    return {"items": [_told(one) for one in role_changes.list_waiting(context(), caller())]}


@api.route("/role-changes/preview", methods=["POST"])
@access("access:grant")
@api.arguments(WantedChange)
@api.response(200, ForeseenChange)
def foresee_role_change(wanted: Wanted) -> Any:
    return role_changes.foresee(context(), caller(), wanted)


@api.route("/role-changes", methods=["POST"])
@access("access:grant")
@api.arguments(AskRoleChange)
@api.response(201, RoleChangeView)
def ask_role_change(body: dict[str, Any]) -> Any:
    return _tagged(role_changes.ask(context(), caller(), **body))


@api.route("/role-changes/<change_id>", methods=["GET"])
@access("access:grant")
@api.response(200, RoleChangeView)
def read_role_change(change_id: str) -> Any:
    return _tagged(_told(role_changes.read_change(context(), caller(), change_id)))


@api.route("/role-changes/<change_id>/confirm", methods=["POST"])
@access("access:grant")
@versioned
@api.response(200, RoleChangeView)
def confirm_role_change(change_id: str) -> Any:
    return _tagged(role_changes.confirm(context(), caller(), change_id, expected_version()))


@api.route("/role-changes/<change_id>/withdraw", methods=["POST"])
@access("access:grant")
@versioned
@api.response(200, RoleChangeView)
def withdraw_role_change(change_id: str) -> Any:
    return _tagged(role_changes.withdraw(context(), caller(), change_id, expected_version()))


def _told(change: dict[str, Any]) -> dict[str, Any]:
    return {**change, "refusal": refusal_document(change["refusal"]) if change["refusal"] else None}


def _tagged(change: dict[str, Any]) -> Any:
    return change, etag(change["version"])
