"""Wires the viewer together."""

from flask import Flask, Response

from practice_mail.routes import routes
from practice_mail.store import Store


def create_app(store: Store) -> Flask:
    app = Flask("practice_mail")
    app.extensions["practice_mail"] = store
    app.register_blueprint(routes)
    app.after_request(_protect)
    return app


def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
