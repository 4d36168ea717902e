"""The one table from what went wrong to an RFC 9457 problem document, in the reader's language."""

from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Response, g, json, request
from pymongo.errors import DuplicateKeyError, PyMongoError
from werkzeug.exceptions import HTTPException

from servicekit import refusals
from servicekit.data.database import Database, is_full, is_gone, is_stopped
from servicekit.data.room import StorageFull
from servicekit.logs import log
from servicekit.refusals import Acts, Refusal, filled
from servicekit.serving.bodies import BodyTooSlow, guard_bodies
from servicekit.serving.unreadable import plain_page
from servicekit.words import N_
from servicekit.words.i18n import LANGUAGES, negotiate, translate

MEDIA_TYPE = "application/problem+json"
OF_PROGRAMS = ("/api/", "/internal/", "/oauth/", "/openapi.json", "/titles")


class DatabaseGone(refusals.Unavailable):
    title = N_("The database cannot be reached at the moment. Nothing was lost; try again shortly.")


class RecordsBusy(refusals.Unavailable):
    title = N_("Another change of the same records is not finished yet. Nothing was lost; try again shortly.")


class Unexpected(Refusal):
    status = 500
    title = N_("Something went wrong on our side. It has been written down; try again.")


class MethodNotAllowed(Refusal):
    status = 405
    title = N_("This address does not take that method.")


class UnsupportedMediaType(Refusal):
    status = 415
    title = N_("Send JSON (application/json).")


class AlreadyThere(refusals.Conflict):
    title = N_("There is one like this already.")


_BY_STATUS: dict[int, type[Refusal]] = {
    400: refusals.Malformed,
    401: refusals.SignInRequired,
    403: refusals.Forbidden,
    404: refusals.NotFound,
    405: MethodNotAllowed,
    408: BodyTooSlow,
    409: refusals.Conflict,
    412: refusals.Stale,
    413: refusals.TooLarge,
    415: UnsupportedMediaType,
    422: refusals.Invalid,
    428: refusals.PreconditionRequired,
    429: refusals.TooMany,
    503: refusals.Unavailable,
    507: StorageFull,
}


def language() -> str:
    caller, chosen = g.get("caller"), request.cookies.get("language", "")
    if caller is not None and caller.language:
        return str(caller.language)
    return chosen if chosen in LANGUAGES else negotiate(request.headers.get("Accept-Language"))


def wants_page() -> bool:
    """Whether a person has opened this address, rather than a program asked."""
    return "text/html" in request.headers.get("Accept", "") and not request.path.startswith(OF_PROGRAMS)


def as_page(told: Response) -> Response:
    """The same for a person who has opened an address of a service that has no pages of its own."""
    said, reader = told.get_json(), language()
    page = plain_page(reader, said["title"], said["request_id"])
    response = Response(page, told.status_code, mimetype="text/html")
    for name in ("Retry-After", "WWW-Authenticate"):
        if name in told.headers:
            response.headers[name] = told.headers[name]
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response


def problem(refusal: Refusal) -> Response:
    reader = language()
    if isinstance(refusal, refusals.NotFound) and not refusal.tells_why:
        refusal = refusals.NotFound()

    def told(one: Refusal) -> str:
        return refusals.filled(translate(one.title, reader), one.params)

    body: dict[str, Any] = {
        "type": f"/problems/{refusal.slug()}",
        "title": told(refusal),
        "status": refusal.status,
        **message(refusal.title, refusal.params),
    }
    if refusal.fields:
        body["errors"] = [
            {
                "pointer": pointer(name),
                "detail": told(one),
                "type": f"/problems/{one.slug()}",
                **message(one.title, one.params),
            }
            for name, one in refusal.fields
        ]
    body["request_id"] = structlog.contextvars.get_contextvars().get("request_id", "")
    response = Response(json.dumps(body, ensure_ascii=False), refusal.status, mimetype=MEDIA_TYPE)
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return response


