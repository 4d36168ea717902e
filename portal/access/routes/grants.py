"""Access: who has been given what in a unit; looked at, confirmed, suspended, put in force again, revoked."""

from functools import partial

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.access.routes.together import together_instead
from portal.access.views.grants import (
    ACTS,
    RESUME,
    SIGN_OUT,
    Grant,
    Preview,
    acts_on,
    asked_by,
    declining,
    grant_of,
    preview_of,
    roles_of,
)
from portal.access.views.second import seconds_at
from portal.access.views.succession import handing_over
from portal.access.words import LONGER_ASKED
from portal.frame.forms import Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, or_shown_again, page, safe_path
from portal.frame.query import LIST, asked, takes
from portal.shared.asking import ahead, congress, identity, membership
from portal.shared.clients.acts import offered, reason
from portal.shared.clients.answers import Document
from portal.shared.places import may, trail
from portal.shared.states import GRANT
from portal.shared.units import GIVEN, Crumb, Names, plan_names, unit_of
from servicekit.out.peers import PeerRefused
from servicekit.refusals import NotFound
from servicekit.web.guards import SIGNED_IN, access, caller

pages = Blueprint("grants", __name__)

# What comes back with a grant that is put in force again, by its id.
ALSO = "also/"
STATUSES = ("proposed", "invited", "active", "suspended", "revoked", "extension-asked")


@pages.get("/units/<unit_id>/access")
@takes("status", "below", *LIST)
@access("access:read")
def list_access(unit_id: str) -> Response:
    unit = membership().unit(unit_id)
    ahead(identity().roles)
    shown = Form({name: asked(name) for name in ("status", "below")})
    status = shown.values["status"] if shown.values["status"] in STATUSES else ""
    answer = identity().grants(unit_id, below=bool(shown.values["below"]), status=status, after=after())
    roles = roles_of(identity().roles())
    return page(
        "access.html",
        unit=unit_of(unit),
        trail=trail(unit),
        filter=shown,
        statuses=[(key, _(GRANT[key].word if key in GRANT else LONGER_ASKED)) for key in STATUSES],
        grants=[grant_of(one, roles) for one in answer["items"]],
        pager=pager(answer, len(answer["items"]), status=status, below=shown.values["below"]),
        may_give=may("access:grant", tuple(unit["path"])),
    )


# ---------------------------------------------------------------- one grant


def stands_over(path: tuple[str, ...]) -> bool:
    """Whether the reader gives access from a unit above this one."""
    return any(right.permission == "access:grant" and right.unit_id in path[:-1] for right in caller().rights)


def looked_up(grant_id: str) -> tuple[Document, Grant]:
    ahead(identity().roles)
    answer = identity().grant(grant_id)
    return answer, grant_of(answer, roles_of(identity().roles()))


def _unit_ahead(grant: Grant) -> None:
    if may("unit:read", grant.unit_path):
        ahead(partial(membership().unit, grant.unit_id))


def trail_of_grant(grant: Grant) -> tuple[Crumb, ...]:
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
    ahead(identity().roles)
    answer, roles = identity().grant(grant_id), roles_of(identity().roles())
    grant = grant_of(answer, roles)
    _unit_ahead(grant)
    own = answer["holder"]["account_id"] in caller().accounts
    asked = asked_by(answer, caller().accounts)
    return page(
        "grant.html",
        grant=grant,
        trail=trail_of_grant(grant),
        acts=(*acts_on(answer), *handing_over(answer, roles, own=own)),
        asked_by_reader=asked,
        may_resign=offered(answer, "resign"),
        chain=_chain(grant),
        office=_office(grant),
        barred_from=_barred_from(grant),
        may_list=may("access:read", grant.unit_path),
        may_audit=may("audit:read", grant.unit_path),
    )


def _chain(grant: Grant) -> list[Grant]:
    """The grants that this one hangs on, from the first; only those that the reader may see."""
    ahead(*(partial(identity().grant, one) for one in grant.chain))
    return [looked_up(one)[1] for one in reversed(grant.chain)]


