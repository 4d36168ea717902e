"""Versions of a plan's rules, as they come in and go out."""

from marshmallow import fields

from congress.schemas.congresses import CongressView
from congress.schemas.dossier import asked_for
from congress.schemas.parts import FEW, LONGEST_TEXT, MajorityView, key, names, some
from congress.schemas.plans import ContentTypeSchema, LatenessSchema, MilestoneSchema, TargetsSchema
from servicekit.web.schemas import Day, PageView, StrictSchema, WholeView, one_of, prose, text, whole


class StepRulesSchema(StrictSchema):
    """`removed`: no longer asked for; whoever has reached it keeps it."""

    days_before_deadline = whole(-10_000, 10_000)
    required = fields.Boolean(truthy={True}, falsy={False})
    names = names()
    removed = fields.Boolean(truthy={True}, falsy={False})


class NewStepSchema(StrictSchema):
    """`after`: the milestone behind which it stands; empty for the first place."""

    key = text(64, required=True)
    names = names(required=True)
    days_before_deadline = whole(-10_000, 10_000, required=True)
    required = fields.Boolean(truthy={True}, falsy={False})
    waits_for_parent = fields.Boolean(truthy={True}, falsy={False})
    applies = one_of(("always", "election", "subordinates"))
    owner = one_of(("unit", "superior"))
    after = text(64, 0, load_default="")


class KindRulesSchema(StrictSchema):
    """`removed`: nobody chooses it any more; a congress that is of this kind stays so."""

    names = names()
    removed = fields.Boolean(truthy={True}, falsy={False})


class MajorityRulesSchema(StrictSchema):
    """`numerator` / `denominator` of the base, or `more` than that."""

    numerator = whole(-10_000, 10_000)
    denominator = whole(-10_000, 10_000)
    more = fields.Boolean(truthy={True}, falsy={False})
    base = one_of(("summoned", "body", "present", "returned"))


class RuleSetEdit(StrictSchema):
    """What is to be otherwise than in the newest version; what is left out stays. `reach`: congresses that have not
    closed, or those alone that are not begun.
    """

    deadlines = fields.Dict(keys=key(), values=Day(), load_default=dict, validate=FEW)
    milestones = fields.Dict(
        keys=key(), values=fields.Nested(StepRulesSchema), load_default=dict, validate=FEW
    )
    added = some(fields.Nested(NewStepSchema), 20, load_default=list)
    content_types = fields.Dict(
        keys=key(), values=fields.Nested(KindRulesSchema), load_default=dict, validate=FEW
    )
    added_types = some(fields.Nested(ContentTypeSchema), 20, load_default=list)
    majorities = fields.Dict(
        keys=key(), values=fields.Nested(MajorityRulesSchema), load_default=dict, validate=FEW
    )
    targets = fields.Nested(TargetsSchema, load_default=dict)
    lateness = fields.Nested(LatenessSchema, load_default=dict)
    results_fields = some(text(64), load_default=None)
    documents = some(asked_for(), 10, load_default=None)
    reach = one_of(("not_closed", "not_begun"), load_default="not_closed")


class RuleSetWanted(RuleSetEdit):
    reason = prose(LONGEST_TEXT, 0, required=True)


class TurningAsked(RuleSetEdit):
    """`becomes`: overdue, or in_time: no longer overdue."""

    level = text(64, required=True)
    becomes = one_of(("overdue", "in_time"), required=True)


class TurningList(PageView):
    items = fields.List(fields.Nested(CongressView))


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
    content_types = fields.List(fields.Nested(ContentTypeSchema))
    majorities = fields.List(fields.Nested(MajorityView))
    results_fields = fields.List(fields.String())
    documents = fields.List(fields.String())
    reach = fields.String()
    reason = fields.String()
    at = fields.DateTime(allow_none=True)
    by = fields.String()
    congresses = fields.Integer()


class RuleSetList(WholeView):
    items = fields.List(fields.Nested(RuleSetView))
