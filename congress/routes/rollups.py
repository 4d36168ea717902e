"""Roll-ups: the figures of a unit and of those below it, to be read and to be taken along."""

from typing import Any

from flask import jsonify
from flask_smorest import Blueprint

from congress import schemas
from congress.operations import rollups as operations
from congress.operations.forecasts import outlook_of
from congress.rendering.tables import rollup_rows, rollup_table
from congress.routes.rollup_views import rollup_view
from servicekit.exporting.at_once import at_once, reader_here
from servicekit.out.exports.formats import FORMATS, JSON, XLSX
from servicekit.serving.patience import patient
from servicekit.web.guards import access, caller
from servicekit.web.kit import context
from servicekit.web.preconditions import only_get

api = Blueprint("rollups", __name__, url_prefix="/api/congress")


@api.route("/rollups/<string:plan_id>/<string:unit_id>", methods=["GET"])
@access("congress:read")
@api.arguments(schemas.RollupPageQuery, location="query")
@api.response(200, schemas.RollupView)
def read_rollup(query: dict[str, Any], plan_id: str, unit_id: str) -> Any:
    """Done, on time, late and overdue by milestone and level, for the unit and those below it, laggards first."""
    plan, answer = operations.read_rollup(context(), caller(), plan_id, unit_id, query["level"])
    course = operations.course_of(context(), plan, answer, query["course"])
    outlook = outlook_of(context(), plan, unit_id, query["course"])
    # Thousands of counts: shaping them once more through the schema would take longer than finding them.
    return jsonify(rollup_view(answer, course, outlook, whole_children=not query["level"]))


@api.route("/rollups/<string:plan_id>/<string:unit_id>/<any(csv, xlsx, json):kind>", methods=["GET"])
@access("congress:read")
@only_get
@patient(20)
@api.arguments(schemas.RollupQuery, location="query")
@api.response(200, content_type="text/csv")
@api.alt_response(200, content_type=XLSX.media_type)
@api.alt_response(200, content_type=JSON.media_type)
def take_rollup(query: dict[str, Any], plan_id: str, unit_id: str, kind: str) -> Any:
    """The same as a table to take along: a row for each unit and level of congresses."""
    plan, answer = operations.take_rollup(context(), caller(), plan_id, unit_id, query["level"], kind)
    reader = reader_here(operations.level_names(context()))
    return at_once(FORMATS[kind], rollup_table(plan, answer), rollup_rows(plan, answer), reader)
