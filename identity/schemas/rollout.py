"""The roll-out: figures, and the units behind them."""

from marshmallow import fields, validate

from identity.domain.rollout import LISTS, Stage
from identity.schemas.offices import HolderView, OfficeRole
from servicekit.web.schemas import PageQuery, PageView, StrictSchema, identifier, one_of, text

STATES = tuple(map(str, Stage))


class RolloutQuery(PageQuery):
    """`below`: the unit; the page is of the units right below it."""

    below = identifier(required=True)


class RolloutUnitsQuery(PageQuery):
    """`state`: one of the four, `holder` for who holds access, signed in or not, `without` for the others."""

    below = identifier(required=True)
    state = one_of(tuple(LISTS), load_default="")
    level = text(64, least=0, load_default="")


class ReachedView(StrictSchema):
    """`units` are all; `without` are those that nobody holds access in: `offered` and `nobody`."""

    units = fields.Integer()
    signed_in = fields.Integer()
    held = fields.Integer()
    offered = fields.Integer()
    nobody = fields.Integer()
    without = fields.Integer()


class LevelReached(ReachedView):
    level = fields.String()


class UnitReached(LevelReached):
    unit_id = fields.String()
    unit_names = fields.Dict(keys=fields.String(), values=fields.String())


class RolloutView(PageView):
    """`all` and `levels`: of the unit and all below it. `children`: a page of the units right below, each with all that
    is below it. Everything that was written before `as_of` is counted."""

    unit_id = fields.String()
    unit_path = fields.List(fields.String())
    unit_names = fields.Dict(keys=fields.String(), values=fields.String())
    as_of = fields.DateTime()
    all = fields.Nested(ReachedView)
    levels = fields.List(fields.Nested(LevelReached))
    children = fields.List(fields.Nested(UnitReached))


class RolloutUnit(StrictSchema):
    """`since`: null where that is not known. `holders`: what they have released is told to those in the line above."""

    unit_id = fields.String()
    unit_code = fields.String()
    unit_names = fields.Dict(keys=fields.String(), values=fields.String())
    level = fields.String()
    parent_id = fields.String(allow_none=True)
    parent_names = fields.Dict(keys=fields.String(), values=fields.String())
    state = fields.String(validate=validate.OneOf(STATES))
    since = fields.DateTime(allow_none=True)
    roles = fields.List(fields.Nested(OfficeRole))
    holders = fields.List(fields.Nested(HolderView))
    further = fields.Integer()
    may_give = fields.Boolean()


class RolloutUnitPage(PageView):
    """`levels`: of all units at and below, whichever are asked for."""

    levels = fields.List(fields.String())
    items = fields.List(fields.Nested(RolloutUnit))
