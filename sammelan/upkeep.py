"""Migrations of all services, as the operator runs them and the doctor looks at them, and what drifted."""

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sammelan.archive import OWNERS, name_house
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.settings import Common
from servicekit.tree.rollup.sums import drift_found
from servicekit.work.migrations import Migration, migrate, unknown, waiting


@dataclass(frozen=True)
class Step:
    service: str
    migration: Migration

    def __str__(self) -> str:
        return f"{self.service} {self.migration.number} {self.migration.name}"


def migrations_of(service: str) -> Sequence[Migration]:
    found: Sequence[Migration] = importlib.import_module(f"{service}.migrations").MIGRATIONS
    return found


def bring_up_to_date(common: Common) -> Iterator[Step]:
    """Each migration that was done; a new house gets its name first."""
    with _database(common, "operator") as database:
        name_house(database)
    for service in OWNERS:
        with _database(common, service) as database:
            for done in migrate(database, migrations_of(service)):
                yield Step(service, done)


def waiting_steps(common: Common) -> list[Step]:
    found = []
    for service in OWNERS:
        with _database(common, service) as database:
            found += [Step(service, one) for one in waiting(database, migrations_of(service))]
    return found


def steps_of_a_newer_version(common: Common) -> list[str]:
    found = []
    for service in OWNERS:
        with _database(common, service) as database:
            told = unknown(database, migrations_of(service))
            found += [f"{service} {done['_id']} {done['name']}" for done in told]
    return found


def sums_that_drifted(common: Common) -> list[str]:
    found = []
    for service in OWNERS:
        with _database(common, service) as database:
            found += [f"{service} {named}" for named in drift_found(database)]
    return found


@contextmanager
def _database(common: Common, service: str) -> Iterator[Database]:
    made = Database(common.mongo_url, common.database(service), JOB_TIMEOUT_MS)
    with made.client:
        yield made
