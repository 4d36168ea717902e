"""The gateway, wired."""

import time

import structlog
from flask import Flask, Response, g, request

from gateway.clients import Documents, Passes
from gateway.counting import counts_at
from gateway.forward import PLACES, Forwarder
from gateway.limits import Limits, OverLimit
from gateway.operations import Context
from gateway.packing import pack
from gateway.routes import pages, refused
from gateway.settings import Settings
from servicekit.access.keys import KeyRing
from servicekit.access.revocations import RevocationFeed
from servicekit.ids import request_id
from servicekit.logs import configure, log
from servicekit.out.feed import feed_of
from servicekit.out.peers import Peers
from servicekit.refusals import Refusal
from servicekit.serving import metrics, patience, problems
from servicekit.web.json_bodies import MAX_BODY_BYTES

# What the decision cannot find out in this time it leaves to the gateway itself, which nginx then asks.
DECISION_SECONDS = 0.4


def create_app(settings: Settings) -> Flask:
    configure("gateway", settings.common.log_level)
    app = Flask("gateway", static_folder="static", static_url_path="/api-static-files")
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, PROPAGATE_EXCEPTIONS=False)
    keys = KeyRing(settings.common.keys_dir, "gateway")
    peers = Peers(keys, "gateway", settings.common.urls, PLACES)
    passes = Passes(peers)

    feed = feed_of(peers)
    feed.listen(passes.revoked)
    app.extensions["settings"] = settings
    app.extensions["forwarder"] = Forwarder(settings.common.urls)
    app.extensions["context"] = Context(
        documents=Documents(settings.common.urls),
        passes=passes,
        limits=Limits(settings.rates, counts_at(settings.limits_url)),
        public_url=settings.common.public_url,
    )
    _observe(app, feed)
    app.register_blueprint(pages)
    problems.install(app)
    app.register_error_handler(Refusal, refused)
    return app


def _observe(app: Flask, feed: RevocationFeed) -> None:
    @app.before_request
    def arrive() -> None:
        g.arrived = time.perf_counter()
        hurried = request.path == "/internal/decide"
        patience.begin(
            DECISION_SECONDS if hurried else patience.PATIENCE_SECONDS + patience.GATEWAY_MORE_SECONDS
        )
        feed.follow()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(service="gateway", request_id=request_id())

    @app.after_request
    def leave(response: Response) -> Response:
        took = time.perf_counter() - g.arrived
        route = g.get("route", str(request.url_rule))
        metrics.REQUESTS.labels("gateway", request.method, route, response.status_code).inc()
        metrics.SECONDS.labels("gateway", request.method, route).observe(took)
        if request.path not in ("/healthz", "/readyz", "/metrics", "/internal/decide"):
            log.info(
                "request",
                method=request.method,
                route=route,
                status=response.status_code,
                ms=round(took * 1000, 1),
            )
        if isinstance(g.get("refusal"), OverLimit):
            response.headers.update(g.refusal.allowance.headers())
        response.headers["X-Request-Id"] = structlog.contextvars.get_contextvars()["request_id"]
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Cache-Control", "no-store")
        pack(response, request.accept_encodings, request.method)
        return response
