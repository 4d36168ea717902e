"""Congresses of a unit and all below it that are overdue, or that wait for a step of their superior unit."""

from flask import Blueprint, Response

from portal.congress.views.congress import unit_with_id
from portal.frame.pager import after, pager
from portal.frame.pages import page
from portal.frame.query import LIST, takes
from portal.shared.asking import congress, membership
from portal.shared.clients.answers import Document
from portal.shared.places import trail
from servicekit.web.guards import access

pages = Blueprint("below", __name__)


@pages.get("/overdue/<plan_id>/<unit_id>")
@takes(*LIST)
@access("congress:read")
def list_overdue(plan_id: str, unit_id: str) -> Response:
    return _list(plan_id, unit_id, "overdue", congress().overdue(plan_id, unit_id, after()))


@pages.get("/steps/<plan_id>/<unit_id>/below")
@takes(*LIST)
@access("congress:read")
def list_steps_below(plan_id: str, unit_id: str) -> Response:
    answer = congress().waiting_for_step(plan_id, unit_id, after(), direct=False)
    return _list(plan_id, unit_id, "steps", answer)


def _list(plan_id: str, unit_id: str, kind: str, answer: Document) -> Response:
    return page(
        "below.html",
        kind=kind,
        plan=congress().plan(plan_id),
        trail=trail(membership().unit(unit_id)),
        congresses=[
            {"unit": unit_with_id(one), "link": f"/congresses/{one['id']}", "deadline": one["deadline"]}
            for one in answer["items"]
        ],
        pager=pager(answer, len(answer["items"])),
    )
