"""A report approved with stated gaps: what is missing named, supplied, and looked at."""

from flask import Blueprint, Response

from portal.congress.routes.congresses import looked_up, looked_up_again, over_typed, trail_of, view_of
from portal.congress.views.congress import unit_with_id
from portal.congress.views.gaps import (
    ROWS,
    choices_of,
    gap_of,
    in_rows,
    is_figure,
    is_milestone,
    number_of,
)
from portal.congress.words import NEITHER_ANSWER, NO_GAP_STATED
from portal.frame.forms import Fault, Form, FormFaulty
from portal.frame.pages import done, name_of, or_shown_again, page
from portal.shared.asking import congress
from portal.shared.clients.answers import Document
from servicekit.web.guards import access

pages = Blueprint("gaps", __name__)


# ---------------------------------------------------------------- stated


@pages.get("/congresses/<congress_id>/approve-with-gaps")
@access("congress:approve")
def stating_form(congress_id: str) -> Response:
    one, plan = looked_up(congress_id)
    return _stating_page(one, plan, Form(version=one["version"]))


def stating_again(congress_id: str, form: Form) -> Response:
    one, plan = looked_up_again(congress_id, form)
    return _stating_page(one, plan, form)


@pages.post("/congresses/<congress_id>/approve-with-gaps")
@access("congress:approve")
@or_shown_again(stating_again)
def approve_with_gaps(congress_id: str, form: Form) -> Response:
    form.values = in_rows(form.values)
    gaps = [
        {
            "of": form.text(f"gaps/{row}/of", needed=True),
            "text": form.text(f"gaps/{row}/text", needed=True),
            "until": form.day(f"gaps/{row}/until", needed=True),
        }
        for row in range(number_of(form.values))
    ]
    form.check()
    if not gaps:
        form.loose.append(Fault(NO_GAP_STATED))
        raise FormFaulty
    congress().approve(congress_id, {**over_typed(form), "gaps": gaps}, form.version, form.once)
    return done(f"/congresses/{congress_id}", "approved-with-gaps")


def _stating_page(one: Document, plan: Document, form: Form) -> Response:
    start = f"/congresses/{one['id']}"
    return page(
        "approve_with_gaps.html",
        form.status,
        page=view_of(one, plan),
        trail=trail_of(one),
        form=form,
        rows=range(ROWS),
        choices=[(key, name_of(word)) for key, word in choices_of(one, plan)],
        between=one["levels_between"],
        action=f"{start}/approve-with-gaps",
        back=start,
    )


# ---------------------------------------------------------------- supplied


@pages.get("/congresses/<congress_id>/gaps/<gap_id>")
@access("congress:report")
def supplying_form(congress_id: str, gap_id: str) -> Response:
    one, plan = looked_up(congress_id)
    return _page("gap.html", one, plan, gap_id, Form(version=one["version"]))


def supplying_again(congress_id: str, gap_id: str, form: Form) -> Response:
    one, plan = looked_up_again(congress_id, form)
    return _page("gap.html", one, plan, gap_id, form)


@pages.post("/congresses/<congress_id>/gaps/<gap_id>")
@access("congress:report")
@or_shown_again(supplying_again)
def supply(congress_id: str, gap_id: str, form: Form) -> Response:
    said = {
        "gap_id": gap_id,
        "text": form.text("text"),
        "value": form.figure("value"),
        "day": form.day("day"),
    }
    form.check()
    congress().act_on_gap(congress_id, "supply-gap", said, form.version, form.once)
    return done(f"/congresses/{congress_id}", "gap-supplied")


# ---------------------------------------------------------------- looked at


@pages.get("/congresses/<congress_id>/gaps/<gap_id>/close")
@access("congress:approve")
def closing_form(congress_id: str, gap_id: str) -> Response:
    one, plan = looked_up(congress_id)
    return _page("gap_answer.html", one, plan, gap_id, Form(version=one["version"]), "/close")


def closing_again(congress_id: str, gap_id: str, form: Form) -> Response:
    one, plan = looked_up_again(congress_id, form)
    return _page("gap_answer.html", one, plan, gap_id, form, "/close")


@pages.post("/congresses/<congress_id>/gaps/<gap_id>/close")
@access("congress:approve")
@or_shown_again(closing_again)
def close(congress_id: str, gap_id: str, form: Form) -> Response:
    answer = form.text("answer")
    if answer not in ("close", "owed"):
        form.loose.append(Fault(NEITHER_ANSWER))
        raise FormFaulty
    said = {"gap_id": gap_id, "closed": answer == "close", "remark": form.text("remark")}
    form.check()
    body = {**said, **over_typed(form)}
    congress().act_on_gap(congress_id, "close-gap", body, form.version, form.once)
    return done(f"/congresses/{congress_id}", "gap-closed" if said["closed"] else "gap-given-back")


def _page(template: str, one: Document, plan: Document, gap_id: str, form: Form, act: str = "") -> Response:
    start, gap = f"/congresses/{one['id']}", gap_of(one, plan, gap_id)
    of = next((each["of"] for each in one["gaps"] if each["id"] == gap_id), "")
    return page(
        template,
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        gap=gap,
        figure=is_figure(of, one),
        milestone=is_milestone(of, one),
        between=one["levels_between"],
        action=f"{start}/gaps/{gap_id}{act}",
        back=start,
    )
