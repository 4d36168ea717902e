"""The roll-out: in which units somebody has signed in, who was asked, and which have nobody."""

from functools import partial

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.access.views.rollout import (
    LISTED,
    WITHOUT,
    children_of,
    figures_of,
    levels_of,
    list_link,
    many_link,
    reported_of,
    rows_of,
)
from portal.access.words import ROLLOUT_LISTS, ROLLOUT_STATES
from portal.frame.forms import Form
from portal.frame.pager import after, pager
from portal.frame.pages import level_name, name_of, page
from portal.frame.query import LIST, asked, takes
from portal.shared.asking import ahead, congress, identity, membership
from portal.shared.places import may, trail
from portal.shared.units import unit_of
from servicekit.out.ahead import of_each
from servicekit.web.guards import access

pages = Blueprint("rollout", __name__)


@pages.get("/units/<unit_id>/rollout")
@takes(*LIST)
@access("access:read")
def show_rollout(unit_id: str) -> Response:
    unit = membership().unit(unit_id)
    reads = may("congress:read", (*unit["path"], "below"))
    ahead(membership().levels)
    # Those right below are in the same order on both sides, so one place is good for both.
    ask = {"identity": lambda: identity().rollout(unit_id, after())}
    if reads:
        ask["congress"] = lambda: congress().first_reports(unit_id, after())
    answers = of_each(ask, lambda service: ask[service]())
    # Where it was silent it is asked once more, and what it refuses with is what the reader is told.
    answer = answers["identity"] or identity().rollout(unit_id, after())
    reported = reported_of(answers.get("congress"), unit_id)
    return page(
        "rollout.html",
        reported=reported,
        unit=unit_of(unit),
        trail=trail(unit, "/units/{}/rollout"),
        all=answer["all"],
        figures=figures_of(answer["all"], unit_id),
        every=list_link(unit_id),
        words=ROLLOUT_STATES,
        levels=levels_of(answer, level_name),
        children=children_of(answer),
        as_of=answer["as_of"],
        pager=pager(answer, len(answer["children"])),
    )


@pages.get("/units/<unit_id>/rollout/reports")
@takes("level", *LIST)
@access("congress:read")
def list_units_that_reported(unit_id: str) -> Response:
    ahead(membership().levels, partial(membership().unit, unit_id))
    level, unit = asked("level"), membership().unit(unit_id)
    answer = congress().units_that_reported(unit_id, level, after())
    return page(
        "rollout_reports.html",
        unit=unit_of(unit),
        trail=trail(unit, "/units/{}/rollout"),
        rows=answer["items"],
        pager=pager(answer, len(answer["items"]), level=level),
    )


@pages.get("/units/<unit_id>/rollout/units")
@takes("state", "level", *LIST)
@access("access:read")
def list_units_of_rollout(unit_id: str) -> Response:
    shown = Form({name: asked(name) for name in ("state", "level")})
    state = shown.values["state"] if shown.values["state"] in LISTED else ""
    level = shown.values["level"]
    ahead(membership().levels, partial(membership().unit, unit_id))
    answer, unit = identity().rollout_units(unit_id, state, level, after()), membership().unit(unit_id)
    gives = state in WITHOUT and bool(answer["total"]) and may("access:grant", tuple(unit["path"]))
    return page(
        "rollout_units.html",
        unit=unit_of(unit),
        trail=trail(unit, "/units/{}/rollout"),
        filter=shown,
        word=ROLLOUT_LISTS[state],
        states=[(key, _(ROLLOUT_LISTS[key])) for key in LISTED],
        levels=[(key, name_of(level_name(key))) for key in answer["levels"]],
        rows=rows_of(answer["items"]),
        many=many_link(unit_id, state, level) if gives else "",
        pager=pager(answer, len(answer["items"]), state=state, level=level),
    )
