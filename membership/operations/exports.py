"""What membership offers to be taken along: the members of a unit, with no more of each than the reader may know."""

from collections.abc import Iterable
from functools import partial

from membership.context import Exporting
from membership.operations.extents import EXPORT, NEEDED
from membership.rendering import TITLE, Detail, member_rows, member_table
from servicekit.access.decision import UnknownHere
from servicekit.audit.exporting import audit_export
from servicekit.exporting.declared import Export, Exports, Scope, Wanted
from servicekit.exporting.kept import KeptFiles
from servicekit.files.sealed import KeyWrap
from servicekit.out.exports.formats import ON_PAPER_TOO
from servicekit.out.exports.tables import Reader, Row, Table
from servicekit.web.guards import origin
from servicekit.words.formats import instant
from servicekit.work.jobs.store import JobStore

SERVICE = "membership"


def exports_of(exporting: Exporting, wrap: KeyWrap, zone: str) -> Exports:
    members = Export(
        "members",
        TITLE,
        EXPORT,
        partial(_scope, exporting),
        partial(_members, exporting),
        also=lambda wanted: NEEDED[Detail(wanted["details"])][1:],
        formats=ON_PAPER_TOO,
    )
    audit = audit_export(SERVICE, exporting.database, exporting.clock, exporting.units)
    return Exports(
        SERVICE,
        {one.key: one for one in (members, audit)},
        JobStore(exporting.database, origin),
        KeptFiles(exporting.database, wrap),
        exporting.clock,
        zone,
        wrap.secret_for("exports"),
        dict,
    )


def _scope(exporting: Exporting, wanted: Wanted) -> Scope:
    unit = exporting.units.find(wanted["unit_id"])
    if unit is None:
        raise UnknownHere
    return Scope(unit.path, exporting.members.count_of_unit(unit.id))


def _members(exporting: Exporting, wanted: Wanted, reader: Reader) -> tuple[Table, Iterable[Row]]:
    unit, detail = exporting.units.find(wanted["unit_id"]), Detail(wanted["details"])
    if unit is None:
        raise UnknownHere
    when = instant(exporting.clock.now(), reader.language, reader.zone)
    about = f"{reader.named(unit.names) or unit.code} ({unit.code}) · {when}"
    found = exporting.members.all_of_unit(unit.id, sealed=detail is not Detail.PLAIN)
    return member_table(f"{unit.code}-members", about, detail), member_rows(found, detail)
