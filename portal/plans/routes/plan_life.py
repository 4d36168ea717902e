"""What becomes of a plan: a draft is deleted, an open one is closed."""

from functools import partial

from flask import Blueprint, Response

from portal.frame.forms import Form
from portal.frame.pages import done, know_words, name_of, or_shown_again, page
from portal.plans.views.plans import plan_of
from portal.shared.asking import ahead, congress, membership
from portal.shared.clients.answers import Document
from servicekit.web.guards import access

pages = Blueprint("plan_life", __name__)


def _looked_up(plan_id: str) -> tuple[Document, list[str]]:
    ahead(partial(congress().plan, plan_id))
    levels = membership().levels()
    know_words({level["key"]: name_of(level["names"]) for level in levels})
    return congress().plan(plan_id), [level["key"] for level in levels]


# ---------------------------------------------------------------- deleting and closing


@pages.get("/plans/<plan_id>/<any(delete, close):act>")
@access("plan:manage")
def ending_form(plan_id: str, act: str) -> Response:
    return _ending_page(plan_id, act, Form())


def delete_again(plan_id: str, form: Form) -> Response:
    return _ending_page(plan_id, "delete", form)


def close_again(plan_id: str, form: Form) -> Response:
    return _ending_page(plan_id, "close", form)


@pages.post("/plans/<plan_id>/delete")
@access("plan:manage")
@or_shown_again(delete_again)
def delete_plan(plan_id: str, form: Form) -> Response:
    congress().delete_plan(plan_id, form.version)
    return done("/plans", "plan-deleted")


@pages.post("/plans/<plan_id>/close")
@access("plan:manage")
@or_shown_again(close_again)
def close_plan(plan_id: str, form: Form) -> Response:
    congress().close_plan(plan_id, form.version, form.once)
    return done(f"/plans/{plan_id}", "plan-closed")


def _ending_page(plan_id: str, act: str, form: Form) -> Response:
    answer, levels = _looked_up(plan_id)
    form.version = answer["version"]
    waiting = 0
    if act == "close" and (rollup := congress().rollup(plan_id, answer["unit_id"])):
        waiting = rollup["total"] - rollup["states"].get("approved", 0)
    return page(
        "plan_end.html", form.status, plan=plan_of(answer, levels), act=act, form=form, waiting=waiting
    )
