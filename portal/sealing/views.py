"""Sealed reports as people see them."""

from dataclasses import dataclass

from portal.shared.clients.answers import Document

SHOWN_OF_HASH = 16
KEYS_NAME = "seals.json"
COMMAND = f"sammelan report verify FILE --keys {KEYS_NAME}"


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
        begins=f"SHA-256 {one['hash'][:SHOWN_OF_HASH]}…",
        file=link,
        paper=f"{link}/paper",
    )
