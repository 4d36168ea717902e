"""Which units have ever reported: for the roll-out."""

from typing import Any

from flask_smorest import Blueprint

from congress.operations import first_reports as operations
from congress.schemas.first_reports import (
    ReportedQuery,
    ReportedUnitPage,
    ReportedUnitsQuery,
    ReportedView,
)
from servicekit.web.guards import access, caller
from servicekit.web.kit import context

api = Blueprint("first_reports", __name__, url_prefix="/api/congress/first-reports")


@api.route("", methods=["GET"])
@access("congress:read")
@api.arguments(ReportedQuery, location="query")
@api.response(200, ReportedView)
def read_reported(query: dict[str, Any]) -> Any:
    return operations.read_reported(context(), caller(), query["below"], query["after"], query["limit"])


@api.route("/units", methods=["GET"])
@access("congress:read")
@api.arguments(ReportedUnitsQuery, location="query")
@api.response(200, ReportedUnitPage)
def list_reported(query: dict[str, Any]) -> Any:
    """In the order of their places in the tree."""
    return operations.list_reported(context(), caller(), query.pop("below"), **query)
