"""Sealed reports as people see them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from portal.shared.clients.answers import Document
from portal.shared.units import Unit

SHOWN_OF_HASH = 16
KEYS_NAME = "seals.json"
COMMAND = f"sammelan report verify FILE --keys {KEYS_NAME}"
COMMAND_OF_PROOF = f"{COMMAND} --proof PROOF"


@dataclass(frozen=True, slots=True)
class SealedReport:
    """`begins`: of the hash, by which two are told apart. The links lead to the service's own files."""

    at: str
    by: str
    count: int
    missing: int
    begins: str
    file: str
    paper: str


def sealed_of(one: Document) -> SealedReport:
    link = f"/api/congress/sealed-reports/{one['id']}"
    return SealedReport(
        at=one["at"],
        by=one["by_name"],
        count=one["count"],
        missing=one["missing"],
        begins=_begins(one),
        file=link,
        paper=f"{link}/paper",
    )


@dataclass(frozen=True, slots=True)
class Held:
    """A report in which a congress stands, and the link to what proves it."""

    at: str
    unit: Unit
    begins: str
    proof: str


def held_of(congress_id: str, one: Document) -> Held:
    query = urlencode({"report_id": one["id"]})
    return Held(
        at=one["at"],
        unit=Unit(one["unit_id"], one["code"], one["names"], ""),
        begins=_begins(one),
        proof=f"/api/congress/congresses/{congress_id}/proof?{query}",
    )


def _begins(one: Document) -> str:
    return f"SHA-256 {one['hash'][:SHOWN_OF_HASH]}…"
