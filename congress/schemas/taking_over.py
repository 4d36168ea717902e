"""The superior's plan taken over: what comes in and goes out."""

from marshmallow import fields, validate

from congress.schemas.parts import FEW, LONGEST_TEXT, key
from servicekit.web.schemas import TOO_LONG, Day, StrictSchema, WholeView, identifier, prose, text


class ResponsibleSchema(StrictSchema):
    """`task`: what the person looks after."""

    account_id = identifier(required=True)
    task = text(1_000, 0, required=True)


class ResponsibleView(StrictSchema):
    """`account_id`, `name`: empty for whoever neither reports for the unit nor decides on it."""

    account_id = fields.String()
    name = fields.String()
    task = fields.String()


class PeopleAsked(StrictSchema):
    """`national_number`: whose it is, alone; it is kept nowhere."""

    national_number = text(64, least=0, load_default="")


class PersonHereView(StrictSchema):
    account_id = fields.String()
    name = fields.String()


class PeopleHere(WholeView):
    items = fields.List(fields.Nested(PersonHereView))


class PlanTaken(StrictSchema):
    """`date`: on which the plan was issued here, today where it is left out; `until`: an own day before the plan's;
    `below`: by level, days before the plan's for the congresses below; `people`: who is responsible. What is left out
    is set no more.
    """

    date = Day(load_default=None, allow_none=True)
    until = Day(load_default=None, allow_none=True)
    note = prose(LONGEST_TEXT, 0, load_default="")
    below = fields.Dict(keys=key(), values=Day(), load_default=dict, validate=FEW)
    people = fields.List(
        fields.Nested(ResponsibleSchema), load_default=list, validate=validate.Length(max=50, error=TOO_LONG)
    )


class TakingView(StrictSchema):
    until = fields.Date(allow_none=True)
    note = fields.String()
    below = fields.Dict(keys=fields.String(), values=fields.Date())
    people = fields.List(fields.Nested(ResponsibleView))
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
    takes nothing over. `responsible`: the people of the last, told to whoever reports for the unit or decides on it.
    `levels_below`: told to whoever may take the plan over, where it is read alone.
    """

    takings = fields.List(fields.Nested(TakingView))
    responsible = fields.List(fields.Nested(ResponsibleView))
    own_until = fields.Date(allow_none=True)
    taken_by = fields.String(allow_none=True)
    set_above = fields.List(fields.Nested(SetAboveView))
    levels_below = fields.List(fields.Nested(LevelBelowView))
