"""Difficulties: what waits for a unit and what has reached it, one with its way, and the form that raises one."""

from collections.abc import Sequence
from functools import partial

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.congress.routes.congresses import names_of, offices_in
from portal.congress.views.files import files_card, known, why_not_taken
from portal.congress.views.offices import Office, office_of
from portal.difficulties.views import (
    COUNTED,
    figures_of,
    list_link,
    page_of,
    rows_of,
    seen_beside,
    tabs_of,
    ticked,
    whose_office,
)
from portal.difficulties.words import DONE, KINDS, LABELS, NO_ACT, STANDINGS, TABS, URGENCIES
from portal.frame import acting
from portal.frame.forms import Fault, Form, FormFaulty
from portal.frame.pager import after, pager
from portal.frame.pages import done, name_of, or_shown_again, page
from portal.frame.query import LIST, asked, asked_whole, takes
from portal.shared.asking import ahead, congress, membership, today
from portal.shared.clients.answers import Document
from portal.shared.places import may, trail
from portal.shared.units import Crumb
from servicekit.serving.patience import patient
from servicekit.web.guards import access, caller

pages = Blueprint("difficulties", __name__)
BLUEPRINTS = (pages,)
__all__ = ("BLUEPRINTS", "DONE", "LABELS")

SHOWN = 40
TEXT_MOST = 2000
# By the button that was pressed: the act, what is sent besides the text, and what is said when it is done.
ACTS: dict[str, tuple[str, dict[str, object], str]] = {
    "alone": ("answer", {"alone": True}, "difficulty-answered"),
    "answer": ("answer", {}, "difficulty-answered"),
    "ask-back": ("ask-back", {}, "difficulty-asked-back"),
    "forward": ("forward", {}, "difficulty-forwarded"),
    "separate": ("separate", {}, "difficulty-separated"),
    "reply": ("reply", {}, "difficulty-replied"),
    "solved": ("confirm", {"solved": True}, "difficulty-solved"),
    "not-solved": ("confirm", {"solved": False}, "difficulty-not-solved"),
    "withdraw": ("withdraw", {}, "difficulty-withdrawn"),
}
WITHOUT_WORDS = ("solved", "withdraw", "separate")


@pages.get("/difficulties/of/<unit_id>")
@takes("which", "kind", "below", *LIST)
@access("congress:read")
def show_difficulties(unit_id: str) -> Response:
    return difficulties_again(unit_id, Form())


def difficulties_again(unit_id: str, form: Form) -> Response:
    which = asked("which") if asked("which") in {*TABS, *STANDINGS} else "waiting"
    kept = {"kind": asked("kind") if asked("kind") in KINDS else "", "below": asked("below")}
    if which == "waiting" and any(kept.values()):
        which = "all"
    wanted = {"unit_id": unit_id, "which": which, **kept}
    ahead(membership().levels, partial(membership().unit, unit_id))
    ahead(partial(congress().difficulty_figures, unit_id))
    answer, unit = congress().difficulties_of(wanted, after(), SHOWN), membership().unit(unit_id)
    # The topmost unit answers the same difficulty of several units once.
    joins = len(unit["path"]) == 1 and may("congress:approve", (*unit["path"], "below"))
    raises = len(unit["path"]) > 1 and may("congress:report", tuple(unit["path"]))
    return page(
        "difficulties.html",
        form.status,
        form=form,
        joins=joins,
        action=list_link(unit_id, which=which, after=after(), **kept),
        unit=unit,
        trail=trail(unit, "/difficulties/of/{}"),
        tabs=tabs_of(unit_id, which, answer["total"], kept),
        figures=figures_of(congress().difficulty_figures(unit_id)),
        columns=[STANDINGS[key].word for key in COUNTED],
        which=which,
        filter=Form({"which": which, "kind": kept["kind"]}),
        kinds=[(key, _(word)) for key, word in KINDS.items()],
        narrowed=any(kept.values()),
        plain=list_link(unit_id, which="all"),
        rows=rows_of(answer["items"], today(), joins=joins),
        exported={"unit_id": unit_id, "which": which, "about": kept["kind"], "below": kept["below"]},
        pager=pager(answer, len(answer["items"]), which=which, **kept),
        raise_link=f"/difficulties/new?unit={unit_id}" if raises else "",
    )


@pages.post("/difficulties/of/<unit_id>")
@takes("which", "kind", "below", *LIST)
@patient(20)
@access("congress:approve")
@or_shown_again(difficulties_again)
def join_ticked(unit_id: str, form: Form) -> Response:
    congress().join_difficulties({"unit_id": unit_id, "ids": ticked(form.values)}, form.once)
    return done(list_link(unit_id), "difficulties-joined")


@pages.get("/difficulties/new")
@takes("unit", "congress")
@access("congress:report")
def raising_form() -> Response:
    unit_id = asked("unit") or acting.unit_with(caller(), "congress:report")
    return raising_again(Form({"unit_id": unit_id, "congress_id": asked("congress"), "urgency": "ordinary"}))


