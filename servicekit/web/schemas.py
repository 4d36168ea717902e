"""Schemas at the border: unknown fields, wrong types and unstorable values are refused, by name.

What comes in is made of these fields only: each passes the one door for its kind (text, numbers, dates, contacts).
"""

import math
from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_dump, validate

from servicekit.data.storable import is_name
from servicekit.refusals import Acts
from servicekit.serving.problems import acts_document
from servicekit.web.listing import CURSOR_MOST, PAGE, PAGE_MOST
from servicekit.words import N_, contacts, dates, numbers
from servicekit.words import text as texts

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


TOO_LONG_OR_EMPTY = N_("This is empty or too long.")
NOT_AN_ID = N_("This is not an id.")
NOT_IDS = N_("These must be ids, with commas between them.")
NAME_UNSTORABLE = N_("This cannot be a name: it is empty, too long, or holds a dollar sign or a dot.")
UNPRINTABLE = N_("This holds control characters.")
NOT_AN_ADDRESS = N_("This is not an e-mail address.")
NOT_A_BIRTH = N_("This must be a date, such as 1980-03-31, or a year where no more is known.")
NOT_A_NUMBER = N_("This must be a number.")


class Line(fields.String):
    """One line, without signs that cannot be seen."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        found = self._tidied(super()._deserialize(value, attr, data, **kwargs))
        if texts.has_controls(found):
            raise ValidationError(UNPRINTABLE)
        return found

    def _tidied(self, typed: str) -> str:
        return texts.line(typed)


class Prose(Line):
    """Several lines, without signs that cannot be seen."""

    def _tidied(self, typed: str) -> str:
        return texts.lines(typed)


class Verbatim(fields.String):
    """Kept exactly as it came, for whoever sent it: what is typed passes the door when it is used."""


class Word(fields.String):
    """A word of ours that comes back to us: it is one of those that can be, or it is refused."""


class Name(Word):
    """A name that a caller gives to a value."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name: str = super()._deserialize(value, attr, data, **kwargs)
        if not is_name(name):
            raise ValidationError(NAME_UNSTORABLE)
        return name


class Email(fields.String):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            return contacts.email(super()._deserialize(value, attr, data, **kwargs))
        except contacts.NotAnAddress as error:
            raise ValidationError(NOT_AN_ADDRESS) from error


class Whole(fields.Integer):
    """A number in JSON: 47.0 and "47" are not whole numbers."""

    def __init__(self, **more: Any) -> None:
        super().__init__(strict=True, **more)


class AskedWhole(fields.Integer):
    """A whole number in a query, where every value is a text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        try:
            return numbers.whole(str(value), grouping="")
        except numbers.NotWhole as error:
            raise self.make_error("invalid", input=value) from error


class Number(fields.Float):
    """A finite number in JSON; the rule for what it counts says whether it may have a decimal."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValidationError(NOT_A_NUMBER)
        return value


class Day(fields.Date):
    """YYYY-MM-DD."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            return dates.day(value if isinstance(value, str) else "")
        except dates.NotADay as error:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from error


class Birth(fields.String):
    """YYYY-MM-DD, or YYYY where no more is known."""

    def __init__(self, **more: Any) -> None:
        super().__init__(metadata={"pattern": "^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$"}, **more)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value.isoformat())

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return dates.birth(value if isinstance(value, str) else "")
        except dates.NotADay as error:
            raise ValidationError(NOT_A_BIRTH) from error


class Matching(validate.Regexp):
    """The whole text has the form; Python's `$` also stands before a line break at the end."""

    def __init__(self, form: str, error: str) -> None:
        super().__init__(f"^(?:{form})$", error=error)  # as the published document needs it

    def __call__(self, value: Any) -> Any:
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value


def text(most: int = 200, least: int = 1, **more: Any) -> Line:
    """One line of a bounded number of characters."""
    return Line(validate=_length(most, least), **more)


