"""The audit: who did what, within one's reach; searched in all services at once, and taken along as a file."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response
from flask_babel import gettext
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from portal.audit.values import Known, units_in
from portal.audit.views import (
    Found,
    done_by,
    entry_of,
    newest_first,
    notes_of,
    rows_of,
    table_of,
)
from portal.audit.words import DONE, ENTRY_WORDS, LABELS
from portal.frame.forms import NOT_A_DAY, Fault, Form
from portal.frame.pager import COUNTED_MOST, Pager, after
from portal.frame.pages import done, language, or_shown_again, page, titles
from portal.frame.query import asked, asked_whole, takes
from portal.naming.units import unit_meant
from portal.naming.words import NO_SUCH_UNIT, SEVERAL_UNITS
from portal.shared.asking import ahead, exports_of, identity, log_of, membership
from portal.shared.clients.answers import Document
from portal.shared.clients.titles import OWNERS, titles_in
from portal.shared.places import may
from portal.shared.units import Unit, unit_of
from servicekit.access.decision import reach_roots
from servicekit.exporting.at_once import at_once
from servicekit.out.exports.formats import FORMATS
from servicekit.out.exports.tables import Reader
from servicekit.out.peers import PeerRefused
from servicekit.refusals import Unavailable
from servicekit.serving.patience import patient
from servicekit.web.guards import access, caller
from servicekit.web.kit import kit
from servicekit.web.preconditions import only_get
from servicekit.words import dates
from servicekit.words.titles import AUDIT

pages = Blueprint("audit", __name__)
BLUEPRINTS = (pages,)
__all__ = ("BLUEPRINTS", "DONE", "LABELS")

# Entries on a page, and in a file; and how many pages of the services' logs are asked for at most, to find them.
SHOWN, SHOWN_BUDGET = 36, 24
TAKEN, TAKEN_BUDGET = 2_000, 60
ASKED_AT_ONCE = 200
EXPORT = "audit:export"
# Beyond these no service searches.
FIRST_DAY, LAST_DAY = "1900-01-01", "2999-12-31"
# What the services search by themselves, and what the page adds to it.
ASKED = ("action", "actor", "subject_id", "record_id", "from", "to")
# Each log goes on where it was; the number of the first entry of the page is of all of them.
AFTER = tuple(f"{name}_after" for name in OWNERS)
FIRST = "first"
FIELDS = ("service", "person", "unit", "unit_id", "reference", *ASKED)
DAYS = ("from", "to")
# As the form on the page sends them; a link carries each day as one.
PARTS_OF_DAYS = tuple(f"{day}-{part}" for day in DAYS for part in dates.PARTS)
# What somebody types into the form: it stays open while one of these is set.
TYPED = ("service", "person", "unit", "reference", "action", *DAYS, *PARTS_OF_DAYS)


@dataclass(frozen=True)
class Search:
    form: Form
    unit: Unit | None
    after: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, str]:
        """What makes the same search again, but for where it goes on."""
        kept = {name: self.form.values[name] for name in FIELDS if name != "unit" and self.form.values[name]}
        return {**kept, "unit_id": self.unit.id} if self.unit else kept

    @property
    def wanted(self) -> dict[str, str]:
        """What the services are asked for."""
        days = {name: self.form.day(name) or "" for name in DAYS}
        asked = {name: self.form.values[name] for name in ASKED} | days
        return asked | ({"unit_id": self.unit.id} if self.unit else {})

    @property
    def services(self) -> list[str]:
        """Whose logs hold anything of it."""
        asked = self.form.values
        services = [asked["service"]] if asked["service"] else list(OWNERS)
        if asked["action"]:
            known = _acts()
            services = [one for one in services if asked["action"] in known[one]]
        return services

    def go(self, limit: int, budget: int) -> Found:
        fits = done_by(self.form.values["person"])
        logs = {name: self._log(name) for name in self.services}
        ahead(*(partial(ask, self.after.get(name, "")) for name, ask in logs.items()))
        return newest_first(logs, self.after, fits, limit=limit, budget=budget)

    def _log(self, service: str) -> Callable[[str], Document]:
        def ask(place: str) -> Document:
            try:
                return log_of(service).search(self.wanted, place, ASKED_AT_ONCE)
            except PeerRefused as refusal:
                if refusal.status < 500:
                    raise
                raise Unavailable from refusal

        return ask


def _acts() -> dict[str, Mapping[str, str]]:
    """Of each service those that it may write."""
    return {owner: owned.of.get(AUDIT, {}) for owner, owned in titles().items()}


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """By the service that writes them; what any of them may write comes last."""
    acts = _acts()
    everywhere = set.intersection(*map(set, acts.values()))
    own = [(owner, _by_title(found, found.keys() - everywhere)) for owner, found in acts.items()]
    of_all = _by_title(titles_in(titles(), AUDIT), everywhere)
    return [
        *((titles()[owner].name, choices) for owner, choices in own if choices),
        (_("Every part"), of_all),
    ]


def _by_title(acts: Mapping[str, str], keys: Collection[str]) -> list[tuple[str, str]]:
    return sorted(((key, acts[key]) for key in keys), key=lambda one: one[1])


def _search(value: Callable[[str], str] = asked) -> Search:
    """As the address says; a unit comes by its id, or by its code as somebody types it."""
    form = Form({name: value(name) for name in (*FIELDS, *PARTS_OF_DAYS)})
    if form.values["reference"]:
        form.values["record_id"] = form.values["reference"].upper()
    for day in DAYS:
        found = form.day(day)
        if found is not None and not FIRST_DAY <= found <= LAST_DAY:
            form.faults[day] = Fault(NOT_A_DAY)
    if form.values["service"] not in OWNERS:
        form.values["service"] = ""
    if form.values["action"] not in titles_in(titles(), AUDIT):
        form.values["action"] = ""
    places = {name: after(f"{name}_") for name in OWNERS}
    return Search(form, _unit(form), {name: place for name, place in places.items() if place})


def _unit(form: Form) -> Unit | None:
    if form.values["unit"]:
        meant = unit_meant(form.values["unit"])
        if meant.id:
            return unit_of(membership().unit(meant.id))
        form.faults["unit"] = Fault(SEVERAL_UNITS if meant.choices else NO_SUCH_UNIT)
    elif form.values["unit_id"]:
        return unit_of(membership().unit(form.values["unit_id"]))
    return None


@pages.get("/audit")
@takes(*FIELDS, *PARTS_OF_DAYS, *AFTER, FIRST)
@access("audit:read")
def read_audit() -> Response:
    return _page(_search(), Form())


def _page(search: Search, exporting: Form) -> Response:
    """`exporting`: the form that asks for all entries that fit as files."""
    ahead(identity().roles)
    found = Found() if search.form.faults else search.go(SHOWN, SHOWN_BUDGET)
    query, units = urlencode(search.query), _units_named(found)
    roles = {one["key"]: one["names"] for one in identity().roles()}
    parts = {owner: owned.name for owner, owned in titles().items()}
    known = Known(units, roles, {"portal": _("These pages"), **parts})
    return page(
        "audit.html",
        exporting.status,
        exporting=exporting,
        export_unit=_exported_unit(search),
        export_wanted={name: value for name, value in search.query.items() if name != "unit_id"},
        kinds=[(kind, kind.upper()) for kind in FORMATS],
        filter=search.form,
        choices=unit_meant(search.form.values["unit"]).choices if "unit" in search.form.faults else (),
        chosen=_address({**search.query, "unit_id": ""}),
        searched=bool(search.form.faults) or any(search.form.values[name] for name in TYPED),
        services=[(owner, owned.name) for owner, owned in titles().items()],
        acts=_choices(),
        unit=search.unit,
        entries=[entry_of(one, known) for one in found.items],
        units=units,
        silent=[titles()[name].name for name in found.silent],
        entry_words=ENTRY_WORDS,
        file_links={key: f"/audit/{key}?{query}" for key in FORMATS},
        taken=TAKEN,
        pager=pager_of(search, found),
    )


def pager_of(search: Search, found: Found) -> Pager:
    before = min(max(asked_whole(FIRST), 1), COUNTED_MOST) - 1 if search.after else 0
    last = before + len(found.items)
    places = {f"{name}_after": place for name, place in found.after.items()}
    return Pager(
        first=before + 1,
        last=last,
        # Of one person the services know no number: a name is looked for here.
        total=None if search.form.values["person"] else found.total,
        next=_address({**search.query, **places, FIRST: str(last + 1)}) if found.more else "",
        begin=_address(search.query) if search.after else "",
    )


def _address(query: Mapping[str, str]) -> str:
    return f"/audit?{urlencode(query)}" if query else "/audit"


def _units_named(found: Found) -> dict[str, Document]:
    """The units of the entries, by id; without them the entries are shown all the same."""
    try:
        return membership().units_by_id(unit_id for one in found.items for unit_id in units_in(one))
    except PeerRefused as refusal:
        if refusal.status < 500 and refusal.status != 403:
            raise
        return {}


def _exported_unit(search: Search) -> str:
    """The one that is sought in, or the only one whose entries the reader may take; nothing where there are more."""
    if search.unit:
        return search.unit.id if may(EXPORT, search.unit.path) else ""
    roots = reach_roots(caller(), EXPORT)
    return roots[0].unit_id if len(roots) == 1 else ""


def export_again(form: Form) -> Response:
    return _page(_search(lambda name: form.values.get(name, "")), form)


@pages.post("/audit/export")
@access(EXPORT)
@or_shown_again(export_again)
def export_audit(form: Form) -> Response:
    """All that fits, a file from each part of the system: made beside requests, and told when it is there."""
    search = _search(lambda name: form.values.get(name, ""))
    if search.form.faults or search.unit is None:
        raise BadRequest
    kind = form.values.get("as", "")
    asked_for = {**search.wanted, "person": search.form.values["person"]}
    wanted = {name: value for name, value in asked_for.items() if value}
    for service in search.services:
        exports_of(service).ask("audit", {**wanted, "as": kind if kind in FORMATS else "csv"}, form.once)
    return done("/exports", "files-asked")


@pages.get("/audit/<any(csv, xlsx, json):kind>")
@takes(*FIELDS, *PARTS_OF_DAYS, *AFTER)
@access("audit:export")
@only_get
@patient(30)
def take_along(kind: str) -> Response:
    """The taking along is written down first, and asks for a fresh sign-in. A faulty search takes nothing, not more."""
    search = _search()
    if search.form.faults:
        raise BadRequest
    sought = {name: value[:80] for name, value in search.query.items() if name != "unit_id"}
    identity().note_export(search.unit.id if search.unit else "", {**sought, "as": kind})
    found = search.go(TAKEN, TAKEN_BUDGET)
    reader = Reader(language(), ZoneInfo(kit().settings.zone))
    return at_once(
        FORMATS[kind],
        table_of(found),
        rows_of(found, titles_in(titles(), AUDIT)),
        reader,
        notes_of(found, gettext),
    )
