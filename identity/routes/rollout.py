"""The roll-out: how far units have come, and which they are."""

from typing import Any

from flask_smorest import Blueprint

from identity.operations import rollout
from identity.schemas.rollout import RolloutQuery, RolloutUnitPage, RolloutUnitsQuery, RolloutView
from servicekit.web.guards import access, caller
from servicekit.web.kit import context

api = Blueprint("rollout", __name__, url_prefix="/api/identity/rollout")


@api.route("", methods=["GET"])
@access("access:read")
@api.arguments(RolloutQuery, location="query")
@api.response(200, RolloutView)
def read_rollout(query: dict[str, Any]) -> Any:
    """At a unit and below it: in how many somebody has signed in, holds access, was asked, and in how many nobody."""
    return rollout.read_rollout(context(), caller(), query["below"], query["after"], query["limit"])


@api.route("/units", methods=["GET"])
@access("access:read")
@api.arguments(RolloutUnitsQuery, location="query")
@api.response(200, RolloutUnitPage)
def list_rollout(query: dict[str, Any]) -> Any:
    """The units behind a figure, in the order of their places in the tree."""
    return rollout.list_rollout(context(), caller(), query.pop("below"), **query)
