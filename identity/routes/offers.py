"""Offers: what waits for a person's yes."""

from typing import Any

from flask_smorest import Blueprint

from identity.operations import offers
from identity.schemas.grants import DeclineOffer, OfferList, OfferView
from servicekit.web.guards import ARRIVED, access, caller
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned

api = Blueprint("offers", __name__, url_prefix="/api/identity/offers")


@api.route("", methods=["GET"])
@access(ARRIVED)
@api.response(200, OfferList)
def list_offers() -> Any:
    return {"items": offers.list_offers(context(), caller())}


@api.route("/<grant_id>/accept", methods=["POST"])
@access(ARRIVED)
@versioned
@api.response(200, OfferView)
def accept_offer(grant_id: str) -> Any:
    return _tagged(offers.accept_offer(context(), caller(), grant_id, expected_version()))


@api.route("/<grant_id>/decline", methods=["POST"])
@access(ARRIVED)
@versioned
@api.arguments(DeclineOffer, required=False)
@api.response(200, OfferView)
def decline_offer(body: dict[str, Any], grant_id: str) -> Any:
    return _tagged(offers.decline_offer(context(), caller(), grant_id, body["reason"], expected_version()))


def _tagged(offer: offers.OfferSeen) -> Any:
    return offer, etag(offer.version)
