"""Pilots: chosen by the superior unit; what they have learnt, written by them and read by units of their level."""

from flask import Blueprint, Response

from portal.congress.routes.congresses import looked_up, looked_up_again, over_typed, trail_of
from portal.congress.views.congress import unit_with_id
from portal.congress.views.pilots import pilots_of
from portal.frame.forms import Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, or_shown_again, page
from portal.frame.query import LIST, takes
from portal.shared.asking import congress
from portal.shared.clients.answers import Document
from servicekit.web.guards import access

pages = Blueprint("pilots", __name__)


@pages.get("/congresses/<congress_id>/pilot")
@access("congress:read")
def pilot_form(congress_id: str) -> Response:
    one, _plan = looked_up(congress_id)
    return _page("pilot.html", one, Form({"until": one["pilot_until"] or ""}, one["version"]), "pilot")


def pilot_again(congress_id: str, form: Form) -> Response:
    one, _plan = looked_up_again(congress_id, form)
    return _page("pilot.html", one, form, "pilot")


@pages.post("/congresses/<congress_id>/pilot")
@access("congress:read")
@or_shown_again(pilot_again)
def name_pilot(congress_id: str, form: Form) -> Response:
    called_off = form.text("answer") == "call-off"
    wanted = {"until": None if called_off else form.day("until", needed=True)}
    form.check()
    congress().choose_pilot(congress_id, wanted | over_typed(form), form.version, form.once)
    return done(f"/congresses/{congress_id}", "pilot-called-off" if called_off else "pilot-chosen")


@pages.get("/congresses/<congress_id>/lessons/write")
@access("congress:report")
def lesson_form(congress_id: str) -> Response:
    one, _plan = looked_up(congress_id)
    return _page("lesson.html", one, Form({"text": pilots_of(one).lesson}, one["version"]), "lessons/write")


def lesson_again(congress_id: str, form: Form) -> Response:
    one, _plan = looked_up_again(congress_id, form)
    return _page("lesson.html", one, form, "lessons/write")


@pages.post("/congresses/<congress_id>/lessons/write")
@access("congress:report")
@or_shown_again(lesson_again)
def write_lesson(congress_id: str, form: Form) -> Response:
    text = form.text("text", needed=True)
    form.check()
    congress().teach(congress_id, text, form.version, form.once)
    return done(f"/congresses/{congress_id}", "lesson-written")


@pages.get("/congresses/<congress_id>/lessons")
@takes(*LIST)
@access("congress:read")
def read_lessons(congress_id: str) -> Response:
    one, plan = looked_up(congress_id)
    found = congress().lessons(congress_id, after())
    return page(
        "lessons.html",
        unit=unit_with_id(one),
        plan=plan,
        trail=trail_of(one),
        lessons=found["items"],
        pager=pager(found, len(found["items"])),
        back=f"/congresses/{congress_id}",
    )


def _page(template: str, one: Document, form: Form, act: str) -> Response:
    start = f"/congresses/{one['id']}"
    return page(
        template,
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        planned=one["planned_deadline"],
        until=one["pilot_until"],
        between=one["levels_between"],
        action=f"{start}/{act}",
        back=start,
    )
