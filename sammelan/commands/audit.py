"""sammelan audit: whether the audit logs are whole, and what they say."""

import heapq
import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from membership.store.units import UnitStore
from sammelan.archive import OWNERS
from sammelan.operator import at_work
from sammelan.settings import Settings
from sammelan.typed import DAY, TEXT
from servicekit.access.keys import KeyRing, TokenRefused, write_secret
from servicekit.audit.chain import against_head, beyond, chain_of, is_odd, key_of, told, uncollected
from servicekit.audit.chain import verify as faults_in
from servicekit.audit.search import Wanted, every
from servicekit.audit.table import FOR_PEOPLE, FOR_PROGRAMS, of_service, rows
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.out.exports.formats import CSV, JSON_LINES, XLSX
from servicekit.out.exports.tables import Reader
from servicekit.settings import environment
from servicekit.work.clock import Clock

SIGNER = "operator"
KIND = "audit-heads"
# An export must still be readable when the next auditors come, years later.
KEPT_SECONDS = 20 * 366 * 86_400
# The relay collects within seconds; what waits longer is told.
LATE = timedelta(minutes=10)


@click.group()
def audit() -> None:
    """Look after the audit logs."""


@audit.command()
@click.option(
    "--heads", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An earlier export."
)
def verify(file: Path | None) -> None:
    """Walk every service's chain of entries; name what was altered, taken out, added or cut off, and exit 1.

    Also names entries that were never collected from the records they were written with.

    With --heads also hold the chains against heads that were exported earlier and kept elsewhere.
    """
    found = 0
    with at_work() as settings:
        key = _audit_key()
        exported = _read_heads(settings, file) if file else {}
        for service in OWNERS:
            database = Database(settings.common.mongo_url, settings.common.database(service), JOB_TIMEOUT_MS)
            chain = chain_of(database)
            # The end first: an entry that is added meanwhile is beyond it, and is not looked at.
            end = chain.end()
            last = end["seq"]
            entries = chain.entries.find({"seq": {"$gt": 0, "$lte": last}}).sort("seq", 1)
            faults = list(faults_in(key_of(key, service), entries, end))
            later = list(chain.entries.find({"seq": {"$gt": last}}, {"seq": 1}))
            faults += beyond(later, chain.end())
            if service in exported:
                seq = exported[service]["seq"]
                faults += against_head(chain.entries.find({"seq": seq}), exported[service])
            for fault in faults:
                click.echo(f"{service}: entry {fault.seq} is {fault.what}", err=True)
            for raw in chain.raw.find({"seq": {"$gt": 0, "$lte": last}}, {"seq": 1, "details": 1}):
                if is_odd(entry := told(raw)):
                    click.echo(f"{service}: entry {entry['seq']} is whole; a caller's own names are in it")
            waiting = list(uncollected(database, datetime.now(UTC) - LATE))
            for one in waiting:
                since = one.since.isoformat(timespec="seconds")
                click.echo(
                    f"{service}: {one.count} entries in {one.collection} are uncollected since {since}",
                    err=True,
                )
            click.echo(f"{service}: {last} entries, {len(faults) + len(waiting)} faults")
            found += len(faults) + len(waiting)
    if found:
        raise SystemExit(1)


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def heads(file: Path) -> None:
    """Write the present ends of all chains to FILE, signed; keep it where nobody at the database can reach it."""
    with at_work() as settings:
        ends = {}
        for service in OWNERS:
            database = Database(settings.common.mongo_url, settings.common.database(service), JOB_TIMEOUT_MS)
            end = chain_of(database).end()
            ends[service] = {"seq": end["seq"], "mac": end["mac"]}
        now = int(time.time())
        claims = {"iss": SIGNER, "aud": KIND, "iat": now, "exp": now + KEPT_SECONDS, "heads": ends}
        write_secret(file, KeyRing(settings.common.keys_dir, SIGNER).sign(claims, KIND) + "\n", mode=0o644)
        click.echo(f"{file}: " + ", ".join(f"{name} {end['seq']}" for name, end in ends.items()))


@audit.command()
@click.option("--unit", "code", default="", type=TEXT, help="Only entries of this unit and of all below it.")
@click.option("--from", "since", type=DAY, help="The first day, included.")
@click.option("--to", "until", type=DAY, help="The last day, included.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(code: str, since: date | None, until: date | None, file: Path) -> None:
    """Write the entries of all services, newest first, to FILE: NAME.csv, .xlsx or .jsonl. Guard it as data."""
    made = WRITTEN.get(file.suffix)
    if made is None:
        raise click.ClickException("The file's name must end in .csv or .jsonl, or in .xlsx.")
    if file.exists():
        raise click.ClickException(f"{file} is there already.")
    with at_work() as settings:
        common = settings.common
        clock = Clock(common.zone)
        unit_id = _unit(settings, code) if code else ""
        wanted = Wanted(
            unit_id=unit_id,
            since=clock.beginning_of(since) if since else None,
            until=clock.beginning_of(until) + timedelta(days=1) if until else None,
        )
        logs = [
            of_service(
                service, every(Database(common.mongo_url, common.database(service), JOB_TIMEOUT_MS), wanted)
            )
            for service in OWNERS
        ]
        merged = heapq.merge(*logs, key=lambda entry: entry["at"], reverse=True)
        form, table = made
        reader = Reader("en", ZoneInfo(common.zone))
        with open(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
            count = form.write(table, rows(table, merged), reader, out, {})
    click.echo(f"{file}: {count} entries")


WRITTEN = {".csv": (CSV, FOR_PEOPLE), ".xlsx": (XLSX, FOR_PEOPLE), ".jsonl": (JSON_LINES, FOR_PROGRAMS)}


def _unit(settings: Settings, code: str) -> str:
    database = Database(settings.common.mongo_url, settings.common.database("membership"), JOB_TIMEOUT_MS)
    found = UnitStore(database).by_code(code)
    if found is None:
        raise click.ClickException(f"There is no unit {code}.")
    return found.id


def _read_heads(settings: Settings, file: Path) -> dict[str, dict[str, Any]]:
    try:
        claims = KeyRing(settings.common.keys_dir, SIGNER).verify(
            file.read_text().strip(), SIGNER, KIND, KIND
        )
    except (TokenRefused, OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} is no export that this house has signed.") from error
    return dict(claims["heads"])


def _audit_key() -> bytes:
    env = environment()
    key = env.str("AUDIT_KEY")
    env.seal()
    return key.encode()
