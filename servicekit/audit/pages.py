"""GET /api/<service>/audit: the same search over each service's own log; and what is refused is written into it."""

from datetime import date, timedelta
from typing import Any

from flask import Response, g, request
from flask.blueprints import BlueprintSetupState
from flask_smorest import Blueprint
from marshmallow import fields, validate

from servicekit.access.attempts import Attempts, asked_for, entries_of, is_attempt
from servicekit.audit import search as audit_search
from servicekit.audit.chain import is_odd
from servicekit.serving.patience import patient
from servicekit.web.guards import SIGNED_IN, access, caller, origin
from servicekit.web.kit import kit
from servicekit.web.schemas import (
    NOT_A_DATE,
    CutView,
    Day,
    PageQuery,
    PageView,
    StrictSchema,
    identifier,
    text,
)

OWN_SHOWN = 200
# Beyond, a day of a zone may have no beginning.
DAYS = validate.Range(date(1900, 1, 1), date(2999, 12, 31), error=NOT_A_DATE)


class AuditQuery(PageQuery):
    unit_id = identifier(load_default="")
    action = text(80, load_default="")
    subject_id = identifier(load_default="")
    record_id = identifier(load_default="")
    actor = identifier(load_default="")
    outcome = text(20, load_default="")
    # Days of the organisation's zone, both included.
    since = Day(data_key="from", load_default=None, validate=DAYS)
    until = Day(data_key="to", load_default=None, validate=DAYS)


class AuditEntryView(StrictSchema):
    """`odd`: it holds what cannot be read as it was written, and is shown as far as it can.

    `after`: as the cursor of a page, for who goes on behind this entry.
    """

    after = fields.String()
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
    odd = fields.Boolean()
    request_id = fields.String()


class AuditPage(PageView):
    """A page that finds little may say `next` all the same: so much was looked at. `total` is null of a search that
    fits much, unless it is of a unit or of all that the reader may see.
    """

    items = fields.List(fields.Nested(AuditEntryView))


class OwnEntry(StrictSchema):
    """Without the numbers and details that are for auditors."""

    at = fields.DateTime()
    service = fields.String()
    actor_name = fields.String()
    action = fields.String()
    outcome = fields.String()
    unit_id = fields.String()


class OwnEntries(CutView):
    items = fields.List(fields.Nested(OwnEntry))


def audit_blueprint(service: str) -> Blueprint:
    pages = Blueprint("audit", __name__, url_prefix=f"/api/{service}")
    pages.record_once(_write_down_refusals)

    @pages.route("/audit", methods=["GET"])
    @access("audit:read")
    @patient(8)
    @pages.arguments(AuditQuery, location="query")
    @pages.response(200, AuditPage)
    def read_audit(query: dict[str, Any]) -> dict[str, Any]:
        page = audit_search.search(
            kit().database,
            caller(),
            _wanted(query),
            kit().clock.now(),
            after=query["after"],
            limit=query["limit"],
        )
        return {
            "items": [
                {**item, "service": service, "odd": is_odd(item), "after": audit_search.place_of(item)}
                for item in page.items
            ],
            "next": page.next,
            "total": page.total,
        }

    @pages.route("/audit/mine", methods=["GET"])
    @access(SIGNED_IN)
    @pages.response(200, OwnEntries)
    def read_own_audit() -> dict[str, Any]:
        """What was done with the caller's own account, by whomever, newest first; by a code of its unit alone."""
        person = caller()
        found = audit_search.about(
            kit().database, {person.account_id, *person.also}, kit().clock.now(), OWN_SHOWN + 1
        )
        items = [{**entry, "service": service} for entry in found[:OWN_SHOWN]]
        if person.fallback:
            units = {right.unit_id for right in person.rights}
            items = [one for one in items if one["unit_id"] in units]
        return {"items": items, "truncated": len(found) > OWN_SHOWN}

    return pages


def _wanted(query: dict[str, Any]) -> audit_search.Wanted:
    clock = kit().clock
    since, until = query["since"], query["until"]
    return audit_search.Wanted(
        **{name: query[name] for name in ("unit_id", *audit_search.FIELDS)},
        since=clock.beginning_of(since) if since else None,
        until=clock.beginning_of(until) + timedelta(days=1) if until else None,
    )


def _write_down_refusals(state: BlueprintSetupState) -> None:
    """In every service that has a log."""
    attempts = Attempts(state.app.extensions["kit"].database, origin)
    state.app.extensions["prepare"].append(attempts.prepare)

    @state.app.after_request
    def write_down(response: Response) -> Response:
        refusal, person = g.get("refusal"), g.get("caller")
        if refusal is not None and person is not None and person.account_id and is_attempt(refusal):
            body = request.get_json(silent=True)
            told = {**request.args.to_dict(), **(body if isinstance(body, dict) else {})}
            asked = asked_for(str(request.endpoint), request.view_args or {}, told)
            entries = entries_of(refusal, person, asked)
            attempts.record(person.account_id, asked.operation, entries, kit().clock.now())
        return response
