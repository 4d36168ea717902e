"""Units: found by name, and each with its congress, its people and the units below it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import Blueprint, Response

from portal.access.views.grants import grant_of, holders_of, roles_of
from portal.congress.views.congress import congress_page
from portal.frame.pager import after, pager
from portal.frame.pages import page
from portal.frame.query import LIST, asked, takes
from portal.shared.asking import ahead, congress, identity, membership, today
from portal.shared.clients.answers import Document
from portal.shared.places import may, may_keep, trail
from portal.shared.units import Names, Unit, unit_of
from portal.units.words import MEMBER_COUNTS
from servicekit.access.decision import visible
from servicekit.tasks.acting import units_with
from servicekit.web.guards import access, caller
from servicekit.words.text import plain_digits

pages = Blueprint("units", __name__)

HOLDERS_SHOWN = 8
FOUND_MOST = 20
OWN_SHOWN = 12
# What the second list of a unit's page calls its place by.
ENDED = "ended_"


@pages.get("/units")
@takes("q")
@access("unit:read")
def find_units() -> Response:
    words = asked("q")
    found, total, meant = found_units(words) if words else (*_own_units(), False)
    above = names_above(found)
    units = [{"unit": unit_of(one), "above": above.get(one["parent_id"])} for one in found]
    cut = total is None or total > len(units)
    return page("units_found.html", words=words, units=units, cut=cut, total=total, meant=meant)


def _own_units() -> tuple[list[Document], int]:
    held = units_with(caller(), "unit:read")
    return [membership().unit(unit_id) for unit_id in held[:OWN_SHOWN]], len(held)


def found_units(words: str) -> tuple[list[Document], int | None, bool]:
    """By code where it can be one, else by name; how many there are, None where they are not counted; and whether
    nothing is named so and these are named nearly so."""
    code = plain_digits(words).upper()
    coded = membership().units_coded(code) if any(sign.isdigit() for sign in code) else []
    if coded:
        return coded, len(coded), False
    answer = membership().units_named(words, FOUND_MOST)
    return list(answer["items"]), answer["total"], answer["meant"]


def names_above(found: Sequence[Document]) -> dict[str | None, Names]:
    """The names of the units right above: many a name is borne by units in several districts."""
    above = membership().units_by_id(one["parent_id"] for one in found if one["parent_id"])
    names: dict[str | None, Names] = {unit_id: unit["names"] for unit_id, unit in above.items()}
    for one in found:
        parent = one["parent_id"]
        if parent is not None and parent not in names:
            # Where the reader's own reach begins, what is above is named by the unit alone.
            ancestors = membership().unit(one["id"])["ancestors"]
            names[parent] = next((above["names"] for above in ancestors if above["id"] == parent), {})
    return names


@pages.get("/units/<unit_id>")
@takes(*LIST, *(f"{ENDED}{name}" for name in LIST))
@access("unit:read")
def read_unit(unit_id: str) -> Response:
    answer = membership().unit(unit_id)
    unit = unit_of(answer)
    ahead(membership().levels)
    if may("congress:read", unit.path):
        ahead(partial(congress().congresses_of, unit_id))
    if may("access:read", unit.path):
        ahead(identity().roles, partial(identity().every_grant, unit_id))
    if may("members:count", unit.path):
        ahead(partial(membership().member_count, unit_id))
    if answer["ended_count"]:
        ahead(partial(membership().ended_children, unit_id, after(ENDED)))
    children = membership().children(unit_id, after())
    nothing: Document = {"items": []}
    ended = membership().ended_children(unit_id, after(ENDED)) if answer["ended_count"] else nothing
    return page(
        "unit.html",
        unit=unit,
        trail=trail(answer),
        congresses=_congresses(unit) if may("congress:read", unit.path) else [],
        children=[unit_of(one) for one in children["items"]],
        pager=pager(children, len(children["items"]), **_place(ENDED)),
        **_people(unit),
        counts=_counts(unit) if may("members:count", unit.path) else [],
        may_read_members=may_keep("members:read", answer),
        ended=answer["valid_to"],
        heirs=[(unit_of(one), visible(caller(), tuple(one["path"]))) for one in answer["heirs"]],
        ended_below=[unit_of(one) for one in ended["items"]],
        ended_pager=pager(ended, len(ended["items"]), ENDED, **_place("")),
        may_audit=may("audit:read", unit.path),
        may_move=answer["valid_to"] is None and len(unit.path) > 1 and may("unit:move", unit.path),
    )


def _place(of: str) -> dict[str, str]:
    """Where this list is, which stays there while the other one is turned."""
    return {f"{of}after": after(of), f"{of}from": asked(f"{of}from")}


def _congresses(unit: Unit) -> list[Document]:
    shown, found = [], congress().congresses_of(unit.id)
    ahead(*(partial(congress().plan_seen, one["plan_id"]) for one in found))
    for one in found:
        plan = congress().plan_seen(one["plan_id"])
        if plan is None:
            continue
        view = congress_page(one, plan, today())
        held = [step for step in view.steps if step.held]
        shown.append(
            {
                "plan": view.plan,
                "state": view.state,
                "deadline": view.deadline,
                "overdue": view.overdue,
                "steps_done": sum(step.date is not None for step in held),
                "steps_total": len(held),
                "link": f"/congresses/{view.id}",
                "progress_link": f"/dashboard/{plan['id']}/{unit.id}" if unit.children_count else "",
            }
        )
    return shown


def _people(unit: Unit) -> dict[str, Any]:
    """Who holds something here, some of them; and how many more there are."""
    if not may("access:read", unit.path):
        return {"holders": None, "holders_more": 0}
    roles = roles_of(identity().roles())
    found = holders_of([grant_of(one, roles) for one in identity().every_grant(unit.id)])
    return {"holders": found[:HOLDERS_SHOWN], "holders_more": len(found[HOLDERS_SHOWN:])}


def _counts(unit: Unit) -> list[tuple[str, int]]:
    counts = membership().member_count(unit.id)["all"]
    return [(word, counts[key]) for key, word in MEMBER_COUNTS.items()]
