"""The superior's plan taken over: what comes in and goes out."""

from marshmallow import fields

from congress.schemas.parts import LONGEST_TEXT
from servicekit.web.schemas import Day, StrictSchema, prose


class PlanTaken(StrictSchema):
    """`date`: on which the plan was issued here, today where it is left out; `until`: an own day before the plan's."""

    date = Day(load_default=None, allow_none=True)
    until = Day(load_default=None, allow_none=True)
    note = prose(LONGEST_TEXT, 0, load_default="")


class TakingView(StrictSchema):
    """Of a congress, `own_until` is the `until` of the last; `taken_by` the milestone that it records, null where the
    unit takes nothing over.
    """

    until = fields.Date(allow_none=True)
    note = fields.String()
    day = fields.Date()
    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    by_code = fields.Boolean()
