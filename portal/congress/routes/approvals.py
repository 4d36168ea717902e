"""Reports that wait for approval: listed, looked at, approved or returned."""

from flask import Blueprint, Response

from portal.congress.routes.congresses import looked_up, over_labels, over_typed, trail_of, view_of
from portal.congress.views.congress import field_word, unit_with_id
from portal.frame.forms import Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, name_of, or_shown_again, page
from portal.frame.query import LIST, asked, takes
from portal.shared.asking import congress, membership
from portal.shared.clients.answers import Document
from portal.shared.places import trail
from servicekit.web.guards import access

pages = Blueprint("approvals", __name__)


@pages.get("/approvals/<plan_id>/<unit_id>")
@takes("all", *LIST)
@access("congress:approve")
def list_approvals(plan_id: str, unit_id: str) -> Response:
    """What is this unit's own to decide; with `all` also what waits for the units between."""
    plan, everything = congress().plan(plan_id), asked("all") == "yes"
    waiting = congress().waiting(plan_id, unit_id, after(), direct=not everything)
    rollup = congress().rollup(plan_id, unit_id)
    in_all = rollup["states"].get("submitted", 0) if rollup else 0
    start = f"/approvals/{plan_id}/{unit_id}"
    return page(
        "approvals.html",
        plan=plan,
        trail=trail(membership().unit(unit_id)),
        everything=everything,
        further=0 if everything else max(0, in_all - waiting["total"]),
        own_link=start,
        all_link=f"{start}?all=yes",
        reports=[
            {
                "unit": unit_with_id(one),
                "link": f"/congresses/{one['id']}/decide",
                "deadline": one["deadline"],
            }
            for one in waiting["items"]
        ],
        pager=pager(waiting, len(waiting["items"]), all="yes" if everything else ""),
    )


# ---------------------------------------------------------------- one report


@pages.get("/congresses/<congress_id>/decide")
@access("congress:approve")
def decision_form(congress_id: str) -> Response:
    one, plan = looked_up(congress_id)
    return _decision_page(one, plan, Form(version=one["version"]))


def decision_again(congress_id: str, form: Form) -> Response:
    one, plan = looked_up(congress_id)
    form.version = one["version"]
    return _decision_page(one, plan, form)


@pages.post("/congresses/<congress_id>/approve")
@access("congress:approve")
@or_shown_again(decision_again)
def approve_report(congress_id: str, form: Form) -> Response:
    congress().approve(congress_id, over_typed(form), form.version, form.once)
    return done(f"/congresses/{congress_id}", "approved")


@pages.post("/congresses/<congress_id>/return")
@access("congress:approve")
@or_shown_again(decision_again)
def return_report(congress_id: str, form: Form) -> Response:
    names = [name for name in form.values if name.startswith("reasons/")]
    reasons = {name.removeprefix("reasons/"): form.text(name) for name in names}
    congress().send_back(
        congress_id,
        {name: why for name, why in reasons.items() if why},
        over_typed(form),
        form.version,
        form.once,
    )
    return done(f"/congresses/{congress_id}", "returned")


def _decision_page(one: Document, plan: Document, form: Form) -> Response:
    start = f"/congresses/{one['id']}"
    fields = ["results", *(one.get("results") or {}), *one["current"]]
    words = {f"reasons/{key}": field_word(key, plan) for key in fields}
    reasons = [{"name": name, "word": word} for name, word in words.items()]
    form.labels = {name: name_of(word) for name, word in words.items()} | over_labels()
    return page(
        "decide.html",
        form.status,
        page=view_of(one, plan),
        trail=trail_of(one),
        form=form,
        reasons=reasons,
        between=one["levels_between"],
        approve_action=f"{start}/approve",
        return_action=f"{start}/return",
        back=start,
    )
