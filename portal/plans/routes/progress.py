"""The figure: how far all congresses of a unit and below are, with the table, the bars and the map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, Response

from portal.congress.routes.congresses import offices_in
from portal.congress.views.lists import Listed, chosen_milestone
from portal.congress.views.offices import Office, office_of
from portal.frame.pager import Pager
from portal.frame.pages import done, page, titles
from portal.frame.query import asked, asked_whole, takes
from portal.plans.outlines import Outlines
from portal.plans.views.course import curve_of, expected_of, tiles_of
from portal.plans.views.plans import open_plans
from portal.plans.views.progress import (
    SHADES,
    SORTS,
    Dashboard,
    Map,
    UnitLine,
    beside_of,
    dashboard_of,
    in_order,
    map_of,
    of_class,
    unit_lines,
)
from portal.plans.views.tree_map import tree_map_of
from portal.plans.words import PEOPLES_FILES
from portal.shared import states
from portal.shared.asking import ahead, congress, membership, today
from portal.shared.asking import here as around
from portal.shared.clients.titles import groups_in
from portal.shared.places import may, trail
from servicekit.ids import new_id
from servicekit.tasks.acting import units_with
from servicekit.web.guards import access, caller
from servicekit.words.titles import FIGURES

pages = Blueprint("progress", __name__)

MAP_LEVEL = "district"
# Of the table, at a time.
ROWS = 25


@pages.get("/dashboard")
@access("congress:read")
def choose_dashboard() -> Response:
    units = units_with(caller(), "congress:read")
    plans = open_plans(congress().plans(units[0])) if units else []
    if not plans or not units:
        return page("no_progress.html", unit=None, plan=None)
    return done(f"/dashboard/{plans[0]['id']}/{units[0]}")


@pages.get("/dashboard/<plan_id>/<unit_id>")
@takes("milestone", "level", "sort", "class", "from")
@access("congress:read")
def read_dashboard(plan_id: str, unit_id: str) -> Response:
    ahead(partial(membership().unit, unit_id), membership().levels)
    plan = congress().plan(plan_id)
    rollup = congress().rollup(plan_id, unit_id, chosen_milestone(plan, asked("milestone")))
    unit = membership().unit(unit_id)
    if rollup is None:
        return page("no_progress.html", unit=unit, plan=plan)
    if rollup["total"] + rollup["ended"] <= 1 and (own := _own_congress(plan_id, unit_id)):
        return done(f"/congresses/{own}")
    ahead(partial(congress().listed, Listed(plan_id, unit_id).asked, limit=1))
    levels = [level["key"] for level in membership().levels()]
    view = dashboard_of(rollup, plan, levels, asked("milestone"), groups_in(titles(), FIGURES))
    if len(unit["path"]) == 1 and not _drawn(view):
        ahead(partial(congress().rollups_at_level, plan_id, unit_id, MAP_LEVEL))
    decides = plan["state"] != "closed" and may("congress:approve", (*unit["path"], "below"))
    waits = view.states.get("submitted", 0) if decides else 0
    waiting = congress().waiting(plan_id, unit_id)["total"] if waits else 0
    here = Address(f"/dashboard/{plan_id}", unit_id, _wanted(view))
    drawn = _map(view, plan_id, is_root=len(unit["path"]) == 1)
    return page(
        "dashboard.html",
        ended=rollup["ended"],
        page=view,
        plan=plan,
        trail=trail(unit, here.of("{}")),
        chosen=next((line for line in view.milestones if line.chosen), None),
        waiting={
            "count": waiting,
            "link": f"/approvals/{plan_id}/{unit_id}",
            "further": waits - waiting,
            "all_link": f"/approvals/{plan_id}/{unit_id}?tab=below",
        },
        once=new_id(),
        fills_in=plan["state"] != "closed" and may("congress:report", (*unit["path"], "below")),
        here=here,
        overdue=congress().listed(Listed(plan_id, unit_id).asked, limit=1)["total"],
        tiles=tiles_of(view.share, rollup["course"]),
        curve=curve_of(rollup["course"], view.share, today(), rollup["forecast"]),
        forecast=rollup["forecast"],
        expected=expected_of(rollup["forecast"]),
        table=_table(view, here, plan_id),
        list_of=lambda which, milestone="", level="", unit="": (
            Listed(plan_id, unit or unit_id, which, milestone, level).link
        ),
        lists_of=lambda unit: lambda kind: Listed(plan_id, unit or unit_id, kind, view.chosen).link,
        file_links={key: f"/api/congress/rollups/{plan_id}/{unit_id}/{key}" for key in PEOPLES_FILES},
        map=drawn,
        tree=None if drawn else tree_map_of(view.children),
        beside=beside_of(rollup),
        states=[(key, one, view.states[key]) for key, one in states.CONGRESS.items() if view.states.get(key)],
    )


def _own_congress(plan_id: str, unit_id: str) -> str:
    found = congress().congresses_of(unit_id)
    return next((str(one["id"]) for one in found if one["plan_id"] == plan_id), "")


def _wanted(view: Dashboard) -> dict[str, str]:
    level, sort = asked("level"), asked("sort")
    wanted = {
        "milestone": view.chosen if asked("milestone") else "",
        "level": level if level in view.levels else "",
    }
    shade = asked("class")
    return {
        **wanted,
        "sort": sort if sort in SORTS else "",
        "class": shade if shade in map(str, range(SHADES + 1)) else "",
    }


@dataclass(frozen=True, slots=True)
class Address:
    """Of this page, with something of it otherwise."""

    start: str
    unit_id: str
    wanted: Mapping[str, str]

    def of(self, unit_id: str) -> str:
        """The same of another unit."""
        return self._link(unit_id, {name: self.wanted[name] for name in ("milestone", "sort")})

    def __call__(self, **changes: str) -> str:
        return self._link(self.unit_id, {**self.wanted, **changes})

    def _link(self, unit_id: str, wanted: Mapping[str, str]) -> str:
        query = urlencode({name: value for name, value in wanted.items() if value})
        return f"{self.start}/{unit_id}" + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class Table:
    """The units right below, or all of one level; of all of them, or of one class of the map; some at a time.

    `offices`: who answers for each, by its id.
    """

    lines: Sequence[UnitLine]
    level: str
    sort: str
    shade: str
    offices: Mapping[str, Office]
    pager: Pager

    @property
    def vacant(self) -> int:
        """Of those shown, in how many nobody holds it."""
        return sum(not one.roles for one in self.offices.values())


def _table(view: Dashboard, here: Address, plan_id: str) -> Table:
    level, sort, shade = (here.wanted[name] for name in ("level", "sort", "class"))
    lines: Sequence[UnitLine] = view.children
    if level:
        lines = unit_lines(congress().rollups_at_level(plan_id, view.unit.id, level), view.chosen)
    if shade:
        lines = of_class(lines, shade)
    first = max(0, asked_whole("from") - 1)
    shown = in_order(lines, sort)[first : first + ROWS]
    last = first + len(shown)
    following = here(**{"from": str(last + 1)}) if last < len(lines) else ""
    place = Pager(first + 1, last, len(lines), following, here() if first else "")
    return Table(shown, level, sort, shade, _answering(shown), place)


def _answering(lines: Sequence[UnitLine]) -> dict[str, Office]:
    offices = offices_in([line.unit.id for line in lines])
    return {one["for_unit"]: office_of(one) for one in offices}


def _drawn(view: Dashboard) -> bool:
    """Whether there are outlines of the units right below."""
    outlines = cast(Outlines, around().outlines)
    return any(line.unit.code in outlines.by_code for line in view.children)


def _map(view: Dashboard, plan_id: str, *, is_root: bool) -> Map | None:
    """The districts below the unit: its own children, or at the top all of the level."""
    outlines = cast(Outlines, around().outlines)
    if _drawn(view):
        return map_of(view.children, outlines, whole=is_root)
    if not is_root or not outlines.by_code:
        return None
    districts = congress().rollups_at_level(plan_id, view.unit.id, MAP_LEVEL)
    return map_of(unit_lines(districts, view.chosen), outlines, whole=True, level=MAP_LEVEL)
