"""What stops by itself when a day ends: told once, a part at a time, however much hung on what has run out."""

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from datetime import date, timedelta

from identity.context import Keeping
from identity.domain import grant_dates, grant_rights, losses
from identity.domain.grant_dates import Due
from identity.domain.grants import Grant
from identity.domain.losses import Loss
from identity.operations.keeping import in_parts, tell_new
from identity.operations.telling import grant_audit, losses_news
from servicekit.data.events import Event


def tell_cut_off(keeping: Keeping) -> Generator[int]:
    """Tells those whose access stopped with that of whoever gave it, for nobody acts there; how many each part saw to.

    A day that is over is looked through once: what ran out then ran out for good.
    """
    store, today = keeping.store, keeping.clock.today()
    days = [today - timedelta(days=ago) for ago in range(grant_dates.TOLD_AFTERWARDS.days, 0, -1)]
    looked_through = store.told(map(_day_mark, days))
    for day in days:
        if _day_mark(day) in looked_through:
            continue
        over = store.over_on(day).items()
        giving = [one for one, role in over if grant_rights.role_gives_access(role, keeping.roles)]
        for part in in_parts(sorted(giving)):
            yield from _tell_causes(keeping, part)
        store.tell([_day_mark(day)], [], [], keeping.clock.now())
        yield 1


def _tell_causes(keeping: Keeping, ids: Sequence[str]) -> Generator[int]:
    """First those who lost something, then that this is done: cut off in between, the next look tells the rest."""
    store = keeping.store
    found = {cause_mark(one): one for one in store.grants_by_id(ids).values()}
    told = store.told(found)
    causes = {mark: one for mark, one in found.items() if mark not in told}
    if not causes:
        return
    counts, whys = Counter[str](), dict[str, str]()
    for part in in_parts(store.ids_hanging_on_any([one.id for one in causes.values()])):
        lost = _lost(keeping, causes, part)
        for mark, loss in lost.values():
            counts[mark] += 1
            whys.setdefault(mark, str(loss.why))
        _tell(keeping, lost)
        yield len(part)
    entries = [
        grant_audit("grant.cut_off", cause, why=whys[mark], count=counts[mark])
        for mark, cause in causes.items()
        if counts[mark]
    ]
    store.tell(list(causes), [], entries, keeping.clock.now())


def _lost(keeping: Keeping, causes: Mapping[str, Grant], ids: Sequence[str]) -> dict[str, tuple[str, Loss]]:
    """Of these grants what was cut off, by what each is marked with, and the mark of its cause."""
    hanging = list(keeping.store.grants_by_id(ids).values())
    above, today = keeping.store.with_chains(hanging), keeping.clock.today()
    return {
        f"{mark} {loss.grant.id}": (mark, loss)
        for mark, cause in causes.items()
        for loss in losses.ran_out(cause, [one for one in hanging if cause.id in one.chain], above, today)
    }


def _tell(keeping: Keeping, lost: Mapping[str, tuple[str, Loss]]) -> None:
    def news(due: list[Due]) -> list[Event]:
        return losses_news(lost[one.mark][1] for one in due)

    tell_new(keeping, [Due(loss.grant, mark) for mark, (_, loss) in lost.items()], news)


def cause_mark(cause: Grant) -> str:
    """With its days: moved on and over again, it is told again."""
    return f"cut off {cause.id} {cause.valid_to} {cause.recertify_by}"


def _day_mark(day: date) -> str:
    return f"looked through for what was cut off {day}"
