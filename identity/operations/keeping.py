"""What the calendar does to grants: who must hear in time that one ends, must be confirmed, or was not confirmed."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import Any

from identity import events
from identity.context import Keeping
from identity.domain import grant_dates, grant_rights, losses, together
from identity.domain.grant_dates import Due
from identity.domain.grants import Grant, WhyNot
from identity.domain.losses import Loss
from identity.operations.telling import What, grant_audit, grant_news, losses_news, told_to
from servicekit.data.events import AuditEntry, Event
from servicekit.refusals import Stale

AT_ONCE = 200
# So many grants that have run out are looked at in one go, for what had hung on them; the rest comes with the next.
CAUSES_AT_ONCE = 1_000
NewsOf = Callable[[list[Due]], list[Event]]


def tell_ending(keeping: Keeping) -> int:
    """Tells holders whose access ends soon, and superiors which units it leaves alone; how many grants."""
    today = keeping.clock.today()
    found = keeping.store.ending_between(today, today + timedelta(days=max(grant_dates.ENDING_DAYS)))
    due = [one for grant in found if (one := grant_dates.ending_due(grant, today)) is not None]
    return _tell_new(keeping, due, partial(_ending_news, keeping))


def tell_unconfirmed(keeping: Keeping) -> int:
    """Tells superiors what they must confirm, and them and the holders what has stopped because nobody did."""
    today = keeping.clock.today()
    first, last = today - grant_dates.TOLD_AFTERWARDS, today + grant_dates.RECERTIFY_NOTICE
    found = keeping.store.to_recertify_between(first, last)
    due = [one for grant in found if (one := grant_dates.confirmation_due(grant, today)) is not None]
    return _tell_new(keeping, due, partial(_by_unit_above, today))


def tell_lapsed(keeping: Keeping) -> int:
    """Puts away what two were to do together and no second one has answered, and tells whoever asked; how many."""
    now, acts = keeping.clock.now(), keeping.store.joint_acts
    found = acts.asked_before(now - together.ASK_LIFE)
    for joint in found:
        news = told_to([joint.asked_by], What.LAPSED, (joint.unit_id,))
        entry = AuditEntry(
            *("joint_act.lapsed", joint.unit_id, (joint.unit_id,), "account", joint.account_id),
            subject_id=joint.account_id,
            details={"act": str(joint.act)},
        )
        with suppress(Stale):  # answered in this very moment
            acts.save(together.lapse(joint, now), joint.version, news, [entry])
    return len(found)


def tell_cut_off(keeping: Keeping) -> int:
    """Tells those whose access stopped by itself with that of whoever gave it, for nobody acts there; how many."""
    store, today = keeping.store, keeping.clock.today()
    first, last = today - grant_dates.TOLD_AFTERWARDS, today - timedelta(days=1)
    over = {
        one.id: one for one in (*store.ending_between(first, last), *store.to_recertify_between(first, last))
    }
    causes = {_mark(one): one for one in over.values() if grant_rights.gives_access(one, keeping.roles)}
    told = store.told(causes)
    new = {mark: one for mark, one in causes.items() if mark not in told}
    looked_at = dict(list(new.items())[:CAUSES_AT_ONCE])
    done = 0
    for start in range(0, len(looked_at), AT_ONCE):
        done += _tell_cut_off(keeping, dict(list(looked_at.items())[start : start + AT_ONCE]))
    return done


def _tell_cut_off(keeping: Keeping, causes: Mapping[str, Grant]) -> int:
    """First those who lost something, then that this is done: cut off in between, the next look tells the rest."""
    store, today = keeping.store, keeping.clock.today()
    hanging = store.hanging_on_any([one.id for one in causes.values()])
    above, by_mark, entries = store.with_chains(hanging), dict[str, Loss](), list[AuditEntry]()
    for mark, cause in causes.items():
        lost = losses.ran_out(cause, [one for one in hanging if cause.id in one.chain], above, today)
        by_mark |= {f"{mark} {loss.grant.id}": loss for loss in lost}
        if lost:
            entries.append(grant_audit("grant.cut_off", cause, why=str(lost[0].why), count=len(lost)))

    def news(due: list[Due]) -> list[Event]:
        return losses_news(by_mark[one.mark] for one in due)

    done = _tell_new(keeping, [Due(loss.grant, mark) for mark, loss in by_mark.items()], news)
    store.tell(list(causes), [], entries, keeping.clock.now())
    return done


def _mark(cause: Grant) -> str:
    """With its days: moved on and over again, it is told again."""
    return f"cut off {cause.id} {cause.valid_to} {cause.recertify_by}"


def _tell_new(keeping: Keeping, due: list[Due], news_of: NewsOf) -> int:
    """Each thing once: what was told is marked in the transaction that tells it."""
    told = keeping.store.told(one.mark for one in due)
    new = [one for one in due if one.mark not in told]
    for start in range(0, len(new), AT_ONCE):
        part = new[start : start + AT_ONCE]
        keeping.store.tell(
            [one.mark for one in part],
            news_of(part),
            [entry for one in part if (entry := _entry(one)) is not None],
            keeping.clock.now(),
        )
    return len(new)


def _ending_news(keeping: Keeping, due: list[Due]) -> list[Event]:
    """To each holder; and to whoever stands above, when nobody in the unit takes over."""
    to_holders = [
        Event(events.GRANT_ENDING, {**grant_news(one.grant), "date": one.grant.valid_to.isoformat()})
        for one in due
        if one.grant.account_id
    ]
    alone = {one.grant.unit_id: one.grant for one in due if _leaves_nobody(keeping, one.grant)}
    return to_holders + [
        Event(events.UNITS_LEFT_ALONE, _about(path, grants, [grant.valid_to for grant in grants]))
        for path, grants in _grouped(alone.values()).items()
    ]


def _leaves_nobody(keeping: Keeping, grant: Grant) -> bool:
    if not grant_rights.gives_access(grant, keeping.roles):
        return False
    in_unit = keeping.store.grants_in(grant.unit_id)
    return grant_rights.leaves_nobody(grant, in_unit, keeping.store.with_chains(in_unit), keeping.roles)


def _by_unit_above(today: date, due: list[Due]) -> list[Event]:
    told = [
        Event(events.GRANT_ENDED, {**grant_news(one.grant), "why": str(WhyNot.UNCONFIRMED)})
        for one in due
        if one.over and one.grant.accepted_at
    ]
    for over in (False, True):
        for path, grants in _grouped(one.grant for one in due if one.over is over).items():
            about = _about(path, grants, [grant.recertify_by or today for grant in grants])
            told.append(
                Event(events.GRANTS_UNCONFIRMED, about) if over else Event(events.GRANTS_TO_CONFIRM, about)
            )
    return told


def _grouped(grants: Iterable[Grant]) -> dict[tuple[str, ...], list[Grant]]:
    """By the path of the unit right above, so that a superior gets one notice and not a hundred."""
    groups: dict[tuple[str, ...], list[Grant]] = {}
    for grant in grants:
        groups.setdefault(grant.unit_path[:-1] or grant.unit_path, []).append(grant)
    return groups


def _about(path: tuple[str, ...], grants: list[Grant], days: Iterable[date]) -> dict[str, Any]:
    """`date`: the first of the days."""
    return {
        "unit_id": path[-1],
        "unit_path": list(path),
        "count": len(grants),
        "date": min(days).isoformat(),
    }


def _entry(due: Due) -> AuditEntry | None:
    """That access has stopped is written down; that it will is not yet anything that happened."""
    return grant_audit("grant.unconfirmed", due.grant) if due.over else None
