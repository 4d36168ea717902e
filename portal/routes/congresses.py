"""Congresses: looked at, reported on, sent up, approved or returned."""

from collections.abc import Mapping

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.asking import congress, membership, now, today
from portal.clients import Document
from portal.formats import as_instant
from portal.forms import Form
from portal.pager import after, pager
from portal.pages import done, know_words, name_of, or_shown_again, page
from portal.query import asked
from portal.routes.units import may, trail
from portal.views.congress import (
    CongressPage,
    Entry,
    congress_page,
    entries_of,
    field_word,
    groups_for,
    unit_with_id,
)
from portal.views.units import Crumb, Names
from portal.words import figure_word
from servicekit.web import access

pages = Blueprint("congresses", __name__)

STALE = 412


def _looked_up(congress_id: str) -> tuple[Document, Document]:
    one = congress().congress(congress_id)
    plan = congress().plan(one["plan_id"])
    know_words({key: name_of(names) for key, names in _names(plan).items()})
    return one, plan


def _view(one: Document, plan: Document) -> CongressPage:
    path = tuple(one["unit_path"])
    return congress_page(
        one,
        plan,
        today(),
        may_report=one["unit_ended"] is None and may("congress:report", path),
        may_decide=may("congress:approve", path),
    )


def _trail(one: Document) -> tuple[Crumb, ...]:
    """The units above and the unit itself, which is a link: this is a page about one thing of it."""
    *above, own = trail(membership().unit(one["unit_id"]))
    return (*above, Crumb(own.names, f"/units/{one['unit_id']}"))


def _names(plan: Document) -> dict[str, Names]:
    return {milestone["key"]: milestone["names"] for milestone in plan["milestones"]}


@pages.get("/congresses/<congress_id>")
@access("congress:read")
def read_congress(congress_id: str) -> Response:
    one, plan = _looked_up(congress_id)
    return page(
        "congress.html",
        page=_view(one, plan),
        trail=_trail(one),
        unit_ended=(one["unit_ended"] or {}).get("on"),
    )


# ---------------------------------------------------------------- milestones


@pages.get("/congresses/<congress_id>/record")
@access("congress:report")
def milestone_form(congress_id: str) -> Response:
    one, plan = _looked_up(congress_id)
    wanted = asked("corrects")
    values = {"milestone": asked("milestone"), "date": today().isoformat()}
    for entry in entries_of(one, _names(plan)):
        if wanted and entry.id == wanted:
            values = {
                "milestone": entry.milestone,
                "date": entry.date or "",
                "note": entry.note,
                "corrects": wanted,
            }
    return _milestone_page(one, plan, Form(values, one["version"]))


def milestone_again(congress_id: str, form: Form) -> Response:
    one, plan = _looked_up(congress_id)
    return _milestone_page(one, plan, form)


@pages.post("/congresses/<congress_id>/record")
@access("congress:report")
@or_shown_again(milestone_again)
def record_milestone(congress_id: str, form: Form) -> Response:
    corrects, withdrawn = form.text("corrects"), bool(form.text("withdraw"))
    entry = {
        "milestone": form.text("milestone", needed=True),
        "date": None if withdrawn else form.day("date", needed=True),
        "note": form.text("note"),
    }
    form.check()
    congress().record_milestone(
        congress_id, entry | ({"corrects": corrects} if corrects else {}), form.version, form.once
    )
    return done(f"/congresses/{congress_id}", _what(corrects, withdrawn))


def _what(corrects: str, withdrawn: bool) -> str:
    if withdrawn:
        return "withdrawn"
    return "corrected" if corrects else "recorded"


