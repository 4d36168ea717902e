"""What eID providers call: our public keys, and their word that a person has signed out there."""

from flask import Blueprint, Response, jsonify, request

from identity.operations import sign_out as out
from identity.routes.waiting import waits_for_eid
from servicekit.patience import patient
from servicekit.web import PUBLIC, access, outside

pages = Blueprint("eid", __name__)


@pages.get("/eid/jwks.json")
@access(PUBLIC)
def our_keys() -> Response:
    """The keys that we sign with as a relying party, and those that a provider encrypts to."""
    response = jsonify(outside().own_keys.public())
    response.content_type = "application/jwk-set+json"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@pages.post("/eid/backchannel-logout/<provider>")
@access(PUBLIC)
@patient(20)
@waits_for_eid
def logged_out_at_eid(provider: str) -> Response:
    """OpenID Connect Back-Channel Logout 1.0. No cookie speaks here, only the provider's signature."""
    out.logged_out_at_eid(outside(), provider, request.form.get("logout_token", ""))
    return Response(status=200, headers={"Cache-Control": "no-store"})
