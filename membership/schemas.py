"""The shapes of membership's API; unknown fields are refused."""

from marshmallow import fields

from servicekit.audit.exporting import KEY, AuditWanted
from servicekit.web.schemas import (
    AskedWhole,
    Birth,
    CutView,
    Day,
    PageQuery,
    PageView,
    StrictSchema,
    acts_field,
    asked_whole,
    identifier,
    identifiers,
    one_of,
    prose,
    text,
    whole,
)

LONGEST_QUERY = 80
MOST_ITEMS = 200
NAMED_MOST = 100


def page_size(default: int) -> AskedWhole:
    return asked_whole(1, MOST_ITEMS, load_default=default)


# Units


class LevelView(StrictSchema):
    key = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String())
    children = fields.List(fields.String())


class LevelSchemeView(StrictSchema):
    key = fields.String()
    levels = fields.List(fields.Nested(LevelView))


class UnitView(StrictSchema):
    id = fields.String()
    code = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String())
    level = fields.String()
    parent_id = fields.String(allow_none=True)
    path = fields.List(fields.String())
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    attributes = fields.Dict(keys=fields.String(), values=fields.String())
    also = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class UnitAsked(StrictSchema):
    unit_id = identifier(required=True)


class MovesQuery(PageQuery):
    unit_id = identifier(required=True)


class Reason(StrictSchema):
    reason = prose(500, required=True)


class AskToMove(StrictSchema):
    unit_id = identifier(required=True)
    to_id = identifier(required=True)
    reason = prose(500, required=True)


class UnitMovePreviewQuery(StrictSchema):
    unit_id = identifier(required=True)
    to_id = identifier(required=True)


class UnitMovePreview(StrictSchema):
    """`units`: how many move; `second_person`: whether somebody else must confirm it."""

    unit_id = fields.String()
    unit_names = fields.Dict(keys=fields.String(), values=fields.String())
    from_id = fields.String()
    from_names = fields.Dict(keys=fields.String(), values=fields.String())
    to_id = fields.String()
    to_names = fields.Dict(keys=fields.String(), values=fields.String())
    units = fields.Integer()
    second_person = fields.Boolean()


class MoveView(StrictSchema):
    id = fields.String()
    version = fields.Integer()
    unit_id = fields.String()
    unit_names = fields.Dict(keys=fields.String(), values=fields.String())
    from_id = fields.String()
    from_names = fields.Dict(keys=fields.String(), values=fields.String())
    to_id = fields.String()
    to_names = fields.Dict(keys=fields.String(), values=fields.String())
    status = fields.String()
    asked_by = fields.String()
    asked_by_name = fields.String()
    asked_at = fields.DateTime()
    reason = fields.String()
    units = fields.Integer()
    confirm_until = fields.DateTime()
    decided_by_name = fields.String()
    decided_at = fields.DateTime(allow_none=True)
    decided_reason = fields.String()
    acts = acts_field()


class MovePage(PageView):
    items = fields.List(fields.Nested(MoveView))


class AncestorView(StrictSchema):
    id = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String())
    level = fields.String()


class UnitSeenView(UnitView):
    """`heirs`: the live units that an ended one went into. `ended_count`: ended units directly below."""

    ancestors = fields.List(fields.Nested(AncestorView))
    children_count = fields.Integer()
    ended_count = fields.Integer()
    heirs = fields.List(fields.Nested(UnitView))


class UnitPageView(PageView):
    items = fields.List(fields.Nested(UnitView))


class EndedView(StrictSchema):
    id = fields.String()
    code = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String())
    valid_to = fields.Date()


class UnitFoundView(UnitView):
    """`instead_of`: ended units that were meant by what was asked, and went into this one."""

    instead_of = fields.List(fields.Nested(EndedView))


class UnitsFoundView(PageView):
    """What fits best; `total` counts all that fit, unless they are too many to be looked at.

    `meant`: nothing is named as was asked; these are named nearly so.
    """

    items = fields.List(fields.Nested(UnitFoundView))
    meant = fields.Boolean()


class ChildrenQuery(PageQuery):
    """`ended`: those that have ended, instead of those that live."""

    ended = fields.Boolean(truthy={"true"}, falsy={"false"}, load_default=False)
    limit = page_size(100)


class UnitsNamedQuery(StrictSchema):
    """`ids` with commas between them."""

    ids = identifiers(NAMED_MOST, required=True)


class UnitQuery(StrictSchema):
    q = text(LONGEST_QUERY, least=0, load_default="")
    code = text(64, least=0, load_default="")
    below = identifier(load_default="")
    limit = page_size(20)


# Members


class MemberValues(StrictSchema):
    name = text(required=True)
    birth_date = Birth(required=True)
    sex = one_of(("female", "male", "other"), required=True)
    admission_date = Day(allow_none=True, load_default=None)
    official_date = Day(allow_none=True, load_default=None)
    card_number = text(64, least=0, allow_none=True, load_default=None)
    national_number = text(64, least=0, allow_none=True, load_default=None)
    phone = text(64, least=0, allow_none=True, load_default=None)


class NewMember(MemberValues):
    unit_id = identifier(required=True)


