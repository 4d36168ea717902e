"""Keeping members."""

from typing import Any

from flask_smorest import Blueprint

from membership import operations, schemas
from membership.domain.members import Details, Sex
from membership.operations import leaving
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotent, idempotent_if_asked
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned

members = Blueprint("members", __name__, url_prefix="/api/membership")


@members.route("/members", methods=["GET"])
@access("members:read")
@members.arguments(schemas.MemberQuery, location="query")
@members.response(200, schemas.MemberPageView)
def list_members(query: dict[str, Any]) -> Any:
    """Members of one's own unit by name; `q` looks for the beginnings of words of the name."""
    return operations.list_members(
        context(), caller(), query["unit_id"], query=query["q"], after=query["after"], limit=query["limit"]
    )


@members.route("/members", methods=["POST"])
@access("members:write")
@idempotent
@members.arguments(schemas.NewMember)
@members.response(201, schemas.WrittenView)
def register_member(body: dict[str, Any]) -> Any:
    """Registers a member in one's own unit."""
    member = operations.register_member(context(), caller(), body.pop("unit_id"), details_of(body))
    return member, 201, {**etag(member.version), "Location": f"/api/membership/members/{member.id}"}


@members.route("/members/lookup", methods=["POST"])
@access("members:read")
@members.arguments(schemas.NumberAsked)
@members.response(200, schemas.MemberFound)
def look_up_member(body: dict[str, Any]) -> Any:
    """The member of one's own unit with this national number, or null: a member elsewhere is null as well."""
    return {"member": operations.look_up_member(context(), caller(), body["national_number"])}


@members.route("/members/<string:member_id>", methods=["GET"])
@access("members:read")
@members.response(200, schemas.MemberSeenView)
def read_member(member_id: str) -> Any:
    """One member's record; that it was read is written down."""
    seen = operations.read_member(context(), caller(), member_id)
    return seen, 200, etag(seen.version)


@members.route("/members/<string:member_id>", methods=["PUT"])
@access("members:write")
@versioned
@idempotent_if_asked
@members.arguments(schemas.MemberValues)
@members.response(200, schemas.WrittenView)
def change_member(body: dict[str, Any], member_id: str) -> Any:
    """Replaces the values of a member; the earlier ones stay in the history."""
    member = operations.change_member(context(), caller(), member_id, expected_version(), details_of(body))
    return member, 200, etag(member.version)


@members.route("/members/<string:member_id>/history", methods=["GET"])
@access("members:read")
@members.response(200, schemas.HistoryView)
def read_history(member_id: str) -> Any:
    """What happened to a member, and to the units they were in at the time; oldest first."""
    found = operations.read_history(context(), caller(), member_id)
    return {"items": found.items, "next": None, "total": len(found.items), "units": found.units}


@members.route("/members/<string:member_id>/leave", methods=["POST"])
@access("members:write")
@versioned
@idempotent_if_asked
@members.arguments(schemas.Leaving)
@members.response(200, schemas.WrittenView)
def leave(body: dict[str, Any], member_id: str) -> Any:
    """The member leaves: kept for the record, counted no more."""
    member = leaving.leave(context(), caller(), member_id, expected_version(), body["reason"], body["on"])
    return member, 200, etag(member.version)


@members.route("/members/<string:member_id>/move", methods=["GET"])
@access("members:write")
@members.arguments(schemas.MoveAsked, location="query")
@members.response(200, schemas.MovePreviewView)
def preview_member_move(query: dict[str, Any], member_id: str) -> Any:
    """From where to where the member would go."""
    return leaving.preview_move(context(), caller(), member_id, query["to_id"])


@members.route("/members/<string:member_id>/move", methods=["POST"])
@access("members:write")
@versioned
@idempotent_if_asked
@members.arguments(schemas.MoveMember)
@members.response(200, schemas.WrittenView)
def move_member(body: dict[str, Any], member_id: str) -> Any:
    """The member goes over to another unit that the caller keeps, or out of an ended one to what followed it."""
    member = leaving.move_member(
        context(), caller(), member_id, expected_version(), body["to_id"], body["reason"]
    )
    return member, 200, etag(member.version)


@members.route("/units/<string:unit_id>/stranded", methods=["GET"])
@access("members:write")
@members.arguments(schemas.MoveAsked, location="query")
@members.response(200, schemas.MovePreviewView)
def preview_stranded(query: dict[str, Any], unit_id: str) -> Any:
    """How many members of an ended unit would go where."""
    return leaving.preview_stranded(context(), caller(), unit_id, query["to_id"])


@members.route("/units/<string:unit_id>/stranded", methods=["POST"])
@access("members:write")
@idempotent
@members.arguments(schemas.MoveStranded)
@members.response(200, schemas.StrandedMovedView)
def move_stranded(body: dict[str, Any], unit_id: str) -> Any:
    """Moves the members of an ended unit, so many as were seen, some hundreds at a time."""
    return leaving.move_stranded(context(), caller(), unit_id, **body)


@members.route("/units/<string:unit_id>/member-counts", methods=["GET"])
@access("members:count")
@members.arguments(schemas.CountsQuery, location="query")
@members.response(200, schemas.MemberCountsView)
def count_members(query: dict[str, Any], unit_id: str) -> Any:
    """How many members a unit has, and each unit of a page of those directly below it, in the order of their codes."""
    return operations.count_members(context(), caller(), unit_id, query["after"], query["limit"])


def details_of(body: dict[str, Any]) -> Details:
    return Details(**{**body, "sex": Sex(body["sex"])})
