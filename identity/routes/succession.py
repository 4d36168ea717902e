"""Handing over, taking over and changing the end of grants."""

from typing import Any

from flask_smorest import Blueprint

from identity.operations import periods, succession
from identity.schemas import (
    ChangePeriod,
    GrantView,
    HandedOver,
    HandOver,
    PeriodPreview,
    PeriodQuery,
    SuccessionPreview,
    SuccessionQuery,
)
from servicekit.patience import patient
from servicekit.web import access, caller, etag, expected_version, outside, versioned

api = Blueprint("succession", __name__, url_prefix="/api/identity/grants/<grant_id>")


@api.route("/succession", methods=["GET"])
@access("access:grant")
@api.arguments(SuccessionQuery, location="query")
@api.response(200, SuccessionPreview)
def preview_succession(query: dict[str, Any], grant_id: str) -> Any:
    """What would hang on the other grant, and what would not and why."""
    return succession.preview_succession(outside(), caller(), grant_id, query["to"], ())


@api.route("/succession", methods=["POST"])
@access("access:grant")
@patient(30)
@versioned
@api.arguments(HandOver)
@api.response(200, HandedOver)
def hand_over(body: dict[str, Any], grant_id: str) -> Any:
    """By the holder, whose grant ends with it, or by a superior; sent again after a crash, it goes on."""
    done = succession.hand_over(
        outside(), caller(), grant_id, body["to"], body["grants"], body["reason"], expected_version()
    )
    return done, etag(done["grant"]["version"])


@api.route("/period", methods=["GET"])
@access("access:grant")
@api.arguments(PeriodQuery, location="query")
@api.response(200, PeriodPreview)
def preview_period(query: dict[str, Any], grant_id: str) -> Any:
    """What another last day would mean; `take_over`: with the caller's own grant behind it."""
    return periods.preview_period(outside(), caller(), grant_id, query["valid_to"], query["take_over"])


@api.route("/period", methods=["PUT"])
@access("access:grant")
@versioned
@api.arguments(ChangePeriod)
@api.response(200, GrantView)
def change_period(body: dict[str, Any], grant_id: str) -> Any:
    """Another last day for the same grant; taken over, it hangs on the caller's own from now on."""
    changed = periods.change_period(
        outside(), caller(), grant_id, expected_version=expected_version(), **body
    )
    return changed, etag(changed["version"])
