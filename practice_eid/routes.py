"""The provider's addresses."""

from urllib.parse import urlencode, urlsplit

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from flask import Blueprint, Response, current_app, g, jsonify, render_template, request

from practice_eid.provider import Provider, World, discovery

routes = Blueprint("practice_eid", __name__)
ANSWER_FIELDS = ("citizen", "cancel")


def provider() -> Provider:
    return current_app.extensions["practice_eid"]  # type: ignore[no-any-return]  # Flask keeps Any there.


def world() -> World:
    return provider().world


@routes.get("/.well-known/openid-configuration")
def show_discovery() -> Response:
    return jsonify(discovery(world().settings))


@routes.get("/jwks")
def show_keys() -> Response:
    return jsonify(world().public_keys())


@routes.get("/healthz")
@routes.get("/readyz")
def show_health() -> Response:
    return jsonify(status="ok")


@routes.get("/")
def show_start() -> str:
    return render_template("start.html", citizens=world().citizens.values())


@routes.route("/authorize", methods=["GET", "POST"])
def authorize() -> Response | str:
    """The page that asks who is there, and the answer given on it: the citizen, or none for Cancel.

    The page asks every time, so prompt=login and any max_age are met, and prompt=none never is.
    """
    grant = provider().get_consent_grant()
    if request.method == "GET" or not any(name in request.form for name in ANSWER_FIELDS):
        return _ask_who(grant.redirect_uri)
    citizen = world().citizens.get(request.form.get("citizen", ""))
    if citizen is None and "cancel" not in request.form:
        return _ask_who(grant.redirect_uri)
    return _named_by_issuer(provider().create_authorization_response(grant_user=citizen, grant=grant))


@routes.post("/token")
def give_tokens() -> Response:
    return provider().create_token_response()


@routes.route("/userinfo", methods=["GET", "POST"])
def show_user_info() -> Response:
    return provider().create_endpoint_response("userinfo")  # type: ignore[no-any-return]  # No types.


@routes.route("/end-session", methods=["GET", "POST"])
def end_session() -> Response | str:
    ending = provider().validate_endpoint_request("end_session")
    return provider().create_endpoint_response("end_session", ending) or render_template("signed_out.html")


@routes.errorhandler(OAuth2Error)
def refuse(error: OAuth2Error) -> Response | tuple[str, int]:
    """Back to the relying party where its address is proven, otherwise a page for the person."""
    if error.redirect_uri:
        return _named_by_issuer(provider().handle_error_response(None, error))
    return render_template("refused.html", code=error.error, description=error.description), 400


def _ask_who(redirect_uri: str) -> str:
    # Chromium holds the redirect that follows a form against form-action too.
    g.form_target = "{0.scheme}://{0.netloc}".format(urlsplit(redirect_uri))
    asked = [(name, value) for name, value in request.values.items(multi=True) if name not in ANSWER_FIELDS]
    return render_template(
        "who.html", citizens=world().citizens.values(), action=f"{request.path}?{urlencode(asked)}"
    )


def _named_by_issuer(response: Response) -> Response:
    """RFC 9207: every answer of the authorization endpoint says who gives it, errors too."""
    if response.location:
        response.location = add_params_to_uri(response.location, {"iss": world().settings.issuer})
    return response
