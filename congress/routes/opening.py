"""Reports that wait for a decision: opened, and withdrawn."""

from typing import Any

from flask_smorest import Blueprint

from congress import schemas
from congress.operations import opening as operations
from congress.routes.congresses import answered
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotent_if_asked
from servicekit.web.kit import context
from servicekit.web.preconditions import expected_version, versioned

api = Blueprint("opening", __name__, url_prefix="/api/congress")


@api.route("/congresses/<string:congress_id>/open-report", methods=["POST"])
@access("congress:approve")
@api.arguments(schemas.Nothing, required=False)
@api.response(200, schemas.CongressView)
def open_report(body: dict[str, Any], congress_id: str) -> Any:
    """Says that whoever decides has begun to read: from then on the unit cannot withdraw it. Noted once."""
    return answered(operations.open_report(context(), caller(), congress_id))


@api.route("/congresses/<string:congress_id>/withdraw-report", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.Nothing, required=False)
@api.response(200, schemas.CongressView)
def withdraw_report(body: dict[str, Any], congress_id: str) -> Any:
    """Takes back what was sent up, as if it had not been, until the superior has opened it."""
    return answered(operations.withdraw_report(context(), caller(), congress_id, expected_version()))
