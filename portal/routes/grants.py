"""Access: who has been given what in a unit; given, suspended, put in force again, revoked."""

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from portal.asking import identity, membership, today
from portal.clients import Document
from portal.forms import Form
from portal.pages import done, name_of, or_shown_again, page
from portal.routes.units import may, trail
from portal.views.grants import ACTS, Grant, acts_on, grant_of, preview_of, roles_of
from portal.views.states import GRANT
from portal.views.units import Crumb, unit_of
from servicekit.refusals import NotFound
from servicekit.web import SIGNED_IN, access, caller

pages = Blueprint("grants", __name__)

STATUSES = ("proposed", "invited", "active", "suspended", "revoked")


@pages.get("/units/<unit_id>/access")
@access("access:read")
def list_access(unit_id: str) -> Response:
    unit = membership().unit(unit_id)
    shown = Form({name: request.args.get(name, "") for name in ("status", "below")})
    status = shown.values["status"] if shown.values["status"] in STATUSES else ""
    answer = identity().grants(unit_id, below=bool(shown.values["below"]), status=status)
    roles = roles_of(identity().roles())
    return page(
        "access.html",
        unit=unit_of(unit),
        trail=trail(unit),
        filter=shown,
        statuses=[(key, _(GRANT[key].word)) for key in STATUSES],
        grants=[grant_of(one, roles) for one in answer["items"]],
        truncated=answer.get("truncated", False),
        may_give=may("access:grant", tuple(unit["path"])),
    )


@pages.get("/units/<unit_id>/access/new")
@access("access:grant")
def grant_form(unit_id: str) -> Response:
    ends = [grant["valid_to"] for grant in identity().me()["grants"] if grant["effective"]]
    values = {"valid_from": today().isoformat(), "valid_to": max(ends, default="")}
    return _grant_page(unit_id, Form(values))


def grant_again(unit_id: str, form: Form) -> Response:
    return _grant_page(unit_id, form)


@pages.post("/units/<unit_id>/access/new")
@access("access:grant")
@or_shown_again(grant_again)
def give_access(unit_id: str, form: Form) -> Response:
    grant = {
        "unit_id": unit_id,
        "role": form.text("role", needed=True),
        "national_number": form.digits("national_number", needed=True),
        "label": form.text("label"),
        "valid_from": form.day("valid_from", needed=True),
        "valid_to": form.day("valid_to", needed=True),
        "reason": form.text("reason"),
    }
    form.check()
    identity().give(grant, form.once)
    return done(f"/units/{unit_id}/access", "given")


def _grant_page(unit_id: str, form: Form) -> Response:
    unit = membership().unit(unit_id)
    roles = roles_of(identity().roles())
    form.labels = {
        "national_number": _("National number of the person"),
        "role": _("Role"),
        "valid_from": _("From"),
        "valid_to": _("Until"),
        "reason": _("Reason"),
    }
    return page(
        "grant_new.html",
        form.status,
        unit=unit_of(unit),
        trail=trail(unit),
        form=form,
        roles=[(role.key, name_of(role.names)) for role in roles.values()],
        explained=list(roles.values()),
        action=f"/units/{unit_id}/access/new",
        back=f"/units/{unit_id}/access",
    )


# ---------------------------------------------------------------- one grant


def stands_over(path: tuple[str, ...]) -> bool:
    """Whether the reader gives access from a unit above this one."""
    return any(right.permission == "access:grant" and right.unit_id in path[:-1] for right in caller().rights)


def _looked_up(grant_id: str) -> tuple[Document, Grant]:
    answer = identity().grant(grant_id)
    return answer, grant_of(answer, roles_of(identity().roles()))


def _trail(grant: Grant) -> tuple[Crumb, ...]:
    """One's own grant is shown also when, having ended, it no longer lets one see its unit."""
    path = grant.unit_path
    if not may("unit:read", path):
        return (Crumb(grant.unit),)
    *above, own = trail(membership().unit(grant.unit_id))
    page_of_access = (
        f"/units/{grant.unit_id}/access" if may("access:read", path) else f"/units/{grant.unit_id}"
    )
    return (*above, Crumb(own.names, page_of_access))


@pages.get("/grants/<grant_id>")
@access(SIGNED_IN)
def read_grant(grant_id: str) -> Response:
    """One's own, or one within the reach of access:read."""
    answer, grant = _looked_up(grant_id)
    may_change = (
        may("access:grant", grant.unit_path) and answer["holder"]["account_id"] != caller().account_id
    )
    acts = acts_on(answer, above=stands_over(grant.unit_path)) if may_change else ()
    return page(
        "grant.html",
        grant=grant,
        trail=_trail(grant),
        acts=acts,
        may_list=may("access:read", grant.unit_path),
    )


@pages.get("/grants/<grant_id>/<act>")
@access("access:grant")
def act_form(grant_id: str, act: str) -> Response:
    answer = identity().grant(grant_id)
    return _act_page(grant_id, act, Form(version=answer["version"]))


def act_again(grant_id: str, act: str, form: Form) -> Response:
    return _act_page(grant_id, act, form)


@pages.post("/grants/<grant_id>/<act>")
@access("access:grant")
@or_shown_again(act_again)
def change_access(grant_id: str, act: str, form: Form) -> Response:
    if act not in ACTS:
        raise NotFound
    reason = form.text("reason", needed=True) if ACTS[act].reasoned else None
    form.check()
    identity().change_grant(grant_id, act, reason, form.version)
    return done(f"/grants/{grant_id}", act)


def _act_page(grant_id: str, act: str, form: Form) -> Response:
    if act not in ACTS:
        raise NotFound
    answer, grant = _looked_up(grant_id)
    form.labels = {"reason": _("Reason")}
    if form.status == 412:
        form.version = answer["version"]
    preview = None
    if ACTS[act].ends:
        preview = preview_of(identity().revocation_preview(grant_id), roles_of(identity().roles()))
    return page(
        "grant_act.html",
        form.status,
        grant=grant,
        act=ACTS[act],
        trail=_trail(grant),
        form=form,
        preview=preview,
        action=f"/grants/{grant_id}/{act}",
        back=f"/grants/{grant_id}",
    )
