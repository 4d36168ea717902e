"""The sample citizens: invented people, read from a TOML file."""

import hashlib
import re
import tomllib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, fields
from pathlib import Path
from typing import cast

from servicekit.words.dates import NotADay, day

LEVELS = (1, 2, 3)
ACR_BY_LEVEL = {level: f"urn:practice:level:{level}" for level in LEVELS}
# RFC 8176 has no name for a button on a page; "user" says that only presence was tested.
AMR = ("user",)
NATIONAL_NUMBER = re.compile(r"[0-9]{13}")


class CitizensFileRefused(ValueError):
    """The file of sample citizens cannot be used; the message names every fault found."""


@dataclass(frozen=True)
class Citizen:
    key: str
    name_en: str
    name_bn: str
    national_number: str
    birthdate: str
    email: str
    level: int
    description_en: str
    description_bn: str
    description_vi: str

    def name(self, language: str) -> str:
        return self.name_bn if language == "bn" else self.name_en

    def description(self, language: str) -> str:
        return {"bn": self.description_bn, "vi": self.description_vi}.get(language, self.description_en)


def subject_of(citizen: Citizen, client_id: str) -> str:
    """The `sub` claim: stable, opaque, and different for each relying party (OpenID Connect Core 8.1)."""
    digest = hashlib.sha256(f"practice eID\n{client_id}\n{citizen.key}".encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def personal_claims(citizen: Citizen) -> dict[str, str]:
    return {
        "name": citizen.name_en,
        "name#bn": citizen.name_bn,
        "national_number": citizen.national_number,
        "birthdate": citizen.birthdate,
        "email": citizen.email,
    }


def read_citizens(path: Path) -> dict[str, Citizen]:
    """The citizens by key, in the order of the file. Refuses a file with any fault, naming all of them."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise CitizensFileRefused(f"{path} cannot be read: {error}") from error
    entries = document.get("citizens", [])
    faults = [f"citizen {row}: {fault}" for row, entry in enumerate(entries, 1) for fault in _faults(entry)]
    for name in ("key", "national_number"):
        values = [entry.get(name) for entry in entries]
        faults += [f"{name} {value!r} is used twice" for value in {v for v in values if values.count(v) > 1}]
    if not entries:
        faults.append("there is no citizen")
    if faults:
        raise CitizensFileRefused(f"{path}: " + "; ".join(faults))
    return {entry["key"]: Citizen(**entry) for entry in entries}


def _faults(entry: dict[str, object]) -> list[str]:
    wanted: dict[str, type] = {field.name: cast(type, field.type) for field in fields(Citizen)}
    faults = [f"{name} is missing" for name in wanted if name not in entry]
    faults += [f"{name} is unknown" for name in entry if name not in wanted]
    faults += [
        f"{name} is not a {kind.__name__}"
        for name, kind in wanted.items()
        if name in entry and type(entry[name]) is not kind
    ]
    if faults:
        return faults
    if entry["level"] not in LEVELS:
        faults.append(f"level is none of {LEVELS}")
    if not NATIONAL_NUMBER.fullmatch(str(entry["national_number"])):
        faults.append("national_number is not 13 digits")
    try:
        day(str(entry["birthdate"]))
    except NotADay:
        faults.append("birthdate is not a date")
    return faults
