"""Elected people: read, named and corrected; and the delegates of a congress, unit by unit."""

from flask import Blueprint, Response

from portal.congress.routes.congresses import STALE, trail_of
from portal.congress.views.congress import unit_with_id
from portal.elected.views import delegation_of, people_in, people_of, people_text
from portal.elected.words import BODIES, DONE, LABELS
from portal.frame.forms import Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, or_shown_again, page
from portal.frame.query import LIST, asked, takes
from portal.shared.asking import congress
from portal.shared.clients.acts import offered
from portal.shared.clients.answers import Document
from portal.shared.places import may
from servicekit.refusals import NotFound
from servicekit.serving.patience import patient
from servicekit.web.guards import access

pages = Blueprint("elected", __name__)
BLUEPRINTS = (pages,)
__all__ = ("BLUEPRINTS", "DONE", "LABELS")

UNITS_SHOWN = 20
# Two hundred rows of the longest that each cell may be.
MOST_TYPED = 60_000
COUNTED = "counted"


@pages.get("/congresses/<congress_id>/elected")
@access("congress:read")
def show_elected(congress_id: str) -> Response:
    one, found = congress().congress(congress_id), congress().elected_of(congress_id)
    unit_id, path = one["unit_id"], tuple(one["unit_path"])
    return page(
        "elected.html",
        unit=unit_with_id(one),
        trail=trail_of(one),
        lists=[people_of(item) for item in found["items"]],
        names=offered(found, "elected"),
        # Nobody has access by being elected: whoever may give it offers it, and they accept it.
        gives=f"/units/{unit_id}/access/new" if may("access:grant", path) else "",
        here=f"/congresses/{congress_id}",
    )


@pages.get("/congresses/<congress_id>/elected/<of>")
@takes("from")
@access("congress:report")
def naming_form(congress_id: str, of: str) -> Response:
    found = _list_of(congress_id, of)
    counted = asked("from") == COUNTED or not found["version"]
    rows = people_text(found["tallied"] if counted else found["people"], of)
    return _naming_page(congress_id, found, Form({"people": rows}, found["version"]))


def naming_again(congress_id: str, of: str, form: Form) -> Response:
    found = _list_of(congress_id, of)
    if form.version is None or form.status == STALE:
        form.version = found["version"]
    return _naming_page(congress_id, found, form)


@pages.post("/congresses/<congress_id>/elected/<of>")
@takes("from")
@access("congress:report")
@or_shown_again(naming_again)
def send_people(congress_id: str, of: str, form: Form) -> Response:
    read = people_in(form.values.get("people", ""), of, form.grouping)
    if read.faults:
        form.faults["people"], *more = read.faults
        form.loose += more
    form.check()
    congress().name_elected(congress_id, of, read.people, form.version)
    return done(f"/congresses/{congress_id}/elected", "elected-saved")


def _list_of(congress_id: str, of: str) -> Document:
    if of not in BODIES:
        raise NotFound
    found: Document = next(one for one in congress().elected_of(congress_id)["items"] if one["of"] == of)
    return found


def _naming_page(congress_id: str, found: Document, form: Form) -> Response:
    one, back = congress().congress(congress_id), f"/congresses/{congress_id}/elected"
    changed = form.status == STALE
    return page(
        "elected_form.html",
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        one=people_of(found),
        changed=found["people"] if changed else (),
        counted=f"{back}/{found['of']}?from={COUNTED}",
        most=MOST_TYPED,
        action=f"{back}/{found['of']}",
        back=back,
    )


@pages.get("/congresses/<congress_id>/delegates")
@takes(*LIST)
@patient(20)
@access("congress:read")
def show_delegates(congress_id: str) -> Response:
    one, found = congress().congress(congress_id), congress().delegates_to(congress_id, after(), UNITS_SHOWN)
    return page(
        "delegates.html",
        unit=unit_with_id(one),
        trail=trail_of(one),
        delegations=[delegation_of(item) for item in found["items"]],
        pager=pager(found, len(found["items"])),
        back=f"/congresses/{congress_id}/elected",
    )
