"""Making things over HTTP; a thing may ask the worker to die in the midst of it."""

import os
import signal
import time
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from servicekit.access.decision import require
from servicekit.data.events import AuditEntry, Event
from servicekit.data.records import Records
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotent
from servicekit.web.kit import context, kit
from servicekit.web.preconditions import etag, expected_version, versioned
from servicekit.web.schemas import StrictSchema, text

Json = dict[str, Any]
api = Blueprint("things", __name__, url_prefix="/api/congress")


class NewThing(StrictSchema):
    name = text(20, required=True)
    crash = fields.Boolean(load_default=False)


class ThingView(StrictSchema):
    id = fields.String(attribute="_id")
    version = fields.Integer()
    name = fields.String()


class ThingQuery(StrictSchema):
    name = text(20, load_default="")


class ThingList(StrictSchema):
    items = fields.List(fields.Nested(ThingView))


@api.route("/things", methods=["GET"])
@access("congress:report")
@api.arguments(ThingQuery, location="query")
@api.response(200, ThingList)
def list_things(query: Json) -> Any:
    things: Records = context()
    return {"items": list(things.collection.find({"name": query["name"]}))}


@api.route("/things", methods=["POST"])
@access("congress:report")
@idempotent
@api.arguments(NewThing)
@api.response(201, ThingView)
def make_thing(body: Json) -> Any:
    things: Records = context()
    require(caller(), "congress:report", ("hq", "u"), kit().clock.now())
    crashes = things.database.mongo["crashes"]
    made = things.insert(
        {"_id": f"{body['name']}-{time.time_ns()}", "name": body["name"]},
        [Event("thing.made", {"name": body["name"]})],
        [AuditEntry("thing.made", "u", ("hq", "u"))],
    )
    if body["crash"] and crashes.find_one({"_id": body["name"]}) is None:
        crashes.insert_one({"_id": body["name"]})  # outside the transaction, so that it crashes only once
        os.kill(os.getpid(), signal.SIGKILL)
    return made, etag(1)


@api.route("/things/<string:thing_id>", methods=["PUT"])
@access("congress:report")
@versioned
@api.arguments(NewThing)
@api.response(200, ThingView)
def change_thing(body: Json, thing_id: str) -> Any:
    things: Records = context()
    expected = expected_version()
    saved = things.save({"_id": thing_id, "name": body["name"]}, expected)
    return saved, etag(saved["version"])
