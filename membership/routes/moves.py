"""Moving units."""

from typing import Any

from flask_smorest import Blueprint

from membership import schemas
from membership.operations import moves as operations
from servicekit.serving.patience import patient
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotent
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned

moves = Blueprint("moves", __name__, url_prefix="/api/membership/moves")


@moves.route("", methods=["GET"])
@access("unit:read")
@moves.arguments(schemas.MovesQuery, location="query")
@moves.response(200, schemas.MovePage)
def list_moves(query: dict[str, Any]) -> Any:
    """Moves of a unit, away from it and to it, newest first."""
    return operations.list_moves(context(), caller(), **query)


@moves.route("/preview", methods=["GET"])
@access("unit:move")
@patient(10)
@moves.arguments(schemas.UnitMovePreviewQuery, location="query")
@moves.response(200, schemas.UnitMovePreview)
def preview_move(query: dict[str, Any]) -> Any:
    """What would move and who must agree; identity says whose access would fall."""
    return operations.preview_move(context(), caller(), query["unit_id"], query["to_id"])


@moves.route("", methods=["POST"])
@access("unit:move")
@patient(10)
@idempotent
@moves.arguments(schemas.AskToMove)
@moves.response(201, schemas.MoveView)
def ask_to_move(body: dict[str, Any]) -> Any:
    """Moves a unit below another superior, or asks a second person to confirm it."""
    return _tagged(operations.ask_to_move(context(), caller(), **body))


@moves.route("/<string:move_id>/confirm", methods=["POST"])
@access("unit:move")
@patient(10)
@versioned
@moves.response(200, schemas.MoveView)
def confirm_move(move_id: str) -> Any:
    return _tagged(operations.confirm_move(context(), caller(), move_id, expected_version()))


@moves.route("/<string:move_id>/decline", methods=["POST"])
@access("unit:move")
@versioned
@moves.arguments(schemas.Reason)
@moves.response(200, schemas.MoveView)
def decline_move(body: dict[str, Any], move_id: str) -> Any:
    return _tagged(operations.decline_move(context(), caller(), move_id, body["reason"], expected_version()))


def _tagged(move: operations.MoveSeen) -> Any:
    return move, etag(move.version)
