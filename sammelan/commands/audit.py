"""sammelan audit: whether the audit logs are whole."""

import time
from pathlib import Path
from typing import Any

import click

from sammelan.operator import at_work
from sammelan.settings import Settings
from servicekit.audit import against_head, chain_of
from servicekit.audit import verify as faults_in
from servicekit.database import JOB_TIMEOUT_MS, Database
from servicekit.keys import KeyRing, TokenRefused, write_secret
from servicekit.settings import SERVICES, environment

SIGNER = "operator"
KIND = "audit-heads"
# An export must still be readable when the next auditors come, years later.
KEPT_SECONDS = 20 * 366 * 86_400


@click.group()
def audit() -> None:
    """Look after the audit logs."""


@audit.command()
@click.option(
    "--heads", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An earlier export."
)
def verify(file: Path | None) -> None:
    """Walk every service's chain of entries; name what was altered, taken out or cut off, and exit 1.

    With --heads also hold the chains against heads that were exported earlier and kept elsewhere.
    """
    found = 0
    with at_work() as settings:
        key = _audit_key()
        exported = _read_heads(settings, file) if file else {}
        for service in (name for name in SERVICES if name != "portal"):
            database = Database(settings.common.mongo_url, settings.common.database(service), JOB_TIMEOUT_MS)
            chain = chain_of(database)
            # The end first: an entry that is added meanwhile is beyond it, and is not looked at.
            end = chain.end()
            last = end["seq"]
            entries = chain.entries.find({"seq": {"$gt": 0, "$lte": last}}).sort("seq", 1)
            faults = list(faults_in(key, entries, end))
            if service in exported:
                seq = exported[service]["seq"]
                faults += against_head(chain.entries.find({"seq": seq}), exported[service])
            for fault in faults:
                click.echo(f"{service}: entry {fault.seq} is {fault.what}", err=True)
            click.echo(f"{service}: {last} entries, {len(faults)} faults")
            found += len(faults)
    if found:
        raise SystemExit(1)


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def heads(file: Path) -> None:
    """Write the present ends of all chains to FILE, signed; keep it where nobody at the database can reach it."""
    with at_work() as settings:
        ends = {}
        for service in (name for name in SERVICES if name != "portal"):
            database = Database(settings.common.mongo_url, settings.common.database(service), JOB_TIMEOUT_MS)
            end = chain_of(database).end()
            ends[service] = {"seq": end["seq"], "mac": end["mac"]}
        now = int(time.time())
        claims = {"iss": SIGNER, "aud": KIND, "iat": now, "exp": now + KEPT_SECONDS, "heads": ends}
        write_secret(file, KeyRing(settings.common.keys_dir, SIGNER).sign(claims, KIND) + "\n", mode=0o644)
        click.echo(f"{file}: " + ", ".join(f"{name} {end['seq']}" for name, end in ends.items()))


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
