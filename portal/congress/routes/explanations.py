"""Why a congress is very late: written by the unit, accepted or returned by its superior."""

from flask import Blueprint, Response

from portal.congress.routes.congresses import looked_up, looked_up_again, over_typed, trail_of
from portal.congress.views.congress import unit_with_id
from portal.congress.views.explanations import explanations_of, waiting
from portal.congress.words import NEITHER_ANSWER
from portal.frame.forms import Fault, Form, FormFaulty
from portal.frame.pages import done, or_shown_again, page
from portal.shared.asking import congress
from portal.shared.clients.answers import Document
from servicekit.web.guards import access

pages = Blueprint("explanations", __name__)

WRITING, ANSWERING = "explanation", "explanation/answer"


@pages.get("/congresses/<congress_id>/explanation")
@access("congress:report")
def writing_form(congress_id: str) -> Response:
    one, _plan = looked_up(congress_id)
    returned = explanations_of(one).returned
    # What came back is written on, not anew.
    return _page("explanation.html", one, Form({"text": returned.text if returned else ""}, one["version"]))


def writing_again(congress_id: str, form: Form) -> Response:
    return _again("explanation.html", congress_id, form)


@pages.post("/congresses/<congress_id>/explanation")
@access("congress:report")
@or_shown_again(writing_again)
def write_explanation(congress_id: str, form: Form) -> Response:
    text = form.text("text", needed=True)
    form.check()
    congress().explain(congress_id, text, form.version, form.once)
    return done(f"/congresses/{congress_id}", "explained")


@pages.get("/congresses/<congress_id>/explanation/answer")
@access("congress:read")
def answer_form(congress_id: str) -> Response:
    one, _plan = looked_up(congress_id)
    return _page("explanation_answer.html", one, Form(version=one["version"]))


def answer_again(congress_id: str, form: Form) -> Response:
    return _again("explanation_answer.html", congress_id, form)


@pages.post("/congresses/<congress_id>/explanation/answer")
@access("congress:read")
@or_shown_again(answer_again)
def answer_explanation(congress_id: str, form: Form) -> Response:
    decision = decision_of(form)
    congress().decide_explanation(congress_id, decision | over_typed(form), form.version, form.once)
    told = "explanation-accepted" if decision["accepted"] else "explanation-returned"
    return done(f"/congresses/{congress_id}", told)


def decision_of(form: Form) -> Document:
    """Only what was said: nothing is accepted because nobody returned it."""
    answer = form.text("answer")
    if answer not in ("accept", "return"):
        form.loose.append(Fault(NEITHER_ANSWER))
        raise FormFaulty
    decision = {"accepted": answer == "accept", "remark": form.text("remark", needed=answer == "return")}
    form.check()
    return decision


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
        days=one["days_late"],
        returned=explanations_of(one).returned,
        written=waiting(one),
        between=one["levels_between"],
        action=f"{start}/{WRITING if template == 'explanation.html' else ANSWERING}",
        back=start,
    )
