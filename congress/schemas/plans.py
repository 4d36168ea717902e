"""Plans: their milestones, deadlines and figures, as they come in and go out."""

from typing import Any

from marshmallow import fields, post_load, validate

from congress.schemas.dossier import asked_for
from congress.schemas.parts import MOST_NAMED, MajorityView, key, names, some
from servicekit.web.schemas import (
    TOO_LONG,
    Day,
    PageQuery,
    PageView,
    StrictSchema,
    WholeView,
    acts_field,
    identifier,
    one_of,
    text,
    whole,
)


class MilestoneSchema(StrictSchema):
    key = text(64, required=True)
    names = names(required=True)
    days_before_deadline = whole(-10_000, 10_000, required=True)
    required = fields.Boolean(truthy={True}, falsy={False})
    waits_for_parent = fields.Boolean(truthy={True}, falsy={False})
    applies = one_of(("always", "election", "subordinates"))
    mark = one_of(("closed", "submitted", "approved"), allow_none=True)
    owner = one_of(("unit", "superior"))


class ContentTypeSchema(StrictSchema):
    key = key()
    names = names(required=True)
    elects_committee = fields.Boolean(truthy={True}, falsy={False})
    elects_delegates = fields.Boolean(truthy={True}, falsy={False})


class ContentTypeChoice(StrictSchema):
    content_type = text(64, required=True)


class TargetsSchema(StrictSchema):
    women = whole(0, 1000)
    young = whole(0, 1000)
    candidates_least = whole(0, 1000)
    candidates_most = whole(0, 1000)


class LatenessSchema(StrictSchema):
    """In days. `explained_after`: a congress that is later owes a written explanation. `postponed_most`: so far
    ahead lies the next date of one that is postponed. `reminders`: from the deadline on, before it below zero; in
    whatever order they come.
    """

    explained_after = whole(-10_000, 10_000)
    postponed_most = whole(-10_000, 10_000)
    reminders = fields.List(whole(-10_000, 10_000), validate=validate.Length(max=50, error=TOO_LONG))

    @post_load
    def in_order(self, said: dict[str, Any], **_: Any) -> dict[str, Any]:
        ladder = {"reminders": tuple(sorted(said["reminders"]))} if "reminders" in said else {}
        return {**said, **ladder}


class PlanChange(StrictSchema):
    """Milestones, content types, targets and figures that are left out stay, or are the organisation's own set."""

    name = text(200, required=True)
    names = names()
    cycle = text(60, required=True)
    opens_on = Day()
    deadlines = fields.Dict(
        keys=key(), values=Day(), required=True, validate=validate.Length(max=MOST_NAMED, error=TOO_LONG)
    )
    milestones = some(fields.Nested(MilestoneSchema))
    content_types = some(fields.Nested(ContentTypeSchema), 20)
    results_fields = some(text(64))
    documents = some(asked_for(), 10)
    targets = fields.Nested(TargetsSchema)
    lateness = fields.Nested(LatenessSchema)
    open_below = one_of(("caution", "refuse", "free"))


class PlanQuery(PageQuery):
    """`covering`: only plans of this unit itself or of one above it."""

    covering = identifier(load_default="")


class DeadlineChangeView(StrictSchema):
    level = fields.String()
    before = fields.Date()
    after = fields.Date()
    reason = fields.String()
    at = fields.DateTime()
    by = fields.String()


class NewPlan(PlanChange):
    unit_id = identifier(required=True)


class CautionView(StrictSchema):
    """`message`: the title before it was translated, with places for `params`."""

    kind = fields.String()
    field = fields.String()
    title = fields.String()
    message = fields.String()
    params = fields.Dict(keys=fields.String(), values=fields.String())


class CascadeView(StrictSchema):
    total = fields.Integer()
    made = fields.Integer()
    state = fields.String()


class TemplateQuery(StrictSchema):
    """`unit_id`: with the levels that have units at and below it, for whoever may make a plan there."""

    unit_id = identifier(load_default="")


class PlanTemplateView(StrictSchema):
    milestones = fields.List(fields.Nested(MilestoneSchema))
    content_types = fields.List(fields.Nested(ContentTypeSchema))
    targets = fields.Nested(TargetsSchema)
    lateness = fields.Nested(LatenessSchema)
    majorities = fields.List(fields.Nested(MajorityView))
    results_fields = fields.List(fields.String())
    documents = fields.List(fields.String())


class LevelledTemplateView(PlanTemplateView):
    levels = fields.List(fields.String())


class PlanView(PlanTemplateView):
    """`issuing`: the milestone that a unit records by taking the plan over. `earlier_steps`, `earlier_types`: what
    only earlier versions of the rules have.
    """

    id = fields.String()
    version = fields.Integer()
    name = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String())
    cycle = fields.String()
    unit_id = fields.String()
    unit_path = fields.List(fields.String())
    state = fields.String()
    opens_on = fields.Date()
    deadlines = fields.Dict(keys=fields.String(), values=fields.Date())
    open_below = fields.String()
    issuing = fields.String(allow_none=True)
    earlier_steps = fields.List(fields.Nested(MilestoneSchema))
    earlier_types = fields.List(fields.Nested(ContentTypeSchema))
    deadline_changes = fields.List(fields.Nested(DeadlineChangeView))
    rules = fields.Integer()
    spreading = fields.Boolean()
    cascade = fields.Nested(CascadeView, allow_none=True)
    cautions = fields.List(fields.Nested(CautionView))
    acts = acts_field()


class PlanList(PageView):
    items = fields.List(fields.Nested(PlanView))


class FigureView(StrictSchema):
    key = fields.String()
    title = fields.String()
    sums_over = fields.String()
    needed = fields.Boolean()
    election = fields.String(allow_none=True)
    most = fields.Integer()
    mean = fields.Boolean()


class SumView(StrictSchema):
    """`exact`: the parts, those left out as 0, are the whole as soon as one is given; else not more than it."""

    whole = fields.String()
    parts = fields.List(fields.String())
    exact = fields.Boolean()


class PartView(StrictSchema):
    """A figure, and the figures that together are what it is a part of."""

    part = fields.String()
    wholes = fields.List(fields.String())


class FigureList(WholeView):
    """`at_most`: where the part cannot be more than its wholes; `shares`: where it is read as a percentage of them."""

    items = fields.List(fields.Nested(FigureView))
    sums = fields.List(fields.Nested(SumView))
    at_most = fields.List(fields.Nested(PartView))
    shares = fields.List(fields.Nested(PartView))
