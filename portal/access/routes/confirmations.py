"""The yearly queue of a unit: the grants that somebody must confirm again, one by one or as they were ticked."""

from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.access.routes.grants import looked_up, trail_of_grant
from portal.access.views.grants import roles_of
from portal.access.views.yearly import YES, Yearly, all_ticked, cautions_of, row_of, yearly_at, yearly_of
from portal.frame.forms import Fault, Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, or_shown_again, page, safe_path
from portal.frame.query import LIST, asked, takes
from portal.queues.routes import decided
from portal.queues.views import Choice, Filter, Seen, ticked
from portal.queues.words import NOT_ALL, NOTHING_TICKED
from portal.shared.asking import ahead, identity, membership, today
from portal.shared.clients.acts import offered
from portal.shared.clients.answers import Document
from portal.shared.places import may, trail
from portal.shared.units import Crumb, unit_of
from servicekit.serving.patience import patient
from servicekit.web.guards import access

pages = Blueprint("confirmations", __name__)

ASKED = ("tab", "passed")
# A page of the queue is no heavier than any other.
SHOWN = 25
STALE = 412


@pages.get("/units/<unit_id>/access/yearly")
@takes("tick", *ASKED, *LIST)
@access("access:read")
def list_yearly(unit_id: str) -> Response:
    return list_again(unit_id, Form())


def list_again(unit_id: str, form: Form) -> Response:
    ahead(partial(membership().unit, unit_id), identity().roles)
    answer = membership().unit(unit_id)
    gives = may("access:grant", tuple(answer["path"]))
    queue = yearly_of(unit_id, {name: asked(name) for name in ASKED})
    if not gives:
        queue = replace(queue, mine=False)
    due = identity().to_recertify(unit_id, after(), mine=queue.mine, overdue=queue.passed, limit=SHOWN)
    above = membership().units_by_id(
        one["unit_path"][-2] for one in due["items"] if len(one["unit_path"]) > 1
    )
    roles = roles_of(identity().roles())
    rows = tuple(row_of(one, roles, above, queue, today()) for one in due["items"])
    if asked("tick") == "all":
        form.values |= all_ticked(rows)
    here = {**queue.query, **{name: value for name in LIST if (value := asked(name))}}
    *over, own = trail(answer)
    return page(
        "yearly.html",
        form.status,
        unit=unit_of(answer),
        trail=(*over, Crumb(own.names, f"/units/{unit_id}/access")),
        queue=queue,
        tabs=queue.tabs(due["totals"]) if gives else (),
        filter=_filter(queue),
        form=form,
        rows=rows,
        action=f"{queue.start}?{urlencode(here)}",
        tick_link=f"{queue.start}?{urlencode({**here, 'tick': 'all'})}",
        pager=pager(due, len(rows), **queue.query),
    )


def _filter(queue: Yearly) -> Filter:
    days = [("", _("Any day")), (YES, _("Not confirmed in time"))]
    return Filter(
        action=queue.start,
        plain=replace(queue, passed=False).link,
        choices=(Choice("passed", _("To be confirmed by"), days, YES if queue.passed else ""),),
        kept=[(name, value) for name, value in queue.query.items() if name == "tab"],
        is_set=queue.passed,
        searched=False,
    )


@pages.post("/units/<unit_id>/access/yearly")
@takes(*ASKED, *LIST)
@access("access:grant")
@patient(20)
@or_shown_again(list_again)
def confirm_ticked(unit_id: str, form: Form) -> Response:
    """One confirmation each, of what its row said of it."""
    seen = ticked(form.values)
    if not seen:
        form.faults["tick"] = Fault(NOTHING_TICKED)
    form.check()
    queue = yearly_of(unit_id, {name: asked(name) for name in ASKED})
    outcomes = decided(seen, "/grants/{}".format, _confirm)
    if not any(one.fault for one in outcomes):
        return done(queue.link, "recertify-ticked")
    form.title, form.status = Fault(NOT_ALL), 409
    answer = membership().unit(unit_id)
    return page(
        "yearly_ticked.html", form.status, trail=trail(answer), form=form, outcomes=outcomes, back=queue.link
    )


def _confirm(grant_id: str, seen: Seen) -> None:
    identity().change_grant(grant_id, "recertify", None, seen.version)


# ---------------------------------------------------------------- one grant


@pages.get("/grants/<grant_id>/recertify")
@takes("back")
@access("access:grant")
def confirmation_form(grant_id: str) -> Response:
    return confirmation_again(grant_id, Form({"back": asked("back")}))


def confirmation_again(grant_id: str, form: Form) -> Response:
    answer, grant = looked_up(grant_id)
    if form.status == STALE or form.version is None:
        form.version = answer["version"]
    back = safe_path(form.values.get("back") or grant.link)
    queue = yearly_at(back)
    return page(
        "yearly_one.html",
        form.status,
        grant=grant,
        trail=trail_of_grant(grant),
        form=form,
        may_decide=offered(answer, "recertify"),
        cautions=cautions_of(answer, grant),
        queue=queue,
        next=_next(queue, grant_id) if queue else "",
        back=back,
    )


@pages.post("/grants/<grant_id>/recertify")
@access("access:grant")
@or_shown_again(confirmation_again)
def confirm_again(grant_id: str, form: Form) -> Response:
    back = safe_path(form.values.get("back") or f"/grants/{grant_id}")
    queue = yearly_at(back)
    # Asked before: confirmed, it stands in the list of another year.
    following = _next(queue, grant_id) if queue else ""
    identity().change_grant(grant_id, "recertify", None, form.version)
    if queue is None:
        return done(back, "recertify")
    return done(following or back, "recertify-next" if following else "recertify-last")


def _next(queue: Yearly, grant_id: str) -> str:
    """The way to the one behind this one, else to the first that is left; nothing where there is no other."""
    found: Document = {"items": []}
    for behind in (grant_id, ""):
        if not [one for one in found["items"] if one["id"] != grant_id]:
            found = identity().to_recertify(
                queue.unit_id, mine=queue.mine, overdue=queue.passed, behind=behind, limit=2
            )
    left = [one["id"] for one in found["items"] if one["id"] != grant_id]
    return queue.one(left[0]) if left else ""
