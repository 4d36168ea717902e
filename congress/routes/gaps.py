"""Gaps with which a report was approved: supplied, and closed."""

from typing import Any

from flask_smorest import Blueprint

from congress import schemas
from congress.operations import gaps as operations
from congress.routes.congresses import answered, over_others
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotent_if_asked
from servicekit.web.kit import context
from servicekit.web.preconditions import expected_version, versioned

api = Blueprint("gaps", __name__, url_prefix="/api/congress")


@api.route("/congresses/<string:congress_id>/supply-gap", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.GapSupplied)
@api.response(200, schemas.CongressView)
def supply_gap(body: dict[str, Any], congress_id: str) -> Any:
    """Says that what was missing from the approved report is there now; the superior looks at it."""
    return answered(operations.supply_gap(context(), caller(), congress_id, expected_version(), **body))


@api.route("/congresses/<string:congress_id>/close-gap", methods=["POST"])
@access("congress:approve")
@versioned
@idempotent_if_asked
@api.arguments(schemas.GapDecision)
@api.response(200, schemas.CongressView)
def close_gap(body: dict[str, Any], congress_id: str) -> Any:
    """Closes a gap, by which what was supplied counts, or says with a remark that it is still owed."""
    over = over_others(body)
    return answered(
        operations.close_gap(context(), caller(), congress_id, expected_version(), over=over, **body)
    )
