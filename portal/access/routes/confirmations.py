"""The yearly list of a unit: the grants that somebody must confirm again, one button each."""

from functools import partial

from flask import Blueprint, Response

from portal.access.views.grants import grant_of, roles_of
from portal.frame.pager import after, pager
from portal.frame.pages import page
from portal.frame.query import LIST, takes
from portal.shared.asking import ahead, identity, membership
from portal.shared.clients.acts import offered
from portal.shared.places import trail
from portal.shared.units import Crumb, unit_of
from servicekit.web.guards import access

pages = Blueprint("confirmations", __name__)


@pages.get("/units/<unit_id>/access/yearly")
@takes(*LIST)
@access("access:read")
def list_yearly(unit_id: str) -> Response:
    ahead(partial(membership().unit, unit_id), identity().roles)
    answer, due = membership().unit(unit_id), identity().to_recertify(unit_id, after())
    roles = roles_of(identity().roles())
    *above, own = trail(answer)
    return page(
        "yearly.html",
        unit=unit_of(answer),
        trail=(*above, Crumb(own.names, f"/units/{unit_id}/access")),
        lines=[
            {
                "grant": grant_of(one, roles),
                "may_decide": offered(one, "recertify"),
            }
            for one in due["items"]
        ],
        pager=pager(due, len(due["items"])),
        here=f"/units/{unit_id}/access/yearly",
    )
