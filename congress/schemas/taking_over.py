"""The superior's plan taken over: what comes in and goes out."""

from marshmallow import fields

from congress.schemas.parts import FEW, LONGEST_TEXT, key
from servicekit.web.schemas import Day, StrictSchema, prose


class PlanTaken(StrictSchema):
    """`date`: on which the plan was issued here, today where it is left out; `until`: an own day before the plan's;
    `below`: by level, days before the plan's for the congresses below. What is left out is set no more.
    """

    date = Day(load_default=None, allow_none=True)
    until = Day(load_default=None, allow_none=True)
    note = prose(LONGEST_TEXT, 0, load_default="")
    below = fields.Dict(keys=key(), values=Day(), load_default=dict, validate=FEW)


class TakingView(StrictSchema):
    until = fields.Date(allow_none=True)
    note = fields.String()
    below = fields.Dict(keys=fields.String(), values=fields.Date())
    day = fields.Date()
    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    by_code = fields.Boolean()


class UnitAboveView(StrictSchema):
    id = fields.String()
    code = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String())


class SetAboveView(StrictSchema):
    """A day before the plan's that a unit above has set since `day` for the congresses of this level below it."""

    unit = fields.Nested(UnitAboveView)
    until = fields.Date()
    day = fields.Date()


class LevelBelowView(StrictSchema):
    """What a unit may set a day for by taking the plan over. `day`: what counts there from above; `until`: what it has
    set; `congresses`: how many there are.
    """

    level = fields.String()
    day = fields.Date()
    until = fields.Date(allow_none=True)
    congresses = fields.Integer()


class TakenView(StrictSchema):
    """Of a congress. `own_until`: of the last taking; `taken_by`: the milestone that it records, null where the unit
    takes nothing over. `levels_below`: told to whoever may take the plan over, where it is read alone.
    """

    takings = fields.List(fields.Nested(TakingView))
    own_until = fields.Date(allow_none=True)
    taken_by = fields.String(allow_none=True)
    set_above = fields.List(fields.Nested(SetAboveView))
    levels_below = fields.List(fields.Nested(LevelBelowView))
