"""Trees of several sizes, and how much is read from the database, as what it sends says."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from pymongo import monitoring

from membership.domain.units import Unit
from tests.processes import House

LEVELS = ("centre", "division", "district", "upazila", "union")
WIDTH = 10

READS = ("find", "aggregate", "getMore")


class Meter(monitoring.CommandListener):
    """How many documents the database has sent, or counted."""

    def __init__(self) -> None:
        self.documents = 0

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        cursor = event.reply.get("cursor", {}) if event.command_name in READS else {}
        batch = cursor.get("firstBatch", cursor.get("nextBatch", []))
        if event.command_name == "aggregate":
            # What count_documents asks is answered by one document, for which all of them were looked at.
            self.documents += sum(one["n"] for one in batch if set(one) == {"_id", "n"})
        else:
            self.documents += len(batch)


METER = Meter()
monitoring.register(METER)


@contextmanager
def environment_of(house: House) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in house.env().items():
            patch.setenv(name, value)
        yield


def units_of(levels: int) -> Iterator[Unit]:
    paths: list[tuple[str, ...]] = [("u",)]
    for level in LEVELS[:levels]:
        for path in paths:
            name = {"en": f"Unit {path[-1]}"}
            above = path[-2] if path[1:] else None
            yield Unit(path[-1], path[-1].upper(), name, level, above, path, date(2020, 1, 1))
        paths = [(*path, f"{path[-1]}{child}") for path in paths for child in range(WIDTH)]
