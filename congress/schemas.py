"""The shapes of congress's API; unknown fields are refused."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from servicekit.web.schemas import (
    NOT_AN_ID,
    TOO_LONG,
    Day,
    Number,
    PageQuery,
    PageView,
    StrictSchema,
    WholeView,
    Word,
    identifier,
    matching,
    named,
    one_of,
    prose,
    text,
    whole,
)
from servicekit.words import N_
from servicekit.words.i18n import LANGUAGES

STATES = ("planned", "under_way", "closed", "submitted", "returned", "approved", "reopened")
# What a text may hold before the rules look at it: theirs is the limit that is told.
LONGEST_TEXT = 100_000
# Figures, reasons: more than any plan has.
MOST_NAMED = 200
FEW = validate.Length(max=MOST_NAMED, error=TOO_LONG)


def key() -> Word:
    """A word that a record is addressed by: it becomes a part of a field's path in the database."""
    return matching(r"[a-z0-9][a-z0-9_-]{0,63}", NOT_AN_ID)


def names(**more: Any) -> fields.Dict:
    return named(text(200), len(LANGUAGES), LANGUAGES, **more)


def some(field: Any, most: int = 200, **more: Any) -> Any:
    return fields.List(field, validate=validate.Length(max=most, error=TOO_LONG), **more)


# Plans


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


class TargetsSchema(StrictSchema):
    women = whole(0, 1000)
    young = whole(0, 1000)
    candidates_least = whole(0, 1000)
    candidates_most = whole(0, 1000)


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
    targets = fields.Nested(TargetsSchema)
    open_below = one_of(("caution", "refuse"))


class PlanQuery(StrictSchema):
    """`covering`: only plans of this unit itself or of one above it."""

    covering = identifier(load_default="")


class Deadlines(StrictSchema):
    deadlines = fields.Dict(keys=key(), values=Day(), required=True, validate=FEW)


class DeadlinesChange(Deadlines):
    reason = prose(LONGEST_TEXT, 0, required=True)


class DeadlineEffectView(StrictSchema):
    level = fields.String()
    before = fields.Date()
    after = fields.Date()
    congresses = fields.Integer()
    overdue_before = fields.Integer()
    overdue_after = fields.Integer()
    becoming_overdue = fields.Integer()
    no_longer_overdue = fields.Integer()


class DeadlinePreview(WholeView):
    items = fields.List(fields.Nested(DeadlineEffectView))


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


class PlanTemplateView(StrictSchema):
    milestones = fields.List(fields.Nested(MilestoneSchema))
    content_types = fields.List(fields.Nested(ContentTypeSchema))
    targets = fields.Nested(TargetsSchema)
    results_fields = fields.List(fields.String())


class PlanView(PlanTemplateView):
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
    deadline_changes = fields.List(fields.Nested(DeadlineChangeView))
    spreading = fields.Boolean()
    cascade = fields.Nested(CascadeView, allow_none=True)
    cautions = fields.List(fields.Nested(CautionView))


class PlanList(WholeView):
    items = fields.List(fields.Nested(PlanView))


class FigureView(StrictSchema):
    key = fields.String()
    title = fields.String()
    sums_over = fields.String()
    needed = fields.Boolean()
    election = fields.String(allow_none=True)
    most = fields.Integer()
    mean = fields.Boolean()


class FigureList(WholeView):
    items = fields.List(fields.Nested(FigureView))


# Congresses


ONE_PLACE = N_("Name one unit: unit_id for its own, or below for its own and all below it.")


DIRECT_OF = N_("Directly below which unit, and under which plan? Name both.")
BELOW_WHICH = N_("Below which unit?")
BEHIND_WHERE = N_("In the list of which unit, and under which plan? Name both.")
ONE_PLACE_IN_IT = N_("Begin behind one congress or at a cursor, not at both.")
ONE_OF_THEM = N_("Ask for one of them: a state, what waits, or what is overdue.")


