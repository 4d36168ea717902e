"""The web side of a service: one application factory, the access declaration of each route, and preconditions."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

import pymongo
import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    json,
    jsonify,
    make_response,
    request,
)
from flask_smorest import Api
from werkzeug.exceptions import RequestEntityTooLarge

from servicekit import metrics, openapi, patience, problems
from servicekit.access import (
    AcceptanceAwaited,
    Caller,
    PermissionMissing,
    holds,
    noting_grounds,
    require,
)
from servicekit.clock import Clock
from servicekit.database import ANSWERS_WITHIN, Database, session
from servicekit.events import Origin
from servicekit.ids import request_id
from servicekit.keys import KeyRing, TokenRefused
from servicekit.logs import configure, log
from servicekit.peers import PeerRefused, Peers
from servicekit.refusals import (
    Forbidden,
    Invalid,
    Malformed,
    PreconditionRequired,
    SignInRequired,
    TooLarge,
    Unavailable,
)
from servicekit.rights import Ask, NamedRights
from servicekit.room import Room
from servicekit.settings import Common
from servicekit.tokens import FEED, RevocationFeed, Revocations, TokenReader, read_service_token
from servicekit.words import N_
from servicekit.worker import CROWDED

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed-in"
READING = ("GET", "HEAD", "OPTIONS")
# Also for whoever has been offered access and has not accepted it: to look at it, answer, and leave.
ARRIVED = "arrived"

MAX_BODY_BYTES = 256 * 1024
READ_AWAY_MOST = 4 * 1024 * 1024
MAX_DEPTH = 24
# MongoDB keeps 64-bit integers; beyond 2**53 JSON readers disagree.
MAX_INTEGER = 2**53
IDEMPOTENCY_KEPT = timedelta(hours=48)
SLOW_SECONDS = 2.0


class IdempotencyKeyMissing(PreconditionRequired):
    title = N_("Send an Idempotency-Key, so that doing it twice does it once.")


class IdempotencyKeyReused(Invalid):
    title = N_("This Idempotency-Key was used for something else.")


class NotThisPeer(Forbidden):
    title = N_("This peer may not call this.")


@dataclass(frozen=True)
class Kit:
    """What every service has from the outside world, besides its own store."""

    name: str
    settings: Common
    database: Database
    keys: KeyRing
    peers: Peers
    clock: Clock
    feed: RevocationFeed
    reader: TokenReader


def make_kit(
    name: str,
    settings: Common,
    fetch: Callable[[int], Revocations] | None = None,
    find_rights: Ask | None = None,
) -> Kit:
    """`fetch` reads the revocation feed, `find_rights` those too many for a token; without, identity is asked."""
    configure(name, settings.log_level)
    keys = KeyRing(settings.keys_dir, name)
    peers = Peers(keys, name, settings.urls)

    def ask(after: int) -> Revocations:
        answer = peers.as_service("identity", FEED).get("/internal/feed", {"after": after})
        return Revocations(answer["seq"], answer["generations"], answer["sessions"])

    def ask_rights(session_id: str, name: str) -> dict[str, Any]:
        try:
            found = peers.as_service("identity").post(
                "/internal/rights", {"session_id": session_id, "name": name}
            )
        except PeerRefused as refusal:
            raise TokenRefused("rights") from refusal
        return cast(dict[str, Any], found["rights"])

    feed = RevocationFeed(fetch or ask)
    return Kit(
        name=name,
        settings=settings,
        database=Database(settings.mongo_url, settings.database(name)),
        keys=keys,
        peers=peers,
        clock=Clock(settings.zone),
        feed=feed,
        reader=TokenReader(keys, name, feed, NamedRights(find_rights or ask_rights)),
    )


def create_service(
    kit: Kit,
    outside: object,
    blueprints: Iterable[Blueprint],
    *,
    internal: Iterable[Blueprint] = (),
    ready: Iterable[Callable[[], None]] = (),
    prepare: Iterable[Callable[[], None]] = (),
    max_body_bytes: int = MAX_BODY_BYTES,
    import_name: str | None = None,
) -> Flask:
    """A Flask application in which every published operation declares its access, or it does not start.

    `outside` is what the service's operations may touch; routes get it by `outside()`. `prepare` (indexes and the
    like) runs before the first request is taken, as soon as the database can be reached.
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
    app.extensions["outside"] = outside
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
    _observe(app, kit, preparation, openapi.taken(published))
    _health(app, kit, published, (preparation.done, *ready))
    problems.install(app, kit.database)
    return app


def kit() -> Kit:
    return cast(Kit, current_app.extensions["kit"])


def outside() -> Any:
    return current_app.extensions["outside"]


# ---------------------------------------------------------------- who calls


def caller() -> Caller:
    """The verified caller of this request; raises SignInRequired."""
    known = g.get("caller")
    if known is None:
        header = request.headers.get("Authorization", "")
        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise SignInRequired
        try:
            known = g.caller = kit().reader.read(token, writing=request.method not in READING)
        except TokenRefused as error:
            log.info("token_refused", why=str(error))
            raise SignInRequired from error
    return cast(Caller, known)


