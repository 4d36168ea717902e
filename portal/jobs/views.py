"""Background tasks as people see them: how each stands, and what may be done about it."""

from collections.abc import Container
from dataclasses import dataclass

from portal.jobs.words import OTHER_KIND, REASONS, STATES
from portal.shared import states
from portal.shared.clients.answers import Document
from portal.shared.states import State
from portal.shared.units import Titled
from servicekit.words.titles import JOBS
from servicekit.work.jobs import job as rules
from servicekit.work.jobs.job import Act


@dataclass(frozen=True, slots=True)
class Job:
    """`share`: how much of it is done, in percent; None where nobody knows. `reason`: in words, or else `error`, as
    programs say it; so with `kind` and `key`.
    """

    id: str
    version: int
    kind: Titled
    key: str
    owner: str
    state: State
    tries: int
    reason: str
    error: str
    share: int | None
    asked_at: str
    due_at: str | None
    over_at: str | None
    kept_until: str | None
    may_retry: bool
    may_cancel: bool


def job_of(answer: Document, known: Container[str]) -> Job:
    """`known`: the kinds that have a title."""
    key, whole, why = answer["kind"], answer["whole"], answer["why"]
    running = answer["state"] == "running"
    return Job(
        id=answer["id"],
        version=answer["version"],
        kind=Titled(JOBS, key, OTHER_KIND),
        key="" if key in known else key,
        owner=answer["owner_name"],
        state=STATES.get(answer["state"], states.UNKNOWN),
        tries=answer["tries"],
        reason=REASONS.get(why, ""),
        error="" if why in REASONS else why,
        share=min(99, 100 * answer["done"] // whole) if whole and running else None,
        asked_at=answer["asked_at"],
        due_at=answer["due_at"],
        over_at=answer["over_at"],
        kept_until=answer["kept_until"],
        may_retry=answer["may_retry"],
        may_cancel=answer["may_cancel"],
    )


def against(act: str, answer: Document) -> str:
    """Why it may not be done, as the service would say; nothing where it may."""
    if answer[f"may_{act}"]:
        return ""
    refusal = rules.why_not(Act(act), rules.State(answer["state"]))
    return refusal.title if refusal else ""
