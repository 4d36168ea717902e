"""What the reader is offered and has not accepted yet: the first thing that they see after signing in."""

from flask import Blueprint, Response

from portal.access.views.offers import Offer, behind, offer_of
from portal.frame.forms import Form
from portal.frame.pages import done, or_shown_again, page
from portal.shared.asking import identity, rights_anew
from servicekit.refusals import NotFound
from servicekit.web.guards import ARRIVED, access, caller

pages = Blueprint("offers", __name__)


@pages.get("/offers")
@access(ARRIVED)
def list_offers() -> Response:
    return offers_again(Form())


def offers_again(form: Form) -> Response:
    return _list(_offers(), form)


@pages.get("/offers/<offer_id>")
@access(ARRIVED)
def read_offer(offer_id: str) -> Response:
    offers = _offers()
    if offer_id not in [one.id for one in offers]:
        raise NotFound
    return _one(offers, offer_id, Form())


def offer_again(offer_id: str, form: Form, **_which: str) -> Response:
    """With what stands against it; all others where it is not offered any more."""
    offers = _offers()
    if len(offers) > 1 and offer_id in [one.id for one in offers]:
        return _one(offers, offer_id, form)
    return _list(offers, form)


@pages.post("/offers/<offer_id>/<any(accept, decline):answer>")
@access(ARRIVED)
@or_shown_again(offer_again)
def answer_offer(offer_id: str, answer: str, form: Form) -> Response:
    """Each by itself, and never many at once: what it allows is read before it is accepted."""
    reason = form.text("reason") if answer == "decline" else None
    # Asked before: whoever has accepted is known otherwise from then on, and only the next page knows them so.
    following = behind(_offers(), offer_id)
    identity().answer_offer(offer_id, answer, reason, form.version)
    rights_anew()
    return done(following or "/", f"offer-{answer}-next" if following else f"offer-{answer}")


def _offers() -> list[Offer]:
    return [offer_of(one) for one in identity().offers()]


def _list(offers: list[Offer], form: Form) -> Response:
    return page("offers.html", form.status, form=form, offers=offers, waiting=caller().waiting)


def _one(offers: list[Offer], offer_id: str, form: Form) -> Response:
    offer = next(one for one in offers if one.id == offer_id)
    return page("offer.html", form.status, form=form, offer=offer, next=behind(offers, offer_id))
