"""The gateway's addresses: its own few, the decision for nginx, and everything else to a service."""

from typing import Any
from urllib.parse import quote

import structlog
from flask import Blueprint, Response, current_app, g, jsonify, redirect, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from gateway import forward
from gateway.connections import Caller, named_by_proxy
from gateway.limits import TooManyFiles
from gateway.operations import Asked, Context, Way, decide, form_to_keep
from servicekit.logs import log
from servicekit.out.addresses import CLIENT_ADDRESS
from servicekit.refusals import NotFound, Refusal, SignInRequired, TooLarge, Unavailable
from servicekit.serving import metrics, patience
from servicekit.serving.cookies import SESSION, Cookie
from servicekit.serving.problems import language, problem
from servicekit.web.json_bodies import MAX_FORM_BYTES, READ_AWAY_MOST, read_away
from servicekit.words import N_
from servicekit.words.i18n import LANGUAGES, translate

pages = Blueprint("gateway", __name__)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class SendAgain(Unavailable):
    title = N_("Your rights have just changed. Send the file again.")


# What a person reads while the portal itself is away: it says the same of itself.
AWAY = N_("The system is not available at the moment")
AWAY_MEANS = N_("A part of it does not answer. Nothing that was saved is lost.")
OPEN_AGAIN = N_("Wait a minute and open the page again.")
SEND_AGAIN = N_(
    "Wait a minute, go back in your browser, where what you typed still stands, and send it again."
)
OPEN_THIS_AGAIN = N_("Open this page again")
TO_THE_START = N_("Go to the start")
FOUND_BY = N_("Whoever helps you finds this refusal by its reference:")


class NotReady(Unavailable):
    title = N_("Not every part of the system is ready: {parts}.")


def context() -> Context:
    return current_app.extensions["context"]  # type: ignore[no-any-return]


@pages.get("/healthz")
def alive() -> Response:
    return jsonify(status="ok", service="gateway")


@pages.get("/readyz")
def ready() -> Response:
    states = context().documents.ready()
    waiting = [name for name, state in states.items() if state != "ready"]
    if waiting:
        raise NotReady(parts=", ".join(waiting))
    context().documents.table()
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
    response = jsonify(context().documents.merged())
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/api")
def try_it() -> Response:
    """The page to read and try the merged document; works as a list without scripts."""
    merged = context().documents.merged()
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
            context(), _asked(original.get("X-Original-Method", ""), original.get("X-Original-URI", ""))
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
        way = decide(context(), asked)
    except SignInRequired:
        if form_to_keep(context(), asked):
            return _form_kept(asked)
        raise
    g.route = f"{way.route.service} {way.route.template}"
    if way.route.max_body is not None and request.method not in ("GET", "HEAD"):
        return _forward_file(way, asked, way.route.max_body)
    if way.route.service == "portal":
        request.max_content_length = MAX_FORM_BYTES
    patience.lengthen(way.route.seconds + patience.GATEWAY_MORE_SECONDS)
    return _forward(way, asked, _body())


def _body() -> bytes | None:
    connection = request.environ.get("gunicorn.socket")
    try:
        body = request.get_data(cache=False) if request.method not in ("GET", "HEAD") else None
        if isinstance(connection, Caller):
            connection.rest()
        return body
    except RequestEntityTooLarge as error:
        _read_away()
        raise TooLarge from error


def _read_away(most: int = READ_AWAY_MOST) -> None:
    connection = request.environ.get("gunicorn.socket")
    if isinstance(connection, Caller):
        connection.read_away()
    read_away(most)


