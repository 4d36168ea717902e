"""The sealed reports of a unit under a plan, and the one act that seals its figures as they are now."""

from functools import partial

from flask import Blueprint, Response

from portal.frame.forms import Form
from portal.frame.pages import done, or_shown_again, page
from portal.sealing.views import COMMAND, KEYS_NAME, sealed_of
from portal.sealing.words import DONE, LABELS
from portal.shared.asking import ahead, congress, membership
from portal.shared.clients.acts import offered
from portal.shared.places import trail
from portal.shared.units import unit_of
from servicekit.web.guards import access

pages = Blueprint("sealing", __name__)
BLUEPRINTS = (pages,)
__all__ = ("BLUEPRINTS", "DONE", "LABELS")


@pages.get("/plans/<plan_id>/sealed/<unit_id>")
@access("congress:read")
def read_sealed_reports(plan_id: str, unit_id: str) -> Response:
    return _page(plan_id, unit_id, Form())


def seal_again(plan_id: str, unit_id: str, form: Form) -> Response:
    return _page(plan_id, unit_id, form)


@pages.post("/plans/<plan_id>/sealed/<unit_id>")
@access("plan:manage")
@or_shown_again(seal_again)
def seal_report(plan_id: str, unit_id: str, form: Form) -> Response:
    congress().seal_report(plan_id, unit_id, form.once)
    return done(f"/plans/{plan_id}/sealed/{unit_id}", "sealing-asked")


def _page(plan_id: str, unit_id: str, form: Form) -> Response:
    ahead(partial(congress().sealed_reports, plan_id, unit_id), partial(congress().plan, plan_id))
    answer = membership().unit(unit_id)
    found = congress().sealed_reports(plan_id, unit_id)
    return page(
        "sealed.html",
        form.status,
        plan=congress().plan(plan_id),
        unit=unit_of(answer),
        trail=trail(answer),
        made=[sealed_of(one) for one in found["items"]],
        command=COMMAND,
        keys_name=KEYS_NAME,
        seals=offered(found, "seal"),
        form=form,
    )
