"""For the other services only: how many members a unit has, and what levels are called."""

from flask import Blueprint, Response, jsonify, request

from membership.operations.members import number_of_members, numbers_of_members
from membership.operations.units import read_levels
from servicekit.refusals import Malformed
from servicekit.web.guards import peer_only
from servicekit.web.kit import context

UNITS_MOST = 1_000

pages = Blueprint("internal", __name__, url_prefix="/internal")


@pages.get("/units/<unit_id>/members")
@peer_only("congress")
def count_members(unit_id: str) -> Response:
    return jsonify(members=number_of_members(context(), unit_id))


@pages.post("/members")
@peer_only("congress")
def count_members_of_many() -> Response:
    """Of up to UNITS_MOST units; those that are not there are left out."""
    ids = request.get_json().get("unit_ids")
    if not isinstance(ids, list) or len(ids) > UNITS_MOST or not all(isinstance(one, str) for one in ids):
        raise Malformed(field="unit_ids")
    return jsonify(members=numbers_of_members(context(), ids))


@pages.get("/levels")
@peer_only("congress")
def name_levels() -> Response:
    scheme = read_levels(context())
    levels = scheme.levels if scheme else ()
    return jsonify(levels=[{"key": level.key, "names": dict(level.names)} for level in levels])