def _milestone_page(one: Document, plan: Document, form: Form) -> Response:
    names = _names(plan)
    ahead = [step["milestone"] for step in one["next_steps"] if step["kind"] == "milestone"]
    form.labels = {"milestone": _("Milestone"), "date": _("Day it took place"), "note": _("Note")}
    changed = _new_entries(one, names, form) if form.status == STALE else []
    if form.status == STALE:
        form.version = one["version"]
    correcting = form.values.get("corrects")
    name = name_of(names.get(form.values.get("milestone", "")))
    return page(
        "milestone.html",
        form.status,
        heading=_("Correct: %(milestone)s", milestone=name) if correcting else _("Record a milestone"),
        trail=_trail(one),
        form=form,
        changed=changed,
        seen_at=now().isoformat(),
        choices=[(key, name_of(names[key])) for key in ahead],
        action=f"/congresses/{one['id']}/record",
        back=f"/congresses/{one['id']}",
    )


def _new_entries(one: Document, names: Mapping[str, Names], form: Form) -> list[Entry]:
    """What others recorded after the form was shown."""
    try:
        seen = as_instant(form.values.get("seen_at", ""))
    except ValueError:
        return []
    return [entry for entry in entries_of(one, names) if as_instant(entry.at) > seen]


# ---------------------------------------------------------------- what the congress does


@pages.get("/congresses/<congress_id>/content")
@access("congress:report")
def content_form(congress_id: str) -> Response:
    one, plan = _looked_up(congress_id)
    return _content_page(one, plan, Form({"content_type": one["content_type"]}, one["version"]))


def content_again(congress_id: str, form: Form) -> Response:
    one, plan = _looked_up(congress_id)
    form.version = one["version"]
    return _content_page(one, plan, form)


@pages.post("/congresses/<congress_id>/content")
@access("congress:report")
@or_shown_again(content_again)
def choose_content(congress_id: str, form: Form) -> Response:
    chosen = form.text("content_type", needed=True)
    form.check()
    congress().choose_content(congress_id, chosen, form.version)
    return done(f"/congresses/{congress_id}", "content")


def _content_page(one: Document, plan: Document, form: Form) -> Response:
    form.labels = {"content_type": _("Kind of congress")}
    start = f"/congresses/{one['id']}"
    return page(
        "content.html",
        form.status,
        trail=_trail(one),
        form=form,
        kinds=[(kind["key"], name_of(kind["names"])) for kind in plan["content_types"]],
        action=f"{start}/content",
        back=start,
    )


# ---------------------------------------------------------------- results


@pages.get("/congresses/<congress_id>/results")
@access("congress:report")
def results_form(congress_id: str) -> Response:
    one, plan = _looked_up(congress_id)
    saved = one.get("results") or {}
    values = {f"figures/{key}": plain_figure(saved.get(key)) for key in plan["results_fields"]}
    return _results_page(one, plan, Form(values, one["version"]))


def plain_figure(value: float | None) -> str:
    """As somebody would type it."""
    return "" if value is None else f"{value:.12g}"


def results_again(congress_id: str, form: Form) -> Response:
    one, plan = _looked_up(congress_id)
    return _results_page(one, plan, form)


@pages.post("/congresses/<congress_id>/results")
@access("congress:report")
@or_shown_again(results_again)
def report_results(congress_id: str, form: Form) -> Response:
    typed = {
        name.removeprefix("figures/"): form.figure(name)
        for name in form.values
        if name.startswith("figures/")
    }
    form.check()
    figures = {key: value for key, value in typed.items() if value is not None}
    congress().report_results(congress_id, figures, form.version, form.once)
    return done(f"/congresses/{congress_id}", "results")


def _results_page(one: Document, plan: Document, form: Form) -> Response:
    fields = plan["results_fields"]
    form.labels = {f"figures/{key}": _(figure_word(key)) for key in fields}
    saved = one.get("results") or {}
    changed = []
    if form.status == STALE:
        form.version = one["version"]
        differing = [key for key in saved if saved[key] != form.figure(f"figures/{key}")]
        changed = [{"word": figure_word(key), "value": saved[key]} for key in differing]
    groups = [
        {
            "title": group.title,
            "hint": group.hint,
            "figures": [{"name": f"figures/{key}", "word": figure_word(key)} for key in group.keys],
        }
        for group in groups_for(fields)
    ]
    return page(
        "results.html",
        form.status,
        unit=unit_with_id(one),
        trail=_trail(one),
        form=form,
        groups=groups,
        changed=changed,
        action=f"/congresses/{one['id']}/results",
        back=f"/congresses/{one['id']}",
    )


