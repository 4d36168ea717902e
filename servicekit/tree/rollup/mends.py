"""What was made right: a document each time, by which its audit entry leaves."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict

from servicekit.data.database import Database
from servicekit.data.events import AuditEntry, Origin
from servicekit.data.records import Records
from servicekit.tree.rollup.figures import Difference

KEPT = 10_000  # differences in one document


NAMED = 50  # of them in an audit entry; their number is there in any case


def named(differences: Sequence[Difference]) -> dict[str, object]:
    """The details of the audit entry."""
    told = [f"{one.unit_id} {one.counter}: {one.stored} → {one.counted}" for one in differences]
    return {"count": len(told), "mended": told[:NAMED]}


class MendStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._records = Records(database, "mends", origin)

    def prepare(self) -> None:
        self._records.prepare()

    def note(
        self, mend_id: str, scope: str, differences: Sequence[Difference], audit: Iterable[AuditEntry]
    ) -> None:
        kept = [asdict(one) for one in differences[:KEPT]]
        document = {"_id": mend_id, "scope": scope, "count": len(differences), "differences": kept}
        self._records.insert(document, audit=audit)
