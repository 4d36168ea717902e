"""The kind of job that makes a file: its rows as they are when it is made, in the words of whoever asked."""

from collections.abc import Callable, Sequence
from tempfile import TemporaryFile
from typing import Any, cast
from zoneinfo import ZoneInfo

from servicekit.data.events import Event
from servicekit.exporting.declared import KIND, Exports
from servicekit.out.exports.formats import FORMATS
from servicekit.out.exports.tables import Reader, told
from servicekit.work.jobs.job import Job, JobUnknown
from servicekit.work.jobs.worker import Held, Kind, Result


def export_kind(exports: Exports, news: Callable[[Job], Sequence[Event]]) -> Kind:
    def run(job: Job, held: Held) -> Result:
        asked = job.parameters
        export, form = exports.offered.get(asked["export"]), FORMATS.get(asked["as"])
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

    return Kind(KIND, run, forget=lambda job: exports.kept.forget(job.id), news=news)
