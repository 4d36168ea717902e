"""The sealed reports of a unit under a plan, and the one act that seals its figures as they are now."""

from functools import partial

from flask import Blueprint, Response

from portal.congress.routes.congresses import trail_of
from portal.congress.views.congress import unit_with_id
from portal.frame.forms import Form
from portal.frame.pages import done, or_shown_again, page
from portal.sealing.views import COMMAND, COMMAND_OF_PROOF, KEYS_NAME, held_of, sealed_of
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


@pages.get("/congresses/<congress_id>/sealed")
@access("congress:read")
def read_reports_holding(congress_id: str) -> Response:
    ahead(partial(congress().reports_holding, congress_id))
    one = congress().congress(congress_id)
    return page(
        "sealed_proofs.html",
        unit=unit_with_id(one),
        trail=trail_of(one),
        held=[held_of(congress_id, found) for found in congress().reports_holding(congress_id)],
        command=COMMAND_OF_PROOF,
        back=f"/congresses/{congress_id}",
    )


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
