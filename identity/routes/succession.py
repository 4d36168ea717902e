"""Handing over, taking over and changing the end of grants."""

from typing import Any

from flask_smorest import Blueprint

from identity.operations import periods, succession
from identity.schemas.grants import (
    ChangePeriod,
    GrantView,
    HandedOver,
    HandOver,
    PeriodPreview,
    PeriodQuery,
    Reason,
    SuccessionPreview,
    SuccessionQuery,
)
from servicekit.serving.patience import patient
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotency_key, keyed
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned

api = Blueprint("succession", __name__, url_prefix="/api/identity/grants/<grant_id>")


@api.route("/succession", methods=["GET"])
@access("access:grant")
@api.arguments(SuccessionQuery, location="query")
@api.response(200, SuccessionPreview)
def preview_succession(query: dict[str, Any], grant_id: str) -> Any:
    """What would hang on the other grant, and what would not and why."""
    return succession.preview_succession(context(), caller(), grant_id, query.pop("to"), **query)


@api.route("/succession", methods=["POST"])
@access("access:grant")
@patient(30)
@versioned
@keyed
@api.arguments(HandOver)
@api.response(200, HandedOver)
def hand_over(body: dict[str, Any], grant_id: str) -> Any:
    """By the holder, whose grant ends when all goes over, or by a superior; what is cut off is finished by itself."""
    done = succession.hand_over(
        *(context(), caller(), grant_id, body["to"], body["grants"], body["reason"], expected_version()),
        once=idempotency_key(),
    )
    return done, etag(done.grant.version)


@api.route("/period", methods=["GET"])
@access("access:grant")
@api.arguments(PeriodQuery, location="query")
@api.response(200, PeriodPreview)
def preview_period(query: dict[str, Any], grant_id: str) -> Any:
    """What another last day would mean; `take_over`: with the caller's own grant behind it."""
    return periods.preview_period(context(), caller(), grant_id, query["valid_to"], query["take_over"])


@api.route("/period", methods=["PUT"])
@access("access:grant")
@versioned
@api.arguments(ChangePeriod)
@api.response(200, GrantView)
def change_period(body: dict[str, Any], grant_id: str) -> Any:
    """Another last day for the same grant; taken over, it hangs on the caller's own from now on.

    More of a strong role waits for a second person: then the answer names it as `extension`, and nothing has changed.
    """
    changed = periods.change_period(
        context(), caller(), grant_id, expected_version=expected_version(), **body
    )
    return changed, etag(changed.version)


@api.route("/confirm-period", methods=["POST"])
@access("access:grant")
@versioned
@api.response(200, GrantView)
def confirm_period(grant_id: str) -> Any:
    """The second person's yes to a longer period of a strong role."""
    changed = periods.confirm_period(context(), caller(), grant_id, expected_version())
    return changed, etag(changed.version)


@api.route("/decline-period", methods=["POST"])
@access("access:grant")
@versioned
@api.arguments(Reason)
@api.response(200, GrantView)
def decline_period(body: dict[str, Any], grant_id: str) -> Any:
    """By whoever asked for it, a superior, or who could confirm it; the period stays as it was."""
    changed = periods.decline_period(context(), caller(), grant_id, body["reason"], expected_version())
    return changed, etag(changed.version)
