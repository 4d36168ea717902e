"""The shapes of what comes in and goes out."""

from marshmallow import fields

from servicekit.web.schemas import Day, StrictSchema, identifier, text


class NewParade(StrictSchema):
    unit_id = identifier(required=True)
    on = Day(required=True)
    title = text(200, required=True)


class ParadeQuery(StrictSchema):
    unit_id = identifier(required=True)


class ParadeView(StrictSchema):
    id = fields.String()
    unit_id = fields.String()
    on = fields.Date()
    title = fields.String()


class ParadeList(StrictSchema):
    items = fields.List(fields.Nested(ParadeView))
