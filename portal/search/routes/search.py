"""The search in the header of every page: each part is asked of the service that keeps it, within the reader's reach.

All are asked at once; one that does not answer is named, and the others are shown.
"""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.frame.acting import unit_with
from portal.frame.languages import SWITCH
from portal.frame.menu import entries
from portal.frame.pages import STEP_UP_LEVELS, level_name, page, translated
from portal.frame.query import asked, takes
from portal.search.views import SHOWN, Hit, Part, found_holder, in_order, named, plan_texts
from portal.search.words import HELP
from portal.shared import states
from portal.shared.asking import congress, identity, membership
from portal.shared.clients.answers import Document
from portal.shared.places import may
from portal.shared.units import plan_names, unit_of
from portal.units.routes.units import found_units, names_above
from servicekit.access.decision import holds
from servicekit.out.ahead import of_each
from servicekit.out.peers import PeerRefused
from servicekit.refusals import Unavailable
from servicekit.web.guards import access, caller
from servicekit.words.i18n import translate

pages = Blueprint("search", __name__)

# Of so many of the units found the congress is named too.
WITH_CONGRESS = 3
OUT_OF_SIGHT = (403, 404)
# What the services take.
LONGEST = 80
# Whoever may do none of this is told of nobody who holds an office.
KNOWS_HOLDERS = ("access:read", "access:grant", "congress:approve")


@pages.get("/search")
@takes("q")
@access("unit:read")
def search() -> Response:
    words = asked("q")[:LONGEST]
    asks = _asks(words) if words else {}
    found = of_each(asks, lambda part: asks[part]()) if asks else {}
    parts = in_order(part for parts in found.values() for part in parts or ())
    silent = [name for name, answer in found.items() if answer is None]
    return page("search.html", words=words, parts=parts, silent=silent)


def _asks(words: str) -> Mapping[str, Callable[[], list[Part]]]:
    """By the part of the house that answers it."""
    person = caller()
    asks: dict[str, Callable[[], list[Part]]] = {"membership": lambda: _units(words)}
    if holds(person, "congress:read"):
        asks["congress"] = lambda: _plans(words)
    if holds(person, "members:read"):
        asks["members"] = lambda: _members(words)
    if any(holds(person, permission) for permission in KNOWS_HOLDERS):
        asks["identity"] = lambda: _holders(words)
    return {**asks, "portal": lambda: _pages(words)}


def _units(words: str) -> list[Part]:
    found, total, meant = found_units(words)
    shown = found[:SHOWN]
    above = names_above(shown)
    hits = [
        Hit(
            unit.link, unit.names, soft=(level_name(unit.level), unit.code, above.get(one["parent_id"]) or "")
        )
        for one in shown
        for unit in (unit_of(one),)
    ]
    parts = [Part(_("Units"), hits, meant, total, "/units?" + urlencode({"q": words}))]
    if holds(caller(), "congress:read"):
        parts.append(
            Part(_("Congresses"), [hit for one in shown[:WITH_CONGRESS] for hit in _congresses(one)], meant)
        )
    return parts


def _congresses(unit: Document) -> list[Hit]:
    """Nothing where congress is away or does not know the unit yet: the units that were found stand by themselves."""
    if not may("congress:read", tuple(unit["path"])):
        return []
    try:
        found = congress().congresses_of(unit["id"])
    except Unavailable:
        return []
    except PeerRefused as refusal:
        if refusal.status not in OUT_OF_SIGHT:
            raise
        return []
    return [
        Hit(
            f"/congresses/{one['id']}",
            unit["names"],
            state=states.CONGRESS.get(one["state"], states.UNKNOWN),
        )
        for one in found
    ]


def _plans(words: str) -> list[Part]:
    found, meant = named(words, congress().plans(), plan_texts)
    hits = [Hit(f"/plans/{one['id']}", plan_names(one)) for one in found[:SHOWN]]
    return [Part(_("Plans"), hits, meant, len(found), "/plans")]


def _members(words: str) -> list[Part]:
    """Of the unit acted in. Who must be seen by the eID first is led there, as from the list itself."""
    unit_id = unit_with(caller(), "members:read")
    more = f"/units/{unit_id}/members?" + urlencode({"q": words})
    try:
        answer = membership().members(unit_id, words)
    except PeerRefused as refusal:
        if refusal.type in STEP_UP_LEVELS:
            return [Part(_("Members"), (), beyond=more)]
        raise
    hits = [
        Hit(f"/members/{one['id']}", text=one["name"], soft=(one.get("card_number") or "",))
        for one in answer["items"][:SHOWN]
    ]
    return [Part(_("Members"), hits, answer["meant"], answer["total"], more)]


def _holders(words: str) -> list[Part]:
    answer = identity().holders_named(words, limit=SHOWN)
    found = [found_holder(one) for one in answer["items"]]
    hits = [Hit(one.link, text=one.name, soft=(*one.roles, one.unit)) for one in found]
    more = "/search/holders?" + urlencode({"q": words})
    return [Part(_("Holders of offices"), hits, answer["meant"], answer["total"], more)]


def _pages(words: str) -> list[Part]:
    """By their names in every language: who is used to one of them finds them in another."""
    person = caller()
    menu = [(one.link, one.word) for one in entries("", lambda permission: unit_with(person, permission), 0)]
    languages = [code for code, _short, _long in SWITCH]
    found, meant = named(
        words, (*menu, *HELP), lambda one: [one[1], *(translate(one[1], language) for language in languages)]
    )
    hits = [Hit(link, text=translated(word)) for link, word in found[:SHOWN]]
    return [Part(_("Pages"), hits, meant, len(found))]
