"""Plans: listed, opened and handed down to every unit."""

from flask import Blueprint, Response, make_response, render_template

from portal.frame.acting import unit_with
from portal.frame.forms import Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, know_words, name_of, or_shown_again, page
from portal.frame.query import LIST, takes
from portal.plans.views.plans import Plan, plan_of
from portal.shared.asking import ahead, congress, membership
from portal.shared.clients.acts import all_offered
from portal.shared.places import may
from servicekit.serving.patience import patient
from servicekit.tasks.acting import units_with
from servicekit.web.guards import access, caller

pages = Blueprint("plans", __name__)


@pages.get("/plans")
@takes(*LIST)
@access("congress:read")
def list_plans() -> Response:
    found = congress().page_of_plans(after())
    plans = [plan_of(one) for one in found["items"]]
    return page(
        "plans.html",
        plans=plans,
        pager=pager(found, len(plans)),
        may_make=bool(units_with(caller(), "plan:manage")),
    )


@pages.get("/plans/<plan_id>")
@access("congress:read")
def read_plan(plan_id: str) -> Response:
    return _plan_page(plan_id, Form())


def plan_again(plan_id: str, form: Form) -> Response:
    return _plan_page(plan_id, form)


def _plan_page(plan_id: str, form: Form) -> Response:
    ahead(membership().levels)
    answer, levels = congress().plan(plan_id), membership().levels()
    know_words({one["key"]: name_of(one["names"]) for one in (*levels, *answer["milestones"])})
    plan = plan_of(answer, [level["key"] for level in levels])
    form.version = plan.version
    return page(
        "plan.html",
        form.status,
        plan=plan,
        form=form,
        may=all_offered(answer),
        # Of the plan's own unit, and below it, where the reader sees that; else of where they are.
        progress_of=plan.unit_id
        if may("congress:read", tuple(answer["unit_path"]))
        else unit_with(caller(), "congress:read"),
    )


@pages.get("/plans/<plan_id>/progress")
@access("congress:read")
def follow_cascade(plan_id: str) -> Response:
    """The part of the page that is asked for again while the plan is handed down."""
    plan: Plan = plan_of(congress().plan(plan_id))
    response = make_response(render_template("parts/cascade_fragment.html", plan=plan))
    if not plan.running:
        response.headers["HX-Redirect"] = f"{plan.link}?done=cascaded"
    return response


@pages.post("/plans/<plan_id>/cascade")
@access("plan:manage")
@patient(10)
@or_shown_again(plan_again)
def cascade_plan(plan_id: str, form: Form) -> Response:
    congress().cascade(plan_id, form.version, form.once)
    return done(f"/plans/{plan_id}")
