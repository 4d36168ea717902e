"""Which units have ever reported: figures, and the units behind them."""

from marshmallow import fields

from servicekit.web.schemas import PageQuery, PageView, StrictSchema, identifier, text


class ReportedQuery(PageQuery):
    """`below`: the unit; the page is of the units right below it."""

    below = identifier(required=True)


class ReportedUnitsQuery(ReportedQuery):
    level = text(64, least=0, load_default="")


class LevelReportedView(StrictSchema):
    level = fields.String()
    reported = fields.Integer()


class UnitReportedView(StrictSchema):
    unit_id = fields.String()
    reported = fields.Integer()


class ReportedView(PageView):
    """Of how many units, at and below the one, something of a congress was ever reported by the unit itself."""

    unit_id = fields.String()
    reported = fields.Integer()
    levels = fields.List(fields.Nested(LevelReportedView))
    children = fields.List(fields.Nested(UnitReportedView))
    as_of = fields.DateTime()


class ReportedUnitView(StrictSchema):
    """`at`: when it reported first."""

    unit_id = fields.String()
    unit_code = fields.String()
    unit_names = fields.Dict(keys=fields.String(), values=fields.String())
    level = fields.String()
    parent_names = fields.Dict(keys=fields.String(), values=fields.String())
    at = fields.DateTime()


class ReportedUnitPage(PageView):
    items = fields.List(fields.Nested(ReportedUnitView))
