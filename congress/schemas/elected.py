"""Elected people: what comes in and goes out."""

from marshmallow import fields

from congress.domain.elected import PEOPLE_MOST
from congress.domain.results import FIGURE_MOST
from congress.schemas.parts import some
from congress.schemas.plans import CautionView
from congress.schemas.seats import SeatsUnit
from servicekit.web.schemas import PageView, StrictSchema, WholeView, acts_field, text, whole


class ElectedPerson(StrictSchema):
    """`number`: of the member, where it tells people apart. `office`: in the list of offices alone. `votes`: none where
    nobody voted on them.
    """

    name = text(120, required=True)
    number = text(40, 0, load_default="")
    office = text(120, 0, load_default="")
    votes = whole(0, FIGURE_MOST, load_default=None, allow_none=True)


class ElectedPeople(StrictSchema):
    """In their order; they take the place of those that were there."""

    people = some(fields.Nested(ElectedPerson), PEOPLE_MOST, required=True)


class ElectedListView(StrictSchema):
    """`of`: committee, standing, delegates, offices. `version` is 0 before the first. `tallied`: whom the tallies say
    to be elected. `since`: results were reported anew since this was saved.
    """

    of = fields.String()
    version = fields.Integer()
    people = fields.List(fields.Nested(ElectedPerson))
    tallied = fields.List(fields.Nested(ElectedPerson))
    since = fields.Boolean()
    at = fields.DateTime(allow_none=True)
    by_name = fields.String()
    by_code = fields.Boolean()
    cautions = fields.List(fields.Nested(CautionView))


class ElectedOfCongress(WholeView):
    items = fields.List(fields.Nested(ElectedListView))
    acts = acts_field()


class DelegatesOfUnit(StrictSchema):
    """`state`: of the report of the unit; what is not approved may change."""

    unit = fields.Nested(SeatsUnit)
    state = fields.String()
    people = fields.List(fields.Nested(ElectedPerson))


class DelegatesPage(PageView):
    items = fields.List(fields.Nested(DelegatesOfUnit))
