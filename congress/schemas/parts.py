"""What several of them are made of: keys, names by language, short lists."""

from typing import Any

from marshmallow import fields, validate

from servicekit.web.schemas import (
    NOT_AN_ID,
    TOO_LONG,
    StrictSchema,
    Word,
    matching,
    named,
    prose,
    text,
)
from servicekit.words.i18n import LANGUAGES

# What a text may hold before the rules look at it: theirs is the limit that is told.
LONGEST_TEXT = 100_000


# Figures, reasons: more than any plan has.
MOST_NAMED = 200


FEW = validate.Length(max=MOST_NAMED, error=TOO_LONG)


def key() -> Word:
    """A word that a record is addressed by: it becomes a part of a field's path in the database."""
    return matching(r"[a-z0-9][a-z0-9_-]{0,63}", NOT_AN_ID)


def names(**more: Any) -> fields.Dict:
    return named(text(200), len(LANGUAGES), LANGUAGES, **more)


def some(field: Any, most: int = 200, **more: Any) -> Any:
    return fields.List(field, validate=validate.Length(max=most, error=TOO_LONG), **more)


class OnPurpose(StrictSchema):
    """`over_levels`: the caller knows that units with a congress stand between, and acts over their heads;
    `over_reason` says why, and stays in the history.
    """

    over_levels = fields.Boolean(truthy={True}, falsy={False}, load_default=False)
    over_reason = prose(LONGEST_TEXT, 0, load_default="")


class MajorityView(StrictSchema):
    """`numerator` / `denominator` of the base, or `more` than that. `base`: summoned, body (both less the exclusions),
    present, returned. `elects`: seats go to those with the most votes; else each is voted on by itself.
    """

    key = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String())
    numerator = fields.Integer()
    denominator = fields.Integer()
    more = fields.Boolean()
    base = fields.String()
    elects = fields.Boolean()


class ListRemindedView(StrictSchema):
    """When all in this list were last reminded, and how many they were."""

    at = fields.DateTime()
    number = fields.Integer()
