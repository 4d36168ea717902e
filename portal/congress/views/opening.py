"""A report that waits: whether the superior has opened it, and what of it was withdrawn."""

from dataclasses import dataclass

from portal.shared.clients.acts import offered
from portal.shared.units import Document, Unit, unit_of


@dataclass(frozen=True, slots=True)
class Opening:
    """`at`: when it was opened, empty where it was not. `withdrawn`: when it was sent, and when withdrawn."""

    at: str = ""
    office: Unit | None = None
    by: str = ""
    withdraw: str = ""
    withdrawn: tuple[tuple[str, str], ...] = ()


def opening_of(congress: Document) -> Opening:
    opened = congress.get("opened") or {}
    unit = opened.get("unit")
    return Opening(
        opened.get("at", ""),
        unit_of(unit) if unit else None,
        opened.get("by_name", ""),
        f"/congresses/{congress['id']}/withdraw" if offered(congress, "withdraw-report") else "",
        tuple(
            (one["at"], one["undone_at"]) for one in congress.get("undone", ()) if one["kind"] == "submitted"
        ),
    )
