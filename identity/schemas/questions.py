"""Roles, and who may do what and why."""

from marshmallow import fields

from identity.domain.two_hands import SecondBy
from identity.schemas.grants import GrantView, RolePermission
from servicekit.web.schemas import (
    StrictSchema,
    WholeView,
    identifier,
    one_of,
    text,
)


class WhoQuery(StrictSchema):
    permission = text(60, required=True)
    unit_id = identifier(required=True)


class WhyQuery(WhoQuery):
    account_id = identifier(load_default="")


class RoleView(StrictSchema):
    key = fields.String()
    names = fields.Dict()
    strong = fields.Boolean()
    deputies = fields.Boolean()
    withdrawn = fields.Boolean()
    permissions = fields.List(fields.Nested(RolePermission))


class RoleList(WholeView):
    items = fields.List(fields.Nested(RoleView))


class Explanation(StrictSchema):
    allowed = fields.Boolean()
    why = fields.String()
    permission = fields.String()
    unit_id = fields.String()
    chain = fields.List(fields.Nested(GrantView))


class WhatIfQuery(StrictSchema):
    role = identifier(required=True)
    unit_id = identifier(required=True)


class UnitQuery(StrictSchema):
    unit_id = identifier(required=True)


class WhatIf(StrictSchema):
    role = fields.String()
    unit_id = fields.String()
    strong = fields.Boolean(
        metadata={"description": "Whether it takes a second hand, given by the caller now"}
    )
    second_by = one_of(tuple(str(one) for one in SecondBy))
    permissions = fields.List(fields.Nested(RolePermission))


class WhoMay(WholeView):
    permission = fields.String()
    unit_id = fields.String()
    items = fields.List(fields.Nested(GrantView))
