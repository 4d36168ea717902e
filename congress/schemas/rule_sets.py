"""Versions of a plan's rules, as they come in and go out."""

from marshmallow import fields, validate

from congress.schemas.parts import FEW, LONGEST_TEXT, key
from congress.schemas.plans import LatenessSchema, MilestoneSchema, TargetsSchema
from servicekit.web.schemas import TOO_LONG, Day, StrictSchema, WholeView, one_of, prose, text, whole


class StepRulesSchema(StrictSchema):
    days_before_deadline = whole(-10_000, 10_000)
    required = fields.Boolean(truthy={True}, falsy={False})


class RuleSetEdit(StrictSchema):
    """What is to be otherwise than in the newest version; what is left out stays. `reach`: congresses that have not
    closed, or those alone that are not begun.
    """

    deadlines = fields.Dict(keys=key(), values=Day(), load_default=dict, validate=FEW)
    milestones = fields.Dict(
        keys=key(), values=fields.Nested(StepRulesSchema), load_default=dict, validate=FEW
    )
    targets = fields.Nested(TargetsSchema, load_default=dict)
    lateness = fields.Nested(LatenessSchema, load_default=dict)
    results_fields = fields.List(
        text(64), load_default=None, validate=validate.Length(1, 200, error=TOO_LONG)
    )
    reach = one_of(("not_closed", "not_begun"), load_default="not_closed")


class RuleSetWanted(RuleSetEdit):
    reason = prose(LONGEST_TEXT, 0, required=True)


class RuleEffectView(StrictSchema):
    """Of one level. `congresses`: without those of ended units; `reached`: of these, those that it is for."""

    level = fields.String()
    before = fields.Date()
    after = fields.Date()
    moves = fields.Boolean()
    congresses = fields.Integer()
    reached = fields.Integer()
    becoming_overdue = fields.Integer()
    no_longer_overdue = fields.Integer()


class RuleSetPreview(WholeView):
    items = fields.List(fields.Nested(RuleEffectView))


class RuleSetView(StrictSchema):
    """`at`, `by`: null and empty of the first, with which the plan was opened. `congresses`: how many stand under it,
    as far as they are counted.
    """

    number = fields.Integer()
    deadlines = fields.Dict(keys=fields.String(), values=fields.Date())
    milestones = fields.List(fields.Nested(MilestoneSchema))
    targets = fields.Nested(TargetsSchema)
    lateness = fields.Nested(LatenessSchema)
    results_fields = fields.List(fields.String())
    reach = fields.String()
    reason = fields.String()
    at = fields.DateTime(allow_none=True)
    by = fields.String()
    congresses = fields.Integer()


class RuleSetList(WholeView):
    items = fields.List(fields.Nested(RuleSetView))
