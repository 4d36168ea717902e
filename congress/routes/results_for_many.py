"""Results for many congresses by a table, by whoever may report for each."""

from typing import Any

from flask_smorest import Blueprint

from congress.domain.results_for_many import Row
from congress.operations import results_for_many as operations
from congress.operations.results_for_many import RowSeen
from congress.schemas import results_for_many as schemas
from servicekit.serving.patience import patient
from servicekit.serving.problems import refusal_document
from servicekit.web.guards import access, caller
from servicekit.web.kit import context

api = Blueprint("results_for_many", __name__, url_prefix="/api/congress/plans")


@api.route("/<string:plan_id>/results/preview", methods=["POST"])
@access("congress:report")
@patient(30)
@api.arguments(schemas.ResultsForeseen)
@api.response(200, schemas.ResultsRows)
def foresee_results(body: dict[str, Any], plan_id: str) -> Any:
    """What each row would come to, as if it were typed; changes nothing."""
    rows = [Row(**one) for one in body["rows"]]
    return {"items": [_seen(one) for one in operations.foresee_results(context(), caller(), plan_id, rows)]}


@api.route("/<string:plan_id>/results", methods=["POST"])
@access("congress:report")
@patient(55)
@api.arguments(schemas.ResultsForMany)
@api.response(200, schemas.ResultsRows)
def fill_in_results(body: dict[str, Any], plan_id: str) -> Any:
    """Each row by itself, by the version that was foreseen; no report is sent. Sent again, it says the same."""
    rows = [Row(**one) for one in body["rows"]]
    return {"items": [_seen(one) for one in operations.fill_in_results(context(), caller(), plan_id, rows)]}


def _seen(one: RowSeen) -> dict[str, Any]:
    congress = one.congress
    return {
        "line": one.line,
        "unit_code": one.unit_code,
        "congress_id": congress.id if congress else None,
        "version": congress.version if congress else None,
        "unit": congress.unit if congress else None,
        "why": refusal_document(one.why) if one.why else None,
        "against": one.against,
        "same": one.same,
    }
