"""Receiving events: signed batches from the relay, each event handled once, in the producer's order."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from servicekit.data.database import Database, session
from servicekit.logs import log
from servicekit.refusals import Malformed
from servicekit.serving.patience import patient
from servicekit.settings import SERVICES
from servicekit.web.guards import peer_only
from servicekit.web.kit import kit

Document = dict[str, Any]
Handler = Callable[[Document], None]  # gets the event: {id, type, at, seq, data}
SEEN_KEPT = timedelta(days=30)
# Nobody waits for it at a screen, and an event of 500 units may touch many records; less than the relay waits.
HANDLE_SECONDS = 15.0
BATCH_SECONDS = 120.0
MAX_BATCH_BYTES = 4 * 1024 * 1024


def prepare_inbox(database: Database) -> None:
    database.mongo["seen_events"].create_index("at", expireAfterSeconds=int(SEEN_KEPT.total_seconds()))


def event_inbox(handlers: Mapping[str, Handler]) -> Blueprint:
    """/internal/events takes a batch; /internal/subscriptions tells the relay what is wanted here."""
    pages = Blueprint("event_inbox", __name__)

    @pages.get("/internal/subscriptions")
    @peer_only("relay")
    def subscriptions() -> Response:
        return jsonify(types=sorted(handlers))

    @pages.post("/internal/events")
    @peer_only("relay")
    @patient(BATCH_SECONDS)
    def receive() -> Response:
        request.max_content_length = MAX_BATCH_BYTES
        body = request.get_data()
        if g.peer.get("body") != hashlib.sha256(body).hexdigest():
            raise Malformed
        batch = request.get_json()
        if batch.get("producer") not in SERVICES:
            raise Malformed
        for event in batch["events"]:
            handle(kit().database, handlers, event)
        return jsonify(accepted=len(batch["events"]))

    return pages


def handle(database: Database, handlers: Mapping[str, Handler], event: Document) -> None:
    """Once: the mark and the effect are one transaction."""
    seen = database.mongo["seen_events"]

    def attempt() -> None:
        if seen.find_one({"_id": event["id"]}, session=session()) is not None:
            return
        seen.insert_one(
            {"_id": event["id"], "type": event["type"], "at": kit().clock.now()}, session=session()
        )
        handlers[event["type"]](event)

    database.in_transaction(attempt, HANDLE_SECONDS)
    log.info("event_handled", type=event["type"], id=event["id"])