class WrittenView(StrictSchema):
    """No personal value: the answer is kept for the Idempotency-Key."""

    id = fields.String()
    version = fields.Integer()
    unit_id = fields.String()
    status = fields.String(attribute="details.status")


class MemberLine(StrictSchema):
    id = fields.String()
    version = fields.Integer()
    unit_id = fields.String()
    name = fields.String(attribute="details.name")
    sex = fields.String(attribute="details.sex")
    status = fields.String(attribute="details.status")
    birth_date = Birth(attribute="details.birth_date")
    admission_date = fields.Date(attribute="details.admission_date", allow_none=True)
    official_date = fields.Date(attribute="details.official_date", allow_none=True)
    card_number = fields.String(attribute="details.card_number", allow_none=True)


class MemberView(MemberLine):
    national_number = fields.String(attribute="details.national_number", allow_none=True)
    phone = fields.String(attribute="details.phone", allow_none=True)
    left_on = fields.Date(allow_none=True)


class MemberSeenView(MemberView):
    acts = acts_field()


class MemberPageView(PageView):
    """`meant`: nobody is named as was asked; these are named nearly so. `exports`: how much of each the caller may take
    along as a file (see MembersWanted).
    """

    items = fields.List(fields.Nested(MemberLine))
    meant = fields.Boolean()
    exports = fields.List(fields.String())


class Leaving(StrictSchema):
    reason = prose(500, required=True)
    on = Day(allow_none=True, load_default=None)


class MoveAsked(StrictSchema):
    to_id = identifier(required=True)


class MoveMember(MoveAsked):
    reason = prose(500, required=True)


class MoveStranded(MoveMember):
    """`number`: how many members the ended unit has, as was seen."""

    number = whole(0, 10**6, required=True)


class MovePreviewView(StrictSchema):
    members = fields.Integer()
    from_unit = fields.Nested(UnitView)
    to_unit = fields.Nested(UnitView)


class StrandedMovedView(StrictSchema):
    moved = fields.Integer()
    left_behind = fields.Integer()


class MemberQuery(PageQuery):
    unit_id = identifier(required=True)
    q = text(LONGEST_QUERY, least=0, load_default="")


class MembersWanted(StrictSchema):
    """`details`: how much of each; masked has the phone and the end of the national number, whole all of it."""

    unit_id = identifier(required=True)
    details = one_of(("plain", "masked", "whole"), load_default="plain")


EXPORTS: dict[str, type[StrictSchema]] = {"members": MembersWanted, KEY: AuditWanted}


class NumberAsked(StrictSchema):
    national_number = text(64, required=True)


class MemberFound(StrictSchema):
    member = fields.Nested(MemberView, allow_none=True)


class EarlierView(StrictSchema):
    version = fields.Integer()
    replaced_at = fields.DateTime()
    replaced_by = fields.String()
    kind = fields.String()
    unit_id = fields.String()
    to_unit_id = fields.String()
    reason = fields.String()
    name = fields.String(attribute="details.name")
    sex = fields.String(attribute="details.sex")
    status = fields.String(attribute="details.status")
    birth_date = Birth(attribute="details.birth_date")
    admission_date = fields.Date(attribute="details.admission_date", allow_none=True)
    official_date = fields.Date(attribute="details.official_date", allow_none=True)
    card_number = fields.String(attribute="details.card_number", allow_none=True)
    national_number = fields.String(attribute="details.national_number", allow_none=True)
    phone = fields.String(attribute="details.phone", allow_none=True)


class UnitChangeView(StrictSchema):
    """What befell a unit while the member was in it or below it; the superior before and after, where it moved."""

    unit_id = fields.String()
    kind = fields.String()
    at = fields.DateTime()
    by = fields.String()
    from_id = fields.String()
    to_id = fields.String()


class HistoryView(PageView):
    items = fields.List(fields.Nested(EarlierView))
    units = fields.List(fields.Nested(UnitChangeView))


class CountsView(StrictSchema):
    total = fields.Integer()
    applicant = fields.Integer()
    probationary = fields.Integer()
    official = fields.Integer()


class UnitNamedView(StrictSchema):
    id = fields.String()
    code = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String())
    level = fields.String()


class UnitCountsView(StrictSchema):
    """`own` are members of the unit itself, `all` those of it and of all units below."""

    unit = fields.Nested(UnitNamedView)
    own = fields.Nested(CountsView)
    all = fields.Nested(CountsView)


class CountsQuery(PageQuery):
    limit = page_size(100)


class MemberCountsView(StrictSchema):
    """`next` and `total` are of the units directly below."""

    here = fields.Nested(UnitCountsView)
    children = fields.List(fields.Nested(UnitCountsView))
    next = fields.String(allow_none=True)
    total = fields.Integer()
    as_of = fields.DateTime()


class MemberNamedView(StrictSchema):
    id = fields.String()
    unit_id = fields.String()
    unit_names = fields.Dict(keys=fields.String(), values=fields.String())


class LookView(StrictSchema):
    at = fields.DateTime()
    actor_name = fields.String()
    action = fields.String()
    unit_names = fields.Dict(keys=fields.String(), values=fields.String())


class OwnLooksView(CutView):
    member = fields.Nested(MemberNamedView, allow_none=True)
    items = fields.List(fields.Nested(LookView))
