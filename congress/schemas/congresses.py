"""The shapes of congress's API; unknown fields are refused."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from congress.domain.ordering import Order
from congress.schemas.dossier import DecidedOnView, DossierView
from congress.schemas.from_above import FromAboveView
from congress.schemas.lists import Conditions, TotalsView
from congress.schemas.parts import LONGEST_TEXT, MOST_NAMED, ListRemindedView, OnPurpose
from congress.schemas.plans import CautionView
from congress.schemas.sides import (
    BlockingDifficultyView,
    BlockView,
    ExplanationView,
    LessonView,
    PilotView,
    PostponementView,
)
from congress.schemas.taking_over import TakenView
from servicekit.web.schemas import (
    Day,
    Number,
    PageQuery,
    PageView,
    RefusalView,
    StrictSchema,
    WholeView,
    acts_field,
    identifier,
    identifiers,
    named,
    one_of,
    prose,
    text,
)
from servicekit.words import N_

# Plans


# Congresses


ONE_PLACE = N_("Name one unit: unit_id for its own, or below for its own and all below it.")


DIRECT_OF = N_("Directly below which unit, and under which plan? Name both.")
BELOW_WHICH = N_("Below which unit?")
BEHIND_WHERE = N_("In the list of which unit, and under which plan? Name both.")
ONE_PLACE_IN_IT = N_("Begin behind one congress or at a cursor, not at both.")
ORDER_OF = N_("Search, order and totals are of the congresses below a unit, under one plan. Name both.")


class CongressQuery(PageQuery, Conditions):
    """Either `unit_id` (that unit's) or `below` (its own and all below it).

    `direct`, with `below` and `plan_id`: those right below, between which and the unit no other congress stands. Of
    `below`, with `waits_for`: those whose next step is their superior's to record; with `overdue`: those with a step
    that was due before today; with `milestone` and `standing`: those of which this milestone stands so (`done`: on time
    or late); with `extension`: those whose unit has asked for a later deadline, or those on one that was granted; with
    `beside`: those that owe an explanation, or whose explanation waits, that are postponed, blocked by a difficulty, or
    pilots.
    `who_acts`, of what is overdue or to come: whose act comes next.

    `behind`, with `below` and `plan_id`: the id of a congress, behind whose place the list begins; it need not be in
    the list any more.

    `sort`: by deadline, then by place in the tree; or by place alone. Of `below`: with `level` those of one level, with
    `passed` those whose deadline has passed. With `below` and `plan_id`: in another order with `sort`, longest or
    newest in their state first; and with `search` those whose unit is named so. Of reports that were sent up the order
    is of any number; a search, and any other list in it, of 500 at most, refused for more. With `totals` the answer
    counts the states of all below. `brief`: of each only what a line of a list shows: where it is, how it stands, by
    when, whose act comes next, and its milestones without what may be done with them.
    """

    unit_id = identifier(load_default="")
    below = identifier(load_default="")
    plan_id = identifier(load_default="")
    direct = fields.Boolean(load_default=False)
    waits_for = one_of(("superior",), load_default="")
    overdue = fields.Boolean(load_default=False)
    behind = identifier(load_default="")
    passed = fields.Boolean(load_default=False)
    search = text(100, 0, load_default="")
    sort = one_of(tuple(Order), load_default=Order.DEADLINE.value)
    totals = fields.Boolean(load_default=False)
    brief = fields.Boolean(load_default=False)

    @validates_schema
    def name_one_place(self, query: dict[str, Any], **_: Any) -> None:
        if bool(query["unit_id"]) == bool(query["below"]):
            raise ValidationError(ONE_PLACE, "unit_id")
        if query["direct"] and not (query["below"] and query["plan_id"]):
            raise ValidationError(DIRECT_OF, "direct")
        below_only = (
            "waits_for",
            "overdue",
            "milestone",
            "standing",
            "who_acts",
            "level",
            "passed",
            "extension",
            "beside",
        )
        if any(query[name] for name in below_only) and not query["below"]:
            raise ValidationError(BELOW_WHICH, "below")
        ordered = query["search"] or query["totals"] or query["sort"] not in (Order.DEADLINE, Order.PLACE)
        if ordered and not (query["below"] and query["plan_id"]):
            raise ValidationError(ORDER_OF, "below")
        if query["behind"] and not (query["below"] and query["plan_id"]):
            raise ValidationError(BEHIND_WHERE, "behind")
        if query["behind"] and query["after"]:
            raise ValidationError(ONE_PLACE_IN_IT, "behind")


NAMED_MOST = 50  # a page of rows that were ticked


class ReportQuery(StrictSchema):
    kind = one_of(("pdf", "png"), data_key="as", load_default="pdf")


class CongressesNamedQuery(StrictSchema):
    """`ids` with commas between them."""

    ids = identifiers(NAMED_MOST, required=True)


class MilestoneReport(StrictSchema):
    """Without a date, and with `corrects`: the entry is withdrawn."""

    milestone = text(64, required=True)
    date = Day(required=True, allow_none=True)
    note = prose(LONGEST_TEXT, 0, load_default="")
    corrects = identifier(load_default=None, allow_none=True)


class ResultsReport(StrictSchema):
    figures = named(Number(), MOST_NAMED, required=True)


class SuperiorsMilestone(MilestoneReport, OnPurpose):
    """A milestone that is the superior's act."""


class Reopening(OnPurpose):
    reason = prose(LONGEST_TEXT, 0, required=True)


class TopmostReopening(StrictSchema):
    reason = prose(LONGEST_TEXT, 0, required=True)


class ReturnReasons(OnPurpose):
    reasons = named(prose(LONGEST_TEXT, 0), MOST_NAMED, required=True)


class ExtensionAsked(StrictSchema):
    until = Day(required=True)
    reason = prose(LONGEST_TEXT, 0, required=True)


class TopmostExtensionDecision(StrictSchema):
    """`until`: the day that is granted; null refuses."""

    until = Day(required=True, allow_none=True)
    reason = prose(LONGEST_TEXT, 0, load_default="")


class ExtensionDecision(TopmostExtensionDecision, OnPurpose):
    """The same from above."""


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
    """`by_name` is told to those who report for the unit or decide its reports, of acts since names are kept; else it
    is empty.
    """

    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    by_code = fields.Boolean()
    over_reason = fields.String()


class ReturnedView(ActView):
    reasons = fields.Dict(keys=fields.String(), values=fields.String())


class SinceReturnView(ReturnedView):
    """What came back, and by whom; of what is otherwise now, what it was then: null where there was nothing."""

    kind = fields.String()
    figures = fields.Dict(keys=fields.String(), values=Number(allow_none=True))
    milestones = fields.Dict(keys=fields.String(), values=fields.Date(allow_none=True))
    votes = fields.Boolean()


class HistoryView(ReturnedView, DecidedOnView):
    """`figures`: those that stood at that moment."""

    kind = fields.String()
    figures = fields.Dict(keys=fields.String(), values=Number(), allow_none=True)


class UndoneView(ReturnedView):
    """An act that was taken back, and when."""

    kind = fields.String()
    undone_at = fields.DateTime()
    undone_by = fields.String()
    undone_by_name = fields.String()


class ExtensionAnswerView(StrictSchema):
    """`until`: the day that was granted; null where it was refused or withdrawn."""

    until = fields.Date(allow_none=True)
    reason = fields.String()
    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    over_reason = fields.String()


class ExtensionView(StrictSchema):
    """A later deadline that was asked for on `day`. `state`: asked, granted, refused, withdrawn."""

    id = fields.String()
    until = fields.Date()
    reason = fields.String()
    day = fields.Date()
    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    by_code = fields.Boolean()
    state = fields.String()
    answer = fields.Nested(ExtensionAnswerView, allow_none=True)


class StepView(StrictSchema):
    """`superiors`: it is for the unit above to do."""

    superiors = fields.Boolean()
    kind = fields.String()
    milestone = fields.String(allow_none=True)
    due = fields.Date(allow_none=True)


class MilestoneStateView(StrictSchema):
    """`state`: done, late, overdue, open, postponed, blocked, left_out where it can no longer be done, or skipped
    where this congress does not hold it. `earliest`, `latest`: between which its day may lie, by what is
    recorded now; where no day is left between them, the latest is the earlier. `acts`: `record`, which is to
    correct it where it has been, of whoever it belongs to.
    """

    key = fields.String()
    due = fields.Date()
    earliest = fields.Date()
    latest = fields.Date()
    date = fields.Date(allow_none=True)
    state = fields.String()
    acts = acts_field()


class UnitEndedView(StrictSchema):
    """Since when the unit is no more, and the ids of the units it went into."""

    on = fields.Date()
    successors = fields.List(fields.String())


class LastView(StrictSchema):
    """The unit's latest approved congress of an earlier deadline."""

    id = fields.String()
    cycle = fields.String()
    deadline = fields.Date()
    figures = fields.Dict(keys=fields.String(), values=Number())


class CongressView(TakenView, FromAboveView, DossierView):
    """`parent`: the unit above, null in answers to acts. `since_return`: null where the last decision was no return and
    no reopening. `refusal`: why you, whose access reaches the report, may not decide it; null where you may, and where
    no report waits. `who_acts`: whose act comes next, unit or superior; null where nothing is open. `last`: null where
    there is none, in lists, and in answers to acts. `planned_deadline`: the plan's own; `deadline` is later where an
    extension was granted. `days_late`: after its day on which the congress closed, or by which that day has passed.
    `postponed_until`: null where it is not postponed today. `postponed_latest`: until when it can be postponed today.
    `blocked`: and not postponed. `difficulties`: by which it can be, where it is read alone. `rules`: whose version.
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
    planned_deadline = fields.Date()
    extensions = fields.List(fields.Nested(ExtensionView))
    explanations = fields.List(fields.Nested(ExplanationView))
    explanation_owed = fields.Boolean()
    days_late = fields.Integer()
    rules = fields.Integer()
    results_fields = fields.List(fields.String())
    pilots = fields.List(fields.Nested(PilotView))
    pilot_until = fields.Date(allow_none=True)
    lessons = fields.List(fields.Nested(LessonView))
    postponements = fields.List(fields.Nested(PostponementView))
    postponed_until = fields.Date(allow_none=True)
    postponed_latest = fields.Date()
    blocks = fields.List(fields.Nested(BlockView))
    blocked = fields.Boolean()
    difficulties = fields.List(fields.Nested(BlockingDifficultyView))
    content_type = fields.String()
    content_types = fields.List(fields.String())
    entries = fields.List(fields.Nested(EntryView))
    current = fields.Dict(keys=fields.String(), values=fields.Date())
    milestones = fields.List(fields.Nested(MilestoneStateView))
    results = fields.Dict(keys=fields.String(), values=Number(), allow_none=True)
    result_entries = fields.List(fields.Nested(ResultEntryView))
    submitted = fields.Nested(ActView, allow_none=True)
    returned = fields.Nested(ReturnedView, allow_none=True)
    approved = fields.Nested(ActView, allow_none=True)
    history = fields.List(fields.Nested(HistoryView))
    undone = fields.List(fields.Nested(UndoneView))
    reopened = fields.Nested(ReturnedView, allow_none=True)
    since_return = fields.Nested(SinceReturnView, allow_none=True)
    levels_between = fields.Integer()
    refusal = fields.Nested(RefusalView, allow_none=True)
    who_acts = fields.String(allow_none=True)
    reminded_at = fields.DateTime(allow_none=True)
    next_steps = fields.List(fields.Nested(StepView))
    cautions = fields.List(fields.Nested(CautionView))
    acts = acts_field()
    last = fields.Nested(LastView, allow_none=True)


class CongressList(PageView):
    """`position`: the place in the list of the congress behind which it was begun; null where it is not in it.
    `totals`: null where they were not asked for.
    """

    position = fields.Integer(allow_none=True)
    reminded = fields.Nested(ListRemindedView, allow_none=True)
    totals = fields.Nested(TotalsView, allow_none=True)
    items = fields.List(fields.Nested(CongressView))


class CongressesNamed(WholeView):
    items = fields.List(fields.Nested(CongressView))


# Roll-ups
