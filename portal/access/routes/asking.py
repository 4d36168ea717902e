"""Requests for access: listed below a unit, looked at, answered."""

from flask import Blueprint, Response

from portal.access.routes.giving import usual_period
from portal.access.views.asking import request_of
from portal.access.views.grants import roles_of, to_give
from portal.frame.forms import Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, name_of, or_shown_again, page
from portal.frame.query import LIST, takes
from portal.shared.asking import identity, membership
from portal.shared.places import trail
from portal.shared.units import Crumb, unit_of
from servicekit.web.guards import access

pages = Blueprint("access_requests", __name__)


@pages.get("/units/<unit_id>/access/requests")
@takes(*LIST)
@access("access:grant")
def list_requests(unit_id: str) -> Response:
    unit = membership().unit(unit_id)
    answer = identity().access_requests(unit_id, after())
    return page(
        "requests.html",
        unit=unit_of(unit),
        trail=trail(unit),
        requests=[request_of(one) for one in answer["items"]],
        pager=pager(answer, len(answer["items"])),
    )


@pages.get("/access-requests/<request_id>")
@access("access:grant")
def read_request(request_id: str) -> Response:
    return answer_again(request_id, Form(usual_period()))


def answer_again(request_id: str, form: Form) -> Response:
    answer = identity().access_request(request_id)
    request = request_of(answer)
    roles = roles_of(identity().roles())
    if form.status == 412 or form.version is None:
        form.version = request.version
    return page(
        "request.html",
        form.status,
        request=request,
        trail=_trail(request.unit_id),
        roles=[(role.key, name_of(role.names)) for role in to_give(roles)],
        form=form,
        back=f"/units/{request.unit_id}/access/requests",
    )


@pages.post("/access-requests/<request_id>/give")
@access("access:grant")
@or_shown_again(answer_again)
def give_on_request(request_id: str, form: Form) -> Response:
    wanted = {
        "role": form.text("role", needed=True),
        "valid_from": form.day("valid_from", needed=True),
        "valid_to": form.day("valid_to", needed=True),
        "reason": form.text("reason"),
    }
    form.check()
    given = identity().give_on_request(request_id, wanted, form.version)
    if given["status"] == "proposed":
        return done(f"/units/{given['unit_id']}/access/requests", "proposed")
    return done(f"/units/{given['unit_id']}/access/requests", "request-given")


@pages.post("/access-requests/<request_id>/decline")
@access("access:grant")
@or_shown_again(answer_again)
def decline_request(request_id: str, form: Form) -> Response:
    reason = form.text("declined_for", needed=True)
    form.check()
    declined = identity().decline_request(request_id, reason, form.version)
    return done(f"/units/{declined['unit_id']}/access/requests", "request-declined")


def _trail(unit_id: str) -> tuple[Crumb, ...]:
    *above, own = trail(membership().unit(unit_id))
    return (*above, Crumb(own.names, f"/units/{unit_id}/access/requests"))
