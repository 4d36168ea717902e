"""Requests for access of people who have none."""

from marshmallow import fields

from identity.domain.asking import State
from servicekit.web.schemas import Day, PageView, StrictSchema, acts_field, identifier, one_of, prose


class GiveOnRequest(StrictSchema):
    role = identifier(required=True)
    valid_from = Day(required=True)
    valid_to = Day(required=True)
    reason = prose(500, least=0, load_default="")


class AccessRequestView(StrictSchema):
    """`office` and `text` are a stranger's words; `name` is what the eID says.

    `own`: the reader's, who sees no thread.
    """

    id = fields.String()
    version = fields.Integer()
    name = fields.String()
    office = fields.String()
    text = fields.String()
    unit_id = fields.String()
    unit_path = fields.List(fields.String())
    unit_names = fields.Dict()
    asked_at = fields.DateTime()
    until = fields.DateTime()
    state = one_of(tuple(str(one) for one in State))
    answered_by_name = fields.String()
    answered_at = fields.DateTime(allow_none=True)
    reason = fields.String()
    acts = acts_field()
    own = fields.Boolean()


class AccessRequestPage(PageView):
    items = fields.List(fields.Nested(AccessRequestView))
