"""What a service offers to be taken along: by which permission, over which unit, and where its rows come from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from servicekit.access.decision import Caller
from servicekit.exporting.kept import KeptFiles
from servicekit.out.exports.formats import FORMATS, Format
from servicekit.out.exports.tables import Names, Reader, Row, Table
from servicekit.work.clock import Clock
from servicekit.work.jobs.store import JobStore

Wanted = Mapping[str, Any]
KIND = "export"
# What is made while somebody waits for it.
AT_ONCE_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Scope:
    """Where it is decided on who may have it, as things are now; and about how many rows it has, if that is known."""

    unit_path: tuple[str, ...]
    rows: int | None


@dataclass(frozen=True)
class Export:
    """What is wanted are texts by name. `scope` raises NotFound where there is no such thing.

    `also`: what is needed there beside the permission, by what is wanted; `require` raises first where more than that
    decides. One that is not `counted` may be of any length, and is always made beside requests; `bounded` then adds to
    what is wanted what else bounds it for whoever asks, for the file is made without them.
    """

    key: str
    title: str
    permission: str
    scope: Callable[[Wanted], Scope]
    make: Callable[[Wanted, Reader], tuple[Table, Iterable[Row]]]
    also: Callable[[Wanted], tuple[str, ...]] = lambda _: ()
    formats: Mapping[str, Format] = field(default_factory=lambda: FORMATS)
    require: Callable[[Caller, Wanted], None] = lambda caller, wanted: None
    counted: bool = True
    bounded: Callable[[Caller, Wanted], Wanted] = lambda _, wanted: wanted


@dataclass(frozen=True)
class Exports:
    """All of a service's. `levels` gives their names; `secret` signs links."""

    service: str
    offered: Mapping[str, Export]
    jobs: JobStore
    kept: KeptFiles
    clock: Clock
    zone: str
    secret: bytes
    levels: Callable[[], Mapping[str, Names]]
    at_once_rows: int = AT_ONCE_ROWS

    def prepare(self) -> None:
        self.jobs.prepare()
        self.kept.prepare()
