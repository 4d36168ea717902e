"""Schemas at the border: unknown fields, wrong types and unstorable values are refused, by name."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from servicekit.listing import CURSOR_MOST, PAGE, PAGE_MOST
from servicekit.words import N_

# What the field library says, put in our words so that it can be translated.
MESSAGES = {
    "required": N_("This is needed."),
    "null": N_("This may not be empty."),
    "validator_failed": N_("This is not a value that fits."),
}
fields.Field.default_error_messages.update(MESSAGES)
fields.String.default_error_messages["invalid"] = N_("This must be a text.")
fields.Integer.default_error_messages["invalid"] = N_("This must be a whole number.")
NOT_A_DATE = N_("This must be a date, such as 2026-03-31.")
fields.Date.default_error_messages["invalid"] = NOT_A_DATE
fields.DateTime.default_error_messages["invalid"] = N_("This must be an instant with its time zone.")
fields.Boolean.default_error_messages["invalid"] = N_("This must be true or false.")
fields.Nested.default_error_messages["type"] = N_("This must be an object.")
fields.List.default_error_messages["invalid"] = N_("This must be a list.")
fields.Mapping.default_error_messages["invalid"] = N_("This must be an object.")

UNKNOWN_FIELD = N_("This field is not known.")
TOO_LONG = N_("This is too long.")
TOO_SHORT = N_("This may not be empty.")
NOT_ONE_OF = N_("This is not one of the possible values.")
OUT_OF_RANGE = N_("This number is outside what is possible.")


class StrictSchema(Schema):
    class Meta:
        unknown = RAISE
        ordered = True

    error_messages = {
        "unknown": UNKNOWN_FIELD,
        "type": N_("This must be an object."),
        "invalid": N_("This must be an object."),
    }


def text(most: int = 200, least: int = 1, **more: Any) -> fields.String:
    """A text of a bounded number of characters."""
    return fields.String(
        validate=validate.Length(min=least, max=most, error=TOO_LONG if least == 0 else TOO_LONG_OR_EMPTY),
        **more,
    )


TOO_LONG_OR_EMPTY = N_("This is empty or too long.")


def identifier(**more: Any) -> fields.String:
    return fields.String(validate=validate.Regexp(r"^[a-z0-9_-]{1,64}$", error=NOT_AN_ID), **more)


NOT_AN_ID = N_("This is not an id.")


def whole(least: int = 0, most: int = 1_000_000_000, **more: Any) -> fields.Integer:
    return fields.Integer(
        strict=True, validate=validate.Range(min=least, max=most, error=OUT_OF_RANGE), **more
    )


def one_of(choices: tuple[str, ...], **more: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(choices, error=NOT_ONE_OF), **more)


def aware(**more: Any) -> fields.AwareDateTime:
    return fields.AwareDateTime(format="iso", **more)


class PageQuery(StrictSchema):
    """Which page of a list: after which item, and how many."""

    after = text(CURSOR_MOST, least=0, load_default="")
    # In a query every value is a text, so this number may be one.
    limit = fields.Integer(
        validate=validate.Range(min=1, max=PAGE_MOST, error=OUT_OF_RANGE), load_default=PAGE
    )


class PageView(StrictSchema):
    """`next` is the `after` of the page that follows; `total` counts the whole list, where it is counted."""

    next = fields.String(allow_none=True)
    total = fields.Integer(allow_none=True)
