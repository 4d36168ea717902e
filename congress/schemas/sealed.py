"""Sealed reports as they are asked for and told."""

from marshmallow import fields

from servicekit.web.schemas import StrictSchema, WholeView, acts_field, identifier, one_of


class SealedQuery(StrictSchema):
    unit_id = identifier(required=True)


class SealingWanted(StrictSchema):
    """The unit whose figures are sealed, with all below it, as they are now."""

    unit_id = identifier(required=True)


class SealingAsked(StrictSchema):
    """The task that does it: see /jobs."""

    id = fields.String(required=True)
    asked_at = fields.DateTime(required=True)


class SealedLine(StrictSchema):
    """`hash`: SHA-256 of the report as canonical JSON. `missing`: congresses in it that are not approved."""

    id = fields.String(required=True)
    plan_id = fields.String(required=True)
    unit_id = fields.String(required=True)
    at = fields.DateTime(required=True)
    by_name = fields.String(required=True)
    hash = fields.String(required=True)
    count = fields.Integer(required=True)
    missing = fields.Integer(required=True)


class SealedList(StrictSchema):
    """The newest first; all there are."""

    items = fields.List(fields.Nested(SealedLine), required=True)
    next = fields.String(allow_none=True, required=True)
    total = fields.Integer(required=True)
    acts = acts_field()


class HoldingLine(StrictSchema):
    """`unit`: of which the report is, at or above the congress's own."""

    id = fields.String(required=True)
    at = fields.DateTime(required=True)
    hash = fields.String(required=True)
    unit_id = fields.String(required=True)
    code = fields.String(required=True)
    names = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class HoldingList(WholeView):
    """The newest first."""

    items = fields.List(fields.Nested(HoldingLine))


class SealedFile(StrictSchema):
    """`report`: what is signed. `signature`: a compact JWS over its `hash`, by a key of /sealed-report-keys."""

    id = fields.String(required=True)
    report = fields.Dict(keys=fields.String(), required=True)
    hash = fields.String(required=True)
    signature = fields.String(required=True)


class SealedKeys(StrictSchema):
    """A JWK set: whoever has it can check every sealed report."""

    keys = fields.List(fields.Dict(keys=fields.String()), required=True)


class PaperQuery(StrictSchema):
    kind = one_of(("pdf", "png"), data_key="as", load_default="pdf")


class ProofQuery(StrictSchema):
    report_id = identifier(required=True)


class ProofView(StrictSchema):
    """That a congress is in a sealed report: SHA-256 of 0x00, `salt` and `leaf` as canonical JSON, led by the hashes of
    `way` to the report's root (RFC 6962). `place` of `count`: of the leaf. Hashes are hexadecimal.
    """

    report_id = fields.String(required=True)
    hash = fields.String(required=True)
    leaf = fields.Dict(keys=fields.String(), required=True)
    salt = fields.String(required=True)
    place = fields.Integer(required=True)
    count = fields.Integer(required=True)
    way = fields.List(fields.String(), required=True)
