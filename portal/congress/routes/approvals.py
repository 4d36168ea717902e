"""Reports that wait for approval: a queue that is gone through one by one, or approved as ticked."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.congress.routes.congresses import (
    looked_up,
    looked_up_again,
    names_of,
    offices_of,
    over_typed,
    trail_of,
    view_of,
)
from portal.congress.routes.saved import saved_for
from portal.congress.views.approvals import (
    Row,
    all_ticked,
    choice_of,
    outcomes_of,
    rows_of,
)
from portal.congress.views.comments import THREADS
from portal.congress.views.congress import field_word
from portal.congress.views.queue import (
    ASKED,
    SORTS,
    YES,
    Queue,
    queue_named,
    queue_of,
    tabs_of,
)
from portal.congress.views.returned import with_answers
from portal.congress.words import APPROVED_AND_WRONG, NO_REPORT_TICKED, NOT_APPROVED
from portal.frame.forms import Fault, Form, FormFaulty, fault_of
from portal.frame.pager import after, pager
from portal.frame.pages import done, know_words, level_name, name_of, or_shown_again, page, titles
from portal.frame.query import LIST, asked, takes
from portal.queues.routes import fault_of_one
from portal.queues.views import Choice, Chosen, Filter, Outcome, Place, place_of, ticked
from portal.shared.asking import comments_on, congress, membership, now, today
from portal.shared.clients.acts import offered
from portal.shared.clients.answers import Document
from portal.shared.clients.titles import first_in
from portal.shared.places import trail
from servicekit.ids import id_from
from servicekit.out.peers import PeerRefused
from servicekit.refusals import Refusal
from servicekit.serving.patience import patient
from servicekit.web.guards import access
from servicekit.web.preconditions import only_get
from servicekit.words.titles import FIGURES

pages = Blueprint("approvals", __name__)

# A page of the queue is no heavier than any other.
SHOWN = 25


# ---------------------------------------------------------------- the queue


@pages.get("/approvals/<plan_id>/<unit_id>")
@takes("tick", *ASKED, *LIST)
@access("congress:approve")
def list_approvals(plan_id: str, unit_id: str) -> Response:
    """What is this unit's own to decide first; what waits for the units between, came back or is done in its tabs."""
    return list_again(plan_id, unit_id, Form())


def list_again(plan_id: str, unit_id: str, form: Form) -> Response:
    queue = queue_of(plan_id, unit_id, {name: asked(name) for name in ASKED})
    plan = _plan(queue)
    found = _found(queue, form)
    offices = offices_of(found["items"]) if queue.is_others else []
    rows = rows_of(found, queue, now(), today(), first_in(titles(), FIGURES), offices)
    if asked("tick") == "all":
        form.values |= all_ticked(rows)
    here = {**queue.query, **{name: value for name in LIST if (value := asked(name))}}
    return page(
        "approvals.html",
        form.status,
        plan=plan,
        trail=trail(membership().unit(unit_id)),
        queue=queue,
        tabs=tabs_of(queue, found["totals"]),
        filter=_filter(queue, plan),
        saved=saved_for(queue.link),
        form=form,
        rows=rows,
        action=f"{queue.start}?{urlencode(here)}",
        tick_link=f"{queue.start}?{urlencode({**here, 'tick': 'all'})}",
        pager=pager(found, len(rows), **queue.query),
    )


def _found(queue: Queue, form: Form) -> Document:
    """A page of the queue; where it is too long to be searched or put in order, of all in it, with the reason."""
    try:
        return _waiting(queue, after(), totals=True)
    except PeerRefused as refusal:
        if refusal.type != "too-many-to-order":
            raise
        form.title, form.status = fault_of(refusal.body), refusal.status
        return _waiting(replace(queue, search="", sort=""), totals=True)


def _filter(queue: Queue, plan: Document) -> Filter:
    levels = [(key, name_of(level_name(key))) for key in plan["deadlines"]]
    return Filter(
        action=queue.start,
        plain=replace(queue, level="", passed=False, search="", sort="").link,
        search=queue.search,
        choices=(
            Choice("level", _("Level"), [("", _("All levels")), *levels], queue.level),
            Choice(
                "passed",
                _("Deadline"),
                [("", _("Any deadline")), (YES, _("Past its deadline"))],
                YES if queue.passed else "",
            ),
            Choice("sort", _("Order"), [(key, _(word)) for key, word in SORTS.items()], queue.sort),
        ),
        kept=[("tab", queue.tab)],
        is_set=bool(queue.filters),
    )


def _plan(queue: Queue) -> Document:
    plan = congress().plan(queue.plan_id)
    know_words({key: name_of(names) for key, names in names_of(plan).items()})
    return plan


def _waiting(queue: Queue, place: str = "", *, behind: str = "", totals: bool = False) -> Document:
    return congress().queue(queue.asked(), place, behind=behind, totals=totals, limit=1 if behind else SHOWN)


# ---------------------------------------------------------------- those that are ticked


@pages.post("/approvals/<plan_id>/<unit_id>")
@access("congress:approve")
@patient(10)
@or_shown_again(list_again)
def look_at_ticked(plan_id: str, unit_id: str, form: Form) -> Response:
    """Changes nothing: what was ticked, as it stands now, to be approved from there."""
    if not ticked(form.values):
        form.faults["tick"] = Fault(NO_REPORT_TICKED)
    form.check()
    form.values["queue"] = queue_of(plan_id, unit_id, {name: asked(name) for name in ASKED}).name
    return ticked_again(plan_id, unit_id, form)


