"""A report that was sent up, withdrawn by its unit before the superior has opened it."""

from flask import Blueprint, Response

from portal.congress.routes.congresses import looked_up, looked_up_again, trail_of
from portal.congress.views.congress import unit_with_id
from portal.frame.forms import Form
from portal.frame.pages import done, or_shown_again, page
from portal.shared.asking import congress
from portal.shared.clients.acts import reason
from portal.shared.clients.answers import Document
from servicekit.web.guards import access

pages = Blueprint("opening", __name__)


@pages.get("/congresses/<congress_id>/withdraw")
@access("congress:report")
def withdrawing_form(congress_id: str) -> Response:
    one, _plan = looked_up(congress_id)
    return _withdrawing_page(one, Form(version=one["version"]))


def withdrawing_again(congress_id: str, form: Form) -> Response:
    one, _plan = looked_up_again(congress_id, form)
    return _withdrawing_page(one, form)


@pages.post("/congresses/<congress_id>/withdraw")
@access("congress:report")
@or_shown_again(withdrawing_again)
def withdraw_report(congress_id: str, form: Form) -> Response:
    congress().withdraw_report(congress_id, form.version, form.once)
    return done(f"/congresses/{congress_id}", "withdrawn-report")


def _withdrawing_page(one: Document, form: Form) -> Response:
    start = f"/congresses/{one['id']}"
    return page(
        "withdraw_report.html",
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        sent=one["submitted"],
        against=reason(one, "withdraw-report"),
        action=f"{start}/withdraw",
        back=start,
    )
