"""Difficulties: what comes in and goes out."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from congress.domain.difficulties import STANDINGS, TEXT_LONGEST, Kind, Urgency
from congress.domain.difficulty_joining import JOINED_MOST
from congress.schemas.congresses import UnitFacts
from congress.schemas.parts import some
from servicekit.web.schemas import (
    PageQuery,
    PageView,
    StrictSchema,
    acts_field,
    identifier,
    named,
    one_of,
    prose,
    text,
    whole,
)
from servicekit.words import N_

KINDS, URGENCIES = tuple(one.value for one in Kind), tuple(one.value for one in Urgency)
WHICH = ("all", "waiting", *STANDINGS)
JOINED_AT_ONCE = 50
ONE_NARROWING = N_("Of what waits, of one class, or from one unit below: ask for one of them.")


class NewDifficulty(StrictSchema):
    """`congress_id` and `milestone`: what of the unit's congress it keeps from being done, if it does."""

    unit_id = identifier(required=True)
    kind = one_of(KINDS, required=True)
    urgency = one_of(URGENCIES, load_default=Urgency.ORDINARY.value)
    congress_id = identifier(load_default="")
    milestone = text(64, 0, load_default="")
    text = prose(TEXT_LONGEST, required=True)


class DifficultyText(StrictSchema):
    text = prose(TEXT_LONGEST, required=True)


class DifficultyAnswer(DifficultyText):
    """`alone`: not for those that are joined with it. `beside`: else the versions of all those to which it goes too, by
    their ids, as they were shown.
    """

    alone = fields.Boolean(truthy={True}, falsy={False}, load_default=False)
    beside = named(whole(1), JOINED_MOST, load_default=dict)


class DifficultiesToJoin(StrictSchema):
    unit_id = identifier(required=True)
    ids = some(identifier(), JOINED_AT_ONCE, required=True)


class DifficultyGroup(StrictSchema):
    joined = fields.String()


class DifficultyClosing(StrictSchema):
    text = prose(TEXT_LONGEST, 0, load_default="")


class DifficultyConfirmed(DifficultyClosing):
    """Not solved, it is said why."""

    solved = fields.Boolean(truthy={True}, falsy={False}, required=True)


class DifficultyQuery(PageQuery):
    """What has reached the unit, the newest first. `which`: in one standing, or `waiting`: for an act of this unit, the
    longest waiting first. `kind`: of one class; `below`: from the branch of this unit right below.
    """

    unit_id = identifier(required=True)
    which = one_of(WHICH, load_default="all")
    kind = one_of(KINDS, load_default="")
    below = identifier(load_default="")

    @validates_schema
    def narrow_once(self, query: dict[str, Any], **_: Any) -> None:
        refuse_narrowed_twice(query, "kind")


class DifficultiesWanted(StrictSchema):
    """The same list as a file. `about`: of one class."""

    unit_id = identifier(required=True)
    which = one_of(WHICH, load_default="all")
    about = one_of(KINDS, load_default="")
    below = identifier(load_default="")

    @validates_schema
    def narrow_once(self, query: dict[str, Any], **_: Any) -> None:
        refuse_narrowed_twice(query, "about")


def refuse_narrowed_twice(query: dict[str, Any], kind: str) -> None:
    if sum((query["which"] == "waiting", bool(query[kind]), bool(query["below"]))) > 1:
        raise ValidationError(ONE_NARROWING, kind)


class DifficultyUnit(UnitFacts):
    id = fields.String()


class DifficultyStep(StrictSchema):
    """`kind`: raised, forwarded, climbed (by the clock), asked_back, replied, answered, solved, not_solved,
    withdrawn, joined, separated (taken out again), other_separated (another one was), moved (with its unit),
    handed_over (its unit has ended).
    `unit`: at which it was done; `to`: to which it went on, else null. `by_name` is told to those who report or decide.
    """

    kind = fields.String()
    at = fields.DateTime()
    unit = fields.Nested(DifficultyUnit)
    to = fields.Nested(DifficultyUnit, allow_none=True)
    text = fields.String()
    by = fields.String()
    by_name = fields.String()
    by_code = fields.Boolean()


class DifficultyBlocks(StrictSchema):
    """`milestone`: empty where it keeps the congress as a whole from going on."""

    congress_id = fields.String()
    plan_id = fields.String()
    milestone = fields.String()
    milestone_names = fields.Dict(keys=fields.String(), values=fields.String())


class DifficultyBeside(StrictSchema):
    id = fields.String()
    version = fields.Integer()
    unit = fields.Nested(DifficultyUnit)
    standing = fields.String()


class DifficultyView(StrictSchema):
    """`standing`: its state, `overdue` where it is open and a day has passed, `ended` with its unit. `place`: with
    which unit it lies or lay; `waits_with`: whose act comes next, null where nobody's. `due`: until when that superior
    should answer, null where the unit's word is awaited. `joined`: the topmost unit answers it together with others;
    who stands there is told of the `others`. `steps`: its way; null in lists.
    """

    id = fields.String()
    version = fields.Integer()
    unit_id = fields.String()
    unit_path = fields.List(fields.String())
    unit = fields.Nested(DifficultyUnit)
    parent = fields.Nested(DifficultyUnit, allow_none=True)
    kind = fields.String()
    urgency = fields.String()
    text = fields.String()
    blocks = fields.Nested(DifficultyBlocks, allow_none=True)
    state = fields.String()
    standing = fields.String()
    place = fields.Nested(DifficultyUnit)
    waits_with = fields.Nested(DifficultyUnit, allow_none=True)
    raised_at = fields.DateTime()
    since = fields.DateTime()
    due = fields.Date(allow_none=True)
    joined = fields.Boolean()
    others = fields.List(fields.Nested(DifficultyBeside))
    steps = fields.List(fields.Nested(DifficultyStep), allow_none=True)
    acts = acts_field()


class DifficultyFiguresQuery(PageQuery):
    unit_id = identifier(required=True)


class DifficultyCount(StrictSchema):
    """`open`: overdue or not."""

    open = fields.Integer()
    overdue = fields.Integer()
    asked_back = fields.Integer()
    answered = fields.Integer()
    solved = fields.Integer()


class DifficultyKindCount(DifficultyCount):
    kind = fields.String()


class DifficultyUnitCount(DifficultyCount):
    unit = fields.Nested(DifficultyUnit)


class DifficultyFigures(PageView):
    """What has reached the unit: in all, by class, and a page of the units right below from which any has come.
    `further_below`: how many wait for a unit below and have not come up.
    """

    unit_id = fields.String()
    all = fields.Nested(DifficultyCount)
    kinds = fields.List(fields.Nested(DifficultyKindCount))
    items = fields.List(fields.Nested(DifficultyUnitCount))
    further_below = fields.Integer()
    as_of = fields.DateTime()


class DifficultyPage(PageView):
    items = fields.List(fields.Nested(DifficultyView))
