"""Reminding all in a list."""

from typing import Any

from flask_smorest import Blueprint

from congress.operations.reminding import REMIND, remind_all
from congress.schemas.lists import RemindersAsked, RemindersWanted
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotency_key, keyed
from servicekit.web.kit import context
from servicekit.work.jobs.store import JobStore


def reminding_routes(jobs: JobStore) -> Blueprint:
    api = Blueprint("reminding", __name__, url_prefix="/api/congress")

    @api.route("/reminders", methods=["POST"])
    @access(REMIND)
    @keyed
    @api.arguments(RemindersWanted)
    @api.response(202, RemindersAsked)
    def remind(body: dict[str, Any]) -> Any:
        """Tells each who must act in one of these congresses once, whoever was reminded of it today left out."""
        place = body.pop("plan_id"), body.pop("unit_id")
        job, number = remind_all(context(), jobs, caller(), *place, body, idempotency_key())
        return {"id": job.id, "asked_at": job.asked_at, "number": number}

    return api
