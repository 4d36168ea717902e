"""Congresses: looked at, reported on, sent up."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.congress.views.blocking import blocks_of
from portal.congress.views.comments import THREADS, record_of
from portal.congress.views.congress import (
    CongressPage,
    Entry,
    changed_last_by,
    congress_page,
    entries_of,
    unit_with_id,
)
from portal.congress.views.dossier import proving, with_documents
from portal.congress.views.explanations import explanations_of
from portal.congress.views.extensions import extensions_of
from portal.congress.views.files import files_card, why_not_taken
from portal.congress.views.gaps import gaps_of
from portal.congress.views.offices import sides_of, who_acts
from portal.congress.views.pilots import pilots_of
from portal.congress.views.postponing import postponements_of
from portal.congress.views.returned import came_back, with_answers
from portal.congress.views.steps import Steps
from portal.congress.views.taking_over import takings_of
from portal.congress.views.versions import kinds_ever, steps_ever
from portal.congress.words import CHANGED_BY_YOURSELF
from portal.frame.forms import Fault, Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, know_words, language, name_of, or_shown_again, page, titles
from portal.frame.query import LIST, asked, asked_whole, takes
from portal.queues.views import Place
from portal.shared.asking import ahead, comments_on, congress, identity, membership, now, today
from portal.shared.clients.answers import Document
from portal.shared.clients.titles import groups_in
from portal.shared.places import may, trail
from portal.shared.units import Crumb, Names
from portal.threads.routes import choices_of, thread_on
from servicekit.logs import log
from servicekit.refusals import Unavailable
from servicekit.web.guards import access, caller
from servicekit.words import formats
from servicekit.words.formats import as_instant
from servicekit.words.titles import FIGURES

pages = Blueprint("congresses", __name__)

STALE = 412


def looked_up(congress_id: str) -> tuple[Document, Document]:
    one = congress().congress(congress_id)
    ahead(partial(membership().unit, one["unit_id"]))
    plan = congress().plan(one["plan_id"])
    know_words({key: name_of(names) for key, names in names_of(plan).items()})
    return one, plan


def looked_up_again(congress_id: str, form: Form) -> tuple[Document, Document]:
    """For a form that is shown again: what it is sent about next is what its page shows now."""
    one, plan = looked_up(congress_id)
    form.version = one["version"]
    return one, plan


def view_of(one: Document, plan: Document) -> CongressPage:
    return congress_page(one, plan, today(), groups_in(titles(), FIGURES))


def trail_of(one: Document) -> tuple[Crumb, ...]:
    """The units above and the unit itself, which is a link: this is a page about one thing of it."""
    *above, own = trail(membership().unit(one["unit_id"]))
    return (*above, Crumb(own.names, f"/units/{one['unit_id']}"))


def names_of(plan: Document) -> dict[str, Names]:
    return {milestone["key"]: milestone["names"] for milestone in steps_ever(plan)}


@pages.get("/congresses/<congress_id>")
@takes("refused", "most", *LIST)
@access("congress:read")
def read_congress(congress_id: str) -> Response:
    one, plan = looked_up(congress_id)
    newest = partial(comments_on(THREADS).newest, congress_id, after())
    ahead(partial(congress().files, congress_id), newest, partial(offices_of, [one]))
    found, said = congress().files(congress_id), newest()
    record = record_of(one, plan, trail_of(one))
    card = files_card(found, f"congress/congresses/{congress_id}", may_remove=found["may_remove"])
    # Whoever may add a file now may say what one is.
    card = with_documents(card, one, may_say=bool(found["form_token"]) or found["may_remove"])
    return page(
        "congress.html",
        page=view_of(one, plan),
        files=card,
        proving=proving(card),
        not_taken=why_not_taken(asked("refused"), {"most": str(asked_whole("most") or "")}),
        trail=record.trail,
        unit_ended=(one["unit_ended"] or {}).get("on"),
        next_actor=who_acts(offices_of([one]))(one),
        responsible=one["responsible"] if one["who_acts"] == "unit" else [],
        later=extensions_of(one),
        raises=len(one["unit_path"]) > 1 and may("congress:report", tuple(one["unit_path"])),
        thread=thread_on(record, said),
        explained=explanations_of(one),
        gaps=gaps_of(one, plan),
        postponed=postponements_of(one),
        blocked=blocks_of(one, names_of(plan)),
        pilot=pilots_of(one),
        taking=takings_of(one),
        pager=pager(said, len(said["items"])),
        form=Form(),
        choices=choices_of(record),
    )


def offices_of(items: Sequence[Document]) -> list[Document]:
    """Who must act on these congresses."""
    return offices_in(*sides_of(items))


def offices_in(reporting: Iterable[str], deciding: Iterable[str] = ()) -> list[Document]:
    """Who reports here, and who decides there; nothing while it is not to be known: no page falls for it."""
    try:
        return identity().offices(reporting, deciding)
    except Unavailable as away:
        log.warning("offices_not_asked", why=type(away).__name__)
        return []


def said_of(one: Document) -> list[Document]:
    """The newest of the thread, where something in it may be an answer."""
    return list(comments_on(THREADS).newest(one["id"])["items"]) if one["since_return"] else []


# ---------------------------------------------------------------- milestones


@pages.get("/congresses/<congress_id>/record")
@takes("corrects", "milestone")
@access("congress:report")
def milestone_form(congress_id: str) -> Response:
    one, plan = looked_up(congress_id)
    return milestone_page(one, plan, first_milestone_form(one, plan))


def first_milestone_form(one: Document, plan: Document) -> Form:
    """For a new entry of the milestone that the address names, or for the correction of one."""
    wanted = asked("corrects")
    values = {"milestone": asked("milestone"), "date": today().isoformat()}
    for entry in entries_of(one, names_of(plan)):
        if wanted and entry.id == wanted:
            values = {
                "milestone": entry.milestone,
                "date": entry.date or "",
                "note": entry.note,
                "corrects": wanted,
            }
    return Form(values, one["version"])


def milestone_again(congress_id: str, form: Form) -> Response:
    one, plan = looked_up(congress_id)
    own_change(form, one["entries"])
    return milestone_page(one, plan, form)


@pages.post("/congresses/<congress_id>/record")
@access("congress:report")
@or_shown_again(milestone_again)
def record_milestone(congress_id: str, form: Form) -> Response:
    congress().record_milestone(congress_id, entry_typed(form), form.version, form.once)
    return done(f"/congresses/{congress_id}", what_was_done(form))


def entry_typed(form: Form) -> Document:
    corrects = form.text("corrects")
    entry = {
        "milestone": form.text("milestone", needed=True),
        "date": None if form.text("withdraw") else form.day("date", needed=True),
        "note": form.text("note"),
    }
    form.check()
    return entry | ({"corrects": corrects} if corrects else {})


def over_typed(form: Form) -> Document:
    """Whether units between are passed over on purpose, and why."""
    return {"over_levels": bool(form.text("over_levels")), "over_reason": form.text("over_reason")}


def what_was_done(form: Form) -> str:
    if form.text("withdraw"):
        return "withdrawn"
    return "corrected" if form.text("corrects") else "recorded"


def milestone_page(
    one: Document,
    plan: Document,
    form: Form,
    *,
    above: bool = False,
    place: Place[Steps] | None = None,
) -> Response:
    """`place`: in the queue of steps from which it was opened."""
    names = names_of(plan)
    ahead = [
        step["milestone"]
        for step in one["next_steps"]
        if step["kind"] == "milestone" and step["superiors"] is above
    ]
    back = came_back(one)
    changed = _new_entries(one, names, form) if form.status == STALE else []
    if form.status == STALE:
        form.version = one["version"]
    correcting = form.values.get("corrects")
    name = name_of(names.get(form.values.get("milestone", "")))
    choices = [(key, name_of(names[key])) for key in ahead]
    return page(
        "milestone.html",
        form.status,
        heading=_("Correct: %(milestone)s", milestone=name) if correcting else _("Record a milestone"),
        trail=trail_of(one),
        form=form,
        came=with_answers(back, said_of(one)) if back and correcting else None,
        changed=changed,
        seen_at=now().isoformat(),
        choices=choices,
        days=days_between(one, [(form.values["milestone"], name)] if correcting else choices),
        action=f"/congresses/{one['id']}/{'record-above' if above else 'record'}",
        between=one["levels_between"] if above else 0,
        queued=place,
        congress_id=one["id"],
        unit=unit_with_id(one),
        back=place.queue.link if place else f"/congresses/{one['id']}",
    )


def days_between(one: Document, milestones: Sequence[tuple[str, str]]) -> str:
    """Said beforehand: between which days each of them may lie; the name is left out where there is only one."""
    days = {step["key"]: (step["earliest"], step["latest"]) for step in one["milestones"]}
    said = []
    for key, name in milestones:
        first, last = (formats.day(day, language()) for day in days[key])
        among = _("%(milestone)s: from %(first)s until %(last)s.", milestone=name, first=first, last=last)
        alone = _("From %(first)s until %(last)s.", first=first, last=last)
        said.append(among if len(milestones) > 1 else alone)
    return "\n".join(said)


def own_change(form: Form, entries: list[Document]) -> None:
    """Whose the last change was: nobody is told of somebody else who was themselves, in another tab."""
    if form.status == STALE and changed_last_by(entries, caller().accounts):
        form.title = Fault(CHANGED_BY_YOURSELF)


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
    one, plan = looked_up(congress_id)
    return _content_page(one, plan, Form({"content_type": one["content_type"]}, one["version"]))


def content_again(congress_id: str, form: Form) -> Response:
    one, plan = looked_up_again(congress_id, form)
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
    start = f"/congresses/{one['id']}"
    return page(
        "content.html",
        form.status,
        trail=trail_of(one),
        form=form,
        kinds=[
            (kind["key"], name_of(kind["names"]))
            for kind in kinds_ever(plan)
            if kind["key"] in one["content_types"]
        ],
        action=f"{start}/content",
        back=start,
    )


# ---------------------------------------------------------------- sending up


@pages.get("/congresses/<congress_id>/submit")
@access("congress:report")
def submit_form(congress_id: str) -> Response:
    one, plan = looked_up(congress_id)
    return _submit_page(one, plan, Form(version=one["version"]))


def submit_again(congress_id: str, form: Form) -> Response:
    one, plan = looked_up_again(congress_id, form)
    return _submit_page(one, plan, form)


@pages.post("/congresses/<congress_id>/submit")
@access("congress:report")
@or_shown_again(submit_again)
def submit_report(congress_id: str, form: Form) -> Response:
    congress().submit(congress_id, form.version, form.once)
    return done(f"/congresses/{congress_id}", "submitted")


def _submit_page(one: Document, plan: Document, form: Form) -> Response:
    start = f"/congresses/{one['id']}"
    view = view_of(one, plan)
    return page(
        "submit.html",
        form.status,
        page=view,
        trail=trail_of(one),
        form=form,
        unit_above=len(one["unit_path"]) > 1,
        action=f"{start}/submit",
        back=start,
    )
