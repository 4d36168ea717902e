"""What stands beside the course of a congress: explanations of what is very late, postponements, pilots."""

from typing import Any

from flask_smorest import Blueprint

from congress import schemas
from congress.operations import blocking, explanations, pilots, postponing
from congress.routes.congresses import answered, over_others
from congress.routes.views import lesson_view
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotent_if_asked
from servicekit.web.kit import context
from servicekit.web.preconditions import expected_version, versioned
from servicekit.web.schemas import PageQuery

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


@api.route("/congresses/<string:congress_id>/postpone", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.PostponementWanted)
@api.response(200, schemas.CongressView)
def postpone(body: dict[str, Any], congress_id: str) -> Any:
    """Says that the congress is not held before a next date, and why; its deadline stays as it is."""
    return answered(
        postponing.postpone(
            context(), caller(), congress_id, body["until"], body["reason"], expected_version()
        )
    )


@api.route("/congresses/<string:congress_id>/resume", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.Nothing, required=False)
@api.response(200, schemas.CongressView)
def resume(body: dict[str, Any], congress_id: str) -> Any:
    """Says that the congress goes on after all."""
    return answered(postponing.resume(context(), caller(), congress_id, expected_version()))


@api.route("/congresses/<string:congress_id>/block", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.BlockWanted)
@api.response(200, schemas.CongressView)
def block(body: dict[str, Any], congress_id: str) -> Any:
    """Says which of its open difficulties the congress waits for; its deadline stays as it is."""
    asked = (body["difficulty_id"], body["reason"])
    return answered(blocking.block(context(), caller(), congress_id, *asked, expected_version()))


@api.route("/congresses/<string:congress_id>/unblock", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.Nothing, required=False)
@api.response(200, schemas.CongressView)
def unblock(body: dict[str, Any], congress_id: str) -> Any:
    """Says that the congress goes on though the difficulty is not over."""
    return answered(blocking.unblock(context(), caller(), congress_id, expected_version()))


@api.route("/congresses/<string:congress_id>/pilot", methods=["POST"])
@access("congress:approve")
@versioned
@idempotent_if_asked
@api.arguments(schemas.PilotWanted)
@api.response(200, schemas.CongressView)
def choose_pilot(body: dict[str, Any], congress_id: str) -> Any:
    """Gives the congress an earlier day of its own, from which others learn; or calls that off."""
    over = over_others(body)
    return answered(
        pilots.choose_pilot(context(), caller(), congress_id, body["until"], expected_version(), over)
    )


@api.route("/congresses/<string:congress_id>/lessons", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.LessonWritten)
@api.response(200, schemas.CongressView)
def teach(body: dict[str, Any], congress_id: str) -> Any:
    """What the pilot has learnt, for units of its level; a later note takes the place of the one before."""
    return answered(pilots.teach(context(), caller(), congress_id, body["text"], expected_version()))


@api.route("/congresses/<string:congress_id>/lessons", methods=["GET"])
@access("congress:read")
@api.arguments(PageQuery, location="query")
@api.response(200, schemas.TaughtList)
def read_lessons(query: dict[str, Any], congress_id: str) -> Any:
    """What pilots have learnt that were chosen for congresses of this one's level, by any unit above it."""
    page = pilots.lessons_for(context(), caller(), congress_id, query["after"], query["limit"])
    return {"items": [lesson_view(one) for one in page.items], "next": page.next, "total": page.total}
