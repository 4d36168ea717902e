"""Sums of a unit and of those below it, as they are asked for and given."""

from marshmallow import fields

from congress.domain.forecasts import Silence
from congress.schemas.congresses import UnitFacts
from congress.schemas.difficulties import DifficultiesWanted
from congress.schemas.lists import Conditions
from servicekit.audit.exporting import KEY, AuditWanted
from servicekit.web.schemas import (
    StrictSchema,
    identifier,
    one_of,
    text,
)


class RollupQuery(StrictSchema):
    """`level`: instead of the units right below, all units of that level below, in short; 5,000 at most."""

    level = text(64, 0, load_default="")


class RollupPageQuery(RollupQuery):
    """`course`: of this milestone what was done and planned day by day is told as well."""

    course = text(64, 0, load_default="")


class CongressesWanted(StrictSchema):
    """The congresses of a plan in the unit and in all below it."""

    plan_id = identifier(required=True)
    unit_id = identifier(required=True)


class RollupWanted(CongressesWanted, RollupQuery):
    """The figures of the unit and of those below it."""


class ListedWanted(CongressesWanted, Conditions):
    """Of them those that fit, as the list of congresses has them."""

    overdue = one_of(("true",), load_default="")


EXPORTS: dict[str, type[StrictSchema]] = {
    "rollup": RollupWanted,
    "congresses": CongressesWanted,
    "listed": ListedWanted,
    "difficulties": DifficultiesWanted,
    KEY: AuditWanted,
}


class CountView(StrictSchema):
    total = fields.Integer()
    skipped = fields.Integer()
    done = fields.Integer()
    on_time = fields.Integer()
    late = fields.Integer()
    overdue = fields.Integer()
    left_out = fields.Integer()
    postponed = fields.Integer()
    blocked = fields.Integer()
    percent = fields.Float()


class MilestoneCountView(CountView):
    key = fields.String()
    by_level = fields.Dict(keys=fields.String(), values=fields.Nested(CountView))


class RollupUnit(UnitFacts):
    id = fields.String()


class LevelResultsView(StrictSchema):
    """`figures`: of all that have reported; `approved_figures`: of the `approved` among them."""

    approved = fields.Integer()
    approved_figures = fields.Dict(keys=fields.String(), values=fields.Integer())
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
    extensions_asked = fields.Integer()
    extended = fields.Integer()
    explanations_owed = fields.Integer()
    explanations_waiting = fields.Integer()
    pilots = fields.Integer()
    with_gaps = fields.Integer()
    gaps_supplied = fields.Integer()
    postponed = fields.Integer()
    blocked = fields.Integer()
    results = fields.Dict(keys=fields.String(), values=fields.Nested(LevelResultsView))
    sums_over = fields.Dict(keys=fields.String(), values=fields.String())


class PointView(CountView):
    day = fields.Date()


class PlannedView(StrictSchema):
    """From this day on so many should have it done."""

    day = fields.Date()
    due = fields.Integer()


class ExpectedView(StrictSchema):
    """`day`: half the time it is not later. One time in ten it is before `earliest`, one in ten after `latest`, null
    where that is beyond what can be foreseen. `silence`: why there is none, and then the days are null.
    """

    level = fields.String()
    silence = one_of(tuple(Silence), allow_none=True)
    day = fields.Date(allow_none=True)
    earliest = fields.Date(allow_none=True)
    latest = fields.Date(allow_none=True)


class RangeView(StrictSchema):
    """How many will be done on a day: four times in five between `low` and `high`."""

    day = fields.Date()
    low = fields.Integer()
    middle = fields.Integer()
    high = fields.Integer()


class ForecastView(StrictSchema):
    """The day by which `percent` of those that hold it will have closed, from the figures with which `made_on` began.

    `whole`: of all levels, and its level is "".
    """

    made_on = fields.Date()
    percent = fields.Integer()
    whole = fields.Nested(ExpectedView)
    levels = fields.List(fields.Nested(ExpectedView))
    way = fields.List(fields.Nested(RangeView))


class CourseView(StrictSchema):
    """`points`: with which figures days began, of the last days and of one day of each week before; none is made up
    for a day that was not kept. `week_ago`: null where that day was not.
    """

    milestone = fields.String()
    points = fields.List(fields.Nested(PointView))
    planned = fields.List(fields.Nested(PlannedView))
    week_ago = fields.Nested(CountView, allow_none=True)


class RollupView(RollupLine):
    """`course`: null where it was not asked for. `forecast`: of the closing, where its course is asked for and the
    unit has enough congresses that are open.
    """

    course = fields.Nested(CourseView, allow_none=True)
    forecast = fields.Nested(ForecastView, allow_none=True)
    children = fields.List(fields.Nested(RollupLine))
