"""A service's own log as a file: the entries of a unit and of all below it, the newest first, made beside requests."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import Any, Protocol

from marshmallow import post_load

from servicekit.access.decision import Caller, UnknownHere, reach_roots
from servicekit.audit.pages import DAYS
from servicekit.audit.search import FIELDS, Wanted, every
from servicekit.audit.table import FOR_PEOPLE, Document, of_service, rows
from servicekit.data.database import Database
from servicekit.exporting import declared
from servicekit.exporting.declared import Export, Exports, Scope
from servicekit.exporting.kept import KeptFiles
from servicekit.files.sealed import KeyWrap
from servicekit.out.exports.tables import Reader, Row, Table
from servicekit.web.guards import origin
from servicekit.web.schemas import Day, StrictSchema, identifier, text
from servicekit.words import N_
from servicekit.words.dates import day
from servicekit.work.clock import Clock
from servicekit.work.jobs.store import JobStore

KEY = "audit"
PERMISSION = "audit:export"
ONE_DAY = timedelta(days=1)
# Of whose entries the one who asks may have any at all, as ids with commas between them.
WITHIN = "within"


class AuditWanted(StrictSchema):
    """Entries of a unit and of all below it; of the topmost unit also those of no unit, such as refused sign-ins.

    `person`: a part of the name of whoever acted.
    """

    unit_id = identifier(required=True)
    action = text(80, least=0, load_default="")
    subject_id = text(64, least=0, load_default="")
    record_id = text(64, least=0, load_default="")
    actor = text(64, least=0, load_default="")
    outcome = text(20, least=0, load_default="")
    person = text(80, least=0, load_default="")
    # Days of the organisation's zone, both included.
    since = Day(data_key="from", load_default=None, allow_none=True, validate=DAYS)
    until = Day(data_key="to", load_default=None, allow_none=True, validate=DAYS)

    @post_load
    def as_texts(self, wanted: dict[str, Any], **_: Any) -> dict[str, str]:
        """For so it is kept until the file is made."""
        return {
            name: value.isoformat() if isinstance(value, date) else str(value or "")
            for name, value in wanted.items()
        }


class Placed(Protocol):
    @property
    def path(self) -> tuple[str, ...]: ...


class Units(Protocol):
    """A service's own units, or its copy of them."""

    def find(self, unit_id: str) -> Placed | None: ...


def audit_export(service: str, database: Database, clock: Clock, units: Units) -> Export:
    """Of units that are there, ended or not."""

    def path(wanted: declared.Wanted) -> tuple[str, ...]:
        found = units.find(wanted["unit_id"])
        if found is None:
            raise UnknownHere
        return found.path

    def make(wanted: declared.Wanted, reader: Reader) -> tuple[Table, Iterable[Row]]:
        since, until = wanted["since"], wanted["until"]
        sought = Wanted(
            # Who may have it of the topmost unit may have what is of no unit as well.
            unit_id=wanted["unit_id"] if len(path(wanted)) > 1 else "",
            **{name: wanted[name] for name in FIELDS},
            since=clock.beginning_of(day(since)) if since else None,
            until=clock.beginning_of(day(until)) + ONE_DAY if until else None,
        )
        within = set(wanted.get(WITHIN, "").split(",")) if sought.unit_id and wanted.get(WITHIN) else set()
        found = _done_by(wanted["person"], _below(within, every(database, sought)))
        table = Table(f"audit-{service}", FOR_PEOPLE.columns)
        return table, rows(table, of_service(service, found))

    return Export(
        KEY,
        N_("Entries of the audit"),
        PERMISSION,
        lambda wanted: Scope(path(wanted), None),
        make,
        counted=False,
        bounded=_bounded,
    )


def _bounded(caller: Caller, wanted: declared.Wanted) -> declared.Wanted:
    """As in the pages: of a unit that came from elsewhere what was written there stays with those above it there."""
    roots = sorted({right.unit_id for right in reach_roots(caller, PERMISSION)})
    return {**wanted, WITHIN: ",".join(roots)}


def _below(units: AbstractSet[str], entries: Iterable[Document]) -> Iterator[Document]:
    """`units`: none, where all may be had."""
    return (entry for entry in entries if not units or not units.isdisjoint(entry["unit_path"]))


def _done_by(name: str, entries: Iterable[Document]) -> Iterator[Document]:
    part = name.casefold()
    return (entry for entry in entries if part in str(entry.get("actor_name") or "").casefold())


def audit_exports(
    service: str, database: Database, clock: Clock, zone: str, wrap: KeyWrap, units: Units
) -> Exports:
    """Of a service that makes no other files."""
    return Exports(
        service,
        {KEY: audit_export(service, database, clock, units)},
        JobStore(database, origin),
        KeptFiles(database, wrap),
        clock,
        zone,
        wrap.secret_for("exports"),
        dict,
    )
