"""Lists behind numbers: the congresses that a figure counts, and those that wait for a step of their superior unit."""

from functools import partial

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.congress.routes.congresses import names_of, offices_of
from portal.congress.routes.saved import saved_for
from portal.congress.views.lists import (
    ALL,
    ASKED,
    BESIDE,
    EVERY,
    EXTENSIONS,
    LONG_LATE,
    OPEN,
    REMINDED,
    SIDES,
    SORTS,
    STANDINGS,
    Listed,
    filter_of,
    listed_of,
    rows_of,
    word_of,
)
from portal.frame.forms import Form, fault_of
from portal.frame.pager import after, pager
from portal.frame.pages import done, level_name, name_of, or_shown_again, page
from portal.frame.query import LIST, asked, takes
from portal.queues.views import Filter
from portal.shared import states
from portal.shared.asking import ahead, congress, identity, membership, today
from portal.shared.clients.answers import Document
from portal.shared.places import may, trail
from servicekit.out.peers import PeerRefused
from servicekit.web.guards import access

pages = Blueprint("lists", __name__)

# Of so many units identity says at once who must act; a page is no heavier than any other.
SHOWN = 50


@pages.get("/lists/<plan_id>/<unit_id>")
@takes(*ASKED, *LIST)
@access("congress:read")
def read_list(plan_id: str, unit_id: str) -> Response:
    return list_again(plan_id, unit_id, Form({name: asked(name) for name in ASKED}))


def list_again(plan_id: str, unit_id: str, form: Form) -> Response:
    plan = congress().plan(plan_id)
    ahead(partial(membership().unit, unit_id), membership().levels, identity().saved_lists)
    listed = listed_of(plan, unit_id, form.values)
    found = _found(listed, form)
    offices = offices_of(found["items"])
    unit, names = membership().unit(unit_id), names_of(plan)
    return page(
        "list.html",
        form.status,
        plan=plan,
        form=form,
        listed=listed,
        word=word_of(listed),
        milestone=names.get(listed.milestone),
        names=names,
        trail=trail(unit, f"/lists/{plan_id}/{{}}" + listed.link[len(listed.start) :]),
        filter=_filter(listed, plan),
        saved=saved_for(listed.link),
        rows=rows_of(found["items"], offices, listed, today()),
        total=found["total"],
        reminds=_reminds(listed, found["total"], unit["path"]),
        reminded=found["reminded"],
        exported={"plan_id": plan_id, "unit_id": unit_id, **listed.conditions},
        pager=pager(found, len(found["items"]), **listed.query),
    )


def _found(listed: Listed, form: Form) -> Document:
    """A page of the list; where it is too long to be searched, of all in it, with the reason."""
    try:
        return congress().listed(listed.asked, after(), SHOWN)
    except PeerRefused as refusal:
        if refusal.type != "too-many-to-order":
            raise
        form.title, form.status = fault_of(refusal.body), refusal.status
        return congress().listed({**listed.asked, "search": ""}, "", SHOWN)


def _filter(listed: Listed, plan: Document) -> Filter:
    words = {
        **STANDINGS,
        **EXTENSIONS,
        **BESIDE,
        **{key: one.word for key, one in states.CONGRESS.items()},
        **SIDES,
        **SORTS,
        ALL: EVERY,
    }
    say = {key: _(word) for key, word in words.items()}
    say |= {
        "which": _("Which"),
        "milestone": _("Milestone"),
        "any": _("Any milestone"),
        "level": _("Level"),
        "levels": _("All levels"),
        "who": _("Who must act"),
        "sides": _("Whoever it is"),
        "sort": _("Order"),
    }
    return filter_of(
        listed,
        [(key, name_of(names)) for key, names in names_of(plan).items()],
        [(key, name_of(level_name(key))) for key in plan["deadlines"]],
        say,
    )


def _reminds(listed: Listed, total: int | None, path: list[str]) -> bool:
    """Whether all in the list can be reminded here: not those that were searched for."""
    open_ones = listed.which in (*OPEN, *REMINDED, LONG_LATE)
    return bool(total) and open_ones and not listed.search and may("congress:remind", (*path, "below"))


@pages.post("/lists/<plan_id>/<unit_id>/remind")
@access("congress:remind")
@or_shown_again(list_again)
def remind_all(plan_id: str, unit_id: str, form: Form) -> Response:
    listed = listed_of(congress().plan(plan_id), unit_id, form.values)
    conditions: dict[str, object] = {**listed.conditions, "plan_id": plan_id, "unit_id": unit_id}
    if "overdue" in conditions:
        conditions |= {"overdue": True}
    congress().remind_all(conditions, form.once)
    return done(listed.link, "reminded")
