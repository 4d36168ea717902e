"""Members: what is recorded of a person, when it is acceptable, and what status follows from it."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from servicekit.refusals import Conflict, Invalid, Refusal, TooMany
from servicekit.words import N_
from servicekit.words.contacts import NotAPhone, phone
from servicekit.words.dates import Birth, Year
from servicekit.words.names import folded, words
from servicekit.words.national_numbers import (
    FIRST_YEAR,
    UNNAMED,
    NationalNumber,
    NationalNumberFaulty,
    Scheme,
    read_number,
    scheme_of,
    schemes_of,
)
from servicekit.words.text import compact, has_controls, line

LONGEST_NAME = 200
OLDEST_AGE = 120  # years; an older birth date is a slip of the pen
# Registrations refused for a number that is taken, by one keeper in a day, before no more are looked at: whoever
# could ask for ever would learn who is a member elsewhere.
REFUSED_A_DAY = 10
# More than a keeper looks up on the busiest day; far fewer than somebody needs who tries numbers out.
LOOKED_UP_A_DAY = 300


class NameEmpty(Invalid):
    title = N_("The name may not be empty.")


class NameUnprintable(Invalid):
    title = N_("The name holds control characters.")


class DateInFuture(Invalid):
    title = N_("This date is in the future.")


class BirthTooLongAgo(Invalid):
    title = N_("This would make the person older than {most} years.")


class AdmissionBeforeBirth(Invalid):
    title = N_("The admission is before the birth.")


class TooYoung(Invalid):
    title = N_("A person can be admitted at {least} years or older.")


class AdmissionMissing(Invalid):
    title = N_("Without an admission date there can be no official date.")


class OfficialBeforeAdmission(Invalid):
    title = N_("The official date is before the admission.")


class NumberMisshaped(Invalid):
    title = N_("This is not a number of the expected form.")


class NationalNumberTaken(Conflict):
    title = N_("The member cannot be registered with this national number. Ask your superior unit.")


class CardNumberTaken(Conflict):
    title = N_("This card number is in use.")


class TooManyRefused(TooMany):
    title = N_("Too many registrations were refused today. Ask your superior unit.")


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class Status(StrEnum):
    APPLICANT = "applicant"
    PROBATIONARY = "probationary"
    OFFICIAL = "official"


# Whose national numbers a book may hold, unless the organisation says else.


@dataclass(frozen=True, slots=True)
class MemberRules:
    """What differs between organisations. The forms hold for numbers whose digits and blanks are made plain.

    `national_number`: a form of the organisation's own, in place of the schemes.
    """

    minimum_age: int = 18  # years at admission
    national_number: str = ""
    schemes: tuple[str, ...] = schemes_of("BD")
    country: str = "BD"  # of a telephone number that names none
    card_number: str = r"[0-9A-Z/]{1,32}"

    @property
    def number_schemes(self) -> tuple[Scheme, ...]:
        if self.national_number:
            return (Scheme("own", UNNAMED, (self.national_number,)),)
        return tuple(scheme_of(key) for key in self.schemes)


@dataclass(frozen=True, slots=True)
class Details:
    """What a keeper records; None where nothing is known."""

    name: str
    birth_date: Birth
    sex: Sex
    admission_date: date | None = None
    official_date: date | None = None
    card_number: str | None = None
    national_number: str | None = None
    phone: str | None = None

    @property
    def status(self) -> Status:
        if self.official_date is not None:
            return Status.OFFICIAL
        return Status.PROBATIONARY if self.admission_date is not None else Status.APPLICANT


@dataclass(frozen=True, slots=True)
class Member:
    id: str
    version: int
    unit_id: str
    unit_path: tuple[str, ...]
    details: Details
    left_on: date | None = None  # of one who belongs to no unit any more, and was in this one


@dataclass(frozen=True)
class Earlier:
    """Values of a member that were replaced at `replaced_at` by `replaced_by`.

    `kind`: changed; or moved, out of `unit_id` to `to_unit_id`, or left, which leave the values as they are.
    """

    version: int
    replaced_at: datetime
    replaced_by: str
    details: Details
    kind: str = "changed"
    unit_id: str = ""
    to_unit_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Members by status."""

    applicant: int = 0
    probationary: int = 0
    official: int = 0

    @property
    def total(self) -> int:
        return self.applicant + self.probationary + self.official


