"""Looking at units and levels."""

from dataclasses import asdict
from typing import Any

from flask_smorest import Blueprint

from membership import operations, schemas
from servicekit.web.guards import SIGNED_IN, access, caller
from servicekit.web.kit import context

units = Blueprint("units", __name__, url_prefix="/api/membership")


@units.route("/levels", methods=["GET"])
@access(SIGNED_IN)
@units.response(200, schemas.LevelSchemeView)
def read_levels() -> Any:
    """The level scheme, top first; empty before the first import."""
    return operations.read_levels(context()) or {"key": "", "levels": []}


@units.route("/units", methods=["GET"])
@access("unit:read")
@units.arguments(schemas.UnitQuery, location="query")
@units.response(200, schemas.UnitsFoundView)
def search_units(query: dict[str, Any]) -> Any:
    """Units within reach by `code`, or by names or code as people type them (`q`): what fits best first."""
    found = operations.search_units(
        context(), caller(), query=query["q"], code=query["code"], below=query["below"], limit=query["limit"]
    )
    items = [{**asdict(unit), "instead_of": found.instead_of.get(unit.id, ())} for unit in found.items]
    return {"items": items, "next": None, "total": found.total, "meant": found.meant}


@units.route("/units/roots", methods=["GET"])
@access("unit:read")
@units.response(200, schemas.UnitPageView)
def list_roots() -> Any:
    """The units where the caller's own reach begins."""
    return operations.list_roots(context(), caller())


@units.route("/units/named", methods=["GET"])
@access("unit:read")
@units.arguments(schemas.UnitsNamedQuery, location="query")
@units.response(200, schemas.UnitPageView)
def name_units(query: dict[str, Any]) -> Any:
    """Many units at once by their ids; those out of reach are left out, like those that do not exist."""
    return operations.units_by_id(context(), caller(), query["ids"].split(","))


@units.route("/units/<string:unit_id>", methods=["GET"])
@access("unit:read")
@units.response(200, schemas.UnitSeenView)
def read_unit(unit_id: str) -> Any:
    """One unit with the units above it."""
    seen = operations.read_unit(context(), caller(), unit_id)
    counts = {"children_count": seen.children_count, "ended_count": seen.ended_count}
    return {**asdict(seen.unit), "ancestors": seen.ancestors, "heirs": seen.heirs, **counts}


@units.route("/units/<string:unit_id>/children", methods=["GET"])
@access("unit:read")
@units.arguments(schemas.ChildrenQuery, location="query")
@units.response(200, schemas.UnitPageView)
def list_children(query: dict[str, Any], unit_id: str) -> Any:
    """Live units directly below, in the order of their codes; `next` is the `after` of the next page."""
    return operations.list_children(
        context(), caller(), unit_id, query["after"], query["limit"], ended=query["ended"]
    )
