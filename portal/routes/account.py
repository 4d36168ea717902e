"""Oneself: language and e-mail, and where one is signed in."""

from flask import Blueprint, Response, jsonify, render_template
from flask_babel import gettext as _

from portal.asking import change_me, identity, now
from portal.clients import Document
from portal.forms import Form
from portal.languages import SWITCH
from portal.pages import done, language, or_shown_again, page
from portal.views.frame import person_of
from portal.views.people import session_of
from servicekit.web import SIGNED_IN, access, caller

pages = Blueprint("account", __name__)


@pages.get("/account")
@access(SIGNED_IN)
def read_account() -> Response:
    return account_again(Form({"language": language()}))


def account_again(form: Form) -> Response:
    me = identity().me()
    form.labels = {"language": _("Language"), "email": _("E-mail")}
    return page(
        "account.html",
        form.status,
        me=me,
        form=form,
        languages=[(code, name) for code, _sign, name in SWITCH],
        sessions=[session_of(one) for one in identity().sessions()],
    )


@pages.post("/account")
@access(SIGNED_IN)
@or_shown_again(account_again)
def change_account(form: Form) -> Response:
    """An empty e-mail field leaves the address as it is, for it is never shown; the box takes it away."""
    changes: Document = {"language": form.text("language", needed=True)}
    form.check()
    if form.text("no_email"):
        changes["email"] = None
    elif form.text("email"):
        changes["email"] = form.text("email")
    change_me(changes)
    return done("/account", "account")


@pages.get("/session")
@access(SIGNED_IN)
def stay_signed_in() -> Response:
    """Coming here is enough: the gateway has told identity that the person still works."""
    response = jsonify(left=person_of(caller(), now()).left, until=render_template("parts/until.html"))
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.post("/sessions/<session_id>/end")
@access(SIGNED_IN)
def end_session(session_id: str) -> Response:
    identity().end_session(session_id)
    return done("/account", "session-ended")
