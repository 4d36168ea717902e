"""The start: what waits for me, the figure of my units, my posts."""

from collections.abc import Sequence

from flask import Blueprint, Response

from portal.access.routes.grants import stands_over
from portal.access.routes.offers import offers_again
from portal.access.routes.together import at_the_top
from portal.access.views.grants import roles_of, waits_for
from portal.access.views.offers import offer_of
from portal.frame.forms import Form
from portal.frame.pages import page
from portal.plans.views.plans import open_plans
from portal.shared.asking import congress, identity, membership, reader, today
from portal.shared.places import may, units_with
from portal.shared.units import Document
from portal.start.views import (
    Headline,
    Task,
    approval_task,
    headline_of,
    in_order,
    posts_of,
    report_task,
    second_person_task,
    step_task,
    yearly_task,
)
from servicekit.access.decision import Caller
from servicekit.web.guards import PUBLIC, access, caller

pages = Blueprint("tasks", __name__)

# More units than this with the same task are reached through the search, not through the start page.
UNITS_SHOWN = 6


@pages.get("/")
@access(PUBLIC)
def start() -> Response:
    person = reader()
    if person is None:
        return page("welcome.html")
    if person.waiting:
        return offers_again(Form())
    plans = open_plans(congress().plans()) if units_with(person, "congress:read") else []
    me = identity().me()
    return page(
        "home.html",
        offers=[offer_of(one) for one in identity().offers()] if me["offers"] else [],
        tasks=in_order(
            [
                *_sealed(me),
                *_codes(me),
                *_together(),
                *_outage(person),
                *_reports(person, plans),
                *_approvals(person, plans),
                *_second_person(person),
                *_moves(person),
                *_yearly(person),
            ]
        ),
        figures=_headlines(person, plans),
        posts=posts_of(me["grants"], roles_of(identity().roles())),
        units_unseen=_unseen(person),
    )


def _unseen(person: Caller) -> int:
    """In how many units the reader has something to do that this page did not ask about."""
    acts = ("congress:report", "congress:approve", "access:grant", "unit:move", "fallback:switch")
    held = [units_with(person, permission) for permission in acts]
    return len({unit for units in held for unit in units[UNITS_SHOWN:]})


def _sealed(me: Document) -> list[Task]:
    """Sign-ins with one's sealed codes that wait for one's own word, which only a sign-in with the eID can give."""
    waiting = 0 if me["fallback"] else len(me["fallback_sign_ins"])
    return [Task("sealed", "/account/sealed-sign-ins", count=waiting)] if waiting else []


def _codes(me: Document) -> list[Task]:
    """Offices for which the reader has no codes: they are drawn while the eID works, or never."""
    missing = [one for one in me["offices"] if not one["codes_left"] and not me["fallback"]]
    return [Task("codes", "/account/sealed-codes", count=len(missing))] if missing else []


def _together() -> list[Task]:
    if not at_the_top():
        return []
    accounts = caller().accounts
    waiting = [one for one in identity().joint_acts() if one["asked_by"] not in accounts]
    return [Task("together", "/together", count=len(waiting))] if waiting else []


def _outage(person: Caller) -> list[Task]:
    """The windows that wait for a second person; for whoever came by a sealed code also the first step.

    A window can only be asked for while an eID is down, so the eID itself need not be asked for each start page.
    """
    tasks = []
    for unit_id in units_with(person, "fallback:switch")[:UNITS_SHOWN]:
        open_ones = [one for one in identity().windows(unit_id)["items"] if one["status"] in ("asked", "on")]
        link, names = f"/units/{unit_id}/access/fallback", membership().unit(unit_id)["names"]
        if any(one["status"] == "asked" and one["asked_by"] not in person.accounts for one in open_ones):
            tasks.append(Task("window", link, names))
        elif person.fallback and not open_ones:
            tasks.append(Task("outage", link, names))
    return tasks


