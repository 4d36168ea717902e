"""The table of a unit's members: each column beside what it says of one, the sensitive ones marked."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from membership.domain.members import Member, Sex, Status
from servicekit.out.exports.tables import Column, Row, Table, Type
from servicekit.words import N_
from servicekit.words.national_numbers import SHOWN_SIGNS

TITLE = N_("Members")
SEX = {Sex.FEMALE: N_("Female"), Sex.MALE: N_("Male"), Sex.OTHER: N_("Other")}
STATUS = {
    Status.APPLICANT: N_("Applicant"),
    Status.PROBATIONARY: N_("On probation"),
    Status.OFFICIAL: N_("Official member"),
}
MASK = "…"


class Detail(StrEnum):
    """How much is said of each: no sensitive column; these, but of the national number its end only; all."""

    PLAIN = "plain"
    MASKED = "masked"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Told:
    column: Column
    of: Callable[[Member], object]


def _number(member: Member) -> str | None:
    return member.details.national_number


def masked(number: str | None) -> str | None:
    """Enough to tell two numbers apart, too little to know one."""
    return MASK + number[-SHOWN_SIGNS:] if number else None


COLUMNS = (
    Told(Column("name", N_("Full name")), lambda one: one.details.name),
    Told(Column("sex", N_("Sex"), Type.WORD), lambda one: SEX[one.details.sex]),
    Told(Column("status", N_("Status"), Type.WORD), lambda one: STATUS[one.details.status]),
    Told(Column("birth_date", N_("Date of birth"), Type.DATE), lambda one: one.details.birth_date),
    Told(Column("admission_date", N_("Day of admission"), Type.DATE), lambda one: one.details.admission_date),
    Told(
        Column("official_date", N_("Official member since"), Type.DATE), lambda one: one.details.official_date
    ),
    Told(Column("card_number", N_("Card number")), lambda one: one.details.card_number),
    Told(Column("phone", N_("Phone"), sensitive=True), lambda one: one.details.phone),
    Told(Column("national_number", N_("National number"), sensitive=True), _number),
)


def _shown(detail: Detail) -> list[Told]:
    found = [one for one in COLUMNS if detail is not Detail.PLAIN or not one.column.sensitive]
    if detail is Detail.WHOLE:
        return found
    return [Told(one.column, lambda who: masked(_number(who))) if one.of is _number else one for one in found]


def member_table(name: str, about: str, detail: Detail) -> Table:
    return Table(name, tuple(one.column for one in _shown(detail)), TITLE, about)


def member_rows(members: Iterable[Member], detail: Detail) -> Iterator[Row]:
    shown = _shown(detail)
    for member in members:
        yield [one.of(member) for one in shown]
