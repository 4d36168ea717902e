"""sammelan audit: whether the audit logs are whole."""

import click

from sammelan.operator import at_work
from servicekit.audit import verify as faults_in
from servicekit.database import JOB_TIMEOUT_MS, Database
from servicekit.settings import SERVICES, environment


@click.group()
def audit() -> None:
    """Look after the audit logs."""


@audit.command()
def verify() -> None:
    """Walk every service's chain of entries; name what was altered, taken out or cut off, and exit 1."""
    found = 0
    with at_work() as settings:
        key = _audit_key()
        for service in (name for name in SERVICES if name != "portal"):
            database = Database(settings.common.mongo_url, settings.common.database(service), JOB_TIMEOUT_MS)
            # The head first: an entry that is added meanwhile is beyond it, and is not looked at.
            head = database.mongo["heads"].find_one({"_id": "audit"})
            last = head["seq"] if head else 0
            entries = database.mongo["audit"].find({"seq": {"$gt": 0, "$lte": last}}).sort("seq", 1)
            faults = list(faults_in(key, entries, head))
            for fault in faults:
                click.echo(f"{service}: entry {fault.seq} is {fault.what}", err=True)
            click.echo(f"{service}: {last} entries, {len(faults)} faults")
            found += len(faults)
    if found:
        raise SystemExit(1)


def _audit_key() -> bytes:
    env = environment()
    key = env.str("AUDIT_KEY")
    env.seal()
    return key.encode()
