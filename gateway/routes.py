"""The gateway's addresses: its own few, the decision for nginx, and everything else to a service."""

from urllib.parse import quote

import structlog
from flask import Blueprint, Response, current_app, g, jsonify, redirect, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from gateway import forward
from gateway.connections import Caller
from gateway.operations import Asked, Outside, Way, decide, form_to_keep
from servicekit import metrics, patience
from servicekit.addresses import CLIENT_ADDRESS
from servicekit.cookies import SESSION, Cookie
from servicekit.logs import log
from servicekit.problems import language, problem
from servicekit.refusals import NotFound, Refusal, SignInRequired, TooLarge, Unavailable
from servicekit.web import read_away
from servicekit.words import N_

pages = Blueprint("gateway", __name__)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class NotReady(Unavailable):
    title = N_("Not every part of the system is ready: {parts}.")


def outside() -> Outside:
    return current_app.extensions["outside"]  # type: ignore[no-any-return]


@pages.get("/healthz")
def alive() -> Response:
    return jsonify(status="ok", service="gateway")


@pages.get("/readyz")
def ready() -> Response:
    states = outside().documents.ready()
    waiting = [name for name, state in states.items() if state != "ready"]
    if waiting:
        raise NotReady(parts=", ".join(waiting))
    outside().documents.table()
    return jsonify(status="ready", services=states)


@pages.get("/metrics")
def exposed() -> Response:
    """On the inside port only: from outside there is nothing here."""
    if request.environ.get("SERVER_PORT") != str(current_app.extensions["settings"].metrics_port):
        raise NotFound
    body, kind = metrics.exposition()
    return Response(body, content_type=kind)


@pages.get("/openapi.json")
def document() -> Response:
    response = jsonify(outside().documents.merged())
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/api")
def try_it() -> Response:
    """The page to read and try the merged document; works as a list without scripts."""
    merged = outside().documents.merged()
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "permission": operation["x-permission"],
            "service": operation["x-service"],
            "body": "requestBody" in operation,
            "parameters": [p for p in operation.get("parameters", []) if isinstance(p, dict) and "name" in p],
        }
        for path, item in merged["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and "x-permission" in operation
    ]
    response = Response(render_template("try.html", operations=operations))
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return response


@pages.get("/api-static/<name>")
def asset(name: str) -> Response:
    if name not in ("try.js", "try.css"):
        raise NotFound
    return current_app.send_static_file(name)


@pages.get("/internal/decide")
def decide_for_proxy() -> Response:
    """For nginx's auth_request, on the inside port only: 204 and the token, or any refusal.

    nginx takes every refusal as "ask the gateway itself", so that the answer is the same as without nginx.
    """
    if request.environ.get("SERVER_PORT") != str(current_app.extensions["settings"].metrics_port):
        raise NotFound
    original = request.headers
    try:
        way = decide(
            outside(), _asked(original.get("X-Original-Method", ""), original.get("X-Original-URI", ""))
        )
    except Refusal:
        # auth_request knows no other no; what exactly is refused, the gateway says when it is asked itself.
        return Response(status=403)
    response = Response(status=204)
    response.headers.update(way.allowance.headers())
    response.headers["X-Service"] = way.route.service
    if way.session is not None:
        response.headers["X-Authorization"] = f"Bearer {way.session.token}"
    return response


@pages.route("/", defaults={"path": ""}, methods=METHODS)
@pages.route("/<path:path>", methods=METHODS)
def pass_on(path: str) -> Response:
    target = request.environ.get("RAW_URI") or request.full_path
    asked = _asked(request.method, target)
    try:
        way = decide(outside(), asked)
    except SignInRequired:
        if form_to_keep(outside(), asked):
            return _form_kept(asked)
        raise
    g.route = f"{way.route.service} {way.route.template}"
    patience.lengthen(way.route.seconds + patience.GATEWAY_MORE_SECONDS)
    return _forward(way, asked, _body())


def _body() -> bytes | None:
    try:
        body = request.get_data(cache=False) if request.method not in ("GET", "HEAD") else None
        connection = request.environ.get("gunicorn.socket")
        if isinstance(connection, Caller):
            connection.rest()
        return body
    except RequestEntityTooLarge as error:
        read_away()
        raise TooLarge from error


