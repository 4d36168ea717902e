"""The audit: who did what, within one's reach."""

from urllib.parse import urlencode

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from portal.asking import log_of, membership
from portal.forms import Form
from portal.pages import page
from portal.views.log import entry_of
from portal.views.units import unit_of
from portal.words import SERVICES
from servicekit.web import access

pages = Blueprint("audit", __name__)


@pages.get("/audit")
@access("audit:read")
def read_audit() -> Response:
    asked = {name: request.args.get(name, "").strip() for name in ("service", "action", "unit_id")}
    service = asked["service"] if asked["service"] in SERVICES else "identity"
    answer = log_of(service).search(
        unit_id=asked["unit_id"], action=asked["action"], before=request.args.get("before", "")
    )
    query = {name: value for name, value in {**asked, "service": service}.items() if value}
    more = answer.get("next")
    return page(
        "audit.html",
        filter=Form({**asked, "service": service}),
        services=[(key, _(word)) for key, word in SERVICES.items()],
        unit=unit_of(membership().unit(asked["unit_id"])) if asked["unit_id"] else None,
        entries=[entry_of(one) for one in answer["items"]],
        more_link="/audit?" + urlencode({**query, "before": more}) if more else "",
    )
