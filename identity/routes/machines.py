"""Service accounts, and the token endpoint they use."""

from typing import Any

from flask import request
from flask_smorest import Blueprint

from identity import operations
from identity.schemas import ChangeMachine, MachineList, MachineView, RegisterMachine, TokenView, UnitQuery
from servicekit.web import PUBLIC, access, caller, etag, expected_version, idempotent, kit, outside, versioned

api = Blueprint("machines", __name__)


@api.route("/api/identity/machines", methods=["GET"])
@access("access:read")
@api.arguments(UnitQuery, location="query")
@api.response(200, MachineList)
def list_machines(query: dict[str, Any]) -> Any:
    return {"items": operations.list_machines(outside(), caller(), query["unit_id"])}


@api.route("/api/identity/machines", methods=["POST"])
@access("access:grant")
@idempotent
@api.arguments(RegisterMachine)
@api.response(201, MachineView)
def register_machine(body: dict[str, Any]) -> Any:
    machine = operations.register_machine(outside(), caller(), body)
    return machine, etag(machine["version"])


@api.route("/api/identity/machines/<machine_id>", methods=["PUT"])
@access("access:grant")
@versioned
@api.arguments(ChangeMachine)
@api.response(200, MachineView)
def change_machine(body: dict[str, Any], machine_id: str) -> Any:
    machine = operations.change_machine(outside(), caller(), machine_id, body, expected_version())
    return machine, etag(machine["version"])


@api.route("/oauth/token", methods=["POST"])
@access(PUBLIC)
@api.response(200, TokenView)
def token_for_machine() -> Any:
    public = kit().settings.public_url
    return operations.token_for_machine(outside(), request.form, (public, f"{public}/oauth/token"))
