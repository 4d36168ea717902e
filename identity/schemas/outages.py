"""Officials, sealed codes and windows, for when an eID is down; and what two of the topmost unit do together."""

from marshmallow import fields

from identity.domain.together import Act
from servicekit.web.schemas import (
    PageView,
    RefusalView,
    StrictSchema,
    WholeView,
    identifier,
    one_of,
    prose,
    text,
    whole,
)


class OwnSignInByCode(StrictSchema):
    id = fields.String()
    at = fields.DateTime()
    device = fields.String()


class SignInByCodeView(OwnSignInByCode):
    account_id = fields.String()
    name = fields.String()
    status = fields.String()
    confirmed_at = fields.DateTime(allow_none=True)


class SignInByCodePage(PageView):
    items = fields.List(fields.Nested(SignInByCodeView))


class NameOfficial(StrictSchema):
    account_id = identifier(required=True)
    unit_id = identifier(required=True)


class OfficialView(StrictSchema):
    account_id = fields.String()
    name = fields.String()
    unit_id = fields.String()
    named_by_name = fields.String()
    named_at = fields.DateTime()
    codes_left = fields.Integer()


class DrawCodes(StrictSchema):
    unit_id = identifier(required=True)


class DrawnCodes(OfficialView):
    """The codes are in this answer and in no other."""

    codes = fields.List(fields.String())


class OwnOffice(StrictSchema):
    unit_id = fields.String()
    unit_names = fields.Dict()
    named_by_name = fields.String()
    named_at = fields.DateTime()
    codes_left = fields.Integer()


class AskJointAct(StrictSchema):
    act = one_of(tuple(str(one) for one in Act), required=True)
    account_id = identifier(required=True)
    unit_id = identifier(load_default="")
    reason = text(500, required=True)


class JointActView(StrictSchema):
    id = fields.String()
    version = fields.Integer()
    act = fields.String()
    account_id = fields.String()
    name = fields.String()
    unit_id = fields.String()
    status = fields.String()
    asked_by = fields.String()
    asked_by_name = fields.String()
    asked_at = fields.DateTime()
    until = fields.DateTime()
    reason = fields.String()
    confirmed_by_name = fields.String()
    refusal = fields.Nested(RefusalView, allow_none=True)


class JointActList(WholeView):
    items = fields.List(fields.Nested(JointActView))


class OfficialPage(PageView):
    items = fields.List(fields.Nested(OfficialView))


class AskForWindow(StrictSchema):
    unit_id = identifier(required=True)
    hours = whole(1, 24, required=True)
    reason = prose(500, required=True)


class WindowView(StrictSchema):
    id = fields.String()
    version = fields.Integer()
    unit_id = fields.String()
    status = fields.String()
    asked_by = fields.String()
    asked_by_name = fields.String()
    reason = fields.String()
    asked_at = fields.DateTime()
    hours = fields.Integer()
    confirm_until = fields.DateTime()
    confirmed_by_name = fields.String()
    until = fields.DateTime(allow_none=True)
    ended_at = fields.DateTime(allow_none=True)
    ended_by_name = fields.String()


class WindowPage(PageView):
    items = fields.List(fields.Nested(WindowView))
