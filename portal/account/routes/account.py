"""Oneself: language and e-mail, where one is signed in, and who looked at one's own record."""

from typing import NamedTuple, cast

from flask import Blueprint, Response, jsonify, redirect, render_template

from portal.account.views import is_fresh, session_of
from portal.account.words import DONE
from portal.audit.views import look_of
from portal.frame.forms import Form
from portal.frame.languages import SWITCH
from portal.frame.menu import person_of
from portal.frame.pages import done, done_message, language, or_shown_again, page
from portal.frame.query import asked, takes
from portal.outages.views import sealed_sign_in_of
from portal.shared.asking import ahead, change_me, identity, log_of, membership, now
from portal.shared.clients.answers import Document
from portal.shared.clients.titles import OWNERS
from portal.shared.doors import eid_providers, with_links
from servicekit.web.guards import ARRIVED, SIGNED_IN, access, caller

pages = Blueprint("account", __name__)

OWN_SHOWN = 50


@pages.get("/account")
@takes("joined")
@access(SIGNED_IN)
def read_account() -> Response:
    return account_again(Form({"language": language()}))


def account_again(form: Form) -> Response:
    ahead(identity().sessions)
    me = identity().me()
    form.values = {**me["released"], **form.values}
    others = eid_providers(language()) if me["same_person"] else None
    return page(
        "account.html",
        form.status,
        me=me,
        form=form,
        done=DONE["joined"] if asked("joined") else done_message(),
        joining=with_links(others, "/account", act="join"),
        fresh=is_fresh(me["auth_time"], now()),
        again=with_links(others, "/account", fresh="1"),
        languages=[(code, name) for code, _sign, name in SWITCH],
        sessions=[session_of(one) for one in identity().sessions()],
        sealed=0 if me["fallback"] else len(me["fallback_sign_ins"]),
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


@pages.post("/account/contact")
@access(SIGNED_IN)
@or_shown_again(account_again)
def release_contact(form: Form) -> Response:
    """An empty field withdraws what stood there."""
    identity().change_me(
        {"office_phone": form.text("office_phone"), "office_email": form.text("office_email") or None}
    )
    return done("/account", "contact")


@pages.get("/session")
@access(ARRIVED)
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


@pages.post("/sessions/end-all")
@access(SIGNED_IN)
def end_all_sessions() -> Response:
    """After a lost phone; this session ends as well."""
    identity().end_all_sessions()
    return cast(Response, redirect("/sign-in", 303))


@pages.get("/account/looks")
@access(SIGNED_IN)
def list_looks() -> Response:
    """Who opened my own record as a member, and what was done with my account."""
    ahead(membership().looks)
    own, answer = _about_own_account(), membership().looks()
    return page(
        "looks.html",
        member=answer["member"],
        looks=[look_of(one) for one in answer["items"]],
        truncated=answer["truncated"],
        own=[look_of(one) for one in own.items[:OWN_SHOWN]],
        own_truncated=own.truncated or len(own.items) > OWN_SHOWN,
    )


class _Own(NamedTuple):
    """`truncated`: there is more than `items`, the newest first."""

    items: list[Document]
    truncated: bool


def _about_own_account() -> _Own:
    ahead(*(log_of(service).mine for service in OWNERS))
    answers = [log_of(service).mine() for service in OWNERS]
    entries = [entry for answer in answers for entry in answer["items"]]
    newest = sorted(entries, key=lambda entry: str(entry["at"]), reverse=True)
    return _Own(newest, any(answer["truncated"] for answer in answers))


@pages.get("/account/sealed-sign-ins")
@access(SIGNED_IN)
def list_sealed_sign_ins() -> Response:
    return sealed_sign_ins_again(Form())


def sealed_sign_ins_again(form: Form, **_which: str) -> Response:
    return page(
        "sealed_sign_ins.html",
        form.status,
        form=form,
        sign_ins=[sealed_sign_in_of(one) for one in identity().me()["fallback_sign_ins"]],
    )


@pages.post("/account/sealed-sign-ins/<sign_in_id>/<any(confirm, deny):answer>")
@access(SIGNED_IN)
@or_shown_again(sealed_sign_ins_again)
def answer_sealed_sign_in(sign_in_id: str, answer: str, form: Form) -> Response:
    identity().answer_sealed_sign_in(sign_in_id, answer)
    return done("/account/sealed-sign-ins", f"sealed-{answer}")
