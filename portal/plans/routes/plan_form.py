"""The form of a plan: a new one, a draft that is changed, an open plan that is renamed."""

from collections.abc import Sequence
from functools import partial

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.frame.forms import Fault, Form
from portal.frame.languages import SWITCH
from portal.frame.pages import done, know_words, name_of, or_shown_again, page
from portal.plans.views.ladders import typed_ladder
from portal.plans.views.plans import (
    OPEN_BELOW,
    differences,
    lateness_values,
    milestones_offered,
    plan_of,
    plan_values,
)
from portal.plans.words import NO_DEADLINE, NO_MILESTONE
from portal.shared.asking import ahead, congress, membership, today
from portal.shared.clients.answers import Document
from servicekit.tasks.acting import units_with
from servicekit.web.guards import access, caller

pages = Blueprint("plan_form", __name__)

STALE = 412


# ---------------------------------------------------------------- making one


@pages.get("/plans/new")
@access("plan:manage")
def plan_form() -> Response:
    ahead(
        membership().levels, *(partial(membership().unit, one) for one in units_with(caller(), "plan:manage"))
    )
    template = congress().plan_template()
    days = {f"milestones/{one['key']}": str(one["days_before_deadline"]) for one in template["milestones"]}
    days |= lateness_values(template["lateness"])
    top = units_with(caller(), "plan:manage")[0]
    first = {"opens_on": today().isoformat(), "unit_id": top, "open_below": OPEN_BELOW[0][0], **days}
    return plan_form_again(Form(first))


def plan_form_again(form: Form) -> Response:
    tops = [membership().unit(unit_id) for unit_id in units_with(caller(), "plan:manage")]
    return _form_page(
        form,
        tops,
        congress().plan_template()["milestones"],
        heading=_("Make a plan"),
        units=[(unit["id"], name_of(unit["names"])) for unit in tops],
        action="/plans/new",
        back="/plans",
    )


@pages.post("/plans/new")
@access("plan:manage")
@or_shown_again(plan_form_again)
def make_plan(form: Form) -> Response:
    wanted = _typed(form, membership().levels(), congress().plan_template()["milestones"])
    wanted["unit_id"] = form.text("unit_id", needed=True)
    form.check()
    made = congress().make_plan(wanted, form.once)
    return done(f"/plans/{made['id']}", "planned")


# ---------------------------------------------------------------- changing one


@pages.get("/plans/<plan_id>/edit")
@access("plan:manage")
def change_form(plan_id: str) -> Response:
    ahead(congress().plan_template, membership().levels)
    answer = congress().plan(plan_id)
    return _change_page(answer, Form(plan_values(answer), answer["version"]))


def change_again(plan_id: str, form: Form) -> Response:
    return _change_page(congress().plan(plan_id), form)


@pages.post("/plans/<plan_id>/edit")
@access("plan:manage")
@or_shown_again(change_again)
def change_plan(plan_id: str, form: Form) -> Response:
    answer = congress().plan(plan_id)
    if answer["state"] == "draft":
        wanted = _typed(form, membership().levels(), milestones_offered(answer, congress().plan_template()))
    else:
        wanted = _named(form) | {"cycle": answer["cycle"], "deadlines": answer["deadlines"]}
        form.check()
    congress().change_plan(plan_id, wanted, form.version)
    return done(f"/plans/{plan_id}", "saved")


def _change_page(answer: Document, form: Form) -> Response:
    milestones = milestones_offered(answer, congress().plan_template())
    changed: list[tuple[str, str]] = []
    if form.status == STALE:
        changed = differences(answer, form.values)
        form.version = answer["version"]
    plan = plan_of(answer)
    return _form_page(
        form,
        [membership().unit(answer["unit_id"])],
        milestones,
        heading=_("Change the draft") if plan.draft else _("Rename the plan"),
        plan=plan,
        changed=changed,
        action=f"{plan.link}/edit",
        back=plan.link,
    )


# ---------------------------------------------------------------- the form itself


def _form_page(
    form: Form, tops: Sequence[Document], milestones: Sequence[Document], **values: object
) -> Response:
    ahead(*(partial(congress().levels_of_plan, one["id"]) for one in tops))
    levels = membership().levels()
    found = {level for one in tops for level in congress().levels_of_plan(one["id"])}
    know_words({one["key"]: name_of(one["names"]) for one in (*levels, *milestones)})
    form.labels |= {
        **{f"names/{language}": own for language, _sign, own in SWITCH},
        **{f"deadlines/{level['key']}": name_of(level["names"]) for level in levels},
        **{f"milestones/{one['key']}": name_of(one["names"]) for one in milestones},
    }
    values.setdefault("changed", [])
    return page(
        "plan_form.html",
        form.status,
        form=form,
        levels=[level for level in levels if level["key"] in found],
        other_levels=[level for level in levels if level["key"] not in found],
        milestones=[{"name": f"milestones/{one['key']}", "names": one["names"]} for one in milestones],
        languages=[(f"names/{language}", own) for language, _sign, own in SWITCH],
        open_below=[(key, _(word)) for key, word in OPEN_BELOW],
        **values,
    )


def _named(form: Form) -> Document:
    """What may be said of any plan that is not closed."""
    names = {language: form.text(f"names/{language}") for language, _sign, _own in SWITCH}
    return {
        "name": form.text("name", needed=True),
        "names": {language: name for language, name in names.items() if name},
        "open_below": form.text("open_below", needed=True),
    }


def _typed(form: Form, levels: Sequence[Document], milestones: Sequence[Document]) -> Document:
    """The plan as typed: milestones without days are left out, and so are levels without a deadline."""
    deadlines = {level["key"]: form.day(f"deadlines/{level['key']}") for level in levels}
    days = {one["key"]: form.whole(f"milestones/{one['key']}") for one in milestones}
    plan: Document = {
        **_named(form),
        "lateness": {
            name: form.whole(f"lateness/{name}", needed=True)
            for name in ("explained_after", "postponed_most")
        }
        | typed_ladder(form),
        "cycle": form.text("cycle", needed=True),
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
