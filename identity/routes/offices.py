"""Who must act in units, by office; for those in the line above by name and contact; and who holds one, by name."""

from typing import Any

from flask_smorest import Blueprint

from identity.operations.holders import find_holders
from identity.operations.offices import SUPERIOR, UNIT, offices
from identity.schemas.offices import OfficeHolderPage, OfficeHoldersQuery, OfficeList, OfficesQuery
from servicekit.web.guards import access, caller
from servicekit.web.kit import context

SIDES = {"reporting": UNIT, "deciding": SUPERIOR}

api = Blueprint("offices", __name__, url_prefix="/api/identity")


@api.route("/offices", methods=["GET"])
@access("congress:read")
@api.arguments(OfficesQuery, location="query")
@api.response(200, OfficeList)
def list_offices(query: dict[str, Any]) -> Any:
    """Of those units that you may read: who reports there, or who decides on it. Others are left out."""
    asked = {side: query[name].split(",") for name, side in SIDES.items() if name in query}
    return {"items": [one for side, ids in asked.items() for one in offices(context(), caller(), ids, side)]}


@api.route("/holders", methods=["GET"])
@access("unit:read")
@api.arguments(OfficeHoldersQuery, location="query")
@api.response(200, OfficeHolderPage)
def find_office_holders(query: dict[str, Any]) -> Any:
    """By name, those that fit best first: of the units whose access you read, and of those that you stand above."""
    return find_holders(context(), caller(), query["q"], query["after"], query["limit"])
