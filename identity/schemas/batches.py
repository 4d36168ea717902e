"""Access for many, as a table of rows."""

from typing import Any

from marshmallow import fields, post_load, pre_dump, validate

from identity.domain.batches import MOST_ROWS, Wanted, Why
from identity.domain.two_hands import SecondBy
from identity.schemas.grants import GrantView
from servicekit.serving.problems import told_refusal
from servicekit.web.schemas import (
    TOO_LONG,
    Day,
    PageView,
    RefusalView,
    StrictSchema,
    identifier,
    one_of,
    prose,
    text,
    whole,
)


class WantedRow(StrictSchema):
    """`national_number`: empty for a code on paper. `line`: as in the table that the row comes from."""

    line = whole(1, 1_000_000, required=True)
    unit_code = text(64, required=True)
    role = identifier(required=True)
    national_number = text(40, least=0, load_default="")
    label = text(120, least=0, load_default="")
    valid_from = Day(required=True)
    valid_to = Day(required=True)

    @post_load
    def made(self, row: dict[str, Any], **_: Any) -> Wanted:
        return Wanted(**row)


class ManyWanted(StrictSchema):
    unit_id = identifier(required=True)
    rows = fields.List(
        fields.Nested(WantedRow), required=True, validate=validate.Length(1, MOST_ROWS, error=TOO_LONG)
    )


class GiveMany(ManyWanted):
    reason = prose(500, least=0, load_default="")


class KeptRefusal(RefusalView):
    """A refusal as it was kept, in the reader's language."""

    @pre_dump
    def told(self, why: Why, **_: Any) -> dict[str, Any]:
        return told_refusal(why.slug, why.title, why.params)


class Foreseen(StrictSchema):
    """`second_by`: whose second hand it takes. `open_beside`: invitations to the same role in the unit not taken up."""

    line = fields.Integer()
    why = fields.Nested(KeptRefusal, allow_none=True)
    unit_names = fields.Dict(attribute="giving.unit_names")
    number_end = fields.String(attribute="giving.number_end")
    second_by = one_of(tuple(str(one) for one in SecondBy), attribute="giving.second_by")
    open_beside = fields.Integer(attribute="giving.open_beside")


class ForeseenMany(StrictSchema):
    rows = fields.List(fields.Nested(Foreseen))


class BatchRow(StrictSchema):
    """`open`: nobody has accepted it yet. `code`: in the answer that gave it, and in no other."""

    line = fields.Integer(attribute="row.line")
    unit_code = fields.String(attribute="row.unit_code")
    role = fields.String(attribute="row.role")
    label = fields.String(attribute="row.label")
    grant_id = fields.String(attribute="row.grant_id")
    why = fields.Nested(KeptRefusal, attribute="row.why", allow_none=True)
    grant = fields.Nested(GrantView, allow_none=True)
    open = fields.Boolean()
    code = fields.String()


class BatchHead(StrictSchema):
    id = fields.String()
    version = fields.Integer()
    unit_id = fields.String()
    unit_names = fields.Dict()
    at = fields.DateTime()
    reason = fields.String()
    given = fields.Integer()
    refused = fields.Integer()
    not_tried = fields.Integer()


class BatchView(BatchHead):
    rows = fields.List(fields.Nested(BatchRow))


class BatchPage(PageView):
    items = fields.List(fields.Nested(BatchHead))