def _form_kept(asked: Asked) -> Response:
    """The portal's own answer to a form of nobody: the page with what was typed, and the way to sign in."""
    headers = forward.headers_in(asked.headers, request.cookies, "portal")
    headers["x-request-id"] = structlog.contextvars.get_contextvars()["request_id"]
    upstream = current_app.extensions["forwarder"].send("portal", "POST", asked.target, headers, _body())
    return forward.answer(upstream, "portal", {})


def _forward(way: Way, asked: Asked, body: bytes | None) -> Response:
    forwarder: forward.Forwarder = current_app.extensions["forwarder"]
    service = way.route.service
    for _ in range(2):
        headers = forward.headers_in(asked.headers, request.cookies, service)
        headers["x-request-id"] = structlog.contextvars.get_contextvars()["request_id"]
        headers[CLIENT_ADDRESS] = asked.address
        if way.session is not None:
            headers["authorization"] = f"Bearer {way.session.token}"
        upstream = forwarder.send(service, asked.method, asked.target, headers, body)
        # The service may hear of a change of rights before we do: then a new token is fetched, once.
        stale = upstream.status == 401 and "invalid_token" in upstream.headers.get("www-authenticate", "")
        if way.session is None or not stale:
            break
        upstream.drain_conn()
        upstream.release_conn()
        outside().passes.drop(way.session.token)
        way = decide(outside(), asked)
    return forward.answer(upstream, service, way.allowance.headers())


def _asked(method: str, target: str) -> Asked:
    settings = current_app.extensions["settings"]
    headers = {name.lower(): value for name, value in request.headers.items()}
    kind, _, token = headers.get("authorization", "").partition(" ")
    bearer = token.strip()[:200] if kind.lower() == "bearer" else ""
    return Asked(
        method=method,
        target=target,
        session=bearer or Cookie(SESSION, settings.common.public_url).read(request),
        bearer=bool(bearer),
        headers=headers,
        address=_address(settings.trusted_proxies),
    )


def _address(trusted: int) -> str:
    """The caller's address; behind that many proxies of ours, the one that the outermost of them wrote down."""
    chain = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    if trusted and len(chain) >= trusted:
        return chain[-trusted]
    return request.remote_addr or ""


def refused(refusal: Refusal) -> Response:
    """A problem document; for a person who opens a page and is not signed in, the way to sign in."""
    g.refusal = refusal
    wants_page = "text/html" in request.headers.get("Accept", "")
    if isinstance(refusal, SignInRequired) and wants_page and not request.path.startswith("/api"):
        target = request.environ.get("RAW_URI") or request.path
        return_to = target if request.method == "GET" else "/"
        return redirect(f"/sign-in?return_to={quote(return_to, safe='')}", 303)  # type: ignore[return-value]
    if wants_page and not request.path.startswith("/api"):
        return _page(refusal)
    return problem(refusal)


def _page(refusal: Refusal) -> Response:
    """The portal's own page for this refusal, in the reader's language; a plain one when the portal is away."""
    told = problem(refusal)
    response = _portal_page(refusal.status)
    if response is None:
        response = Response(
            render_template("refused.html", problem=told.get_json(), language=language()), refusal.status
        )
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
        )
    if "Retry-After" in told.headers:
        response.headers["Retry-After"] = told.headers["Retry-After"]
    return response


def _portal_page(status: int) -> Response | None:
    asked = _asked("GET", f"/error/{status}")
    headers = forward.headers_in(asked.headers, request.cookies, "portal")
    headers["x-request-id"] = structlog.contextvars.get_contextvars()["request_id"]
    try:
        if asked.session and status not in (401, 429, 503):
            headers["authorization"] = f"Bearer {outside().passes.get(asked.session, 'portal').token}"
        upstream = current_app.extensions["forwarder"].send("portal", "GET", asked.target, headers, None)
        return forward.answer(upstream, "portal", {}) if upstream.status == status else None
    except Refusal as error:
        log.warning("portal_page_missing", error=type(error).__name__)
        return None
