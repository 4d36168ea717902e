"""Which congresses of those below a unit a list is of."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from servicekit.web.schemas import StrictSchema, identifier, one_of, text
from servicekit.words import N_

STATES = ("planned", "under_way", "closed", "submitted", "returned", "approved", "reopened")
STANDINGS = ("done", "on_time", "late", "overdue", "to_come", "postponed", "blocked", "left_out", "skipped")
OPEN_STANDINGS = ("overdue", "to_come")
BESIDE = (
    "explanation_owed",
    "explanation_waiting",
    "long_late",
    "postponed",
    "blocked",
    "pilot",
    "with_gaps",
    "gaps_supplied",
)
ONE_OF_THEM = N_(
    "Ask for one of them: a state, a milestone, a later deadline, what waits, or what is overdue."
)
MILESTONE_AND_STANDING = N_("Name the milestone and how it stands, both.")
ACTS_ON_WHAT = N_("Who must act is asked of what is overdue or to come.")

REMIND_OF_WHAT = N_("Remind of what is overdue or to come, or of a state in which something is open.")


class Conditions(StrictSchema):
    """`overdue` and `waits_for` are declared by whoever asks for them. `extension`: a later deadline waits for
    its answer (`asked`), or counts (`granted`). `beside`: an explanation is owed, or waits for its answer; it
    has not closed although the last reminder is over (`long_late`); or it is postponed, blocked by a difficulty, or a
    pilot; or it is approved with gaps that are open (`with_gaps`), or of which one was supplied (`gaps_supplied`).
    """

    state = one_of(STATES, load_default="")
    milestone = text(64, 0, load_default="")
    standing = one_of(STANDINGS, load_default="")
    who_acts = one_of(("unit", "superior"), load_default="")
    level = text(64, 0, load_default="")
    extension = one_of(("asked", "granted"), load_default="")
    beside = one_of(BESIDE, load_default="")

    @validates_schema
    def fit_together(self, query: dict[str, Any], **_: Any) -> None:
        asked = (
            query["state"],
            query.get("waits_for"),
            query.get("overdue"),
            query["standing"],
            query["extension"],
            query["beside"],
        )
        if sum(map(bool, asked)) > 1:
            raise ValidationError(ONE_OF_THEM, "state")
        if bool(query["milestone"]) != bool(query["standing"]):
            raise ValidationError(MILESTONE_AND_STANDING, "milestone")
        if query["who_acts"] and not (query.get("overdue") or query["standing"] in OPEN_STANDINGS):
            raise ValidationError(ACTS_ON_WHAT, "who_acts")


class RemindersWanted(Conditions):
    """All in this list of congresses, in the unit and below it."""

    plan_id = identifier(required=True)
    unit_id = identifier(required=True)
    overdue = fields.Boolean(truthy={True}, falsy={False}, load_default=False)

    @validates_schema
    def something_is_open(self, body: dict[str, Any], **_: Any) -> None:
        still = body["overdue"] or body["standing"] in OPEN_STANDINGS or body["beside"] == "long_late"
        if not still and body["state"] in ("", "approved"):
            raise ValidationError(REMIND_OF_WHAT, "overdue")


class RemindersAsked(StrictSchema):
    """`number`: how many there are in the list."""

    id = fields.String()
    asked_at = fields.DateTime()
    number = fields.Integer()


class TotalsView(StrictSchema):
    """Below a unit under a plan, whatever is filtered: `direct` are those submitted that no unit between decides on.

    With `waits_for` instead those that wait for a superior's step, and those among them that wait for the unit's own.
    """

    direct = fields.Integer()
    submitted = fields.Integer()
    returned = fields.Integer()
    approved = fields.Integer()
    steps = fields.Integer()
    steps_direct = fields.Integer()
