"""The thread on a congress: written to, and one's own comment changed or withdrawn."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.congress.routes.congresses import choices_of, looked_up, trail_of
from portal.congress.views.comments import TOLD, Thread, line_of, thread_of
from portal.congress.views.congress import unit_with_id
from portal.congress.views.files import files_card
from portal.frame.forms import Form
from portal.frame.pages import done, or_shown_again, page
from portal.frame.query import asked, takes
from portal.shared.asking import congress
from portal.shared.clients.answers import Document
from servicekit.web.guards import access, caller

pages = Blueprint("comments", __name__)


def labels() -> dict[str, str]:
    return {"text": _("Comment"), "about": _("What it is about"), "mentions": _("Tell also")}


@pages.get("/congresses/<congress_id>/comment")
@takes("about")
@access("congress:comment")
def comment_form(congress_id: str) -> Response:
    return comment_again(congress_id, Form({"about": asked("about")}))


def comment_again(congress_id: str, form: Form) -> Response:
    one, plan = looked_up(congress_id)
    form.labels = labels()
    return page(
        "comment.html",
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        thread=_thread(one, plan),
        choices=choices_of(plan),
        back=f"/congresses/{congress_id}#comments",
    )


@pages.post("/congresses/<congress_id>/comment")
@access("congress:comment")
@or_shown_again(comment_again)
def write_comment(congress_id: str, form: Form) -> Response:
    text, about = form.text("text", needed=True), form.text("about")
    form.check()
    told = [name.removeprefix(TOLD) for name in form.values if name.startswith(TOLD)]
    body = {"text": text, "mentions": told, **({"about": about} if about else {})}
    congress().write_comment(congress_id, body, form.once)
    return done(f"/congresses/{congress_id}", "commented")


@pages.get("/congresses/<congress_id>/comments/<comment_id>")
@access("congress:comment")
def own_comment(congress_id: str, comment_id: str) -> Response:
    comment = congress().comment(congress_id, comment_id)
    return _comment_page(congress_id, comment, Form({"text": comment["text"]}, comment["version"]))


def own_comment_again(congress_id: str, comment_id: str, form: Form) -> Response:
    comment = congress().comment(congress_id, comment_id)
    form.version = comment["version"]
    return _comment_page(congress_id, comment, form)


@pages.post("/congresses/<congress_id>/comments/<comment_id>")
@access("congress:comment")
@or_shown_again(own_comment_again)
def change_comment(congress_id: str, comment_id: str, form: Form) -> Response:
    text = form.text("text", needed=True)
    form.check()
    congress().change_comment(congress_id, comment_id, text, form.version)
    return done(f"/congresses/{congress_id}", "comment-changed")


def _comment_page(congress_id: str, comment: Document, form: Form) -> Response:
    one, plan = looked_up(congress_id)
    form.labels = labels()
    record = f"congress/comments/{comment['id']}"
    start = f"/congresses/{congress_id}"
    return page(
        "comment_own.html",
        form.status,
        trail=trail_of(one),
        form=form,
        line=line_of(comment, plan, {}, start),
        may_change=comment["may_change"],
        files=files_card(congress().files_of_comment(comment["id"]), record, may_remove=False),
        not_taken=None,
        action=f"{start}/comments/{comment['id']}",
        back=f"{start}#comments",
    )


@pages.get("/congresses/<congress_id>/comments/<comment_id>/withdraw")
@access("congress:comment")
def withdrawal_form(congress_id: str, comment_id: str) -> Response:
    return withdrawal_again(congress_id, comment_id, Form())


def withdrawal_again(congress_id: str, comment_id: str, form: Form) -> Response:
    one, plan = looked_up(congress_id)
    comment = congress().comment(congress_id, comment_id)
    form.version = comment["version"]
    start = f"/congresses/{congress_id}"
    return page(
        "comment_withdraw.html",
        form.status,
        trail=trail_of(one),
        form=form,
        line=line_of(comment, plan, {}, start),
        action=f"{start}/comments/{comment_id}/withdraw",
        back=f"{start}#comments",
    )


@pages.post("/congresses/<congress_id>/comments/<comment_id>/withdraw")
@access("congress:comment")
@or_shown_again(withdrawal_again)
def withdraw_comment(congress_id: str, comment_id: str, form: Form) -> Response:
    congress().withdraw_comment(congress_id, comment_id, form.version)
    return done(f"/congresses/{congress_id}", "comment-withdrawn")


def _thread(one: Document, plan: Document) -> Thread:
    return thread_of(congress().comments(one["id"]), one, plan, caller().accounts)