def _moves(person: Caller) -> list[Task]:
    """Moves of the reader's units, away from them and to them, that somebody else asked for."""
    waiting = {
        one["id"]: Task("move", f"/units/{unit_id}/move", one["unit_names"])
        for unit_id in units_with(person, "unit:move")[:UNITS_SHOWN]
        for one in membership().moves(unit_id)["items"]
        if one["status"] == "asked" and one["asked_by"] not in person.accounts
    }
    return list(waiting.values())


def _reports(person: Caller, plans: Sequence[Document]) -> list[Task]:
    known = {plan["id"]: plan for plan in plans if plan["state"] != "closed"}
    tasks = []
    for unit_id in units_with(person, "congress:report")[:UNITS_SHOWN]:
        for one in congress().congresses_of(unit_id):
            if one["plan_id"] in known:
                tasks.append(report_task(one, known[one["plan_id"]], today()))
    return [task for task in tasks if task is not None]


def _approvals(person: Caller, plans: Sequence[Document]) -> list[Task]:
    tasks = []
    for unit_id in units_with(person, "congress:approve")[:UNITS_SHOWN]:
        for plan in plans:
            if plan["state"] == "open":
                rollup = congress().rollup(plan["id"], unit_id)
                if rollup is not None:
                    waits = rollup["states"].get("submitted", 0)
                    own = congress().waiting(plan["id"], unit_id, limit=1)["total"] if waits else 0
                    tasks += [approval_task(rollup, plan, own), step_task(rollup, plan, _steps(rollup, plan))]
    return [task for task in tasks if task is not None]


def _steps(rollup: Document, plan: Document) -> int:
    """How many congresses wait for a step of this unit itself; not asked for where none is left below it."""
    above = {one["key"] for one in plan["milestones"] if one.get("owner") == "superior"}
    left = any(
        one["total"] - one["skipped"] - one["done"] - one["left_out"] > 0
        for one in rollup["milestones"]
        if one["key"] in above
    )
    unit_id = rollup["unit"]["id"]
    waiting: int = congress().waiting_for_step(plan["id"], unit_id, limit=1)["total"] if left else 0
    return waiting


def _second_person(person: Caller) -> list[Task]:
    """Strong roles at and below the reader's units, more of them, and removals that a peer asked for in them."""
    waiting: dict[str, Document] = {}
    further = []
    for unit_id in units_with(person, "access:grant")[:UNITS_SHOWN]:
        asked = []
        for status in ("proposed", "extension-asked"):
            answer = identity().grants(unit_id, below=True, status=status)
            asked += answer["items"]
            if answer["next"]:
                rest = answer["total"] - len(answer["items"])
                link = f"/units/{unit_id}/access?status={status}&below=yes"
                further.append(Task("confirm-further", link, count=rest))
        removals = identity().every_grant(unit_id)
        waiting |= {
            one["id"]: one
            for one in (*asked, *removals)
            if waits_for(one, person.accounts) and may("access:grant", tuple(one["unit_path"]))
        }
    return [*(second_person_task(one, today()) for one in waiting.values()), *further]


def _yearly(person: Caller) -> list[Task]:
    tasks = []
    for unit_id in units_with(person, "access:grant")[:UNITS_SHOWN]:
        answer = identity().to_recertify(unit_id)
        due = [
            one
            for one in answer["items"]
            if one["holder"]["account_id"] not in person.accounts and stands_over(tuple(one["unit_path"]))
        ]
        names = membership().unit(unit_id)["names"] if due else {}
        tasks.append(yearly_task(unit_id, names, due, today(), answer["total"] - len(answer["items"])))
    return [task for task in tasks if task is not None]


def _headlines(person: Caller, plans: Sequence[Document]) -> list[Headline]:
    shown = []
    for unit_id in units_with(person, "congress:read")[:1]:
        covering = {plan["id"] for plan in congress().plans(unit_id)}
        for plan in [one for one in plans if one["id"] in covering][:2]:
            shown.append(headline_of(congress().rollup(plan["id"], unit_id), plan))
    return [one for one in shown if one is not None]
