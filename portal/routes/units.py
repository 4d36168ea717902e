"""Units: found by name, and each with its congress, its people and the units below it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response

from portal.asking import congress, identity, membership, now, reader, today
from portal.clients import Document
from portal.pages import page
from portal.query import asked, cursor
from portal.views.congress import congress_page
from portal.views.grants import grant_of, holders_of, roles_of
from portal.views.tasks import units_with
from portal.views.units import Crumb, Names, Unit, trail_to, unit_of
from portal.words import MEMBER_COUNTS
from servicekit.access import Caller, Why, decide, visible
from servicekit.text import plain_digits
from servicekit.web import access, caller

pages = Blueprint("units", __name__)

HOLDERS_SHOWN = 8
FOUND_MOST = 20
OWN_SHOWN = 12


def trail(answer: Document, link: str = "/units/{}") -> tuple[Crumb, ...]:
    """Where a unit stands; `link` is the kind of page that the units above it are opened with."""
    person = caller()
    return trail_to(answer, link.format, lambda path: visible(person, tuple(path)))


def may(permission: str, path: tuple[str, ...]) -> bool:
    """Whether a button is shown: the decision that the service makes when it is pressed.

    Also where the eID must see the person again first: the button then leads there and back.
    """
    person: Caller | None = reader()
    return person is not None and decide(person, permission, path, now()).why in _WITHIN_REACH


def may_keep(permission: str, answer: Document) -> bool:
    """As `may`; of an ended unit also whoever keeps one that it went into, or the one above it."""
    path = tuple(answer["path"])
    after = [tuple(one["path"]) for one in answer["heirs"]] + [path[:-1]] if answer["valid_to"] else []
    return any(may(permission, one) for one in (path, *after))


_WITHIN_REACH = (Why.ALLOWED, Why.SIGN_IN_TOO_OLD, Why.ASSURANCE_TOO_LOW)


@pages.get("/units")
@access("unit:read")
def find_units() -> Response:
    words = asked("q")
    if words:
        found = _found(words)
    else:
        found = [membership().unit(unit_id) for unit_id in units_with(caller(), "unit:read")[:OWN_SHOWN]]
    cut = len(found) >= FOUND_MOST
    above = _names_above(found)
    units = [{"unit": unit_of(one), "above": above.get(one["parent_id"])} for one in found]
    return page("units_found.html", words=words, units=units, cut=cut)


def _found(words: str) -> list[Document]:
    """By code where it can be one, else by name."""
    code = plain_digits(words).upper()
    coded = membership().units_coded(code) if any(sign.isdigit() for sign in code) else []
    return coded or membership().units_named(words, FOUND_MOST)


def _names_above(found: Sequence[Document]) -> dict[str | None, Names]:
    """The names of the units right above: many a name is borne by units in several districts."""
    names: dict[str | None, Names] = {}
    for one in found:
        parent = one["parent_id"]
        if parent is not None and parent not in names:
            ancestors = membership().unit(one["id"])["ancestors"]
            names[parent] = next((above["names"] for above in ancestors if above["id"] == parent), {})
    return names


@pages.get("/units/<unit_id>")
@access("unit:read")
def read_unit(unit_id: str) -> Response:
    answer = membership().unit(unit_id)
    unit = unit_of(answer)
    children = membership().children(unit_id, cursor())
    more = children.get("next")
    nothing: Document = {"items": []}
    ended = membership().ended_children(unit_id, asked("ended_after")) if answer["ended_count"] else nothing
    return page(
        "unit.html",
        unit=unit,
        trail=trail(answer),
        congresses=_congresses(unit) if may("congress:read", unit.path) else [],
        children=[unit_of(one) for one in children["items"]],
        more_link=f"/units/{unit_id}?after={more}" if more else "",
        **_people(unit),
        counts=_counts(unit) if may("members:count", unit.path) else [],
        may_read_members=may_keep("members:read", answer),
        ended=answer["valid_to"],
        heirs=[(unit_of(one), visible(caller(), tuple(one["path"]))) for one in answer["heirs"]],
        ended_below=[unit_of(one) for one in ended["items"]],
        ended_more=f"/units/{unit_id}?ended_after={ended['next']}" if ended.get("next") else "",
        may_audit=may("audit:read", unit.path),
        may_move=answer["valid_to"] is None and len(unit.path) > 1 and may("unit:move", unit.path),
    )


def _congresses(unit: Unit) -> list[Document]:
    shown = []
    for one in congress().congresses_of(unit.id):
        plan = congress().plan(one["plan_id"])
        view = congress_page(one, plan, today(), may_report=False, may_decide=False)
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
    counts = membership().member_counts(unit.id)["here"]["all"]
    return [(word, counts[key]) for key, word in MEMBER_COUNTS.items()]
