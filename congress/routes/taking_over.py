"""The plan goes down: each unit takes over that of the one above."""

from typing import Any

from flask_smorest import Blueprint

from congress import schemas
from congress.operations import taking_over as operations
from congress.routes.congresses import answered
from congress.schemas.taking_over import PlanTaken
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotent_if_asked
from servicekit.web.kit import context
from servicekit.web.preconditions import expected_version, versioned

api = Blueprint("taking_over", __name__, url_prefix="/api/congress")


@api.route("/congresses/<string:congress_id>/take-over", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(PlanTaken)
@api.response(200, schemas.CongressView)
def take_over(body: dict[str, Any], congress_id: str) -> Any:
    """Makes the superior's plan the unit's own: records that it is issued, with a note and, if it likes, days before
    the plan's, its own and those of the levels below it.
    """
    said = body["date"], body["until"], body["note"], body["below"]
    return answered(operations.take_over(context(), caller(), congress_id, *said, expected_version()))
