"""Access for many: foreseen, given, looked at, taken back."""

from typing import Any

from flask_smorest import Blueprint

from identity.operations import batches
from identity.schemas.batches import BatchPage, BatchView, ForeseenMany, GiveMany, ManyWanted
from identity.schemas.grants import Reason
from servicekit.serving.patience import patient
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotency_key, keyed
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned
from servicekit.web.schemas import PageQuery

api = Blueprint("grant_batches", __name__, url_prefix="/api/identity/grant-batches")


@api.route("", methods=["GET"])
@access("access:grant")
@api.arguments(PageQuery, location="query")
@api.response(200, BatchPage)
def list_batches(query: dict[str, Any]) -> Any:
    """One's own, the newest first."""
    return batches.list_batches(context(), caller(), **query)


@api.route("/preview", methods=["POST"])
@access("access:grant")
@patient(20)
@api.arguments(ManyWanted)
@api.response(200, ForeseenMany)
def foresee_many(body: dict[str, Any]) -> Any:
    return {"rows": batches.foresee_many(context(), caller(), body["unit_id"], body["rows"])}


@api.route("", methods=["POST"])
@access("access:grant")
@patient(50)
@keyed
@api.arguments(GiveMany)
@api.response(201, BatchView)
def give_many(body: dict[str, Any]) -> Any:
    """Each row by itself; what is cut off goes on when it is sent again by the same Idempotency-Key."""
    return _tagged(batches.give_many(context(), caller(), **body, once=idempotency_key()))


@api.route("/<batch_id>", methods=["GET"])
@access("access:grant")
@api.response(200, BatchView)
def read_batch(batch_id: str) -> Any:
    return _tagged(batches.read_batch(context(), caller(), batch_id))


@api.route("/<batch_id>/take-back", methods=["POST"])
@access("access:grant")
@patient(50)
@versioned
@api.arguments(Reason)
@api.response(200, BatchView)
def take_back(body: dict[str, Any], batch_id: str) -> Any:
    """Ends what nobody has accepted yet."""
    version = expected_version()
    return _tagged(batches.take_back(context(), caller(), batch_id, body["reason"], version))


def _tagged(batch: batches.BatchSeen) -> Any:
    return batch, etag(batch.version)
