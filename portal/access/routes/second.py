"""The queue of a unit of grants that wait for a second person: given, made longer, or asked to be removed."""

from functools import partial

from flask import Blueprint, Response

from portal.access.views.grants import roles_of
from portal.access.views.second import REMOVAL, STATUSES, Seconds, own_first, row_of, seconds_of
from portal.frame.pager import after, pager
from portal.frame.pages import page
from portal.frame.query import LIST, asked, takes
from portal.shared.asking import ahead, identity, membership, now
from portal.shared.clients.answers import Document
from portal.shared.places import trail
from portal.shared.units import Crumb, unit_of
from servicekit.web.guards import access, caller

pages = Blueprint("second", __name__)

ONE = 1


@pages.get("/units/<unit_id>/access/second")
@takes("tab", *LIST)
@access("access:grant")
def list_for_second(unit_id: str) -> Response:
    """None can be ticked: a second pair of eyes looks at each."""
    queue = seconds_of(unit_id, asked("tab"))
    ahead(
        *(partial(membership().unit, unit_id), identity().roles),
        *(partial(identity().grants, unit_id, **_asking(kind, queue)) for kind in STATUSES),
    )
    answers = {kind: identity().grants(unit_id, **_asking(kind, queue)) for kind in STATUSES}
    totals = {kind: answer["total"] for kind, answer in answers.items()}
    if queue.kind == REMOVAL:
        found = [one for one in identity().every_grant(unit_id) if one["removal"]]
        answers[REMOVAL] = {"items": found, "next": None, "total": len(found)}
        totals[REMOVAL] = len(found)
    answer, unit = answers[queue.kind], membership().unit(unit_id)
    above = membership().units_by_id(one["unit_path"][-2] for one in answer["items"] if one["unit_path"][1:])
    roles = roles_of(identity().roles())
    *over, own = trail(unit)
    return page(
        "second.html",
        unit=unit_of(unit),
        trail=(*over, Crumb(own.names, f"/units/{unit_id}/access")),
        tabs=queue.tabs(totals),
        rows=own_first(
            [row_of(one, roles, above, queue, caller().accounts, now()) for one in answer["items"]]
        ),
        pager=pager(answer, len(answer["items"]), **queue.query),
    )


def _asking(kind: str, queue: Seconds) -> Document:
    """A page of what is shown; of the other kind how many there are."""
    shown: Document = {"after": after()} if kind == queue.kind else {"limit": ONE}
    return {"below": True, "status": STATUSES[kind], **shown}
