"""Oneself: language and e-mail, where one is signed in, what one may do and why."""

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from portal.asking import change_me, identity, membership
from portal.clients import Document
from portal.forms import Form
from portal.languages import SWITCH
from portal.pages import done, language, name_of, or_shown_again, page
from portal.views.grants import grant_of, roles_of
from portal.views.people import session_of
from portal.views.tasks import units_with
from portal.words import PERMISSIONS, WHY
from servicekit.peers import PeerRefused
from servicekit.web import SIGNED_IN, access, caller

pages = Blueprint("account", __name__)

UNITS_OFFERED = 50


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


@pages.post("/sessions/<session_id>/end")
@access(SIGNED_IN)
def end_session(session_id: str) -> Response:
    identity().end_session(session_id)
    return done("/account", "session-ended")


@pages.get("/why")
@access(SIGNED_IN)
def explain() -> Response:
    """What I may do, and why I may or may not do one act at one unit."""
    permission, unit_id = request.args.get("permission", ""), request.args.get("unit_id", "")
    roles = roles_of(identity().roles())
    units = [(one["id"], name_of(one["names"])) for one in _units(unit_id)]
    asked = permission in PERMISSIONS and unit_id
    return page(
        "why.html",
        form=Form({"permission": permission, "unit_id": unit_id}),
        permissions=[(key, _(word)) for key, word in PERMISSIONS.items()],
        units=units,
        answer=_explained(identity().why(permission, unit_id), roles) if asked else None,
        grants=[grant_of(one, roles) for one in identity().me()["grants"]],
    )


def _units(unit_id: str) -> list[Document]:
    """One's own units, and the one asked about when it may be known."""
    ids = dict.fromkeys([unit_id] if unit_id else [])
    ids |= dict.fromkeys(units_with(caller(), "unit:read")[:UNITS_OFFERED])
    return [one for one in map(_unit, ids) if one is not None]


def _unit(unit_id: str) -> Document | None:
    try:
        return membership().unit(unit_id)
    except PeerRefused:
        return None


def _explained(answer: Document, roles: Document) -> Document:
    return {
        "allowed": answer["allowed"],
        "why": WHY.get(answer["why"], WHY["no-permission"]),
        "chain": [grant_of(one, roles) for one in answer["chain"]],
    }
