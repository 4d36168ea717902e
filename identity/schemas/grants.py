"""What identity takes and gives, as schemas."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from identity.domain.two_hands import SecondBy
from servicekit.web.schemas import (
    NOT_AN_ID,
    TOO_LONG,
    Day,
    PageQuery,
    PageView,
    StrictSchema,
    WholeView,
    acts_field,
    identifier,
    matching,
    one_of,
    prose,
    text,
    whole,
)
from servicekit.words import N_

ONE_PLACE_IN_IT = N_("Begin behind one grant or at a cursor, not at both.")


class GiveGrant(StrictSchema):
    unit_id = identifier(required=True)
    role = identifier(required=True)
    national_number = text(40, load_default=None)
    national_number_scheme = text(40, least=0, load_default="")
    account_id = identifier(load_default=None)
    label = text(120, least=0, load_default="")
    valid_from = Day(required=True)
    valid_to = Day(required=True)
    reason = prose(500, least=0, load_default="")
    by_code = fields.Boolean(load_default=False)
    mandate = matching(r"[a-z0-9_-]{0,64}", NOT_AN_ID, load_default="")
    handover_days = whole(0, 365, load_default=30)
    even_if_invited = fields.Boolean(
        load_default=False,
        metadata={
            "description": "Give it although an invitation of this number is open, see invited-already"
        },
    )


class Reason(StrictSchema):
    reason = prose(500, required=True)


class Resumption(Reason):
    also = fields.List(
        identifier(),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={"description": "Other grants of the person that come back with it"},
    )


class GrantQuery(PageQuery):
    unit_id = identifier(required=True)
    below = fields.Boolean(load_default=False)
    status = one_of(
        ("proposed", "invited", "offered", "active", "suspended", "revoked", "extension-asked"),
        load_default="",
    )


class Holder(StrictSchema):
    account_id = fields.String(allow_none=True)
    name = fields.String()
    invited = fields.Boolean()
    number_end = fields.String()
    national_number_scheme = fields.String()


class GivenBy(StrictSchema):
    account_id = fields.String()
    name = fields.String()


class RemovalView(StrictSchema):
    by = fields.String()
    by_name = fields.String()
    reason = fields.String()
    until = fields.DateTime()


class ExtensionView(StrictSchema):
    """A longer period, or one that hangs on another giver's access, that waits for a second person."""

    by = fields.String(attribute="asker")
    by_name = fields.String()
    valid_to = fields.Date()
    take_over = fields.Boolean()
    reason = fields.String()
    until = fields.DateTime()


class RolePermission(StrictSchema):
    permission = fields.String()
    reach = fields.String()
    use = fields.Boolean()


class GrantView(StrictSchema):
    id = fields.String()
    version = fields.Integer()
    unit_id = fields.String()
    unit_path = fields.List(fields.String())
    unit_names = fields.Dict()
    unit_level = fields.String()
    role = fields.String()
    holder = fields.Nested(Holder)
    valid_from = fields.Date()
    valid_to = fields.Date()
    status = fields.String()
    effective = fields.Boolean()
    why_not = fields.String(allow_none=True)
    given_by = fields.Nested(GivenBy)
    given_at = fields.DateTime()
    parent_grant_id = fields.String(allow_none=True)
    chain = fields.List(
        fields.String(),
        metadata={
            "description": "What it hangs on, nearest first, as far as the reader may read it; of one alone."
        },
    )
    reason = fields.String()
    ended_reason = fields.String()
    confirm_until = fields.DateTime(allow_none=True)
    recertify_by = fields.Date(allow_none=True)
    invited_until = fields.Date(allow_none=True)
    accepted_at = fields.DateTime(allow_none=True)
    removal = fields.Nested(RemovalView, allow_none=True)
    extension = fields.Nested(ExtensionView, allow_none=True)
    barred = fields.Boolean()
    barred_from = fields.String(allow_none=True)
    mandate = fields.String()
    code = fields.String()
    acts = acts_field()
    cautions = fields.List(fields.Nested(lambda: GrantCaution()))


class GrantCaution(StrictSchema):
    """Of an invitation that is open beside it, whose that is."""

    kind = fields.String()
    grant_id = fields.String()
    account_id = fields.String(attribute="holder.account_id", allow_none=True)
    name = fields.String(attribute="holder.name")
    invited = fields.Boolean(attribute="holder.invited")
    number_end = fields.String(attribute="holder.number_end")
    national_number_scheme = fields.String(attribute="holder.national_number_scheme")


class NumberKind(StrictSchema):
    scheme = fields.String()
    names = fields.List(fields.Dict())


class NumberKinds(WholeView):
    items = fields.List(fields.Nested(NumberKind))


