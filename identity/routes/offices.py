"""Who must act in units, by office; for those in the line above by name and contact."""

from typing import Any

from flask_smorest import Blueprint

from identity.operations.offices import offices
from identity.schemas.offices import OfficeList, OfficesQuery
from servicekit.web.guards import access, caller
from servicekit.web.kit import context

api = Blueprint("offices", __name__, url_prefix="/api/identity")


@api.route("/offices", methods=["GET"])
@access("congress:read")
@api.arguments(OfficesQuery, location="query")
@api.response(200, OfficeList)
def list_offices(query: dict[str, Any]) -> Any:
    """Of those units that you may read: who reports there, or who decides on it. Others are left out."""
    return {"items": offices(context(), caller(), query["unit_ids"].split(","), query["side"])}