def raising_again(form: Form) -> Response:
    unit = membership().unit(form.text("unit_id"))
    congress_id = form.text("congress_id")
    one = congress().congress(congress_id) if congress_id else None
    plan = congress().plan(one["plan_id"]) if one else None
    own = {step["key"] for step in one["milestones"]} if one else set()
    return page(
        "difficulty_new.html",
        form.status,
        unit=unit,
        trail=_trail_of(unit),
        form=form,
        kinds=[(key, _(word)) for key, word in KINDS.items()],
        urgencies=[(key, _(word)) for key, word in URGENCIES.items()],
        milestones=[(key, name_of(names)) for key, names in names_of(plan).items() if key in own]
        if plan
        else [],
        back=f"/congresses/{congress_id}" if congress_id else list_link(unit["id"]),
        most=TEXT_MOST,
    )


@pages.post("/difficulties/new")
@access("congress:report")
@or_shown_again(raising_again)
def send_difficulty(form: Form) -> Response:
    wanted = {name: form.text(name, needed=True) for name in ("unit_id", "kind", "urgency", "text")}
    form.check()
    blocks = {name: form.text(name) for name in ("congress_id", "milestone") if form.text(name)}
    made = congress().raise_difficulty({**wanted, **blocks}, form.once)
    return done(f"/difficulties/{made['id']}", "difficulty-raised")


@pages.get("/difficulties/<difficulty_id>")
@takes("refused", "most")
@access("congress:read")
def show_difficulty(difficulty_id: str) -> Response:
    return difficulty_again(difficulty_id, Form())


def difficulty_again(difficulty_id: str, form: Form) -> Response:
    answer = congress().difficulty(difficulty_id)
    ahead(
        partial(membership().unit, answer["unit_id"]), partial(congress().files_of_difficulty, difficulty_id)
    )
    form.version, form.labels = answer["version"], {"text": _("What you say")}
    unit, found = membership().unit(answer["unit_id"]), congress().files_of_difficulty(difficulty_id)
    return page(
        "difficulty.html",
        form.status,
        files=files_card(found, f"congress/difficulties/{difficulty_id}", may_remove=found["may_remove"]),
        not_taken=why_not_taken(asked("refused"), {"most": str(asked_whole("most") or "")}),
        one=page_of(answer, today()),
        unit=unit,
        trail=_trail_of(unit),
        next_actor=_next_actor(answer),
        form=form,
        most=TEXT_MOST,
    )


@pages.post("/difficulties/<difficulty_id>")
@patient(20)
@access("congress:read")
@or_shown_again(difficulty_again)
def act_on_difficulty(difficulty_id: str, form: Form) -> Response:
    pressed = pressed_in(form)
    act, more, what = ACTS[pressed]
    body = {**more, "text": form.text("text", needed=pressed not in WITHOUT_WORDS)}
    if act == "answer" and not more:
        body["beside"] = seen_beside(form.values)
    form.check()
    congress().do_with_difficulty(difficulty_id, act, body, form.version, form.once)
    return done(f"/difficulties/{difficulty_id}", what)


@pages.get("/difficulties/<difficulty_id>/files/<file_id>/remove")
@access("congress:report")
def file_removal(difficulty_id: str, file_id: str) -> Response:
    return file_removal_again(difficulty_id, file_id, Form())


def file_removal_again(difficulty_id: str, file_id: str, form: Form) -> Response:
    answer = congress().difficulty(difficulty_id)
    found = congress().files_of_difficulty(difficulty_id)
    card = files_card(found, f"congress/difficulties/{difficulty_id}", may_remove=True)
    form.version = answer["version"]
    return page(
        "file_remove.html",
        form.status,
        file=known(card.files, file_id),
        trail=_trail_of(membership().unit(answer["unit_id"])),
        form=form,
        action=f"/difficulties/{difficulty_id}/files/{file_id}/remove",
        back=f"/difficulties/{difficulty_id}#files",
    )


@pages.post("/difficulties/<difficulty_id>/files/<file_id>/remove")
@access("congress:report")
@or_shown_again(file_removal_again)
def remove_file(difficulty_id: str, file_id: str, form: Form) -> Response:
    congress().remove_file_of_difficulty(difficulty_id, file_id, form.version)
    return done(f"/difficulties/{difficulty_id}", "difficulty-file-removed")


def pressed_in(form: Form) -> str:
    """Only what was pressed: nothing is answered, least of all for a whole group, because nothing else was said."""
    pressed = form.text("act")
    if pressed not in ACTS:
        form.loose.append(Fault(NO_ACT))
        raise FormFaulty
    return pressed


def _next_actor(answer: Document) -> Office | None:
    """Told where it is the office of that very unit: further up nobody knows of it."""
    found: Sequence[Document] = offices_in(*whose_office(answer))
    waits = (answer["waits_with"] or {}).get("id")
    there = [one for one in found if not one["unit"] or one["unit"]["id"] == waits]
    return office_of(there[0]) if there else None


def _trail_of(unit: Document) -> tuple[Crumb, ...]:
    """As on the page of a congress: the unit itself is a link, for this is about one thing of it."""
    *above, own = trail(unit)
    return (*above, Crumb(own.names, f"/units/{unit['id']}"))