class SuccessionQuery(StrictSchema):
    """`after` and `left_after`: the `next` and `left_next` of the page before."""

    to = identifier(required=True)
    after = text(200, least=0, load_default="")
    left_after = text(200, least=0, load_default="")
    limit = whole(1, 200, load_default=50)


class MoveLossesQuery(StrictSchema):
    unit_id = identifier(required=True)
    to_id = identifier(required=True)


class MoveLosses(StrictSchema):
    """`count`: all; `unseen`: those of them whose access the caller may not see; `grants`: the first of the others."""

    count = fields.Integer()
    people = fields.Integer()
    left_without_count = fields.Integer()
    unseen = fields.Integer()
    grants = fields.List(fields.Nested(GrantView))


class HandOver(StrictSchema):
    """`grants`: of what hangs directly on the grant just these; left out or empty, everything."""

    to = identifier(required=True)
    reason = text(500, required=True)
    grants = fields.List(identifier(), load_default=list, validate=validate.Length(max=500, error=TOO_LONG))


class LeftBehind(StrictSchema):
    grant = fields.Nested(GrantView)
    why = fields.String()


class SuccessionPreview(StrictSchema):
    """`count`: all that goes over, `direct_count`: what hangs on the grant itself; of these `grants` lists a page."""

    count = fields.Integer()
    direct_count = fields.Integer()
    next = fields.String(allow_none=True)
    left_next = fields.String(allow_none=True)
    ends_own = fields.Boolean()
    grants = fields.List(fields.Nested(GrantView))
    left = fields.List(fields.Nested(LeftBehind))
    left_count = fields.Integer()


class HandedOver(StrictSchema):
    moved = fields.Integer()
    grant = fields.Nested(GrantView)


class PeriodQuery(StrictSchema):
    valid_to = Day(required=True)
    take_over = fields.Boolean(load_default=False)


class ChangePeriod(PeriodQuery):
    reason = text(500, required=True)


class PeriodPreview(StrictSchema):
    """`taken_from`: who gave it, where it would hang on the caller's grant; `following`: how many go with it.

    `cut_short`: how many that hang on it would have lasted longer; `cut_grants`: the first of them.
    `second_by`: whose the second hand is without which it does not count.
    """

    grant = fields.Nested(GrantView)
    valid_to = fields.Date()
    taken_from = fields.String()
    following = fields.Integer()
    cut_short = fields.Integer()
    cut_grants = fields.List(fields.Nested(GrantView))
    second_by = one_of(tuple(str(one) for one in SecondBy))


class GrantList(WholeView):
    items = fields.List(fields.Nested(GrantView))


class GrantPage(PageView):
    items = fields.List(fields.Nested(GrantView))


class UnitPageQuery(PageQuery):
    unit_id = identifier(required=True)


class ToConfirmQuery(PageQuery):
    """`mine`: those that the reader may confirm, of whoever gives access from this unit or one above it; `overdue`:
    those whose day is over; `behind`: the id of a grant, behind whose place the page begins.
    """

    unit_id = identifier(required=True)
    mine = fields.Boolean(load_default=False)
    overdue = fields.Boolean(load_default=False)
    behind = identifier(load_default="")

    @validates_schema
    def begin_once(self, query: dict[str, Any], **_: Any) -> None:
        if query["behind"] and query["after"]:
            raise ValidationError(ONE_PLACE_IN_IT, "behind")


class ToConfirmTotals(StrictSchema):
    all = fields.Integer(allow_none=True)
    mine = fields.Integer(allow_none=True)


class ToConfirmPage(GrantPage):
    """`totals`: of the unit and all below it, whatever is filtered; null where it is too long to be counted now."""

    totals = fields.Nested(ToConfirmTotals)


class Displaced(StrictSchema):
    given_by_name = fields.String()
    valid_to = fields.Date()
    hanging = fields.Integer()


class OfferView(GrantView):
    role_names = fields.Dict()
    takes_place_of = fields.List(fields.Nested(Displaced))
    for_machine = fields.Boolean()
    permissions = fields.List(fields.Nested(RolePermission))


class OfferList(WholeView):
    items = fields.List(fields.Nested(OfferView))


class DeclineOffer(StrictSchema):
    reason = text(500, least=0, load_default="")


class RevocationPreview(StrictSchema):
    """`at_most`: there are so many that they were only counted, those among them that ended before; who would be left
    without any access is not known then.
    """

    at_most = fields.Boolean()
    count = fields.Integer()
    people = fields.Integer()
    left_without = fields.List(fields.String())
    left_without_count = fields.Integer()
    grants = fields.List(fields.Nested(GrantView))


class ResumptionPreview(StrictSchema):
    count = fields.Integer()
    grants = fields.List(fields.Nested(GrantView))
