"""Moving units."""

from typing import Any

from flask_smorest import Blueprint

from membership import schemas
from membership.operations import moves as operations
from servicekit.patience import patient
from servicekit.web import access, caller, etag, expected_version, idempotent, outside, versioned

moves = Blueprint("moves", __name__, url_prefix="/api/membership/moves")


@moves.route("", methods=["GET"])
@access("unit:read")
@moves.arguments(schemas.UnitAsked, location="query")
@moves.response(200, schemas.MoveList)
def list_moves(query: dict[str, Any]) -> Any:
    """Moves of a unit, away from it and to it, newest first."""
    return {"items": operations.list_moves(outside(), caller(), query["unit_id"])}


@moves.route("", methods=["POST"])
@access("unit:move")
@patient(10)
@idempotent
@moves.arguments(schemas.AskToMove)
@moves.response(201, schemas.MoveView)
def ask_to_move(body: dict[str, Any]) -> Any:
    """Moves a unit below another superior, or asks a second person to confirm it."""
    return _tagged(operations.ask_to_move(outside(), caller(), **body))


@moves.route("/<string:move_id>/confirm", methods=["POST"])
@access("unit:move")
@patient(10)
@versioned
@moves.response(200, schemas.MoveView)
def confirm_move(move_id: str) -> Any:
    return _tagged(operations.confirm_move(outside(), caller(), move_id, expected_version()))


@moves.route("/<string:move_id>/decline", methods=["POST"])
@access("unit:move")
@versioned
@moves.arguments(schemas.Reason)
@moves.response(200, schemas.MoveView)
def decline_move(body: dict[str, Any], move_id: str) -> Any:
    return _tagged(operations.decline_move(outside(), caller(), move_id, body["reason"], expected_version()))


def _tagged(move: dict[str, Any]) -> Any:
    return move, etag(move["version"])
