"""Offices: who must act, and how to reach them."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from servicekit.web.schemas import PageQuery, PageView, StrictSchema, WholeView, identifiers, text
from servicekit.words import N_

UNITS_MOST = 50  # a page of a list
LONGEST_NAME = 80


WHICH_UNITS = N_("Name units: in which somebody reports, or on which somebody decides.")


class OfficesQuery(StrictSchema):
    """Ids with commas between them: of units of which it is asked who reports there, and who decides above them."""

    reporting = identifiers(UNITS_MOST)
    deciding = identifiers(UNITS_MOST)

    @validates_schema
    def name_some(self, query: dict[str, Any], **_: Any) -> None:
        if not query:
            raise ValidationError(WHICH_UNITS, "reporting")


class OfficeRole(StrictSchema):
    key = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String())


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
    """`side`: unit (who reports) or superior (who decides). `unit`: where the office is; null where nobody holds it.
    `holders`: told to those in the line above it (`in_line`), and who decides, by name, to those who report to it;
    `further`: how many more there are.
    """

    for_unit = fields.String()
    side = fields.String()
    unit = fields.Nested(OfficeUnit, allow_none=True)
    roles = fields.List(fields.Nested(OfficeRole))
    in_line = fields.Boolean()
    holders = fields.List(fields.Nested(HolderView))
    further = fields.Integer()


class OfficeList(WholeView):
    items = fields.List(fields.Nested(OfficeView))


class OfficeHoldersQuery(PageQuery):
    q = text(LONGEST_NAME, required=True)


class OfficeHolderView(StrictSchema):
    """`roles`: what this person holds in this unit. `reads_access`: you may look at the access that is given there."""

    holder = fields.Nested(HolderView)
    unit = fields.Nested(OfficeUnit)
    roles = fields.List(fields.Nested(OfficeRole))
    reads_access = fields.Boolean()


class OfficeHolderPage(PageView):
    """`meant`: nobody is named so; these are named nearly so. `total`: null where more fit than are looked at."""

    items = fields.List(fields.Nested(OfficeHolderView))
    meant = fields.Boolean()
