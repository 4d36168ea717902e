"""Plans: listed, made, opened and handed down to every unit."""

from collections.abc import Sequence

from flask import Blueprint, Response, make_response, render_template
from flask_babel import gettext as _

from portal.asking import congress, membership, today
from portal.clients import Document
from portal.forms import Fault, Form
from portal.pages import done, know_words, name_of, or_shown_again, page
from portal.routes.units import may
from portal.views.plans import Plan, levels_found, plan_of
from portal.views.tasks import units_with
from portal.words import NO_DEADLINE, NO_MILESTONE
from servicekit.patience import patient
from servicekit.web import access, caller

pages = Blueprint("plans", __name__)


@pages.get("/plans")
@access("congress:read")
def list_plans() -> Response:
    return page(
        "plans.html",
        plans=[plan_of(one) for one in congress().plans()],
        may_make=bool(units_with(caller(), "plan:manage")),
    )


@pages.get("/plans/<plan_id>")
@access("congress:read")
def read_plan(plan_id: str) -> Response:
    return _plan_page(plan_id, Form())


def plan_again(plan_id: str, form: Form) -> Response:
    return _plan_page(plan_id, form)


def _plan_page(plan_id: str, form: Form) -> Response:
    answer, levels = congress().plan(plan_id), membership().levels()
    know_words({one["key"]: name_of(one["names"]) for one in (*levels, *answer["milestones"])})
    plan = plan_of(answer, [level["key"] for level in levels])
    form.version = plan.version
    return page(
        "plan.html",
        form.status,
        plan=plan,
        form=form,
        may_manage=may("plan:manage", tuple(answer["unit_path"])),
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


# ---------------------------------------------------------------- making one


@pages.get("/plans/new")
@access("plan:manage")
def plan_form() -> Response:
    days = {
        f"milestones/{milestone['key']}": str(milestone["days_before_deadline"])
        for milestone in congress().plan_template()["milestones"]
    }
    top = units_with(caller(), "plan:manage")[0]
    return plan_form_again(Form({"opens_on": today().isoformat(), "unit_id": top, **days}))


def plan_form_again(form: Form) -> Response:
    levels, template = membership().levels(), congress().plan_template()
    tops = [membership().unit(unit_id) for unit_id in units_with(caller(), "plan:manage")]
    found = levels_found(tops, lambda unit_id: membership().children(unit_id)["items"])
    know_words({one["key"]: name_of(one["names"]) for one in (*levels, *template["milestones"])})
    form.labels = {
        "name": _("Name"),
        "cycle": _("Cycle"),
        "opens_on": _("Opens on"),
        **{f"deadlines/{level['key']}": name_of(level["names"]) for level in levels},
        **{f"milestones/{one['key']}": name_of(one["names"]) for one in template["milestones"]},
    }
    return page(
        "plan_new.html",
        form.status,
        form=form,
        units=[(unit["id"], name_of(unit["names"])) for unit in tops],
        levels=[level for level in levels if level["key"] in found],
        other_levels=[level for level in levels if level["key"] not in found],
        milestones=[
            {"name": f"milestones/{one['key']}", "names": one["names"]} for one in template["milestones"]
        ],
    )


@pages.post("/plans/new")
@access("plan:manage")
@or_shown_again(plan_form_again)
def make_plan(form: Form) -> Response:
    wanted = _typed(form, membership().levels(), congress().plan_template()["milestones"])
    made = congress().make_plan(wanted, form.once)
    return done(f"/plans/{made['id']}", "planned")


def _typed(form: Form, levels: Sequence[Document], milestones: Sequence[Document]) -> Document:
    """The plan as typed: milestones without days are left out, and so are levels without a deadline."""
    deadlines = {level["key"]: form.day(f"deadlines/{level['key']}") for level in levels}
    days = {one["key"]: form.whole(f"milestones/{one['key']}") for one in milestones}
    plan: Document = {
        "name": form.text("name", needed=True),
        "cycle": form.text("cycle", needed=True),
        "unit_id": form.text("unit_id", needed=True),
        "opens_on": form.day("opens_on", needed=True),
        "deadlines": {level: day for level, day in deadlines.items() if day},
        "milestones": [
            {**one, "days_before_deadline": days[one["key"]]}
            for one in milestones
            if days[one["key"]] is not None
        ],
    }
    if not plan["deadlines"] and levels:
        form.faults.setdefault(f"deadlines/{levels[0]['key']}", Fault(NO_DEADLINE))
    if not plan["milestones"] and milestones:
        form.faults.setdefault(f"milestones/{milestones[0]['key']}", Fault(NO_MILESTONE))
    form.check()
    return plan