def _office(grant: Grant) -> Names:
    """The plan of the congress that gave the office; nothing where the reader may not see it."""
    if not grant.mandate:
        return {}
    try:
        return plan_names(congress().plan(congress().congress(grant.mandate)["plan_id"]))
    except PeerRefused:
        return {GIVEN: grant.mandate}


def _barred_from(grant: Grant) -> Names:
    """The unit from which it was suspended or ended; nothing where the reader may not see it."""
    if not grant.barred_from:
        return {}
    found = membership().units_by_id([grant.barred_from]).get(grant.barred_from)
    return unit_of(found).names if found else {}


@pages.get("/grants/<grant_id>/resign")
@access(SIGNED_IN)
def resign_form(grant_id: str) -> Response:
    return resign_again(grant_id, Form(version=identity().grant(grant_id)["version"]))


def resign_again(grant_id: str, form: Form) -> Response:
    answer, grant = looked_up(grant_id)
    if form.status == 412:
        form.version = answer["version"]
    return page(
        "resign.html",
        form.status,
        grant=grant,
        trail=trail_of_grant(grant),
        form=form,
        # Who may not see the access of the unit gives none there either, so nothing hangs on this grant.
        preview=_preview(grant_id) if may("access:read", grant.unit_path) else None,
        action=f"/grants/{grant_id}/resign",
        back=f"/grants/{grant_id}",
    )


@pages.post("/grants/<grant_id>/resign")
@access(SIGNED_IN)
@or_shown_again(resign_again)
def resign(grant_id: str, form: Form) -> Response:
    reason = form.text("reason", needed=True)
    form.check()
    identity().change_grant(grant_id, "resign", reason, form.version)
    return done(f"/grants/{grant_id}", "resign")


def _preview(grant_id: str) -> Preview:
    return preview_of(identity().revocation_preview(grant_id), roles_of(identity().roles()))


@pages.get("/grants/<grant_id>/<act>")
@takes("back")
@access("access:grant")
def act_form(grant_id: str, act: str) -> Response:
    answer = identity().grant(grant_id)
    return _act_page(grant_id, act, Form({"back": asked("back")}, answer["version"]))


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
    if act == SIGN_OUT.key:
        account_id = str(identity().grant(grant_id)["holder"]["account_id"])
        if not _signed_out(account_id, reason or "", form.once):
            return done(safe_path(form.values.get("back") or f"/grants/{grant_id}"), "together-asked")
    else:
        also = [name.removeprefix(ALSO) for name in form.values if name.startswith(ALSO)]
        identity().change_grant(grant_id, act, reason, form.version, also)
    return done(safe_path(form.values.get("back") or f"/grants/{grant_id}"), act)


def _signed_out(account_id: str, reason: str, once: str) -> bool:
    """False where nobody stands above the person, so that a second one of the topmost unit was asked."""
    try:
        identity().end_sessions_of(account_id)
    except PeerRefused as refusal:
        if not together_instead(refusal):
            raise
        identity().ask_joint_act("end-sessions", account_id, "", reason, once)
        return False
    return True


def _act_page(grant_id: str, act: str, form: Form) -> Response:
    if act not in ACTS:
        raise NotFound
    answer, grant = looked_up(grant_id)
    if form.status == 412 or form.version is None:
        form.version = answer["version"]
    _unit_ahead(grant)
    preview = _preview(grant_id) if ACTS[act].ends else None
    suspended = identity().resumption_preview(grant_id) if act == RESUME.key else []
    back = safe_path(form.values.get("back") or f"/grants/{grant_id}")
    queue = seconds_at(back) if ACTS[act].second else None
    return page(
        "grant_act.html",
        form.status,
        suspended=[grant_of(one, roles_of(identity().roles())) for one in suspended],
        grant=grant,
        act=ACTS[act],
        trail=trail_of_grant(grant),
        form=form,
        preview=preview,
        barred_from=_barred_from(grant),
        action=f"/grants/{grant_id}/{act}",
        back=back,
        queue=queue,
        closed=ACTS[act].second and not offered(answer, act),
        asked_by_reader=ACTS[act].second and asked_by(answer, caller().accounts),
        why_not=reason(answer, act) if ACTS[act].second else "",
        instead=declining(answer, act),
    )
