"""The figure: how far all congresses of a unit and below are, with the table, the bars and the map."""

from urllib.parse import urlencode

from flask import Blueprint, Response

from portal.frame.pages import done, page, titles
from portal.frame.query import asked, takes
from portal.plans.views.plans import open_plans
from portal.plans.views.progress import Dashboard, Map, dashboard_of, map_of, unit_lines
from portal.plans.words import PEOPLES_FILES
from portal.shared import states
from portal.shared.asking import congress, here, membership
from portal.shared.clients.titles import groups_in
from portal.shared.places import may, trail
from servicekit.ids import new_id
from servicekit.tasks.acting import units_with
from servicekit.web.guards import access, caller
from servicekit.words.titles import FIGURES

pages = Blueprint("progress", __name__)

MAP_LEVEL = "district"


@pages.get("/dashboard")
@access("congress:read")
def choose_dashboard() -> Response:
    units = units_with(caller(), "congress:read")
    plans = open_plans(congress().plans(units[0])) if units else []
    if not plans or not units:
        return page("no_progress.html", unit=None, plan=None)
    return done(f"/dashboard/{plans[0]['id']}/{units[0]}")


@pages.get("/dashboard/<plan_id>/<unit_id>")
@takes("milestone")
@access("congress:read")
def read_dashboard(plan_id: str, unit_id: str) -> Response:
    plan = congress().plan(plan_id)
    rollup = congress().rollup(plan_id, unit_id)
    unit = membership().unit(unit_id)
    if rollup is None:
        return page("no_progress.html", unit=unit, plan=plan)
    levels = [level["key"] for level in membership().levels()]
    view = dashboard_of(rollup, plan, levels, asked("milestone"), groups_in(titles(), FIGURES))
    wanted = {"milestone": view.chosen} if asked("milestone") else {}
    query = "?" + urlencode(wanted) if wanted else ""
    decides = plan["state"] != "closed" and may("congress:approve", (*unit["path"], "below"))
    waits = view.states.get("submitted", 0) if decides else 0
    waiting = congress().waiting(plan_id, unit_id)["total"] if waits else 0
    return page(
        "dashboard.html",
        ended=rollup["ended"],
        page=view,
        plan=plan,
        trail=trail(unit, f"/dashboard/{plan_id}/{{}}{query}"),
        chosen=next((line for line in view.milestones if line.chosen), None),
        waiting={
            "count": waiting,
            "link": f"/approvals/{plan_id}/{unit_id}",
            "further": waits - waiting,
            "all_link": f"/approvals/{plan_id}/{unit_id}?tab=below",
        },
        once=new_id(),
        overdue_link=f"/lists/{plan_id}/{unit_id}?which=overdue" if rollup["steps"]["overdue"] else "",
        file_links={key: f"/api/congress/rollups/{plan_id}/{unit_id}/{key}" for key in PEOPLES_FILES},
        link_to=lambda child: f"/dashboard/{plan_id}/{child.id}{query}",
        choose=lambda key: f"/dashboard/{plan_id}/{unit_id}?" + urlencode({"milestone": key}),
        map=_map(view, plan_id, is_root=len(unit["path"]) == 1),
        states=[(state, view.states[key]) for key, state in states.CONGRESS.items() if view.states.get(key)],
    )


def _map(view: Dashboard, plan_id: str, *, is_root: bool) -> Map | None:
    """The districts below the unit: its own children, or at the top all of the level."""
    outlines = here().outlines
    if any(line.unit.code in outlines.by_code for line in view.children):
        return map_of(view.children, outlines, whole=is_root)
    if not is_root or not outlines.by_code:
        return None
    districts = congress().rollups_at_level(plan_id, view.unit.id, MAP_LEVEL)
    return map_of(unit_lines(districts, view.chosen), outlines, whole=True)
