"""sammelan jobs: what is done beside requests, what of it failed for good, and what the operator does about it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table

from sammelan.archive import OWNERS
from sammelan.operator import at_work
from sammelan.settings import Settings
from sammelan.typed import TEXT
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.data.events import Origin
from servicekit.overseeing.operations import entry
from servicekit.work.jobs import job as rules
from servicekit.work.jobs.job import Act, JobUnknown, State
from servicekit.work.jobs.store import JobStore

SHOWN = 200
UNDER_WAY_AND_DEAD = (State.RUNNING, State.WAITING, State.DEAD)


@click.group()
def jobs() -> None:
    """Look after the tasks that are done beside requests."""


@jobs.command("list")
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only these.")
def list_jobs(state: str | None) -> None:
    """Name what waits, what is under way and what failed for good, the oldest first."""
    wanted = [State(state)] if state else UNDER_WAY_AND_DEAD
    table = Table("Id", "Service", "Kind", "State", "Asked at", "Tries", "Done", "Why")
    count = 0
    with at_work() as settings:
        for service, store in stores(settings):
            for job in [job for one in wanted for job in store.in_state(one)][:SHOWN]:
                count += 1
                table.add_row(
                    job.id,
                    service,
                    job.kind,
                    job.state.value,
                    job.asked_at.isoformat(timespec="seconds"),
                    str(job.tries),
                    f"{job.done} of {job.whole}" if job.whole else str(job.done),
                    job.why,
                )
    if count:
        Console(width=160).print(table)
    else:
        click.echo("None.")


@jobs.command()
@click.argument("job_id", type=TEXT)
def retry(job_id: str) -> None:
    """Try one that failed for good again, from its first try on."""
    _change(job_id, Act.RETRY)


@jobs.command()
@click.argument("job_id", type=TEXT)
def cancel(job_id: str) -> None:
    """End one that waits or is under way."""
    _change(job_id, Act.CANCEL)


def stores(settings: Settings) -> Iterator[tuple[str, JobStore]]:
    common = settings.common
    for service in OWNERS:
        database = Database(common.mongo_url, common.database(service), JOB_TIMEOUT_MS)
        yield service, JobStore(database, _operator)


def _operator() -> Origin:
    return Origin(datetime.now(UTC), "operator")


def _change(job_id: str, act: Act) -> None:
    with at_work() as settings:
        for service, store in stores(settings):
            if store.find(job_id) is not None:
                changed = store.change(
                    job_id,
                    lambda job: rules.acted(act, job, datetime.now(UTC)),
                    lambda job: [entry(act, job)],
                )
                click.echo(f"{service}: {changed.kind} {changed.id} is {changed.state.value}")
                return
        raise JobUnknown
