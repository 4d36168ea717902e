"""Offices: who must act, and how to reach them."""

from marshmallow import fields

from servicekit.web.schemas import StrictSchema, WholeView, identifiers, one_of

UNITS_MOST = 50  # a page of a list


class OfficesQuery(StrictSchema):
    """`unit_ids`: with commas between them. `side`: who reports in the unit, or who decides above it."""

    unit_ids = identifiers(UNITS_MOST, required=True)
    side = one_of(("unit", "superior"), load_default="unit")


class OfficeUnit(StrictSchema):
    id = fields.String()
    code = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String())


class HolderView(StrictSchema):
    """What the holder has released is there, else it is empty."""

    account_id = fields.String()
    name = fields.String()
    office_phone = fields.String()
    office_email = fields.String()


class OfficeView(StrictSchema):
    """`unit`: where the office is; null where nobody holds it. `holders`: told to those in the line above it alone
    (`in_line`); `further`: how many more there are.
    """

    for_unit = fields.String()
    unit = fields.Nested(OfficeUnit, allow_none=True)
    roles = fields.List(fields.String())
    in_line = fields.Boolean()
    holders = fields.List(fields.Nested(HolderView))
    further = fields.Integer()


class OfficeList(WholeView):
    items = fields.List(fields.Nested(OfficeView))