class CongressQuery(PageQuery):
    """Either `unit_id` (that unit's) or `below` (its own and all below it).

    `direct`, with `below` and `plan_id`: those right below, between which and the unit no other congress stands. Of
    `below`, with `waits_for`: those whose next step is their superior's to record; with `overdue`: those with a step
    that was due before today.

    `behind`, with `below` and `plan_id`: the id of a congress, behind whose place the list begins; it need not be in
    the list any more.
    """

    unit_id = identifier(load_default="")
    below = identifier(load_default="")
    plan_id = identifier(load_default="")
    state = one_of(STATES, load_default="")
    direct = fields.Boolean(load_default=False)
    waits_for = one_of(("superior",), load_default="")
    overdue = fields.Boolean(load_default=False)
    behind = identifier(load_default="")

    @validates_schema
    def name_one_place(self, query: dict[str, Any], **_: Any) -> None:
        if bool(query["unit_id"]) == bool(query["below"]):
            raise ValidationError(ONE_PLACE, "unit_id")
        if query["direct"] and not (query["below"] and query["plan_id"]):
            raise ValidationError(DIRECT_OF, "direct")
        if (query["waits_for"] or query["overdue"]) and not query["below"]:
            raise ValidationError(BELOW_WHICH, "below")
        if query["behind"] and not (query["below"] and query["plan_id"]):
            raise ValidationError(BEHIND_WHERE, "behind")
        if query["behind"] and query["after"]:
            raise ValidationError(ONE_PLACE_IN_IT, "behind")
        if sum(map(bool, (query["state"], query["waits_for"], query["overdue"]))) > 1:
            raise ValidationError(ONE_OF_THEM, "state")


class MilestoneReport(StrictSchema):
    """Without a date, and with `corrects`: the entry is withdrawn."""

    milestone = text(64, required=True)
    date = Day(required=True, allow_none=True)
    note = prose(LONGEST_TEXT, 0, load_default="")
    corrects = identifier(load_default=None, allow_none=True)


class ContentTypeChoice(StrictSchema):
    content_type = text(64, required=True)


class ResultsReport(StrictSchema):
    figures = named(Number(), MOST_NAMED, required=True)


class OnPurpose(StrictSchema):
    """`over_levels`: the caller knows that units with a congress stand between, and acts over their heads;
    `over_reason` says why, and stays in the history.
    """

    over_levels = fields.Boolean(truthy={True}, falsy={False}, load_default=False)
    over_reason = prose(LONGEST_TEXT, 0, load_default="")


class SuperiorsMilestone(MilestoneReport, OnPurpose):
    """A milestone that is the superior's act."""


class Reopening(OnPurpose):
    reason = prose(LONGEST_TEXT, 0, required=True)


class TopmostReopening(StrictSchema):
    reason = prose(LONGEST_TEXT, 0, required=True)


class ReturnReasons(OnPurpose):
    reasons = named(prose(LONGEST_TEXT, 0), MOST_NAMED, required=True)


class Nothing(StrictSchema):
    """An operation that takes no more than its address says."""


class UnitFacts(StrictSchema):
    code = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String())
    level = fields.String()


class EntryView(StrictSchema):
    id = fields.String()
    milestone = fields.String()
    date = fields.Date(allow_none=True)
    note = fields.String()
    at = fields.DateTime()
    by = fields.String()
    by_code = fields.Boolean()
    over_reason = fields.String()
    corrects = fields.String(allow_none=True)


class ResultEntryView(StrictSchema):
    id = fields.String()
    figures = fields.Dict(keys=fields.String(), values=Number())
    at = fields.DateTime()
    by = fields.String()
    by_code = fields.Boolean()


class ActView(StrictSchema):
    """`by_name` is empty where the act is from before names were kept."""

    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    by_code = fields.Boolean()
    over_reason = fields.String()


class ReturnedView(ActView):
    reasons = fields.Dict(keys=fields.String(), values=fields.String())


class HistoryView(ReturnedView):
    """`figures`: those that stood at that moment."""

    kind = fields.String()
    figures = fields.Dict(keys=fields.String(), values=Number(), allow_none=True)


class StepView(StrictSchema):
    """`superiors`: it is for the unit above to do."""

    superiors = fields.Boolean()
    kind = fields.String()
    milestone = fields.String(allow_none=True)
    due = fields.Date(allow_none=True)


class MilestoneStateView(StrictSchema):
    """`state`: done, late, overdue, open, left_out where it can no longer be done, or skipped where this congress
    does not hold it.
    """

    key = fields.String()
    due = fields.Date()
    date = fields.Date(allow_none=True)
    state = fields.String()


