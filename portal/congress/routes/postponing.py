"""A congress that cannot be held on its day: postponed, and called to go on after all."""

from flask import Blueprint, Response

from portal.congress.routes.congresses import looked_up, looked_up_again, trail_of
from portal.congress.views.congress import unit_with_id
from portal.frame.forms import Form
from portal.frame.pages import done, or_shown_again, page
from portal.shared.asking import congress
from portal.shared.clients.answers import Document
from servicekit.web.guards import access

pages = Blueprint("postponing", __name__)


@pages.get("/congresses/<congress_id>/postpone")
@access("congress:report")
def postponing_form(congress_id: str) -> Response:
    one, _plan = looked_up(congress_id)
    return _page("postpone.html", one, Form(version=one["version"]))


def postponing_again(congress_id: str, form: Form) -> Response:
    return _again("postpone.html", congress_id, form)


@pages.post("/congresses/<congress_id>/postpone")
@access("congress:report")
@or_shown_again(postponing_again)
def postpone_congress(congress_id: str, form: Form) -> Response:
    wanted = {"until": form.day("until", needed=True), "reason": form.text("reason", needed=True)}
    form.check()
    congress().postpone(congress_id, wanted, form.version, form.once)
    return done(f"/congresses/{congress_id}", "postponed")


@pages.get("/congresses/<congress_id>/resume")
@access("congress:report")
def resuming_form(congress_id: str) -> Response:
    one, _plan = looked_up(congress_id)
    return _page("resume.html", one, Form(version=one["version"]))


def resuming_again(congress_id: str, form: Form) -> Response:
    return _again("resume.html", congress_id, form)


@pages.post("/congresses/<congress_id>/resume")
@access("congress:report")
@or_shown_again(resuming_again)
def resume_congress(congress_id: str, form: Form) -> Response:
    congress().resume(congress_id, form.version, form.once)
    return done(f"/congresses/{congress_id}", "resumed")


def _again(template: str, congress_id: str, form: Form) -> Response:
    one, _plan = looked_up_again(congress_id, form)
    return _page(template, one, form)


def _page(template: str, one: Document, form: Form) -> Response:
    start = f"/congresses/{one['id']}"
    return page(
        template,
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        deadline=one["deadline"],
        latest=one["postponed_latest"],
        until=one["postponed_until"],
        action=f"{start}/{template.removesuffix('.html')}",
        back=start,
    )
