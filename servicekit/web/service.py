"""One application factory for all services: each published operation declares its access, or it does not start."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from flask import Blueprint, Flask, Response, jsonify, request
from flask_smorest import Api

from servicekit.data.database import Database
from servicekit.serving import metrics, problems
from servicekit.web import openapi
from servicekit.web.json_bodies import MAX_BODY_BYTES
from servicekit.web.kit import Kit
from servicekit.web.observing import Preparation, observe
from servicekit.words.i18n import LANGUAGES, negotiate
from servicekit.words.titles import Titles


def create_service(
    kit: Kit,
    context: object,
    blueprints: Iterable[Blueprint],
    *,
    internal: Iterable[Blueprint] = (),
    ready: Iterable[Callable[[], None]] = (),
    prepare: Iterable[Callable[[], None]] = (),
    max_body_bytes: int = MAX_BODY_BYTES,
    titles: Titles | None = None,
    import_name: str | None = None,
) -> Flask:
    """A Flask application in which every published operation declares its access, or it does not start.

    `context` is what the service's operations may touch; routes get it by `context()`. `prepare` (indexes and the
    like) runs before the first request is taken, as soon as the database can be reached. `titles`: what the service
    calls what it owns, for whoever shows it.
    """
    app = Flask(import_name or kit.name, static_folder=None)
    app.config.update(
        API_TITLE=f"Sammelan {kit.name}",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        MAX_CONTENT_LENGTH=max_body_bytes,
        JSON_SORT_KEYS=False,
        PROPAGATE_EXCEPTIONS=False,
        TRAP_HTTP_EXCEPTIONS=False,
    )
    cast(Any, app.json).ensure_ascii = False
    app.extensions["kit"] = kit
    app.extensions["context"] = context
    # Blueprints may add to it.
    steps = app.extensions["prepare"] = list(prepare)
    api = Api(app)
    for blueprint in blueprints:
        if hasattr(blueprint, "arguments"):
            api.register_blueprint(blueprint)
        else:
            app.register_blueprint(blueprint)
    published = openapi.publish(app, api, kit.name)
    for blueprint in internal:
        app.register_blueprint(blueprint)
    preparation = Preparation(tuple(steps))
    observe(app, kit, preparation, openapi.taken(published))
    _health(app, kit, published, (preparation.done, *ready))
    if titles is not None:
        _titles(app, titles)
    problems.install(app, kit.database)
    return app


def _health(app: Flask, kit: Kit, published: dict[str, Any], ready: tuple[Callable[[], None], ...]) -> None:
    @app.get("/openapi.json")
    def openapi() -> Response:
        return jsonify(published)

    @app.get("/healthz")
    def alive() -> Response:
        return jsonify(status="ok", service=kit.name)

    @app.get("/readyz")
    def is_ready() -> Response:
        for check in ready:
            check()
        return jsonify(status="ready", service=kit.name)

    @app.get("/metrics")
    def exposed() -> Response:
        body, kind = metrics.exposition()
        return Response(body, content_type=kind)


def _titles(app: Flask, titles: Titles) -> None:
    told = {language: titles.told(language) for language in LANGUAGES}

    @app.get("/titles")
    def titles_told() -> Response:
        """The same for everybody who reads that language; whoever has them asks whether they have changed."""
        body, mark = told[negotiate(request.headers.get("Accept-Language"))]
        response = Response(body, content_type="application/json")
        response.headers["Vary"] = "Accept-Language"
        response.set_etag(mark)
        response.make_conditional(request)
        return response


def database_ready(database: Database) -> Callable[[], None]:
    return database.ping