def access(permission: str) -> Callable[[View], View]:
    """Declares what an operation needs; the record's unit is decided on by the operation itself."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if permission != PUBLIC:
                person = caller()
                if person.waiting and permission != ARRIVED:
                    raise AcceptanceAwaited
                if permission not in (SIGNED_IN, ARRIVED) and not holds(person, permission):
                    raise PermissionMissing(permission=permission)
            return view(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def sets_cookie(view: View) -> View:
    """Declares that an operation that is sent changes a cookie: the gateway takes it from our own pages only.

    Without that, another site could put its visitors into a session of its choice.
    """
    view.own_site = True  # type: ignore[attr-defined]
    return view


def peer_only(*peers: str) -> Callable[[View], View]:
    """For /internal/ operations: the named services, by their own signed word."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            token = request.headers.get("Authorization", "").partition(" ")[2]
            try:
                g.peer = read_service_token(kit().keys, token, kit().name, peers)
            except TokenRefused as error:
                raise NotThisPeer from error
            return view(*args, **kwargs)

        return cast(View, guarded)

    return decorate


def origin() -> Origin:
    """On whose behalf this request writes."""
    person: Caller | None = g.get("caller") if has_request_context() else None
    return Origin(
        at=kit().clock.now() if has_request_context() else Clock.from_environment().now(),
        actor=person.account_id if person else "system",
        actor_name=person.name if person else "",
        via=_way(person) if person else "",
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )


def _way(person: Caller) -> str:
    """By which service, and marked where no eID has seen the person."""
    return f"{person.service} by code" if person.fallback else person.service


# ---------------------------------------------------------------- preconditions


def etag(version: int) -> dict[str, str]:
    return {"ETag": f'"{version}"'}


def only_get(view: View) -> View:
    """Declares that a GET uses something up or begins something: HEAD, which asks to change nothing, is refused."""
    view.only_get = True  # type: ignore[attr-defined]
    return view


def _refuse_head(app: Flask) -> None:
    view = app.view_functions.get(str(request.endpoint))
    if request.method == "HEAD" and getattr(view, "only_get", False):
        raise problems.MethodNotAllowed


def versioned(view: View) -> View:
    """Declares that an operation asks for the version that its caller saw; it stands in the published document."""
    view.versioned = True  # type: ignore[attr-defined]
    return view


def expected_version() -> int:
    """The version that the caller saw, from If-Match; the operation is `versioned`."""
    if not getattr(current_app.view_functions[str(request.endpoint)], "versioned", False):
        raise RuntimeError(f"{request.endpoint} asks for If-Match and is not declared versioned")
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise PreconditionRequired
    digits = header.removeprefix("W/").strip('"')
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 9:
        raise Malformed(field="If-Match")
    return int(digits)


def idempotent(view: View, *, by_content: bool = False) -> View:
    """Runs the operation once per Idempotency-Key: effect and answer are stored in one transaction.

    `by_content`: what is sent by the same key with another content is another request; for operations that If-Match
    keeps from overwriting. Elsewhere it would make a second one of what the first may have made, and is refused.
    """

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            raise IdempotencyKeyMissing
        if len(key) > 128 or not key.isprintable() or not key.isascii():
            raise Malformed(field="Idempotency-Key")
        answers = kit().database.mongo["answers"]
        person = caller()
        body = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.get_data()).hexdigest()
        name = hashlib.sha256(f"{person.account_id}\x1f{key}".encode()).hexdigest()

        seen = request.headers.get("If-Match", "") if by_content else ""

        def attempt() -> Response:
            place = name
            known = answers.find_one({"_id": place}, session=session())
            if known is not None and (known["request"], known.get("seen", seen)) != (body, seen):
                if not by_content:
                    raise IdempotencyKeyReused(field="Idempotency-Key")
                place = hashlib.sha256(f"{name}\x1f{body}\x1f{seen}".encode()).hexdigest()
                known = answers.find_one({"_id": place}, session=session())
            if known is not None:
                # Who may no longer do it is not shown again what they did; answers of before hold no grounds.
                for permission, unit_path in known.get("grounds", ()):
                    require(person, permission, tuple(unit_path), kit().clock.now())
                return Response(known["body"], known["status"], headers=dict(known["headers"]))
            with noting_grounds() as grounds:
                response = make_response(view(*args, **kwargs))
            if response.status_code < 400:
                body_kept = _without(response.get_data(), g.pop("told_once", ()))
                kept = {
                    k: v for k, v in response.headers.items() if k in ("Content-Type", "ETag", "Location")
                }
                answers.insert_one(
                    {
                        "_id": place,
                        "request": body,
                        "seen": seen,
                        "status": response.status_code,
                        "headers": list(kept.items()),
                        "body": body_kept,
                        "grounds": [[permission, list(path)] for permission, path in dict.fromkeys(grounds)],
                        "at": kit().clock.now(),
                    },
                    session=session(),
                )
            return response

        return kit().database.in_transaction(attempt)

    once.idempotency = True  # type: ignore[attr-defined]
    return cast(View, once)


def tell_once(*names: str) -> None:
    """These fields of the answer are secrets: they are in the first answer and in no repeated one."""
    g.told_once = names


