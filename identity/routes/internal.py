"""For the other services only: tokens, the revocation feed, and whom a matter concerns."""

from flask import Blueprint, Response, g, jsonify, request

from identity import operations
from servicekit.refusals import Malformed
from servicekit.settings import SERVICES
from servicekit.web.guards import peer_only
from servicekit.web.kit import context
from servicekit.words import numbers

NUMBER_LONGEST = 64  # signs as typed

pages = Blueprint("internal", __name__, url_prefix="/internal")


def _text(name: str) -> str:
    body = request.get_json()
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, str) or not 0 < len(value) <= 16_384:
        raise Malformed(field=name)
    return value


@pages.post("/session-token")
@peer_only("gateway")
def token_for_session() -> Response:
    return jsonify(operations.token_for_session(context(), _text("session"), _text("audience")))


@pages.post("/token")
@peer_only(*SERVICES)
def exchange_token() -> Response:
    actor = g.peer["sub"]
    return jsonify(operations.exchange_token(context(), _text("subject_token"), _text("audience"), actor))


@pages.post("/rights")
@peer_only("gateway", *SERVICES)
def rights_named() -> Response:
    return jsonify(rights=operations.rights_named(context(), _text("session_id")))


@pages.get("/feed")
@peer_only("gateway", *SERVICES)
def read_feed() -> Response:
    try:
        after = numbers.whole(request.args.get("after", "0"), grouping="")
    except numbers.NotWhole as error:
        raise Malformed(field="after") from error
    news = context().store.revocations(after)
    return jsonify(seq=news.seq, generations=news.generations, sessions=news.sessions, below=news.below)


@pages.post("/recipients")
@peer_only("notifications", "congress", "membership")
def list_recipients() -> Response:
    body = request.get_json()
    path = body.get("unit_path")
    if not isinstance(path, list) or not all(isinstance(one, str) for one in path):
        raise Malformed(field="unit_path")
    return jsonify(items=operations.recipients(context(), path, _text("permission")))


@pages.post("/people")
@peer_only("congress")
def list_people_here() -> Response:
    body = request.get_json()
    number = body.get("number", "") if isinstance(body, dict) else None
    if not isinstance(number, str) or len(number) > NUMBER_LONGEST:
        raise Malformed(field="number")
    found = operations.people_here(context(), _text("unit_id"), _text("permission"), number)
    return jsonify(items=found)


@pages.get("/accounts/<account_id>/contact")
@peer_only("notifications")
def read_contact(account_id: str) -> Response:
    return jsonify(operations.contact(context(), account_id))