def prose(most: int = 200, least: int = 1, **more: Any) -> Prose:
    """Text of a bounded number of characters in which lines are broken."""
    return Prose(validate=_length(most, least), **more)


def verbatim(most: int, **more: Any) -> Verbatim:
    return Verbatim(validate=_length(most, 0), **more)


def _length(most: int, least: int) -> validate.Length:
    return validate.Length(min=least, max=most, error=TOO_LONG if least == 0 else TOO_LONG_OR_EMPTY)


def email(most: int = 200, **more: Any) -> Email:
    return Email(validate=validate.Length(max=most, error=TOO_LONG), metadata={"format": "email"}, **more)


def matching(form: str, error: str, **more: Any) -> Word:
    """`form`: a regular expression for the whole text."""
    return Word(validate=Matching(form, error), **more)


_ID = r"[a-z0-9_-]{1,64}"


def identifier(**more: Any) -> Word:
    return matching(_ID, NOT_AN_ID, **more)


def identifiers(most: int, **more: Any) -> Word:
    """In a query: ids with commas between them."""
    return matching(f"{_ID}(,{_ID}){{0,{most - 1}}}", NOT_IDS, **more)


def whole(least: int = 0, most: int = 1_000_000_000, **more: Any) -> Whole:
    return Whole(validate=validate.Range(min=least, max=most, error=OUT_OF_RANGE), **more)


def asked_whole(least: int, most: int, **more: Any) -> AskedWhole:
    """In a query."""
    return AskedWhole(validate=validate.Range(min=least, max=most, error=OUT_OF_RANGE), **more)


def named(values: fields.Field[Any], most: int, among: tuple[str, ...] = (), **more: Any) -> fields.Dict:
    """Values by name; the one way in which a caller's own names come in. `among`: only these names."""
    names = one_of(among) if among else Name()
    return fields.Dict(keys=names, values=values, validate=validate.Length(max=most, error=TOO_LONG), **more)


def one_of(choices: tuple[str, ...], **more: Any) -> Word:
    return Word(validate=validate.OneOf(choices, error=NOT_ONE_OF), **more)


class PageQuery(StrictSchema):
    """Which page of a list: after which item, and how many."""

    after = verbatim(CURSOR_MOST, load_default="")
    limit = asked_whole(1, PAGE_MOST, load_default=PAGE)


class RefusalView(StrictSchema):
    """`message`: the title before it was translated, with places for `params`."""

    type = fields.String()
    title = fields.String()
    message = fields.String()
    params = fields.Dict(keys=fields.String(), values=fields.String())


class MayView(StrictSchema):
    """`refusal`: what doing it would answer now; null where it is allowed."""

    allowed = fields.Boolean()
    refusal = fields.Nested(RefusalView, allow_none=True)


class _Acts(fields.Dict):
    """Written as the rules say it: servicekit.refusals.Acts."""

    def _serialize(self, value: Acts | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return super()._serialize(acts_document(value), attr, obj, **kwargs)  # type: ignore[no-untyped-call]


def acts_field() -> fields.Dict:
    """What you may do with this record now, by the end of the act's address; null in answers to acts."""
    return _Acts(keys=fields.String(), values=fields.Nested(MayView), allow_none=True)


class PageView(StrictSchema):
    """`next` is the `after` of the page that follows; `total` counts the whole list, where it is counted."""

    next = fields.String(allow_none=True)
    total = fields.Integer(allow_none=True)


class WholeView(PageView):
    """A list that is always given as a whole, because it is short by its nature or by a rule."""

    @post_dump
    def say_that_it_is_whole(self, answer: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**answer, "next": None, "total": len(answer["items"])}


class CutView(PageView):
    """The newest items alone: `truncated` says that there are more, which are not counted."""

    truncated = fields.Boolean()

    @post_dump
    def count_what_is_whole(self, answer: dict[str, Any], **_: Any) -> dict[str, Any]:
        total = None if answer["truncated"] else len(answer["items"])
        return {**answer, "next": None, "total": total}
