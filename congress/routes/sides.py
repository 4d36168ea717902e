"""What stands beside the course of a congress: explanations of what is very late."""

from typing import Any

from flask_smorest import Blueprint

from congress import schemas
from congress.operations import explanations
from congress.routes.congresses import answered, over_others
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotent_if_asked
from servicekit.web.kit import context
from servicekit.web.preconditions import expected_version, versioned

api = Blueprint("sides", __name__, url_prefix="/api/congress")


@api.route("/congresses/<string:congress_id>/explanation", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.ExplanationWritten)
@api.response(200, schemas.CongressView)
def explain(body: dict[str, Any], congress_id: str) -> Any:
    """Says why the congress is so late, where that is owed; one at a time."""
    return answered(explanations.explain(context(), caller(), congress_id, body["text"], expected_version()))


@api.route("/congresses/<string:congress_id>/decide-explanation", methods=["POST"])
@access("congress:approve")
@versioned
@idempotent_if_asked
@api.arguments(schemas.ExplanationDecision)
@api.response(200, schemas.CongressView)
def decide_explanation(body: dict[str, Any], congress_id: str) -> Any:
    """Accepts the explanation, or returns it with a remark; then it is owed again."""
    over = over_others(body)
    return answered(
        explanations.decide_explanation(
            context(), caller(), congress_id, expected_version(), over=over, **body
        )
    )