def _forward_file(way: Way, asked: Asked, most: int) -> Response:
    """A body that is never here as a whole: what has arrived goes on, at the rate at which it arrives."""
    connection = request.environ.get("gunicorn.socket")
    length = request.content_length
    request.max_content_length = most
    if isinstance(connection, Caller):
        connection.take_file(most if length is None else min(length, most))
    if length is not None and length > most:
        _read_away(2 * most)
        raise TooLarge
    service = way.route.service
    headers = _headers_for(way, asked)
    if length is not None:
        headers["content-length"] = str(length)
    whose = way.session.account_id if way.session is not None else asked.address
    try:
        with context().limits.files.one_of(whose):
            upstream = current_app.extensions["forwarder"].send_file(
                service, asked.method, asked.target, headers, request.stream
            )
    except TooManyFiles:
        _read_away()
        raise
    except RequestEntityTooLarge as error:
        _read_away()
        raise TooLarge from error
    if isinstance(connection, Caller):
        connection.rest()
    if way.session is not None and forward.is_stale(upstream):
        # The body has gone by and cannot be sent a second time from here.
        upstream.drain_conn()
        upstream.release_conn()
        context().passes.drop(way.session.token)
        raise SendAgain(retry_after=1)
    return forward.answer(upstream, service, way.allowance.headers())


def _headers_for(way: Way, asked: Asked) -> dict[str, str]:
    headers = forward.headers_in(asked.headers, request.cookies, way.route.service)
    headers["x-request-id"] = structlog.contextvars.get_contextvars()["request_id"]
    headers[CLIENT_ADDRESS] = asked.address
    if way.session is not None:
        headers["authorization"] = f"Bearer {way.session.token}"
    return headers


def _form_kept(asked: Asked) -> Response:
    """The portal's own answer to a form of nobody: the page with what was typed, and the way to sign in."""
    request.max_content_length = MAX_FORM_BYTES
    headers = forward.headers_in(asked.headers, request.cookies, "portal")
    headers["x-request-id"] = structlog.contextvars.get_contextvars()["request_id"]
    upstream = current_app.extensions["forwarder"].send("portal", "POST", asked.target, headers, _body())
    return forward.answer(upstream, "portal", {})


def _forward(way: Way, asked: Asked, body: bytes | None) -> Response:
    forwarder: forward.Forwarder = current_app.extensions["forwarder"]
    service = way.route.service
    for _ in range(2):
        upstream = forwarder.send(service, asked.method, asked.target, _headers_for(way, asked), body)
        if way.session is None or not forward.is_stale(upstream):
            break
        upstream.drain_conn()
        upstream.release_conn()
        context().passes.drop(way.session.token)
        way = decide(context(), asked)
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
    return named_by_proxy(request.headers.get("X-Forwarded-For", ""), trusted) or request.remote_addr or ""


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
    reader = _language()
    told = problem(refusal)
    response = _portal_page(refusal.status, reader)
    if response is None:
        response = Response(_plain_page(refusal, told.get_json(), reader), refusal.status)
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
        )
    if "Retry-After" in told.headers:
        response.headers["Retry-After"] = told.headers["Retry-After"]
    return response


def _language() -> str:
    """The one that was chosen by hand, else the account's, else the browser's."""
    account = context().passes.language_of(_asked("GET", "/").session)
    return account if "language" not in request.cookies and account in LANGUAGES else language()


def _plain_page(refusal: Refusal, said: dict[str, Any], reader: str) -> str:
    away = isinstance(refusal, Unavailable)
    sent = request.method not in ("GET", "HEAD")
    return render_template(
        "refused.html",
        language=reader,
        heading=translate(AWAY, reader) if away else said["title"],
        told=translate(AWAY_MEANS, reader) if away else "",
        advice=translate(SEND_AGAIN if sent else OPEN_AGAIN, reader) if away else "",
        again="" if sent or not away else translate(OPEN_THIS_AGAIN, reader),
        start=translate(TO_THE_START, reader),
        found_by=translate(FOUND_BY, reader),
        reference=said["request_id"],
    )


def _portal_page(status: int, reader: str) -> Response | None:
    asked = _asked("GET", f"/error/{status}")
    headers = forward.headers_in(asked.headers, request.cookies, "portal")
    if "language" not in request.cookies:
        headers["accept-language"] = reader
    headers["x-request-id"] = structlog.contextvars.get_contextvars()["request_id"]
    try:
        if asked.session and status not in (401, 429, 503):
            headers["authorization"] = f"Bearer {context().passes.get(asked.session, 'portal').token}"
        upstream = current_app.extensions["forwarder"].send("portal", "GET", asked.target, headers, None)
        return forward.answer(upstream, "portal", {}) if upstream.status == status else None
    except Refusal as error:
        log.warning("portal_page_missing", error=type(error).__name__)
        return None
