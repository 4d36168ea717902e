"""What eID providers call: our public keys, and their word that a person has signed out there."""

from flask import Blueprint, Response, jsonify, request

from identity.operations import sign_out as out
from identity.routes.waiting import waits_for_eid
from servicekit.serving.patience import patient
from servicekit.web.guards import PUBLIC, access, for_nobody_in_particular
from servicekit.web.kit import context

pages = Blueprint("eid", __name__)


@pages.get("/eid/jwks.json")
@access(PUBLIC)
@for_nobody_in_particular
def our_keys() -> Response:
    """The keys that we sign with as a relying party, and those that a provider encrypts to."""
    response = jsonify(context().own_keys.public())
    response.content_type = "application/jwk-set+json"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@pages.post("/eid/backchannel-logout/<provider>")
@access(PUBLIC)
@patient(20)
@waits_for_eid
def logged_out_at_eid(provider: str) -> Response:
    """OpenID Connect Back-Channel Logout 1.0. No cookie speaks here, only the provider's signature."""
    out.logged_out_at_eid(context(), provider, request.form.get("logout_token", ""))
    return Response(status=200, headers={"Cache-Control": "no-store"})
