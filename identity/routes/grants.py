"""Grants: given, listed, looked at, suspended, resumed, revoked."""

from typing import Any

from flask_smorest import Blueprint

from identity import operations
from identity.schemas import GiveGrant, GrantList, GrantQuery, GrantView, Reason, RevocationPreview
from servicekit.web import SIGNED_IN, access, caller, etag, expected_version, idempotent, outside

api = Blueprint("grants", __name__, url_prefix="/api/identity")


@api.route("/grants", methods=["GET"])
@access("access:read")
@api.arguments(GrantQuery, location="query")
@api.response(200, GrantList)
def list_grants(query: dict[str, Any]) -> Any:
    return operations.list_grants(outside(), caller(), **query)


@api.route("/grants", methods=["POST"])
@access("access:grant")
@idempotent
@api.arguments(GiveGrant)
@api.response(201, GrantView)
def grant_access(body: dict[str, Any]) -> Any:
    given = operations.grant_access(outside(), caller(), operations.Giving(**body))
    return given, etag(given["version"])


@api.route("/grants/<grant_id>", methods=["GET"])
@access(SIGNED_IN)
@api.response(200, GrantView)
def read_grant(grant_id: str) -> Any:
    grant = operations.read_grant(outside(), caller(), grant_id)
    return grant, etag(grant["version"])


@api.route("/grants/<grant_id>/revocation-preview", methods=["GET"])
@access("access:read")
@api.response(200, RevocationPreview)
def preview_revocation(grant_id: str) -> Any:
    return operations.preview_revocation(outside(), caller(), grant_id)


@api.route("/grants/<grant_id>/suspend", methods=["POST"])
@access("access:grant")
@api.arguments(Reason)
@api.response(200, GrantView)
def suspend_grant(body: dict[str, Any], grant_id: str) -> Any:
    return _changed(grant_id, "suspend", body)


@api.route("/grants/<grant_id>/resume", methods=["POST"])
@access("access:grant")
@api.arguments(Reason)
@api.response(200, GrantView)
def resume_grant(body: dict[str, Any], grant_id: str) -> Any:
    return _changed(grant_id, "resume", body)


@api.route("/grants/<grant_id>/revoke", methods=["POST"])
@access("access:grant")
@api.arguments(Reason)
@api.response(200, GrantView)
def revoke_grant(body: dict[str, Any], grant_id: str) -> Any:
    return _changed(grant_id, "revoke", body)


def _changed(grant_id: str, change: str, body: dict[str, Any]) -> Any:
    grant = operations.change_grant(outside(), caller(), grant_id, change, body["reason"], expected_version())
    return grant, etag(grant["version"])
