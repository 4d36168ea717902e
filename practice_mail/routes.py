"""The viewer: pages for people, JSON for tests."""

from itertools import islice

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request

from practice_mail.store import CaughtMessage, Store

routes = Blueprint("practice_mail", __name__)
SHOWN_MESSAGES = 100


def store() -> Store:
    return current_app.extensions["practice_mail"]  # type: ignore[no-any-return]  # Flask keeps Any there.


@routes.get("/")
def list_messages() -> str:
    to = request.args.get("to", "")
    return render_template("list.html", messages=islice(store().messages(to), SHOWN_MESSAGES), to=to)


@routes.get("/read/<key>")
def read_message(key: str) -> str:
    return render_template("message.html", message=_found(key))


@routes.get("/messages")
def list_messages_as_json() -> Response:
    """Newest first, the newest hundred; `to` keeps those sent to one address."""
    messages = store().messages(request.args.get("to", ""))
    return jsonify(messages=[_summary(message) for message in islice(messages, SHOWN_MESSAGES)])


@routes.get("/messages/<key>")
def read_message_as_json(key: str) -> Response:
    message = _found(key)
    return jsonify(
        _summary(message) | {"text": message.text, "html": message.html, "headers": message.headers}
    )


@routes.get("/healthz")
@routes.get("/readyz")
def show_health() -> Response:
    return jsonify(status="ok")


def _found(key: str) -> CaughtMessage:
    return store().message(key) or abort(404)


def _summary(message: CaughtMessage) -> dict[str, object]:
    return {
        "id": message.id,
        "received_at": message.received_at.isoformat(),
        "from": message.sender,
        "to": message.recipients,
        "subject": message.subject,
        "language": message.language,
    }
