"""Asking for a file, and having it: decided when it is asked for, and again, on what is then, when it is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from servicekit.access.decision import Caller, require
from servicekit.data.events import AuditEntry
from servicekit.exporting import links
from servicekit.exporting.declared import KIND, Export, Exports, Scope, Wanted
from servicekit.ids import id_from, new_id
from servicekit.out.exports.formats import Format
from servicekit.out.exports.papers import PaperTooLong
from servicekit.refusals import Conflict
from servicekit.web.idempotency import IdempotencyKeyReused
from servicekit.words import N_
from servicekit.work.jobs import job as rules
from servicekit.work.jobs.job import Job, JobUnknown, Owner, State


class ExportTooLong(Conflict):
    title = N_("This is too much for one answer. Ask for the file, and come back when it is ready.")


class ExportNotReady(Conflict):
    title = N_("This file is not ready.")


@dataclass(frozen=True, slots=True)
class AtOnce:
    """It is small: the address that answers with it."""

    link: str


def ask(
    exports: Exports, caller: Caller, export: Export, form: Format, wanted: Wanted, key: str
) -> Job | AtOnce:
    """`key`: of the request; sent again with the same, it is the same job."""
    now = exports.clock.now()
    scope = _allowed(exports, caller, export, wanted)
    if form.most_rows is not None and (scope.rows is None or scope.rows > form.most_rows):
        raise PaperTooLong
    if scope.rows is not None and scope.rows <= exports.at_once_rows:
        query = urlencode({"as": form.key, **{name: value for name, value in wanted.items() if value}})
        return AtOnce(f"/api/{exports.service}/exports/{export.key}/file?{query}")
    job_id = id_from("export", caller.account_id, key) if key else new_id()
    parameters = {
        "export": export.key,
        "as": form.key,
        "wanted": dict(export.bounded(caller, wanted)),
        "levels": {level: dict(names) for level, names in exports.levels().items()},
    }
    owner = Owner(caller.account_id, caller.name, caller.language, export.permission, scope.unit_path)
    job = Job(job_id, KIND, owner, parameters, now, now)
    return _same(exports.jobs.add_bounded(job, [_entry("export.asked", export, job)]), job)


def _same(known: Job, asked: Job) -> Job:
    compared = ("export", "as", "wanted")
    if any(known.parameters[name] != asked.parameters[name] for name in compared):
        raise IdempotencyKeyReused(field="Idempotency-Key")
    return known


def require_short(caller: Caller, export: Export, wanted: Wanted, exports: Exports) -> None:
    """Raises ExportTooLong; what may not be read, as everywhere."""
    scope = _allowed(exports, caller, export, wanted)
    if scope.rows is None or scope.rows > exports.at_once_rows:
        raise ExportTooLong


def _allowed(exports: Exports, caller: Caller, export: Export, wanted: Wanted) -> Scope:
    """As things are now; raises what is missing."""
    export.require(caller, wanted)
    scope, now = export.scope(wanted), exports.clock.now()
    for permission in (export.permission, *export.also(wanted)):
        require(caller, permission, scope.unit_path, now)
    return scope


def taken_at_once(export: Export, form: Format, wanted: Wanted, unit_path: tuple[str, ...]) -> AuditEntry:
    told = {"export": export.key, "as": form.key, **wanted}
    return AuditEntry("export.taken", unit_path[-1], unit_path, "unit", unit_path[-1], details=told)


def own_exports(exports: Exports, caller: Caller) -> list[Job]:
    return [job for job in exports.jobs.of_owner(caller.accounts) if _is_theirs(job, caller)]


def own_export(exports: Exports, caller: Caller, job_id: str) -> Job:
    return _own(exports, caller, job_id)


def cancel(exports: Exports, caller: Caller, job_id: str) -> Job:
    export = exports.offered.get(_own(exports, caller, job_id).parameters["export"])
    return exports.jobs.change(
        job_id,
        lambda job: rules.cancelled(job, exports.clock.now()),
        lambda job: [_entry("export.cancelled", export, job)],
    )


def link(exports: Exports, caller: Caller, job_id: str) -> Mapping[str, object]:
    """For this session, a quarter of an hour."""
    job = _ready(exports, caller, job_id)
    made, until = links.ticket(exports.secret, job.id, caller.session_id, exports.clock.now())
    return {
        "link": f"/api/{exports.service}/exports/{job.id}/content?{urlencode({'ticket': made})}",
        "until": until,
    }


def take(exports: Exports, caller: Caller, job_id: str, ticket: str) -> Job:
    """What is to be given out now; that it is, is written down."""
    job = _ready(exports, caller, job_id)
    links.check(exports.secret, job.id, caller.session_id, ticket, exports.clock.now())
    export = exports.offered[job.parameters["export"]]
    return exports.jobs.change(job_id, lambda same: same, lambda same: [_entry("export.taken", export, same)])


def _ready(exports: Exports, caller: Caller, job_id: str) -> Job:
    """One's own, made, and of what one may have now, wherever that has moved."""
    job = _own(exports, caller, job_id)
    export = exports.offered.get(job.parameters["export"])
    if export is None:
        raise JobUnknown
    _allowed(exports, caller, export, job.parameters["wanted"])
    if job.state is not State.DONE:
        raise ExportNotReady
    return job


def _own(exports: Exports, caller: Caller, job_id: str) -> Job:
    job = exports.jobs.find(job_id)
    if job is None or not _is_theirs(job, caller):
        raise JobUnknown
    return job


def _is_theirs(job: Job, caller: Caller) -> bool:
    """By a sealed code, of the unit that it was opened for: whoever holds the code has not proven who they are."""
    if job.kind != KIND or job.owner.account_id not in caller.accounts:
        return False
    return not caller.fallback or job.owner.unit_path[-1] in {right.unit_id for right in caller.rights}


def _entry(action: str, export: Export | None, job: Job) -> AuditEntry:
    path = job.owner.unit_path
    told = {"export": export.key if export else "", "as": job.parameters["as"], **job.parameters["wanted"]}
    return AuditEntry(action, path[-1], path, "export", job.id, details=told)
