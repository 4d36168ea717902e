"""The superior's plan, taken over by the unit."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.congress.routes.congresses import STALE, looked_up, trail_of
from portal.congress.views.congress import unit_with_id
from portal.congress.views.taking_over import (
    BELOW,
    PEOPLE,
    Taking,
    choices_of,
    day_from_above,
    days_below,
    named_in,
    people_in,
    people_values,
    rows_of,
    since,
)
from portal.congress.words import NOBODY_HERE
from portal.frame.forms import Fault, Form
from portal.frame.pages import done, know_words, name_of, or_shown_again, page
from portal.shared.asking import congress, membership, now, today
from portal.shared.clients.answers import Document
from servicekit.logs import log
from servicekit.refusals import Unavailable
from servicekit.web.guards import access

pages = Blueprint("taking_over", __name__)

NOTE_MOST = 2000


@pages.get("/congresses/<congress_id>/take-over")
@access("congress:report")
def taking_over_form(congress_id: str) -> Response:
    one, _plan = looked_up(congress_id)
    values = {"date": today().isoformat(), "until": one["own_until"] or ""}
    values |= {**days_below(one), **people_values(one)}
    return _page(one, Form(values, one["version"]))


def taking_over_again(congress_id: str, form: Form) -> Response:
    one, _plan = looked_up(congress_id)
    return _page(one, form)


@pages.post("/congresses/<congress_id>/take-over")
@access("congress:report")
@or_shown_again(taking_over_again)
def take_plan_over(congress_id: str, form: Form) -> Response:
    days = {level: form.day(f"{BELOW}/{level}") for level in named_in(form.values)}
    said = {
        "date": issued_on(form),
        "until": form.day("until"),
        "note": form.text("note"),
        BELOW: {level: day for level, day in days.items() if day},
        PEOPLE: _people(congress_id, form),
    }
    form.check()
    congress().take_over(congress_id, said, form.version, form.once)
    return done(f"/congresses/{congress_id}", "taken-over")


def issued_on(form: Form) -> str | None:
    """Left empty it would be today, which nobody said; once the plan is issued it is not asked for."""
    return form.day("date", needed="date-day" in form.values)


def _people(congress_id: str, form: Form) -> list[Document]:
    """Those that were chosen, and the one whose number was typed, who is looked for here alone."""
    people = people_in(form)
    number = form.digits("national_number")
    if number:
        found = congress().people_here(congress_id, number)
        if not found:
            form.faults["national_number"] = Fault(NOBODY_HERE)
        people += [
            {"account_id": one["account_id"], "task": form.text("number_task", needed=True)} for one in found
        ]
    return people


def _choices(congress_id: str) -> list[tuple[str, str]]:
    """Nobody while it is not to be known: no page falls for it."""
    try:
        return [(one["account_id"], one["name"]) for one in congress().people_here(congress_id)]
    except Unavailable as away:
        log.warning("people_here_not_asked", why=type(away).__name__)
        return []


def renewed(form: Form, one: Document) -> list[Taking]:
    """Sent on about what there is now only after the service has said that it changed, and with what was said since."""
    if form.status != STALE:
        return []
    form.version = one["version"]
    return since(one, form.values.get("seen_at", ""))


def _page(one: Document, form: Form) -> Response:
    back = f"/congresses/{one['id']}"
    changed = renewed(form, one)
    names = {level["key"]: name_of(level["names"]) for level in membership().levels()}
    know_words(names)
    form.labels |= {f"{BELOW}/{level}": name for level, name in names.items()}
    form.labels |= {f"{PEOPLE}/{row}/account_id": _("Person") for row in rows_of(one)}
    form.labels |= {f"{PEOPLE}/{row}/task": _("What for") for row in rows_of(one)}
    return page(
        "take_over.html",
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        planned=day_from_above(one),
        below=[
            level for level in one["levels_below"] if level["until"] or level["day"] > today().isoformat()
        ],
        rows=rows_of(one),
        choices=choices_of(_choices(one["id"]), one),
        changed=changed,
        seen_at=now().isoformat(),
        issued=one["taken_by"] in one["current"],
        action=f"{back}/take-over",
        back=back,
        most=NOTE_MOST,
    )
