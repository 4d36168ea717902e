"""GET /api/<service>/audit: the same search over each service's own log."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from servicekit import audit
from servicekit.schemas import OUT_OF_RANGE, StrictSchema, identifier, text
from servicekit.web import access, caller, kit


class AuditQuery(StrictSchema):
    unit_id = identifier(load_default="")
    action = text(80, load_default="")
    subject_id = identifier(load_default="")
    # In a query every value is a text, so these numbers may be one.
    before = fields.Integer(validate=validate.Range(1, 2**53, error=OUT_OF_RANGE), load_default=None)
    limit = fields.Integer(validate=validate.Range(1, 200, error=OUT_OF_RANGE), load_default=50)


class AuditEntryView(StrictSchema):
    seq = fields.Integer()
    at = fields.DateTime()
    service = fields.String()
    actor = fields.String()
    actor_name = fields.String()
    via = fields.String()
    action = fields.String()
    outcome = fields.String()
    unit_id = fields.String()
    record_type = fields.String()
    record_id = fields.String()
    subject_id = fields.String()
    details = fields.Dict()
    request_id = fields.String()


class AuditPage(StrictSchema):
    items = fields.List(fields.Nested(AuditEntryView))
    next = fields.Integer(allow_none=True)


def audit_blueprint(service: str) -> Blueprint:
    pages = Blueprint("audit", __name__, url_prefix=f"/api/{service}")

    @pages.route("/audit", methods=["GET"])
    @access("audit:read")
    @pages.arguments(AuditQuery, location="query")
    @pages.response(200, AuditPage)
    def read_audit(query: dict[str, Any]) -> dict[str, Any]:
        page = audit.search(kit().database, caller(), **query)
        return {"items": [{**item, "service": service} for item in page.items], "next": page.next}

    return pages
