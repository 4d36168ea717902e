"""Requests for access: listed below a unit, looked at, answered."""

from functools import partial

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.access.routes.giving import usual_period
from portal.access.views.asking import Request, request_of
from portal.access.views.grants import roles_of, to_give
from portal.frame.forms import Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, name_of, or_shown_again, page
from portal.frame.query import LIST, takes
from portal.shared.asking import comments_on, identity, membership
from portal.shared.places import trail
from portal.shared.units import Crumb, unit_of
from portal.threads.routes import Threads, thread_on, thread_pages
from portal.threads.views import Record
from servicekit.web.guards import access

pages = Blueprint("access_requests", __name__)
# Where the service keeps the threads.
THREADS = "identity/access-requests"


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
@takes(*LIST)
@access("access:grant")
def read_request(request_id: str) -> Response:
    return answer_again(request_id, Form(usual_period()))


def answer_again(request_id: str, form: Form) -> Response:
    answer = identity().access_request(request_id)
    request = request_of(answer)
    roles = roles_of(identity().roles())
    if form.status == 412 or form.version is None:
        form.version = request.version
    record = _record_of(request)
    said = None if request.own else comments_on(THREADS).newest(request_id, after())
    return page(
        "request.html",
        form.status,
        request=request,
        trail=record.trail,
        thread=thread_on(record, said) if said else None,
        pager=pager(said, len(said["items"])) if said else None,
        comment=Form(),
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


def _record(request_id: str) -> Record:
    return _record_of(request_of(identity().access_request(request_id)))


def _record_of(request: Request) -> Record:
    return Record(
        names=request.unit,
        trail=_trail(request.unit_id),
        start=request.link,
        heard=_("Read by those who give access here, never by whoever asked. It goes when the request goes."),
    )


thread = thread_pages(
    Threads(
        name="request_comments",
        place="/access-requests",
        permission="access:grant",
        ask=partial(comments_on, THREADS),
        record=_record,
    )
)


def _trail(unit_id: str) -> tuple[Crumb, ...]:
    *above, own = trail(membership().unit(unit_id))
    return (*above, Crumb(own.names, f"/units/{unit_id}/access/requests"))
