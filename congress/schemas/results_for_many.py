"""Results for many congresses by a table: what comes in and goes out."""

from marshmallow import fields

from congress.domain.results_for_many import MOST_ROWS
from congress.schemas.congresses import UnitFacts
from congress.schemas.parts import MOST_NAMED, some
from servicekit.web.schemas import Number, RefusalView, StrictSchema, WholeView, named, text, whole


class ResultsRow(StrictSchema):
    """`line`: as in the table it comes from."""

    line = whole(1, required=True)
    unit_code = text(64, required=True)
    figures = named(Number(), MOST_NAMED, required=True)


class ResultsRowSeen(ResultsRow):
    """`version`: of the congress, as it was foreseen. `over`: in place of other figures that stand there."""

    version = whole(1, required=True)
    over = fields.Boolean(truthy={True}, falsy={False}, load_default=False)


class ResultsForeseen(StrictSchema):
    rows = some(fields.Nested(ResultsRow), MOST_ROWS, required=True)


class ResultsForMany(StrictSchema):
    rows = some(fields.Nested(ResultsRowSeen), MOST_ROWS, required=True)


class ResultsRowView(StrictSchema):
    """`why`: it is left out; else null. `congress_id`, `version`, `unit`: null where you may not report for it.
    `against`: other figures stand there; `same`: just these do.
    """

    line = fields.Integer()
    unit_code = fields.String()
    congress_id = fields.String(allow_none=True)
    version = fields.Integer(allow_none=True)
    unit = fields.Nested(UnitFacts, allow_none=True)
    why = fields.Nested(RefusalView, allow_none=True)
    against = fields.Boolean()
    same = fields.Boolean()


class ResultsRows(WholeView):
    items = fields.List(fields.Nested(ResultsRowView))
