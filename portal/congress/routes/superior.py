"""What a superior does with the congresses below: its own steps, and reopening."""

from flask import Blueprint, Response

from portal.congress.routes.congresses import (
    entry_typed,
    first_milestone_form,
    looked_up,
    looked_up_again,
    milestone_page,
    over_typed,
    trail_of,
    what_was_done,
)
from portal.congress.routes.steps import place_in
from portal.congress.views.congress import unit_with_id
from portal.congress.views.steps import Steps, steps_named
from portal.frame.forms import Form
from portal.frame.pages import done, or_shown_again, page
from portal.frame.query import asked, takes
from portal.queues.views import Place
from portal.shared.asking import congress
from portal.shared.clients.acts import reason
from portal.shared.clients.answers import Document
from servicekit.web.guards import access

pages = Blueprint("superior", __name__)


# ---------------------------------------------------------------- steps that are the superior's


@pages.get("/congresses/<congress_id>/record-above")
@takes("corrects", "milestone", "queue")
@access("congress:approve")
def step_form(congress_id: str) -> Response:
    one, plan = looked_up(congress_id)
    form = first_milestone_form(one, plan)
    form.values |= {"queue": asked("queue")}
    return _step_page(one, plan, form)


def step_again(congress_id: str, form: Form) -> Response:
    one, plan = looked_up(congress_id)
    return _step_page(one, plan, form)


def _step_page(one: Document, plan: Document, form: Form) -> Response:
    place = _place(one["id"], form)
    return milestone_page(one, plan, form, above=True, place=place)


def _place(congress_id: str, form: Form) -> Place[Steps] | None:
    return place_in(steps_named(form.values.get("queue", "")), congress_id)


@pages.post("/congresses/<congress_id>/record-above")
@access("congress:approve")
@or_shown_again(step_again)
def record_step(congress_id: str, form: Form) -> Response:
    entry = entry_typed(form) | over_typed(form)
    congress().record_above(congress_id, entry, form.version, form.once)
    place = _place(congress_id, form)
    if place is None:
        return done(f"/congresses/{congress_id}", what_was_done(form))
    return done(place.next or place.queue.link, "recorded-next" if place.next else "recorded-last")


# ---------------------------------------------------------------- the way back


@pages.get("/congresses/<congress_id>/undo-approval")
@access("congress:read")
def undoing_form(congress_id: str) -> Response:
    one, _plan = looked_up(congress_id)
    return _undoing_page(one, Form(version=one["version"]))


def undoing_again(congress_id: str, form: Form) -> Response:
    one, _plan = looked_up_again(congress_id, form)
    return _undoing_page(one, form)


@pages.post("/congresses/<congress_id>/undo-approval")
@access("congress:read")
@or_shown_again(undoing_again)
def undo_approval(congress_id: str, form: Form) -> Response:
    congress().undo_approval(congress_id, form.version, form.once)
    return done(f"/congresses/{congress_id}", "approval-undone")


def _undoing_page(one: Document, form: Form) -> Response:
    start = f"/congresses/{one['id']}"
    return page(
        "undo_approval.html",
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        approved=one.get("approved"),
        against=reason(one, "undo-approval"),
        action=f"{start}/undo-approval",
        back=start,
    )


@pages.get("/congresses/<congress_id>/reopen")
@access("congress:read")
def reopening_form(congress_id: str) -> Response:
    one, _plan = looked_up(congress_id)
    return _reopening_page(one, Form(version=one["version"]))


def reopening_again(congress_id: str, form: Form) -> Response:
    one, _plan = looked_up_again(congress_id, form)
    return _reopening_page(one, form)


@pages.post("/congresses/<congress_id>/reopen")
@access("congress:read")
@or_shown_again(reopening_again)
def reopen_report(congress_id: str, form: Form) -> Response:
    one, _plan = looked_up(congress_id)
    reason = {"reason": form.text("reason", needed=True)}
    form.check()
    if len(one["unit_path"]) > 1:
        body = reason | over_typed(form)
        congress().reopen(congress_id, body, form.version, form.once)
    else:
        congress().reopen_topmost(congress_id, reason, form.version, form.once)
    return done(f"/congresses/{congress_id}", "reopened")


def _reopening_page(one: Document, form: Form) -> Response:
    start = f"/congresses/{one['id']}"
    return page(
        "reopen.html",
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        between=one["levels_between"],
        action=f"{start}/reopen",
        back=start,
    )
