"""Grants: given, listed, looked at, suspended, resumed, revoked."""

from typing import Any

from flask_smorest import Blueprint

from identity import operations
from identity.operations import moving
from identity.operations.showing import GrantSeen
from identity.schemas.grants import (
    GiveGrant,
    GrantList,
    GrantPage,
    GrantQuery,
    GrantView,
    MoveLosses,
    MoveLossesQuery,
    NumberKinds,
    Reason,
    Resumption,
    ResumptionPreview,
    RevocationPreview,
    ToConfirmPage,
    ToConfirmQuery,
)
from identity.schemas.questions import WhatIf, WhatIfQuery, WhoMay, WhoQuery
from servicekit.web.guards import SIGNED_IN, access, caller
from servicekit.web.idempotency import idempotent, tell_once
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned

api = Blueprint("grants", __name__, url_prefix="/api/identity")


@api.route("/grants", methods=["GET"])
@access("access:read")
@api.arguments(GrantQuery, location="query")
@api.response(200, GrantPage)
def list_grants(query: dict[str, Any]) -> Any:
    return operations.list_grants(context(), caller(), **query)


@api.route("/national-numbers", methods=["GET"])
@access("access:grant")
@api.response(200, NumberKinds)
def number_kinds() -> Any:
    return {"items": operations.number_kinds(context())}


@api.route("/grants", methods=["POST"])
@access("access:grant")
@idempotent
@api.arguments(GiveGrant)
@api.response(201, GrantView)
def grant_access(body: dict[str, Any]) -> Any:
    given = operations.grant_access(context(), caller(), operations.Giving(**body))
    tell_once("code")
    return given, etag(given.version)


@api.route("/grants/<grant_id>", methods=["GET"])
@access(SIGNED_IN)
@api.response(200, GrantView)
def read_grant(grant_id: str) -> Any:
    grant = operations.read_grant(context(), caller(), grant_id)
    return grant, etag(grant.version)


@api.route("/grants/<grant_id>/revocation-preview", methods=["GET"])
@access("access:read")
@api.response(200, RevocationPreview)
def preview_revocation(grant_id: str) -> Any:
    return operations.preview_revocation(context(), caller(), grant_id)


@api.route("/grants/<grant_id>/suspend", methods=["POST"])
@access("access:grant")
@versioned
@api.arguments(Reason)
@api.response(200, GrantView)
def suspend_grant(body: dict[str, Any], grant_id: str) -> Any:
    return _changed(grant_id, "suspend", body)


@api.route("/grants/<grant_id>/resume", methods=["POST"])
@access("access:grant")
@versioned
@api.arguments(Resumption)
@api.response(200, GrantView)
def resume_grant(body: dict[str, Any], grant_id: str) -> Any:
    return _changed(grant_id, "resume", body)


@api.route("/grants/<grant_id>/resumption-preview", methods=["GET"])
@access("access:grant")
@api.response(200, ResumptionPreview)
def preview_resumption(grant_id: str) -> Any:
    """What else of the person was suspended with it, and may come back by the superior's choice."""
    return operations.preview_resumption(context(), caller(), grant_id)


@api.route("/grants/<grant_id>/revoke", methods=["POST"])
@access("access:grant")
@versioned
@api.arguments(Reason)
@api.response(200, GrantView)
def revoke_grant(body: dict[str, Any], grant_id: str) -> Any:
    return _changed(grant_id, "revoke", body)


@api.route("/grants/<grant_id>/lift-ban", methods=["POST"])
@access("access:grant")
@versioned
@api.arguments(Reason)
@api.response(200, GrantView)
def lift_ban(body: dict[str, Any], grant_id: str) -> Any:
    return _tagged(operations.lift_ban(context(), caller(), grant_id, body["reason"], expected_version()))


@api.route("/grants/<grant_id>/resign", methods=["POST"])
@access(SIGNED_IN)
@versioned
@api.arguments(Reason)
@api.response(200, GrantView)
def resign_grant(body: dict[str, Any], grant_id: str) -> Any:
    return _tagged(operations.resign_grant(context(), caller(), grant_id, body["reason"], expected_version()))


@api.route("/grants/<grant_id>/confirm", methods=["POST"])
@access("access:grant")
@versioned
@api.response(200, GrantView)
def confirm_grant(grant_id: str) -> Any:
    return _tagged(operations.confirm_grant(context(), caller(), grant_id, expected_version()))


@api.route("/grants/<grant_id>/decline", methods=["POST"])
@access("access:grant")
@versioned
@api.arguments(Reason)
@api.response(200, GrantView)
def decline_grant(body: dict[str, Any], grant_id: str) -> Any:
    return _tagged(
        operations.decline_grant(context(), caller(), grant_id, body["reason"], expected_version())
    )


@api.route("/grants/<grant_id>/propose-removal", methods=["POST"])
@access("access:grant")
@versioned
@api.arguments(Reason)
@api.response(200, GrantView)
def propose_removal(body: dict[str, Any], grant_id: str) -> Any:
    return _tagged(
        operations.propose_removal(context(), caller(), grant_id, body["reason"], expected_version())
    )


@api.route("/grants/<grant_id>/confirm-removal", methods=["POST"])
@access("access:grant")
@versioned
@api.response(200, GrantView)
def confirm_removal(grant_id: str) -> Any:
    return _tagged(operations.confirm_removal(context(), caller(), grant_id, expected_version()))


@api.route("/grants/<grant_id>/recertify", methods=["POST"])
@access("access:grant")
@versioned
@api.response(200, GrantView)
def recertify(grant_id: str) -> Any:
    return _tagged(operations.recertify(context(), caller(), grant_id, expected_version()))


@api.route("/recertifications", methods=["GET"])
@access("access:read")
@api.arguments(ToConfirmQuery, location="query")
@api.response(200, ToConfirmPage)
def list_recertifications(query: dict[str, Any]) -> Any:
    found = operations.to_recertify(context(), caller(), **query)
    page = found.page
    return {"items": page.items, "next": page.next, "total": page.total, "totals": found.totals}


@api.route("/who", methods=["GET"])
@access(SIGNED_IN)
@api.arguments(WhoQuery, location="query")
@api.response(200, WhoMay)
def who_may(query: dict[str, Any]) -> Any:
    return operations.who_may(context(), caller(), query["permission"], query["unit_id"])


@api.route("/who-sees-me", methods=["GET"])
@access(SIGNED_IN)
@api.response(200, GrantList)
def who_sees_me() -> Any:
    return {"items": operations.who_sees_me(context(), caller())}


@api.route("/move-losses", methods=["GET"])
@access("unit:move")
@api.arguments(MoveLossesQuery, location="query")
@api.response(200, MoveLosses)
def preview_move(query: dict[str, Any]) -> Any:
    """Whose access would fall if the unit stood below the other one, without anything being moved."""
    return moving.preview_move(context(), caller(), query["unit_id"], query["to_id"])


@api.route("/what-if", methods=["GET"])
@access("access:read")
@api.arguments(WhatIfQuery, location="query")
@api.response(200, WhatIf)
def what_would_allow(query: dict[str, Any]) -> Any:
    return operations.what_would_allow(context(), caller(), query["role"], query["unit_id"])


def _tagged(grant: GrantSeen) -> Any:
    return grant, etag(grant.version)


def _changed(grant_id: str, change: str, body: dict[str, Any]) -> Any:
    return _tagged(
        operations.change_grant(
            *(context(), caller(), grant_id, change, body["reason"], expected_version()),
            also=body.get("also", ()),
        )
    )
