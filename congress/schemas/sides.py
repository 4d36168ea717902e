"""What stands beside the course of a congress, as it comes in and goes out: explanations, postponements, pilots."""

from marshmallow import fields

from congress.schemas.parts import LONGEST_TEXT, OnPurpose
from servicekit.web.schemas import Day, PageView, StrictSchema, identifier, prose


class ExplanationWritten(StrictSchema):
    text = prose(LONGEST_TEXT, 0, required=True)


class ExplanationDecision(OnPurpose):
    """`remark`: what is missing; needed where it is not accepted."""

    accepted = fields.Boolean(truthy={True}, falsy={False}, required=True)
    remark = prose(LONGEST_TEXT, 0, load_default="")


class ExplanationAnswerView(StrictSchema):
    remark = fields.String()
    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    over_reason = fields.String()


class ExplanationView(StrictSchema):
    """`days_late`: on the day on which it was written. `state`: written, accepted, returned."""

    id = fields.String()
    text = fields.String()
    days_late = fields.Integer()
    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    by_code = fields.Boolean()
    state = fields.String()
    answer = fields.Nested(ExplanationAnswerView, allow_none=True)


class PostponementWanted(StrictSchema):
    until = Day(required=True)
    reason = prose(LONGEST_TEXT, 0, required=True)


class PostponementView(StrictSchema):
    """`until`: the next date. `ended_at`: when the unit said that it goes on after all."""

    id = fields.String()
    until = fields.Date()
    reason = fields.String()
    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    by_code = fields.Boolean()
    ended_at = fields.DateTime(allow_none=True)


class BlockWanted(StrictSchema):
    difficulty_id = identifier(required=True)
    reason = prose(LONGEST_TEXT, 0, required=True)


class BlockView(StrictSchema):
    """`milestone`: what the difficulty keeps from being done, with all that needs it; empty for all. `ended_at`: when
    the difficulty was over, or the unit said that it goes on.
    """

    id = fields.String()
    difficulty_id = fields.String()
    milestone = fields.String()
    reason = fields.String()
    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    by_code = fields.Boolean()
    ended_at = fields.DateTime(allow_none=True)


class BlockingDifficultyView(StrictSchema):
    id = fields.String()
    kind = fields.String()
    milestone = fields.String()
    text = fields.String()


class PilotWanted(OnPurpose):
    """`until`: its own day, before the plan's; null calls it off."""

    until = Day(required=True, allow_none=True)


class LessonWritten(StrictSchema):
    text = prose(LONGEST_TEXT, 0, required=True)


class PilotView(StrictSchema):
    """`until`: null where it was called off. `above`: the unit that chose."""

    until = fields.Date(allow_none=True)
    above = fields.String()
    day = fields.Date()
    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    over_reason = fields.String()


class LessonView(StrictSchema):
    text = fields.String()
    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    by_code = fields.Boolean()


class TaughtUnit(StrictSchema):
    code = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String())
    level = fields.String()


class TaughtView(StrictSchema):
    """What a pilot has learnt, as units of its level read it: its unit, and until when it was to be held."""

    unit = fields.Nested(TaughtUnit)
    until = fields.Date()
    text = fields.String()
    at = fields.DateTime()


class TaughtList(PageView):
    items = fields.List(fields.Nested(TaughtView))