def ticked_again(plan_id: str, unit_id: str, form: Form) -> Response:
    queue = queue_named(form.values.get("queue", "")) or Queue(plan_id, unit_id)
    plan = _plan(queue)
    seen, first = ticked(form.values), first_in(titles(), FIGURES)
    choice = choice_of(congress().congresses_named(seen), seen, queue, now(), today(), first)
    return _ticked_page(queue, plan, form, choice)


@pages.post("/approvals/<plan_id>/<unit_id>/approve")
@access("congress:approve")
@patient(20)
@or_shown_again(ticked_again)
def approve_ticked(plan_id: str, unit_id: str, form: Form) -> Response:
    """One approval each: what one of them refuses does not hold up the others."""
    queue = queue_named(form.values.get("queue", "")) or Queue(plan_id, unit_id)
    seen = ticked(form.values)
    if not seen:
        form.faults["tick"] = Fault(NO_REPORT_TICKED)
    form.check()
    reports = congress().congresses_named(seen)
    faults = {
        one["id"]: _fault_of_approving(one["id"], seen[one["id"]].version, form.once) for one in reports
    }
    outcomes = outcomes_of(reports, seen, faults)
    if not any(one.fault for one in outcomes):
        return done(queue.link, "approved-ticked")
    form.title, form.status = Fault(NOT_APPROVED), 409
    return _ticked_page(queue, _plan(queue), form, outcomes=outcomes)


def _fault_of_approving(congress_id: str, version: int, once: str) -> Fault | None:
    key = id_from(once, congress_id)
    return fault_of_one(lambda: congress().approve(congress_id, {}, version, key))


def _ticked_page(
    queue: Queue,
    plan: Document,
    form: Form,
    choice: Chosen[Row] | None = None,
    outcomes: Sequence[Outcome] = (),
) -> Response:
    """What is about to be approved, or what became of it."""
    return page(
        "approvals_ticked.html",
        form.status,
        plan=plan,
        trail=trail(membership().unit(queue.unit_id)),
        queue=queue,
        form=form,
        choice=choice,
        outcomes=outcomes,
        action=f"{queue.start}/approve",
        back=queue.link,
    )


# ---------------------------------------------------------------- one report


@pages.get("/congresses/<congress_id>/decide")
@takes("queue")
@only_get
@access("congress:approve")
def decision_form(congress_id: str) -> Response:
    """Whoever could decide it has opened it by reading this."""
    one, plan = looked_up(congress_id)
    if not one["opened"] and offered(one, "open-report"):
        one = congress().open_report(congress_id)
    return _decision_page(one, plan, Form({"queue": asked("queue")}, one["version"]))


def decision_again(congress_id: str, form: Form) -> Response:
    one, plan = looked_up_again(congress_id, form)
    return _decision_page(one, plan, form)


@pages.post("/congresses/<congress_id>/approve")
@access("congress:approve")
@or_shown_again(decision_again)
def approve_report(congress_id: str, form: Form) -> Response:
    if _reasons(form):
        form.loose.append(Fault(APPROVED_AND_WRONG))
        raise FormFaulty
    congress().approve(congress_id, over_typed(form), form.version, form.once)
    place = _place(congress_id, form)
    if place is None:
        return done(f"/congresses/{congress_id}", "approved")
    return done(place.next or place.queue.link, "approved-next" if place.next else "approved-last")


@pages.post("/congresses/<congress_id>/return")
@access("congress:approve")
@or_shown_again(decision_again)
def return_report(congress_id: str, form: Form) -> Response:
    congress().send_back(congress_id, _reasons(form), over_typed(form), form.version, form.once)
    place = _place(congress_id, form)
    if place is None:
        return done(f"/congresses/{congress_id}", "returned")
    return done(place.next or place.queue.link, "returned-next" if place.next else "returned-last")


def _reasons(form: Form) -> dict[str, str]:
    names = [name for name in form.values if name.startswith("reasons/")]
    return {name.removeprefix("reasons/"): why for name in names if (why := form.text(name))}


def _place(congress_id: str, form: Form) -> Place[Queue] | None:
    """Where the report stands in the queue it was opened from.

    None without a queue, and where that is not to be known: no decision fails for the sake of its queue.
    """
    queue = queue_named(form.values.get("queue", ""))
    if queue is None:
        return None
    try:
        return place_of(_waiting(queue, behind=congress_id), queue)
    except Refusal:
        return None


def _decision_page(one: Document, plan: Document, form: Form) -> Response:
    start = f"/congresses/{one['id']}"
    place = _place(one["id"], form)
    fields = ["results", *(one.get("results") or {}), *one["current"]]
    words = {f"reasons/{key}": field_word(key, plan) for key in fields}
    view = view_of(one, plan)
    said = comments_on(THREADS).newest(one["id"])["items"] if view.back else []
    form.labels |= {name: name_of(word) for name, word in words.items()}
    return page(
        "decide.html",
        form.status,
        page=replace(view, back=with_answers(view.back, said)),
        trail=trail_of(one),
        form=form,
        queued=place,
        refusal=fault_of(one["refusal"]) if one["refusal"] else None,
        between=one["levels_between"],
        approve_action=f"{start}/approve",
        gaps_link=f"{start}/approve-with-gaps",
        return_action=f"{start}/return",
        back=place.queue.link if place else start,
    )
