"""Wires the practice eID together."""

from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale  # type: ignore[import-untyped, unused-ignore]  # It has no types.

from practice_eid.citizens import read_citizens
from practice_eid.keys import signing_key
from practice_eid.languages import choose_language
from practice_eid.provider import Provider, World
from practice_eid.routes import routes
from practice_eid.settings import EXAMPLES, Settings
from practice_eid.store import Store

BODY_BYTES = 64 * 1024


def create_app(settings: Settings) -> Flask:
    app = Flask("practice_eid")
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.config["BABEL_DOMAIN"] = "sammelan"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(EXAMPLES.parent / "translations")
    Babel(app, locale_selector=_language)
    app.jinja_env.globals["get_locale"] = get_locale
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    world = World(
        settings=settings,
        citizens=read_citizens(settings.citizens_file),
        key=signing_key(settings.key_file),
        store=Store(),
    )
    app.extensions["practice_eid"] = Provider(app, world)
    app.register_blueprint(routes)
    app.after_request(_protect)
    return app


def _language() -> str:
    return choose_language(
        request.values.get("ui_locales", ""), [tag for tag, _ in request.accept_languages if tag]
    )


def _protect(response: Response) -> Response:
    form_targets = " ".join(filter(None, ("'self'", g.get("form_target"))))
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; form-action {form_targets}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
