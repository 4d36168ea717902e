"""What superiors do with a report besides their decision, as it goes out."""

from marshmallow import fields

from servicekit.web.schemas import StrictSchema


class OfficeView(StrictSchema):
    """A unit whose office acted."""

    id = fields.String()
    code = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String())
    level = fields.String()


class OpenedView(StrictSchema):
    """`unit`: whose office opened it. `by_name` is told as that of an act."""

    at = fields.DateTime()
    by_name = fields.String()
    unit = fields.Nested(OfficeView, allow_none=True)


class FromAboveView(StrictSchema):
    """`opened`: null where the superior has not read it for deciding, where nothing waits, and in answers to acts."""

    opened = fields.Nested(OpenedView, allow_none=True)
