"""One's own sealed codes: an official draws them while the eID works, and nobody else ever sees them."""

from flask import Blueprint, Response

from portal.frame.forms import Form
from portal.frame.pages import or_shown_again, page
from portal.shared.asking import here, identity
from servicekit.refusals import NotFound
from servicekit.web.guards import SIGNED_IN, access

pages = Blueprint("sealed_codes", __name__)

PLACE = "/account/sealed-codes"


@pages.get(PLACE)
@access(SIGNED_IN)
def list_offices() -> Response:
    return offices_again(Form())


def offices_again(form: Form, **_which: str) -> Response:
    me = identity().me()
    return page("sealed_codes.html", form.status, form=form, offices=me["offices"], by_code=me["fallback"])


@pages.post(f"{PLACE}/<unit_id>/draw")
@access(SIGNED_IN)
@or_shown_again(offices_again)
def draw_codes(unit_id: str, form: Form) -> Response:
    """The answer itself is the sheet: the codes are told once and are in no address and on no other page."""
    office = next((one for one in identity().me()["offices"] if one["unit_id"] == unit_id), None)
    if office is None:
        raise NotFound
    drawn = identity().draw_codes(unit_id)
    door = f"{here().settings.common.public_url}/sign-in"
    return page("official_sheet.html", 201, official=drawn, unit=office["unit_names"], door=door, back=PLACE)
