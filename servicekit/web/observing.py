"""Around each request: its name, time and bounds, what is refused before it begins, and its line in the log."""

import threading
import time
from collections.abc import Callable

import pymongo
import structlog
from flask import Flask, Response, current_app, g, request

from servicekit.data.database import ANSWERS_WITHIN
from servicekit.data.room import Room
from servicekit.ids import request_id
from servicekit.logs import log
from servicekit.refusals import Unavailable
from servicekit.serving import metrics, patience, problems
from servicekit.serving.bodies import LEAST_RATE, file_taken_by
from servicekit.serving.worker import CROWDED
from servicekit.web import openapi
from servicekit.web.guards import READING
from servicekit.web.json_bodies import check_json
from servicekit.web.kit import Kit
from servicekit.web.preconditions import refuse_head
from servicekit.words import N_

# Who comes while it is being prepared waits so long, and nobody tries again so soon after it failed: seconds.
PREPARING_SECONDS = 2.0
PREPARED_AGAIN_SECONDS = 0.5
UNPREPARED = ("/healthz", "/metrics", "/openapi.json", "/titles")


class Crowded(Unavailable):
    title = N_("Too many are asking at the moment. Nothing was lost; try again shortly.")


class StillStarting(Unavailable):
    title = N_("A part of the system is still starting. Try again in a moment.")


class Preparation:
    """What must be there before work begins, such as unique indexes: done once, tried again while it fails.

    Without a database each try takes as long as a request has. One tries; the others wait a moment and are refused.
    """

    def __init__(self, steps: tuple[Callable[[], None], ...]) -> None:
        self._steps = steps
        self._lock = threading.Lock()
        self._done = not steps
        self._failed_at = -PREPARED_AGAIN_SECONDS

    def done(self) -> None:
        """Raises StillStarting, or what went wrong."""
        if self._done:
            return
        if not self._lock.acquire(timeout=PREPARING_SECONDS):
            raise StillStarting(retry_after=1)
        try:
            self._prepare()
        finally:
            self._lock.release()

    def _prepare(self) -> None:
        if self._done:
            return
        if time.monotonic() - self._failed_at < PREPARED_AGAIN_SECONDS:
            raise StillStarting(retry_after=1)
        try:
            for step in self._steps:
                step()
        except Exception:
            self._failed_at = time.monotonic()
            raise
        self._done = True


def observe(
    app: Flask, kit: Kit, preparation: Preparation, taken: dict[tuple[str, str], openapi.Takes]
) -> None:
    room = Room(kit.settings.database_dir)

    @app.before_request
    def arrive() -> None:
        g.arrived = time.perf_counter()
        given = request.headers.get("X-Request-Id", "")
        named = given if given.isalnum() and len(given) <= 40 else request_id()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(service=kit.name, request_id=named)
        view = current_app.view_functions.get(str(request.endpoint))
        seconds, longest = patience.patience_of(view), file_taken_by(view)
        patience.begin(seconds + (longest or 0) / LEAST_RATE)
        if request.environ.get(CROWDED):
            raise Crowded(retry_after=1)
        refuse_head(app)
        if request.path not in UNPREPARED:
            if kit.database.is_known_gone:
                raise problems.DatabaseGone(retry_after=1)
            preparation.done()
        if request.method not in READING and request.path.startswith(("/api/", "/files/")):
            room.require()
        if longest is None:
            bound(seconds)
        else:
            # It reads its body itself, while it arrives; each step of it has a bound of its own.
            request.max_content_length = longest
        if request.path.startswith("/api/") and request.url_rule is not None:
            method = "GET" if request.method == "HEAD" else request.method
            takes = taken.get((openapi.template(request.url_rule.rule), method))
            if takes is not None:
                openapi.check(takes)

    def bound(seconds: float) -> None:
        # The driver would try an answer that does not come a second time.
        # What is left of the budget is for asking whether it is there at all.
        g.database_time = pymongo.timeout(seconds - ANSWERS_WITHIN)
        g.database_time.__enter__()
        inside = request.path.startswith("/internal/")  # peers have limits of their own
        if request.method in ("POST", "PUT", "PATCH") and not inside:
            if request.mimetype == "application/json":
                check_json()
            elif request.path.startswith("/api/") and request.content_length:
                # It would count as an empty body, and what was sent would be dropped without a word.
                raise problems.UnsupportedMediaType

    @app.teardown_request
    def forget(_: BaseException | None) -> None:
        patience.end()
        # A context that was kept is torn down more than once.
        bound = g.pop("database_time", None)
        if bound is not None:
            bound.__exit__(None, None, None)

    @app.after_request
    def leave(response: Response) -> Response:
        took = time.perf_counter() - g.get("arrived", time.perf_counter())
        route = str(request.url_rule) if request.url_rule else "none"
        metrics.REQUESTS.labels(kit.name, request.method, route, response.status_code).inc()
        metrics.SECONDS.labels(kit.name, request.method, route).observe(took)
        if route not in ("/healthz", "/readyz", "/metrics", "/internal/feed"):
            log.info(
                "request",
                method=request.method,
                route=route,
                status=response.status_code,
                ms=round(took * 1000, 1),
            )
        view = current_app.view_functions.get(str(request.endpoint))
        if request.method not in ("GET", "HEAD") and not getattr(view, "tells_nothing_once", False):
            # What is told once is told in such an answer: compressed, its length could tell of it (BREACH).
            response.headers["Content-Encoding"] = "identity"
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response