def _without(body: bytes, names: Iterable[str]) -> bytes:
    document = json.loads(body) if names else {}
    if not any(name in document for name in names):
        return body
    return json.dumps({k: v for k, v in document.items() if k not in names}).encode()


def idempotent_if_asked(view: View) -> View:
    """Like `idempotent` where a key is sent, which belongs to the content; for operations that If-Match guards."""
    once = idempotent(view, by_content=True)

    @wraps(view)
    def maybe_once(*args: Any, **kwargs: Any) -> Any:
        return (once if "Idempotency-Key" in request.headers else view)(*args, **kwargs)

    maybe_once.idempotency = False  # type: ignore[attr-defined]
    return cast(View, maybe_once)


def prepare_answers(database: Database) -> None:
    database.mongo["answers"].create_index("at", expireAfterSeconds=int(IDEMPOTENCY_KEPT.total_seconds()))


# ---------------------------------------------------------------- what every service has

UNPREPARED = ("/healthz", "/metrics", "/openapi.json")


class Crowded(Unavailable):
    title = N_("Too many are asking at the moment. Nothing was lost; try again shortly.")


class Preparation:
    """What must be there before work begins, such as unique indexes: done once, tried again while it fails."""

    def __init__(self, steps: tuple[Callable[[], None], ...]) -> None:
        self._steps = steps
        self._lock = threading.Lock()
        self._done = not steps

    def done(self) -> None:
        if self._done:
            return
        with self._lock:
            if not self._done:
                for step in self._steps:
                    step()
                self._done = True


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


def _observe(
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
        seconds = patience.patience_of(current_app.view_functions.get(str(request.endpoint)))
        patience.begin(seconds)
        if request.environ.get(CROWDED):
            raise Crowded(retry_after=1)
        _refuse_head(app)
        if request.path not in UNPREPARED:
            if kit.database.is_known_gone:
                raise problems.DatabaseGone(retry_after=1)
            preparation.done()
        if request.method not in READING and request.path.startswith("/api/"):
            room.require()
        # The driver would try an answer that does not come a second time.
        # What is left of the budget is for asking whether it is there at all.
        g.database_time = pymongo.timeout(seconds - ANSWERS_WITHIN)
        g.database_time.__enter__()
        inside = request.path.startswith("/internal/")  # peers have limits of their own
        if request.method in ("POST", "PUT", "PATCH") and not inside:
            if request.mimetype == "application/json":
                _check_json()
            elif request.path.startswith("/api/") and request.content_length:
                # It would count as an empty body, and what was sent would be dropped without a word.
                raise problems.UnsupportedMediaType
        if request.path.startswith("/api/") and request.url_rule is not None:
            method = "GET" if request.method == "HEAD" else request.method
            takes = taken.get((openapi.template(request.url_rule.rule), method))
            if takes is not None:
                openapi.check(takes)

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
        if request.method not in ("GET", "HEAD"):
            # What is told once is told in such an answer: compressed, its length could tell of it (BREACH).
            response.headers["Content-Encoding"] = "identity"
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response


class JsonUnreadable(Malformed):
    title = N_("This is not readable JSON.")


class JsonTooDeep(Malformed):
    title = N_("This JSON is nested too deeply.")


class ValueUnstorable(Malformed):
    title = N_("A value in it cannot be stored (a broken character or a number too large).")


def _check_json() -> None:
    if (
        request.content_length is not None
        and request.content_length > current_app.config["MAX_CONTENT_LENGTH"]
    ):
        read_away()
        raise TooLarge
    try:
        data = request.get_data(cache=True)
    except RequestEntityTooLarge as error:
        raise TooLarge from error
    try:
        _walk(json.loads(data) if data else None, 0)
    except RecursionError as error:
        raise JsonTooDeep from error
    except ValueError as error:
        raise JsonUnreadable from error


def read_away() -> None:
    """A server that closes with unread bytes resets the connection, and the sender never sees the answer."""
    remaining = min(request.content_length or 0, READ_AWAY_MOST)
    while remaining > 0 and (chunk := request.environ["wsgi.input"].read(min(remaining, 65_536))):
        remaining -= len(chunk)


def _walk(node: object, depth: int) -> None:
    """Refuses what Python's JSON reader takes and the database does not."""
    if depth > MAX_DEPTH:
        raise JsonTooDeep
    if isinstance(node, dict):
        for key, value in node.items():
            _walk(key, depth + 1)
            _walk(value, depth + 1)
    elif isinstance(node, list):
        for value in node:
            _walk(value, depth + 1)
    elif isinstance(node, str):
        if "\x00" in node or any("\ud800" <= c <= "\udfff" for c in node):
            raise ValueUnstorable
    elif isinstance(node, int | float) and not abs(node) <= MAX_INTEGER:  # also NaN, which is never <=
        raise ValueUnstorable


def database_ready(database: Database) -> Callable[[], None]:
    return database.ping


__all__ = [
    "ARRIVED",
    "PUBLIC",
    "SIGNED_IN",
    "Kit",
    "Unavailable",
    "access",
    "caller",
    "create_service",
    "kit",
]
