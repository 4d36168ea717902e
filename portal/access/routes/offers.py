"""What the reader is offered and has not accepted yet: the first thing that they see after signing in."""

from flask import Blueprint, Response

from portal.access.views.offers import offer_of
from portal.frame.forms import Form
from portal.frame.pages import done, or_shown_again, page
from portal.shared.asking import identity, rights_anew
from servicekit.web.guards import ARRIVED, access, caller

pages = Blueprint("offers", __name__)


@pages.get("/offers")
@access(ARRIVED)
def list_offers() -> Response:
    return offers_again(Form())


def offers_again(form: Form, **_which: str) -> Response:
    return page(
        "offers.html",
        form.status,
        form=form,
        offers=[offer_of(one) for one in identity().offers()],
        waiting=caller().waiting,
    )


@pages.post("/offers/<offer_id>/<any(accept, decline):answer>")
@access(ARRIVED)
@or_shown_again(offers_again)
def answer_offer(offer_id: str, answer: str, form: Form) -> Response:
    reason = form.text("reason") if answer == "decline" else None
    identity().answer_offer(offer_id, answer, reason, form.version)
    rights_anew()
    return done("/", f"offer-{answer}")
