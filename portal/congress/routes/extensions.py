"""A later deadline: asked for by the unit, withdrawn by it, answered by its superior."""

from flask import Blueprint, Response

from portal.congress.routes.congresses import looked_up, looked_up_again, over_typed, trail_of
from portal.congress.views.congress import unit_with_id
from portal.congress.views.extensions import waiting
from portal.drafts.kept import forget_draft, saved_draft
from portal.frame.forms import Form, sent_form
from portal.frame.pages import done, language, or_shown_again, page
from portal.shared.asking import congress
from portal.shared.clients.answers import Document
from servicekit.web.guards import access

pages = Blueprint("extensions", __name__)

ASKING, WITHDRAWING, ANSWERING = "extension", "extension/withdraw", "extension/answer"


@pages.get("/congresses/<congress_id>/extension")
@access("congress:report")
def asking_form(congress_id: str) -> Response:
    one, _plan = looked_up(congress_id)
    draft = saved_draft(asking_path(congress_id))
    form = sent_form(draft["values"], language()) if draft else Form()
    form.version = one["version"]
    return _page("extension.html", one, form, ASKING, draft)


def asking_path(congress_id: str) -> str:
    return f"/congresses/{congress_id}/{ASKING}"


def asking_again(congress_id: str, form: Form) -> Response:
    return _again("extension.html", congress_id, form, ASKING)


@pages.post("/congresses/<congress_id>/extension")
@access("congress:report")
@or_shown_again(asking_again)
def ask_later(congress_id: str, form: Form) -> Response:
    wanted = {"until": form.day("until", needed=True), "reason": form.text("reason", needed=True)}
    form.check()
    congress().ask_extension(congress_id, wanted, form.version, form.once)
    forget_draft(asking_path(congress_id), form)
    return done(f"/congresses/{congress_id}", "extension-asked")


@pages.get("/congresses/<congress_id>/extension/withdraw")
@access("congress:report")
def withdrawing_form(congress_id: str) -> Response:
    one, _plan = looked_up(congress_id)
    return _page("extension_withdraw.html", one, Form(version=one["version"]), WITHDRAWING)


def withdrawing_again(congress_id: str, form: Form) -> Response:
    return _again("extension_withdraw.html", congress_id, form, WITHDRAWING)


@pages.post("/congresses/<congress_id>/extension/withdraw")
@access("congress:report")
@or_shown_again(withdrawing_again)
def withdraw_later(congress_id: str, form: Form) -> Response:
    congress().withdraw_extension(congress_id, form.version, form.once)
    return done(f"/congresses/{congress_id}", "extension-withdrawn")


@pages.get("/congresses/<congress_id>/extension/answer")
@access("congress:read")
def answering_form(congress_id: str) -> Response:
    one, _plan = looked_up(congress_id)
    asked = waiting(one)
    values = {"until": asked["until"]} if asked else {}
    return _page("extension_answer.html", one, Form(values, version=one["version"]), ANSWERING)


def answering_again(congress_id: str, form: Form) -> Response:
    return _again("extension_answer.html", congress_id, form, ANSWERING)


@pages.post("/congresses/<congress_id>/extension/answer")
@access("congress:read")
@or_shown_again(answering_again)
def answer_later(congress_id: str, form: Form) -> Response:
    one, _plan = looked_up(congress_id)
    refuses = form.text("answer") == "refuse"
    until = None if refuses else form.day("until", needed=True)
    decision = {"until": until, "reason": form.text("reason", needed=refuses)}
    form.check()
    if len(one["unit_path"]) > 1:
        congress().decide_extension(congress_id, decision | over_typed(form), form.version, form.once)
    else:
        congress().decide_extension_topmost(congress_id, decision, form.version, form.once)
    return done(f"/congresses/{congress_id}", "extension-refused" if refuses else "extension-granted")


def _again(template: str, congress_id: str, form: Form, act: str) -> Response:
    one, _plan = looked_up_again(congress_id, form)
    return _page(template, one, form, act)


def _page(template: str, one: Document, form: Form, act: str, draft: Document | None = None) -> Response:
    start = f"/congresses/{one['id']}"
    return page(
        template,
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        deadline=one["deadline"],
        asked=waiting(one),
        between=one["levels_between"],
        saved=draft,
        action=f"{start}/{act}",
        back=start,
    )
