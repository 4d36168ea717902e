"""For the other services only: how many members a unit has, and what levels are called."""

from flask import Blueprint, Response, jsonify

from membership.operations.members import number_of_members
from membership.operations.units import read_levels
from servicekit.web.guards import peer_only
from servicekit.web.kit import context

pages = Blueprint("internal", __name__, url_prefix="/internal")


@pages.get("/units/<unit_id>/members")
@peer_only("congress")
def count_members(unit_id: str) -> Response:
    return jsonify(members=number_of_members(context(), unit_id))


@pages.get("/levels")
@peer_only("congress")
def name_levels() -> Response:
    scheme = read_levels(context())
    levels = scheme.levels if scheme else ()
    return jsonify(levels=[{"key": level.key, "names": dict(level.names)} for level in levels])