class UnitEndedView(StrictSchema):
    """Since when the unit is no more, and the ids of the units it went into."""

    on = fields.Date()
    successors = fields.List(fields.String())


class RefusalView(StrictSchema):
    """`message`: the title before it was translated, with places for `params`."""

    type = fields.String()
    title = fields.String()
    message = fields.String()
    params = fields.Dict(keys=fields.String(), values=fields.String())


class CongressView(StrictSchema):
    """`parent`: the unit above, null in answers to acts. `refusal`: why you, whose access reaches the report, may not
    decide it; null where you may, and where no report waits.
    """

    id = fields.String()
    version = fields.Integer()
    plan_id = fields.String()
    unit_id = fields.String()
    unit_path = fields.List(fields.String())
    unit = fields.Nested(UnitFacts)
    parent = fields.Nested(UnitFacts, allow_none=True)
    state = fields.String()
    unit_ended = fields.Nested(UnitEndedView, allow_none=True)
    unit_left = fields.Boolean()
    deadline = fields.Date()
    content_type = fields.String()
    entries = fields.List(fields.Nested(EntryView))
    current = fields.Dict(keys=fields.String(), values=fields.Date())
    milestones = fields.List(fields.Nested(MilestoneStateView))
    results = fields.Dict(keys=fields.String(), values=Number(), allow_none=True)
    result_entries = fields.List(fields.Nested(ResultEntryView))
    submitted = fields.Nested(ActView, allow_none=True)
    returned = fields.Nested(ReturnedView, allow_none=True)
    approved = fields.Nested(ActView, allow_none=True)
    acts = fields.List(fields.Nested(HistoryView))
    reopened = fields.Nested(ReturnedView, allow_none=True)
    levels_between = fields.Integer()
    refusal = fields.Nested(RefusalView, allow_none=True)
    next_steps = fields.List(fields.Nested(StepView))
    cautions = fields.List(fields.Nested(CautionView))


class CongressList(PageView):
    """`position`: the place in the list of the congress behind which it was begun; null where it is not in it."""

    position = fields.Integer(allow_none=True)
    items = fields.List(fields.Nested(CongressView))


# Roll-ups


class RollupQuery(StrictSchema):
    """`level`: instead of the units right below, all units of that level below, in short; 5,000 at most."""

    level = text(64, 0, load_default="")


class CongressesWanted(StrictSchema):
    """The congresses of a plan in the unit and in all below it."""

    plan_id = identifier(required=True)
    unit_id = identifier(required=True)


class RollupWanted(CongressesWanted, RollupQuery):
    """The figures of the unit and of those below it."""


EXPORTS: dict[str, type[StrictSchema]] = {"rollup": RollupWanted, "congresses": CongressesWanted}


class CountView(StrictSchema):
    total = fields.Integer()
    skipped = fields.Integer()
    done = fields.Integer()
    on_time = fields.Integer()
    late = fields.Integer()
    overdue = fields.Integer()
    left_out = fields.Integer()
    percent = fields.Float()


class MilestoneCountView(CountView):
    key = fields.String()
    by_level = fields.Dict(keys=fields.String(), values=fields.Nested(CountView))


class RollupUnit(UnitFacts):
    id = fields.String()


class LevelResultsView(StrictSchema):
    ended = fields.Integer()
    total = fields.Integer()
    reported = fields.Integer()
    figures = fields.Dict(keys=fields.String(), values=fields.Integer())


class RollupLine(StrictSchema):
    """`results` by level: the same people are counted at every level, so nothing is added up over levels.

    `sums_over`: over what each figure in them may be summed.
    """

    plan_id = fields.String()
    unit = fields.Nested(RollupUnit)
    as_of = fields.DateTime()
    total = fields.Integer()
    ended = fields.Integer()
    reported = fields.Integer()
    steps = fields.Nested(CountView)
    milestones = fields.List(fields.Nested(MilestoneCountView))
    states = fields.Dict(keys=fields.String(), values=fields.Integer())
    results = fields.Dict(keys=fields.String(), values=fields.Nested(LevelResultsView))
    sums_over = fields.Dict(keys=fields.String(), values=fields.String())


class RollupView(RollupLine):
    children = fields.List(fields.Nested(RollupLine))
