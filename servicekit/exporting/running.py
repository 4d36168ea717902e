"""The kind of job that makes a file: its rows as they are when it is made, in the words of whoever asked."""

from collections.abc import Callable, Sequence
from tempfile import TemporaryFile
from typing import Any, cast
from zoneinfo import ZoneInfo

from servicekit.data.database import Database
from servicekit.exporting.declared import KIND, Exports
from servicekit.exporting.news import export_over
from servicekit.ids import new_id
from servicekit.out.exports.tables import Reader, told
from servicekit.work.jobs.job import Job, JobUnknown
from servicekit.work.jobs.worker import Held, Kind, Result, Worker
from servicekit.work.leases import Lease
from servicekit.work.loop import Loop


def export_kind(exports: Exports) -> Kind:
    def run(job: Job, held: Held) -> Result:
        asked = job.parameters
        export = exports.offered.get(asked["export"])
        form = export.formats.get(asked["as"]) if export else None
        if export is None or form is None:
            raise JobUnknown
        # What an earlier try has left.
        exports.kept.forget(job.id)
        scope = export.scope(asked["wanted"])
        reader = Reader(job.owner.language, ZoneInfo(exports.zone), asked.get("levels", {}))
        table, rows = export.make(asked["wanted"], reader)
        with TemporaryFile() as file:
            count = form.write(
                table, told(rows, lambda number: held.tell(number, scope.rows)), reader, cast(Any, file), {}
            )
            held.tell(count, count)
            kept = exports.kept.keep(job.id, cast(Any, file), held.check)
        name = form.file_name(table.name)
        return {"name": name, "media_type": form.media_type, "rows": count, **kept}

    return Kind(KIND, run, forget=lambda job: exports.kept.forget(job.id), news=export_over)


def export_loop(
    name: str,
    database: Database,
    exports: Exports,
    prepare: Callable[[], None],
    also: Sequence[Kind] = (),
) -> Loop:
    """Where a service's files are made, and its jobs of other kinds are done (`also`). Its lease runs out while one is
    busy, and another copy takes the next job. `prepare` of the service's own store comes before: whoever makes anything
    in an empty database first says that there is nothing in it to migrate.
    """
    worker = Worker(exports.jobs, [export_kind(exports), *also], exports.clock.now)

    def prepare_all() -> None:
        prepare()
        exports.prepare()

    loop = Loop(name, database, Lease(database, name, new_id()), worker.steps(), prepare=prepare_all)
    worker.within(loop)
    return loop
