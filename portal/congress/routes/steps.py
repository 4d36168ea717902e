"""The superior's own steps in congresses below: what waits for a unit, recorded for one or for many at once."""

from flask import Blueprint, Response

from portal.congress.routes.congresses import names_of
from portal.congress.views.steps import Waiting, chosen, waiting_of
from portal.congress.words import NOT_RECORDED, NOTHING_TICKED
from portal.frame.forms import Fault, Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, know_words, name_of, or_shown_again, page
from portal.frame.query import LIST, takes
from portal.queues.routes import fault_of_one
from portal.shared.asking import congress, membership, today
from portal.shared.clients.answers import Document
from portal.shared.places import trail
from servicekit.ids import id_from
from servicekit.serving.patience import patient
from servicekit.web.guards import access

pages = Blueprint("steps", __name__)


@pages.get("/steps/<plan_id>/<unit_id>")
@takes(*LIST)
@access("congress:approve")
def list_steps(plan_id: str, unit_id: str) -> Response:
    return steps_again(plan_id, unit_id, Form({"date": today().isoformat()}))


def steps_again(plan_id: str, unit_id: str, form: Form) -> Response:
    plan, answer = congress().plan(plan_id), congress().waiting_for_step(plan_id, unit_id, after())
    know_words({key: name_of(names) for key, names in names_of(plan).items()})
    waiting = [waiting_of(one, plan, today()) for one in answer["items"]]
    form.labels |= {one.name: name_of(one.unit.names) for one in waiting if one.unit}
    return page(
        "steps.html",
        form.status,
        plan=plan,
        trail=trail(membership().unit(unit_id)),
        form=form,
        waiting=waiting,
        action=f"/steps/{plan_id}/{unit_id}",
        pager=pager(answer, len(answer["items"])),
    )


@pages.post("/steps/<plan_id>/<unit_id>")
@access("congress:approve")
@patient(20)
@or_shown_again(steps_again)
def record_steps(plan_id: str, unit_id: str, form: Form) -> Response:
    """One record each: what one of them refuses does not hold up the others."""
    ticked, date = chosen(form.values), form.day("date", needed=True)
    if not ticked:
        form.faults["date"] = Fault(NOTHING_TICKED)
    form.check()
    for one in ticked:
        if fault := _fault_of_recording(one, date, form.once):
            form.faults[one.name] = fault
    if form.faults:
        form.title, form.status = Fault(NOT_RECORDED), 409
        return steps_again(plan_id, unit_id, form)
    return done(f"/steps/{plan_id}/{unit_id}", "steps-recorded")


def _fault_of_recording(one: Waiting, date: str | None, once: str) -> Fault | None:
    entry: Document = {"milestone": one.milestone, "date": date}
    key = id_from(once, one.congress_id)
    return fault_of_one(lambda: congress().record_above(one.congress_id, entry, one.version, key))
