"""Roll-ups: the figures of a unit and of those below it, as JSON and as CSV."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from congress import schemas
from congress.operations import rollups as operations
from congress.routes import table, views
from servicekit.patience import patient
from servicekit.problems import language
from servicekit.web import access, caller, outside

api = Blueprint("rollups", __name__, url_prefix="/api/congress")


@api.route("/rollups/<string:plan_id>/<string:unit_id>", methods=["GET"])
@access("congress:read")
@api.arguments(schemas.RollupQuery, location="query")
@api.response(200, schemas.RollupView)
def read_rollup(query: dict[str, Any], plan_id: str, unit_id: str) -> Any:
    """Done, on time, late and overdue by milestone and level, for the unit and those below it, laggards first."""
    _, answer = operations.read_rollup(outside(), caller(), plan_id, unit_id, query["level"])
    # Thousands of counts: shaping them once more through the schema would take longer than finding them.
    return jsonify(views.rollup_view(answer, whole_children=not query["level"]))


@api.route("/rollups/<string:plan_id>/<string:unit_id>/csv", methods=["GET"])
@access("congress:read")
@patient(20)
@api.arguments(schemas.RollupQuery, location="query")
@api.response(200, content_type="text/csv")
def read_rollup_table(query: dict[str, Any], plan_id: str, unit_id: str) -> Any:
    """The same as a table: a line per unit, four columns per milestone."""
    plan, answer = operations.read_rollup(outside(), caller(), plan_id, unit_id, query["level"])
    response = Response(table.lines(plan, answer, language()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{answer.rollup.code or unit_id}.csv"'
    return response
