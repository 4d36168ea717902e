"""Tallies: what comes in and goes out."""

from marshmallow import fields

from congress.domain.progress import REASON_LONGEST
from congress.domain.results import FIGURE_MOST
from congress.domain.tallies import CANDIDATES_MOST, EXCLUSIONS_MOST, SLOTS, Of
from congress.schemas.parts import MajorityView, some
from congress.schemas.plans import CautionView
from servicekit.web.schemas import StrictSchema, WholeView, acts_field, identifier, one_of, prose, text, whole


class CandidateSchema(StrictSchema):
    """`number`: of the member or on the ballot, where it tells people of one name apart."""

    name = text(120, required=True)
    number = text(40, 0, load_default="")


class ExclusionSchema(StrictSchema):
    """`reason`: the rule by which so many do not count; no person is named."""

    number = whole(1, FIGURE_MOST, required=True)
    reason = text(200, required=True)


class TallyAsked(StrictSchema):
    """`summoned`: or all members of the body, where those decide; `present`: of them. `majority`: a key of those that
    the list of tallies names. `before`: the round after which this is the next one, which has said `of`, `title`,
    `majority` and `seats`; the candidates too, unless others stand in it. `women`, `young`: how many of the candidates
    are, where that is said; the targets of the plan are warned of by it.
    """

    of = one_of(tuple(one.value for one in Of), load_default=None)
    title = text(200, 0, load_default="")
    majority = text(64, 0, load_default="")
    seats = whole(1, CANDIDATES_MOST, load_default=None, allow_none=True)
    summoned = whole(1, FIGURE_MOST, required=True)
    present = whole(0, FIGURE_MOST, required=True)
    exclusions = some(fields.Nested(ExclusionSchema), EXCLUSIONS_MOST, load_default=list)
    candidates = some(fields.Nested(CandidateSchema), CANDIDATES_MOST, load_default=list)
    before = identifier(load_default="")
    women = whole(0, CANDIDATES_MOST, load_default=None, allow_none=True)
    young = whole(0, CANDIDATES_MOST, load_default=None, allow_none=True)


class KeyingAsked(StrictSchema):
    """One of the three; `votes` in the order of the candidates."""

    slot = whole(min(SLOTS), max(SLOTS), required=True)
    issued = whole(0, FIGURE_MOST, required=True)
    returned = whole(0, FIGURE_MOST, required=True)
    invalid = whole(0, FIGURE_MOST, required=True)
    blank = whole(0, FIGURE_MOST, required=True)
    votes = some(whole(0, FIGURE_MOST), CANDIDATES_MOST, required=True)


class TallyWithdrawal(StrictSchema):
    reason = prose(REASON_LONGEST, 0, required=True)


class KeyedView(StrictSchema):
    """That one of the three was keyed; by whom it is told to those who write or decide on the report."""

    slot = fields.Integer()
    at = fields.DateTime()
    by_name = fields.String()
    by_code = fields.Boolean()


class KeyingView(StrictSchema):
    slot = fields.Integer()
    issued = fields.Integer()
    returned = fields.Integer()
    invalid = fields.Integer()
    blank = fields.Integer()
    votes = fields.List(fields.Integer())


class EarlierView(KeyingView):
    """What one of the three said before it was keyed again."""

    at = fields.DateTime()
    by_name = fields.String()


class DifferenceView(StrictSchema):
    """`row`: issued, returned, invalid, blank, or votes, of the `candidate` at that place; `values` by slot."""

    row = fields.String()
    candidate = fields.Integer(allow_none=True)
    values = fields.List(fields.Integer())


class VerdictView(StrictSchema):
    """`outcome`: elected, tied (as many votes as others, and fewer seats left than there are of them), no_seat (enough
    votes, and others with more took the seats), too_few. `place`: by votes, equals sharing one.
    """

    candidate = fields.Integer()
    votes = fields.Integer()
    place = fields.Integer()
    outcome = fields.String()


class TallyCountView(StrictSchema):
    """`base`: of how many; `threshold`: the part of it, as a fraction such as 121/2, that more than, or just so many,
    votes are needed of: `needed`. `left`: seats that nobody has yet; `next`: nothing, tie, second.
    """

    base = fields.Integer()
    threshold = fields.String()
    needed = fields.Integer()
    valid = fields.Integer()
    verdicts = fields.List(fields.Nested(VerdictView))
    elected = fields.Integer()
    left = fields.Integer()
    next = fields.String()


class WithdrawalView(StrictSchema):
    reason = fields.String()
    at = fields.DateTime()
    by_name = fields.String()


class TallyLine(StrictSchema):
    """One round. `kind`: first, second, tie. `keyed`: which of the three have been, by how many people (`hands`);
    `agreed`: they say the same. `elected`: how many, once they agree; nobody by what was withdrawn.
    """

    id = fields.String()
    version = fields.Integer()
    of = fields.String()
    title = fields.String()
    round = fields.Integer()
    kind = fields.String()
    before = fields.String()
    seats = fields.Integer(allow_none=True)
    majority = fields.Nested(MajorityView)
    listed = fields.Integer()
    keyed = fields.List(fields.Nested(KeyedView))
    hands = fields.Integer()
    complete = fields.Boolean()
    agreed = fields.Boolean()
    elected = fields.Integer(allow_none=True)
    next = fields.String(allow_none=True)
    withdrawn = fields.Nested(WithdrawalView, allow_none=True)
    opened_at = fields.DateTime()
    opened_by_name = fields.String()


class TallyView(TallyLine):
    """`keyings`, `earlier` and `differences`: told once all three are keyed. `count`: once they agree. `candidates`:
    without a name where they are not elected and the reader neither writes nor decides on the report.
    """

    summoned = fields.Integer()
    present = fields.Integer()
    exclusions = fields.List(fields.Nested(ExclusionSchema))
    candidates = fields.List(fields.Nested(CandidateSchema))
    women = fields.Integer(allow_none=True)
    young = fields.Integer(allow_none=True)
    keyings = fields.List(fields.Nested(KeyingView))
    earlier = fields.List(fields.Nested(EarlierView))
    differences = fields.List(fields.Nested(DifferenceView))
    count = fields.Nested(TallyCountView, allow_none=True)
    cautions = fields.List(fields.Nested(CautionView))
    acts = acts_field()


class TallyList(WholeView):
    """In the order in which they were opened. `majorities`: the kinds of decision of this organisation."""

    items = fields.List(fields.Nested(TallyLine))
    majorities = fields.List(fields.Nested(MajorityView))
    acts = acts_field()
