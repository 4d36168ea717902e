"""Seats divided: what a congress has divided and was given, the form, and the calculation that is decided."""

from collections.abc import Mapping

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.congress.routes.congresses import trail_of
from portal.congress.views.congress import unit_with_id
from portal.frame.forms import Fault, Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, name_of, or_shown_again, page
from portal.frame.query import LIST, takes
from portal.seats.views import column_of, column_text, division_of, rows_of
from portal.seats.words import BASES, DONE, LABELS, METHODS, OTHER_NUMBERS
from portal.shared.asking import congress, membership
from portal.shared.clients.acts import offered
from portal.shared.clients.answers import Document
from portal.shared.places import trail
from servicekit.serving.patience import patient
from servicekit.web.guards import access

pages = Blueprint("seats", __name__)
BLUEPRINTS = (pages,)
__all__ = ("BLUEPRINTS", "DONE", "LABELS")

SHOWN = 50
# So many units stand in the form to begin with; of more the table is pasted.
PREFILLED_MOST = 200
REASON_MOST = 2_000


@pages.get("/congresses/<congress_id>/seats")
@access("congress:read")
def show_seats(congress_id: str) -> Response:
    one, found = congress().congress(congress_id), congress().seats_of(congress_id)
    last = next((item["id"] for item in found["items"] if item["state"] == "decided"), "")
    return page(
        "seats.html",
        unit=unit_with_id(one),
        trail=trail_of(one),
        made=[division_of(item, last) for item in found["items"]],
        given=division_of(found["given"]) if found["given"] else None,
        divides=f"/congresses/{congress_id}/seats/divide" if offered(found, "seats") else "",
        back=f"/congresses/{congress_id}",
    )


@pages.get("/congresses/<congress_id>/seats/divide")
@access("plan:manage")
def dividing_form(congress_id: str) -> Response:
    one, found = congress().congress(congress_id), congress().seats_of(congress_id)
    first = next(iter(found["items"]), None)
    return _form_page(one, Form(_first_values(one, first)))


def dividing_again(congress_id: str, form: Form) -> Response:
    return _form_page(congress().congress(congress_id), form)


@pages.post("/congresses/<congress_id>/seats/divide")
@patient(20)
@access("plan:manage")
@or_shown_again(dividing_again)
def divide_seats(congress_id: str, form: Form) -> Response:
    basis = form.text("basis", needed=True)
    wanted = {
        "basis": basis,
        "method": form.text("method", needed=True),
        "seats": form.whole("seats", needed=True),
        "ex_officio": form.whole("ex_officio") or 0,
        "least": form.whole("least") or 0,
        "most": form.whole("most"),
    }
    if form.text("numbers_of") not in ("", basis):
        form.faults["units"] = Fault(OTHER_NUMBERS)
        form.values["numbers_of"] = basis
    column = column_of(form.text("units"), basis, form.grouping)
    if column.faults:
        form.faults["units"], *form.loose = column.faults
    form.check()
    made = congress().divide_seats(congress_id, {**wanted, "lines": list(column.lines)}, form.once)
    return done(f"/seats/{made['id']}", "seats-calculated")


def _form_page(one: Document, form: Form) -> Response:
    back = f"/congresses/{one['id']}/seats"
    return page(
        "seats_form.html",
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        bases=[(key, _(word)) for key, word in BASES.items()],
        methods=[(key, _(word)) for key, word in METHODS.items()],
        action=f"{back}/divide",
        back=back,
    )


def _first_values(one: Document, last: Document | None) -> dict[str, str]:
    """As it was divided last, or with the units right below and no numbers."""
    if last is None:
        return {
            "basis": "members",
            "method": "largest_remainder",
            "least": "1",
            "units": column_text(_units_below(one["unit_id"])),
        }
    known = ("basis", "method", "ex_officio", "least", "most")
    values = {name: "" if last[name] is None else str(last[name]) for name in known}
    return {
        **values,
        "numbers_of": last["basis"],
        "seats": str(last["asked"]),
        "units": column_text(_units_of(last)),
    }


def _units_below(unit_id: str) -> list[tuple[str, str, Mapping[str, int | None]]]:
    found = membership().children(unit_id)
    there = found["items"] if not found.get("next") else []
    return [(one["code"], name_of(one["names"]), {}) for one in there]


def _units_of(division: Document) -> list[tuple[str, str, Mapping[str, int | None]]]:
    if division["units"] > PREFILLED_MOST:
        return []
    lines = congress().seat_lines(division["id"], "", PREFILLED_MOST)["items"]
    number = "by_hand" if division["basis"] == "hand" else "number"
    return [
        (
            line["unit"]["code"],
            name_of(line["unit"]["names"]),
            {
                # What was known of a unit is looked up anew, for it may be another by now.
                "number": line[number] if line["typed"] or division["basis"] == "hand" else None,
                "least": line["own_least"],
                "most": line["own_most"],
            },
        )
        for line in lines
        if not line["gone"]
    ]


@pages.get("/seats/<division_id>")
@takes(*LIST)
@access("congress:read")
def show_division(division_id: str) -> Response:
    return division_again(division_id, Form())


def division_again(division_id: str, form: Form) -> Response:
    answer = congress().division(division_id)
    lines = congress().seat_lines(division_id, after(), SHOWN)
    form.version = answer["version"]
    own = answer["own"]["unit"]["id"] if answer["own"] else ""
    return page(
        "seats_division.html",
        form.status,
        one=division_of(answer),
        trail=trail(membership().unit(answer["unit"]["id"])) if not own else (),
        rows=rows_of(lines["items"], own),
        pager=pager(lines, len(lines["items"])),
        form=form,
        # Whoever reads it from below does not read the congress above.
        back=f"/congresses/{answer['congress_id']}/seats" if not own else "",
        most=REASON_MOST,
    )


@pages.post("/seats/<division_id>")
@takes(*LIST)
@patient(20)
@access("plan:manage")
@or_shown_again(division_again)
def decide_division(division_id: str, form: Form) -> Response:
    congress().decide_division(division_id, form.text("reason"), form.version, form.once)
    return done(f"/seats/{division_id}", "seats-decided")