def message(title: str, params: Mapping[str, object]) -> dict[str, Any]:
    """A sentence as its owner knows it, for whoever has words for the keys in it: untranslated, and its values."""
    return {"message": title} | (
        {"params": {key: str(value) for key, value in params.items()}} if params else {}
    )


def refusal_document(refusal: Refusal) -> dict[str, Any]:
    """Why something may not be done, within an answer that is no refusal itself; see schemas.RefusalView."""
    return told_refusal(refusal.slug(), refusal.title, refusal.params)


def acts_document(acts: Acts | None) -> dict[str, Any] | None:
    """What the caller may do with a record, beside it; see schemas.acts_field."""
    if acts is None:
        return None
    return {
        name: {"allowed": refusal is None, "refusal": refusal_document(refusal) if refusal else None}
        for name, refusal in acts.items()
    }


def told_refusal(slug: str, title: str, params: Mapping[str, object]) -> dict[str, Any]:
    """The same of one that was kept: by its name, its title before it was translated, and its values."""
    told = filled(translate(title, language()), params)
    return {"type": f"/problems/{slug}", "title": told, **message(title, params)}


def pointer(name: str) -> str:
    return name if name.startswith("/") else "/" + name.replace(".", "/")


def install(app: Flask, database: Database | None = None) -> None:
    """Every error leaves as a problem document; the text of an exception never does.

    `database`: asked whether it is there, when a request has waited for it in vain.
    """

    guard_bodies(app)

    @app.after_request
    def for_people(response: Response) -> Response:
        return as_page(response) if response.mimetype == MEDIA_TYPE and wants_page() else response

    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> Response:
        g.refusal = error
        return problem(error)

    @app.errorhandler(PyMongoError)
    def from_the_database(error: PyMongoError) -> Response:
        if isinstance(error, DuplicateKeyError):
            return problem(AlreadyThere())
        if is_full(error):
            log.error("storage_full", error=type(error).__name__)
            return problem(StorageFull(retry_after=5))
        if is_stopped(error):
            log.error("database_stopped", error=type(error).__name__)
            return problem(DatabaseGone(retry_after=2))
        if is_gone(error) and database is not None and not database.is_known_gone:
            if database.answers():
                # It waited for what another transaction holds, longer than a request may.
                log.warning("records_busy", error=type(error).__name__)
                return problem(RecordsBusy(retry_after=1))
            database.found_gone()
        if is_gone(error):
            log.error("database_gone", error=type(error).__name__)
            return problem(DatabaseGone(retry_after=2))
        log.error(
            "database_error", error=type(error).__name__, code=getattr(error, "code", None), exc_info=True
        )
        return problem(Unexpected())

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response | HTTPException:
        if error.code is not None and error.code < 400:
            return error
        messages = getattr(error, "data", {}).get("messages")
        if messages:
            return problem(_of_fields(messages))
        return problem(_BY_STATUS.get(error.code or 500, Unexpected)())

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.error("unexpected", error=type(error).__name__, exc_info=True)
        return problem(Unexpected())


class FieldRefused(refusals.Invalid):
    """A fault that the schema found; its title is the schema's message."""

    def __init__(self, message: str) -> None:
        super().__init__()
        self.title = message  # type: ignore[misc]


def _of_fields(messages: dict[str, Any]) -> refusals.Refusal:
    faults: dict[str, Refusal] = {}

    def walk(path: str, node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                walk(path if key == "_schema" else f"{path}/{key}", value)
        elif isinstance(node, list) and all(isinstance(item, str) for item in node):
            faults[path or "/"] = FieldRefused(node[0])
        elif isinstance(node, list):
            for value in node:
                walk(path, value)
        else:
            faults[path or "/"] = FieldRefused(str(node))

    for place in messages.values():
        walk("", place)
    return refusals.Invalid.of_fields(faults)