# ---------------------------------------------------------------- sending up, approving, returning


@pages.get("/congresses/<congress_id>/submit")
@access("congress:report")
def submit_form(congress_id: str) -> Response:
    one, plan = _looked_up(congress_id)
    return _submit_page(one, plan, Form(version=one["version"]))


def submit_again(congress_id: str, form: Form) -> Response:
    one, plan = _looked_up(congress_id)
    form.version = one["version"]
    return _submit_page(one, plan, form)


@pages.post("/congresses/<congress_id>/submit")
@access("congress:report")
@or_shown_again(submit_again)
def submit_report(congress_id: str, form: Form) -> Response:
    congress().submit(congress_id, form.version, form.once)
    return done(f"/congresses/{congress_id}", "submitted")


def _submit_page(one: Document, plan: Document, form: Form) -> Response:
    start = f"/congresses/{one['id']}"
    view = _view(one, plan)
    return page(
        "submit.html",
        form.status,
        page=view,
        trail=_trail(one),
        form=form,
        action=f"{start}/submit",
        back=start,
    )


@pages.get("/congresses/<congress_id>/decide")
@access("congress:approve")
def decision_form(congress_id: str) -> Response:
    one, plan = _looked_up(congress_id)
    return _decision_page(one, plan, Form(version=one["version"]))


def decision_again(congress_id: str, form: Form) -> Response:
    one, plan = _looked_up(congress_id)
    form.version = one["version"]
    return _decision_page(one, plan, form)


@pages.post("/congresses/<congress_id>/approve")
@access("congress:approve")
@or_shown_again(decision_again)
def approve_report(congress_id: str, form: Form) -> Response:
    congress().approve(congress_id, form.version, form.once)
    return done(f"/congresses/{congress_id}", "approved")


@pages.post("/congresses/<congress_id>/return")
@access("congress:approve")
@or_shown_again(decision_again)
def return_report(congress_id: str, form: Form) -> Response:
    names = [name for name in form.values if name.startswith("reasons/")]
    reasons = {name.removeprefix("reasons/"): form.text(name) for name in names}
    congress().send_back(
        congress_id, {name: why for name, why in reasons.items() if why}, form.version, form.once
    )
    return done(f"/congresses/{congress_id}", "returned")


def _decision_page(one: Document, plan: Document, form: Form) -> Response:
    start = f"/congresses/{one['id']}"
    fields = ["results", *(one.get("results") or {}), *one["current"]]
    words = {f"reasons/{key}": field_word(key, plan) for key in fields}
    reasons = [{"name": name, "word": word} for name, word in words.items()]
    form.labels = {name: name_of(word) for name, word in words.items()}
    return page(
        "decide.html",
        form.status,
        page=_view(one, plan),
        trail=_trail(one),
        form=form,
        reasons=reasons,
        approve_action=f"{start}/approve",
        return_action=f"{start}/return",
        back=start,
    )


# ---------------------------------------------------------------- what waits for approval


@pages.get("/approvals/<plan_id>/<unit_id>")
@access("congress:approve")
def list_approvals(plan_id: str, unit_id: str) -> Response:
    plan = congress().plan(plan_id)
    waiting = congress().waiting(plan_id, unit_id, after())
    return page(
        "approvals.html",
        plan=plan,
        trail=trail(membership().unit(unit_id)),
        reports=[
            {
                "unit": unit_with_id(one),
                "link": f"/congresses/{one['id']}/decide",
                "deadline": one["deadline"],
            }
            for one in waiting["items"]
        ],
        pager=pager(waiting, len(waiting["items"])),
    )