def checked(details: Details, rules: MemberRules, today: date, before: Details | None = None) -> Details:
    """The details as they are stored; raises Invalid with one fault for each field that is wrong.

    A national number that stands in the book already is not looked at again.
    """
    stored = replace(
        details,
        name=line(details.name),
        card_number=_plain(details.card_number, upper=True),
        national_number=compact(details.national_number or "").upper() or None,
        phone=line(details.phone or "") or None,
    )
    faults = _name_faults(stored) | _date_faults(stored, rules, today) | _number_faults(stored, rules)
    if stored.national_number and (before is None or stored.national_number != before.national_number):
        faults |= _national_number_faults(stored.national_number, rules, today)
    try:
        stored = replace(stored, phone=phone(stored.phone, rules.country) if stored.phone else None)
    except NotAPhone:
        faults["phone"] = NumberMisshaped()
    if faults:
        raise Invalid.of_fields(faults)
    return stored


def number_in(typed: str, rules: MemberRules, today: date) -> NationalNumber:
    """The number in all its forms; raises NumberMisshaped when it cannot be one."""
    try:
        return read_number(typed, rules.number_schemes, today.year)
    except NationalNumberFaulty as error:
        raise NumberMisshaped(field="national_number") from error


def one_form(rules: MemberRules, number: str) -> str:
    """What all forms of a stored number have in common; one that no scheme knows any more stands for itself."""
    try:
        return read_number(number, rules.number_schemes, FIRST_YEAR).shortest
    except NationalNumberFaulty:
        return number


def _national_number_faults(number: str, rules: MemberRules, today: date) -> dict[str, Refusal]:
    try:
        number_in(number, rules, today)
    except NumberMisshaped as fault:
        return {"national_number": fault}
    return {}


def sort_key(name: str, member_id: str) -> str:
    """Members of a unit in the order of their folded names, each in one place."""
    return f"{folded(name)}\x1f{member_id}"


def place_of(member: Member) -> str:
    """Where a member stands in the list of the unit."""
    return sort_key(member.details.name, member.id)


def age_on(birth_date: Birth, day: date) -> int:
    """Completed years; who is born on 29 February completes one on 1 March. Of a year alone: the most it can be."""
    if isinstance(birth_date, Year):
        return day.year - birth_date.number
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def _plain(number: str | None, *, upper: bool = False) -> str | None:
    """An empty text counts as none."""
    if number is None:
        return None
    bare = compact(number)
    return (bare.upper() if upper else bare) or None


def _name_faults(details: Details) -> dict[str, Refusal]:
    if has_controls(details.name):
        return {"name": NameUnprintable()}
    return {} if words(details.name) else {"name": NameEmpty()}


def _date_faults(details: Details, rules: MemberRules, today: date) -> dict[str, Refusal]:
    faults: dict[str, Refusal] = {}
    birth, admission, official = details.birth_date, details.admission_date, details.official_date
    if admission is not None and is_before(admission, birth):
        faults["admission_date"] = AdmissionBeforeBirth()
    elif admission is not None and age_on(birth, admission) < rules.minimum_age:
        faults["admission_date"] = TooYoung(least=rules.minimum_age)
    if official is not None and admission is None:
        faults["official_date"] = AdmissionMissing()
    elif official is not None and admission is not None and official < admission:
        faults["official_date"] = OfficialBeforeAdmission()
    dates = {"admission_date": admission, "official_date": official}
    faults |= {name: DateInFuture() for name, day in dates.items() if day is not None and day > today}
    if is_before(today, birth):
        faults["birth_date"] = DateInFuture()
    known_to_the_day = not isinstance(birth, Year)
    if age_on(birth, today) > OLDEST_AGE + (0 if known_to_the_day else 1):
        faults["birth_date"] = BirthTooLongAgo(most=OLDEST_AGE)
    return faults


def is_before(day: date, birth: Birth) -> bool:
    return day.year < birth.number if isinstance(birth, Year) else day < birth


def _number_faults(details: Details, rules: MemberRules) -> dict[str, Refusal]:
    forms = {
        "card_number": (details.card_number, rules.card_number),
    }
    return {
        field: NumberMisshaped()
        for field, (number, form) in forms.items()
        if number is not None and not re.fullmatch(form, number, re.ASCII)
    }
