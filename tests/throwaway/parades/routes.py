"""The parades of a unit."""

from typing import Any

from flask_smorest import Blueprint

from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotent
from servicekit.web.kit import context
from tests.throwaway.parades import operations, schemas

api = Blueprint("parades", __name__, url_prefix="/api/parades/parades")


@api.route("", methods=["GET"])
@access("unit:read")
@api.arguments(schemas.ParadeQuery, location="query")
@api.response(200, schemas.ParadeList)
def list_parades(query: dict[str, Any]) -> Any:
    return {"items": operations.list_parades(context(), caller(), query["unit_id"])}


@api.route("", methods=["POST"])
@access("parades:write")
@idempotent
@api.arguments(schemas.NewParade)
@api.response(201, schemas.ParadeView)
def announce_parade(body: dict[str, Any]) -> Any:
    return operations.announce_parade(context(), caller(), **body)
