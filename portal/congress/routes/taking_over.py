"""The superior's plan, taken over by the unit."""

from flask import Blueprint, Response

from portal.congress.routes.congresses import looked_up, looked_up_again, trail_of
from portal.congress.views.congress import unit_with_id
from portal.congress.views.taking_over import BELOW, day_from_above, days_below, named_in
from portal.frame.forms import Form
from portal.frame.pages import done, know_words, name_of, or_shown_again, page
from portal.shared.asking import congress, membership, today
from portal.shared.clients.answers import Document
from servicekit.web.guards import access

pages = Blueprint("taking_over", __name__)

NOTE_MOST = 2000


@pages.get("/congresses/<congress_id>/take-over")
@access("congress:report")
def taking_over_form(congress_id: str) -> Response:
    one, _plan = looked_up(congress_id)
    values = {"date": today().isoformat(), "until": one["own_until"] or "", **days_below(one)}
    return _page(one, Form(values, one["version"]))


def taking_over_again(congress_id: str, form: Form) -> Response:
    one, _plan = looked_up_again(congress_id, form)
    return _page(one, form)


@pages.post("/congresses/<congress_id>/take-over")
@access("congress:report")
@or_shown_again(taking_over_again)
def take_plan_over(congress_id: str, form: Form) -> Response:
    days = {level: form.day(f"{BELOW}/{level}") for level in named_in(form.values)}
    said = {
        "date": form.day("date"),
        "until": form.day("until"),
        "note": form.text("note"),
        BELOW: {level: day for level, day in days.items() if day},
    }
    form.check()
    congress().take_over(congress_id, said, form.version, form.once)
    return done(f"/congresses/{congress_id}", "taken-over")


def _page(one: Document, form: Form) -> Response:
    back = f"/congresses/{one['id']}"
    names = {level["key"]: name_of(level["names"]) for level in membership().levels()}
    know_words(names)
    form.labels |= {f"{BELOW}/{level}": name for level, name in names.items()}
    return page(
        "take_over.html",
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        planned=day_from_above(one),
        below=one["levels_below"],
        issued=one["taken_by"] in one["current"],
        action=f"{back}/take-over",
        back=back,
        most=NOTE_MOST,
    )
