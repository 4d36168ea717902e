"""Service accounts, and the token endpoint they use."""

from typing import Any

from flask import Response, g, json, request
from flask_smorest import Blueprint

from identity import operations
from identity.schemas.people import ChangeMachine, MachineList, MachineView, RegisterMachine, TokenView
from identity.schemas.questions import UnitQuery
from servicekit.web.guards import PUBLIC, access, caller
from servicekit.web.idempotency import idempotent
from servicekit.web.kit import context, kit
from servicekit.web.preconditions import etag, expected_version, versioned

api = Blueprint("machines", __name__)

TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address
# For developers, in ASCII and English as RFC 6749 wants it; the title beside it is in the reader's language.
OAUTH_DESCRIPTION = {
    "invalid_client": "The client is not known or did not prove who it is.",
    "invalid_request": "A parameter is missing, there twice or not readable.",
    "unsupported_grant_type": "Only client_credentials with a signed assertion is possible here.",
}


@api.route("/api/identity/machines", methods=["GET"])
@access("access:read")
@api.arguments(UnitQuery, location="query")
@api.response(200, MachineList)
def list_machines(query: dict[str, Any]) -> Any:
    return {"items": operations.list_machines(context(), caller(), query["unit_id"])}


@api.route("/api/identity/machines", methods=["POST"])
@access("access:grant")
@idempotent
@api.arguments(RegisterMachine)
@api.response(201, MachineView)
def register_machine(body: dict[str, Any]) -> Any:
    machine = operations.register_machine(context(), caller(), body)
    return machine, etag(machine.version)


@api.route("/api/identity/machines/<machine_id>", methods=["PUT"])
@access("access:grant")
@versioned
@api.arguments(ChangeMachine)
@api.response(200, MachineView)
def change_machine(body: dict[str, Any], machine_id: str) -> Any:
    machine = operations.change_machine(context(), caller(), machine_id, body, expected_version())
    return machine, etag(machine.version)


@api.route(TOKEN_PATH, methods=["POST"])
@access(PUBLIC)
@api.response(200, TokenView)
def token_for_machine() -> Any:
    public = kit().settings.public_url
    sent = request.form.to_dict(flat=False)
    return operations.token_for_machine(context(), sent, (public, f"{public}/oauth/token"))


@api.after_request
def in_oauth_words(response: Response) -> Response:
    """RFC 6749 5.2: what the token endpoint refuses says so in `error` too, beside what the problem document says."""
    if request.path == TOKEN_PATH and response.status_code >= 400:
        said = response.get_json(force=True)
        refusal = g.get("refusal")
        said["error"] = getattr(refusal, "oauth_error", _oauth_error(response.status_code))
        said["error_description"] = OAUTH_DESCRIPTION.get(said["error"], said["error"])
        response.set_data(json.dumps(said, ensure_ascii=False))
        response.mimetype = "application/json"
        if said["error"] == "invalid_client":
            response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _oauth_error(status: int) -> str:
    if status >= 500:
        return "temporarily_unavailable" if status == 503 else "server_error"
    return "invalid_request"
