"""What superiors do with a report besides their decision, as it goes out."""

from marshmallow import fields, validate

from congress.schemas.parts import LONGEST_TEXT, OnPurpose
from servicekit.web.schemas import TOO_LONG, Day, Number, StrictSchema, identifier, prose, text


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


class GapStated(StrictSchema):
    """`of`: a milestone or a figure by its key, `document`, or `results` for the report as a whole."""

    of = text(64, required=True)
    text = prose(LONGEST_TEXT, 0, required=True)
    until = Day(required=True)


class ApprovalWanted(OnPurpose):
    gaps = fields.List(
        fields.Nested(GapStated), load_default=list, validate=validate.Length(max=50, error=TOO_LONG)
    )


class GapSupplied(StrictSchema):
    """`value`: of a figure, `day`: of a milestone; they count once the gap is closed."""

    gap_id = identifier(required=True)
    text = prose(LONGEST_TEXT, 0, load_default="")
    value = Number(load_default=None, allow_none=True)
    day = Day(load_default=None, allow_none=True)


class GapDecision(OnPurpose):
    """`remark`: needed where it is still owed, and where it is closed although nothing was supplied."""

    gap_id = identifier(required=True)
    closed = fields.Boolean(truthy={True}, falsy={False}, required=True)
    remark = prose(LONGEST_TEXT, 0, load_default="")


class SuppliedView(StrictSchema):
    text = fields.String()
    value = Number(allow_none=True)
    day = fields.Date(allow_none=True)
    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    by_code = fields.Boolean()


class GapAnswerView(StrictSchema):
    closed = fields.Boolean()
    remark = fields.String()
    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()


class RoundView(StrictSchema):
    supplied = fields.Nested(SuppliedView)
    answer = fields.Nested(GapAnswerView)


class GapView(StrictSchema):
    """`state`: owed, supplied, closed. `overdue`: its unit owes it still although the day has passed. `earlier`: what
    was supplied before, and given back.
    """

    id = fields.String()
    of = fields.String()
    text = fields.String()
    until = fields.Date()
    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    state = fields.String()
    overdue = fields.Boolean()
    supplied = fields.Nested(SuppliedView, allow_none=True)
    answer = fields.Nested(GapAnswerView, allow_none=True)
    earlier = fields.List(fields.Nested(RoundView))


class FromAboveView(StrictSchema):
    """`gaps`: of the approval that stands; `gap_due`: when the first that its unit owes is due.

    `opened`: null where the superior has not read it for deciding, where nothing waits, and in answers to acts.
    """

    opened = fields.Nested(OpenedView, allow_none=True)
    gaps = fields.List(fields.Nested(GapView))
    gap_due = fields.Date(allow_none=True)
