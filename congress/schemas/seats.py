"""Divisions of seats: what comes in and goes out."""

from marshmallow import fields

from congress.domain.seat_divisions import EX_OFFICIO_MOST, REASON_LONGEST
from congress.domain.seats import NUMBER_MOST, UNITS_MOST, Basis, Method
from congress.schemas.congresses import UnitFacts
from congress.schemas.parts import some
from servicekit.web.schemas import PageView, StrictSchema, acts_field, one_of, prose, text, whole

BASES, METHODS = tuple(one.value for one in Basis), tuple(one.value for one in Method)
# What a number may be before the rule looks at it: theirs is the limit that is told.
ANY_SEATS = 1_000_000


class SeatsLine(StrictSchema):
    """A unit right below by its code. `number`: its members or inhabitants, by which seats are divided; `seats`: by
    hand; `least` and `most`: bounds of its own.
    """

    code = text(100, required=True)
    number = whole(0, NUMBER_MOST, load_default=None, allow_none=True)
    seats = whole(0, ANY_SEATS, load_default=None, allow_none=True)
    least = whole(0, ANY_SEATS, load_default=None, allow_none=True)
    most = whole(0, ANY_SEATS, load_default=None, allow_none=True)


class SeatsAsked(StrictSchema):
    """`seats`: to be divided; where each unit gets a `fixed` number, that number. `ex_officio`: seats of the congress
    besides, which are divided among nobody. `lines`: of units of which there is something to say.
    """

    basis = one_of(BASES, required=True)
    method = one_of(METHODS, load_default=Method.LARGEST_REMAINDER.value)
    seats = whole(0, ANY_SEATS, required=True)
    least = whole(0, ANY_SEATS, load_default=0)
    most = whole(0, ANY_SEATS, load_default=None, allow_none=True)
    ex_officio = whole(0, EX_OFFICIO_MOST, load_default=0)
    lines = some(fields.Nested(SeatsLine), UNITS_MOST, load_default=list)


class SeatsDecision(StrictSchema):
    """`reason`: needed where a division was decided before."""

    reason = prose(REASON_LONGEST, 0, load_default="")


class SeatsUnit(UnitFacts):
    id = fields.String()


class SeatsLineView(StrictSchema):
    """What a unit gets, and why; fractions as texts, such as 16/3.

    Of the largest remainder `share` is number / quota within the bounds, and `rank` the place of its remainder. Of a
    divisor method `share` is the quotient that won its last seat, `rank` the turn in which that was given, `next` the
    quotient with which it would win one more. `held`: by its least, by its most, or by nothing; `tied`: of equals the
    larger unit came first, then the smaller code. `before`: in the division before; `gone`: it stands below no more.
    `typed`: whoever divided gave its number, which is not what was known of it. `few`: so few members that
    their number is told to no unit beside.
    """

    unit = fields.Nested(SeatsUnit)
    number = fields.Integer(allow_none=True)
    by_hand = fields.Integer(allow_none=True)
    own_least = fields.Integer(allow_none=True)
    own_most = fields.Integer(allow_none=True)
    seats = fields.Integer()
    least = fields.Integer()
    most = fields.Integer()
    share = fields.String()
    rank = fields.Integer(allow_none=True)
    next = fields.String()
    held = fields.String()
    tied = fields.Boolean()
    before = fields.Integer(allow_none=True)
    gone = fields.Boolean()
    typed = fields.Boolean()
    few = fields.Boolean()


class SeatsLinePage(PageView):
    items = fields.List(fields.Nested(SeatsLineView))


class SeatsView(StrictSchema):
    """`asked`: what was to be divided, or of `fixed` the number for each; `seats`: all that were. `quota`: how many
    members or inhabitants a seat stands for, `cut`: the smallest quotient that won one. `changed`: in how many lines it
    is other than the one before. `own`: the line of your unit, where it is one right below.
    """

    id = fields.String()
    version = fields.Integer()
    congress_id = fields.String()
    plan_id = fields.String()
    unit = fields.Nested(SeatsUnit)
    number = fields.Integer()
    state = fields.String()
    basis = fields.String()
    method = fields.String()
    asked = fields.Integer()
    least = fields.Integer()
    most = fields.Integer(allow_none=True)
    ex_officio = fields.Integer()
    seats = fields.Integer()
    quota = fields.String()
    cut = fields.String()
    units = fields.Integer()
    changed = fields.Integer()
    before = fields.String()
    reason = fields.String()
    made_at = fields.DateTime()
    made_by_name = fields.String()
    decided_at = fields.DateTime(allow_none=True)
    decided_by_name = fields.String()
    own = fields.Nested(SeatsLineView, allow_none=True)
    acts = acts_field()


class SeatsOfCongress(StrictSchema):
    """`items`: the divisions of this congress's seats, the newest first. `given`: what its unit was given by the last
    one of the congress above.
    """

    items = fields.List(fields.Nested(SeatsView))
    next = fields.String(allow_none=True)
    total = fields.Integer()
    given = fields.Nested(SeatsView, allow_none=True)
    acts = acts_field()
