"""The superior's own steps in congresses below: a queue of those that wait, recorded one by one or as ticked."""

from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.congress.routes.congresses import names_of
from portal.congress.routes.saved import saved_for
from portal.congress.views.steps import ASKED, YES, Steps, all_ticked, chosen, steps_of, waiting_of
from portal.frame.forms import Fault, Form, fault_of
from portal.frame.pager import after, pager
from portal.frame.pages import done, know_words, level_name, name_of, or_shown_again, page
from portal.frame.query import LIST, asked, takes
from portal.queues.routes import decided
from portal.queues.views import Choice, Filter, Place, Seen, place_of
from portal.queues.words import NOT_ALL, NOTHING_TICKED
from portal.shared.asking import congress, membership, now, today
from portal.shared.clients.answers import Document
from portal.shared.places import trail
from servicekit.ids import id_from
from servicekit.out.peers import PeerRefused
from servicekit.refusals import Refusal
from servicekit.serving.patience import patient
from servicekit.web.guards import access

pages = Blueprint("steps", __name__)

# A page of the queue is no heavier than any other.
SHOWN = 25


@pages.get("/steps/<plan_id>/<unit_id>")
@takes("tick", *ASKED, *LIST)
@access("congress:approve")
def list_steps(plan_id: str, unit_id: str) -> Response:
    return steps_again(plan_id, unit_id, Form({"date": today().isoformat()}))


def steps_again(plan_id: str, unit_id: str, form: Form) -> Response:
    queue = steps_of(plan_id, unit_id, {name: asked(name) for name in ASKED})
    plan, answer = congress().plan(plan_id), _found(queue, form)
    know_words({key: name_of(names) for key, names in names_of(plan).items()})
    found = (waiting_of(one, plan, queue, now(), today()) for one in answer["items"])
    waiting = tuple(one for one in found if one)
    if asked("tick") == "all":
        form.values |= all_ticked(waiting)
    here = {**queue.query, **{name: value for name in LIST if (value := asked(name))}}
    return page(
        "steps.html",
        form.status,
        plan=plan,
        trail=trail(membership().unit(unit_id)),
        queue=queue,
        tabs=queue.tabs(answer["totals"]),
        filter=_filter(queue, plan),
        saved=saved_for(queue.link),
        form=form,
        rows=waiting,
        action=f"{queue.start}?{urlencode(here)}",
        tick_link=f"{queue.start}?{urlencode({**here, 'tick': 'all'})}",
        pager=pager(answer, len(waiting), **queue.query),
    )


def _found(queue: Steps, form: Form) -> Document:
    """A page of the queue; where it is too long to be searched, of all in it, with the reason."""
    try:
        return congress().queue(queue.asked(), after(), totals=True, limit=SHOWN)
    except PeerRefused as refusal:
        if refusal.type != "too-many-to-order":
            raise
        form.title, form.status = fault_of(refusal.body), refusal.status
        return congress().queue(replace(queue, search="").asked(), totals=True, limit=SHOWN)


def _filter(queue: Steps, plan: Document) -> Filter:
    levels = [(key, name_of(level_name(key))) for key in plan["deadlines"]]
    passed = [("", _("Any deadline")), (YES, _("Past its deadline"))]
    return Filter(
        action=queue.start,
        plain=replace(queue, level="", passed=False, search="").link,
        search=queue.search,
        choices=(
            Choice("level", _("Level"), [("", _("All levels")), *levels], queue.level),
            Choice("passed", _("Deadline"), passed, YES if queue.passed else ""),
        ),
        kept=[("tab", queue.tab)],
        is_set=queue.is_filtered,
    )


@pages.post("/steps/<plan_id>/<unit_id>")
@takes(*ASKED, *LIST)
@access("congress:approve")
@patient(20)
@or_shown_again(steps_again)
def record_steps(plan_id: str, unit_id: str, form: Form) -> Response:
    """One record each, on the same day."""
    (seen, steps), date = chosen(form.values), form.day("date", needed=True)
    if not seen:
        form.faults["tick"] = Fault(NOTHING_TICKED)
    form.check()

    def record(congress_id: str, ticked_as: Seen) -> None:
        entry: Document = {"milestone": steps[congress_id], "date": date}
        key = id_from(form.once, congress_id)
        congress().record_above(congress_id, entry, ticked_as.version, key)

    queue = steps_of(plan_id, unit_id, {name: asked(name) for name in ASKED})
    outcomes = decided(seen, "/congresses/{}".format, record)
    if not any(one.fault for one in outcomes):
        return done(queue.link, "steps-recorded")
    form.title, form.status = Fault(NOT_ALL), 409
    return page(
        "steps_ticked.html",
        form.status,
        plan=congress().plan(plan_id),
        trail=trail(membership().unit(unit_id)),
        form=form,
        outcomes=outcomes,
        back=queue.link,
    )


def place_in(queue: Steps | None, congress_id: str) -> Place[Steps] | None:
    """None without a queue, and where that is not to be known: no step fails for the sake of its queue."""
    if queue is None:
        return None
    try:
        return place_of(congress().queue(queue.asked(), behind=congress_id, limit=1), queue)
    except Refusal:
        return None
