"""Members and messages, field by field."""

from dataclasses import dataclass

from portal.members.words import MEMBER_FIELDS, SEX
from portal.shared.units import Document
from servicekit.words.text import line


@dataclass(frozen=True, slots=True)
class Member:
    """What is not known, or not shown to this reader, is empty."""

    id: str
    version: int
    unit_id: str
    name: str
    birth_date: str
    sex: str
    admission_date: str
    official_date: str
    card_number: str
    national_number: str
    phone: str


def member_of(answer: Document) -> Member:
    def known(name: str) -> str:
        return str(answer.get(name) or "")

    return Member(
        id=answer["id"],
        version=answer["version"],
        unit_id=answer["unit_id"],
        name=answer["name"],
        birth_date=known("birth_date"),
        sex=SEX.get(known("sex"), known("sex")),
        admission_date=known("admission_date"),
        official_date=known("official_date"),
        card_number=known("card_number"),
        national_number=known("national_number"),
        phone=known("phone"),
    )


def member_values(answer: Document) -> dict[str, str]:
    """The values that the form of a member begins with."""
    return {name: str(answer.get(name) or "") for name in MEMBER_FIELDS}


def differences(answer: Document, typed: dict[str, str]) -> list[tuple[str, str]]:
    """Where the saved member differs from what was typed: the field in words, and the value that is saved now."""
    saved = member_values(answer)
    return [
        (word, saved[name])
        for name, word in MEMBER_FIELDS.items()
        if saved[name] != line(typed.get(name, ""))
    ]
