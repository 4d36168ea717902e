"""Derived losses: what gives nothing any more because something else has changed, and why; and what works again by it.

The reason is read from the chain (`grants.why_not`), so that the preview, the page, the notice and the refusal at the
door say the same.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from identity.domain.grants import DERIVED, Grant, Status, WhyNot, why_not

Path = tuple[str, ...]
# A grant that is on its way to giving something: it is lost as one in force is.
AWAITED = frozenset({WhyNot.INVITED, WhyNot.OFFERED, WhyNot.NOT_YET, WhyNot.PROPOSED})


@dataclass(frozen=True, slots=True)
class Loss:
    """`grant` as it stands afterwards, and why it gives nothing then."""

    grant: Grant
    why: WhyNot


def lost(
    grants: Iterable[Grant], above: Mapping[str, Grant], changed: Mapping[str, Grant], today: date
) -> Iterator[Loss]:
    """Of these grants those that are good or awaited now and would not be after the change.

    `above`: what they hang on, as it stands; `changed`: what changes, by id, of these grants or of those above.
    """
    later = {**above, **changed}
    for grant in grants:
        after = changed.get(grant.id, grant)
        why = _why_lost(after, later, today)
        if why is not None and _why_lost(grant, above, today) is None:
            yield Loss(after, why)


def revived(
    grants: Iterable[Grant], above: Mapping[str, Grant], changed: Mapping[str, Grant], today: date
) -> Iterator[Grant]:
    """Those that gave nothing because of another one and are good after the change."""
    later = {**above, **changed}
    for grant in grants:
        after = changed.get(grant.id, grant)
        if why_not(grant, above, today) in DERIVED and why_not(after, later, today) is None:
            yield after


def moved(grants: Iterable[Grant], unit_id: str, new_path: Path) -> dict[str, Grant]:
    """The grants of a unit and of those below it with the paths that they have once the unit stands elsewhere."""
    return {
        grant.id: replace(grant, unit_path=(*new_path, *_below(grant.unit_path, unit_id)))
        for grant in grants
        if unit_id in grant.unit_path
    }


def placed(
    grants: Iterable[Grant], paths: Mapping[str, Path], ended: Collection[str], today: date
) -> dict[str, Grant]:
    """The grants of units that stand elsewhere from now on, by the units' new paths, or are no more."""
    return {
        grant.id: replace(
            grant,
            unit_path=paths.get(grant.unit_id, grant.unit_path),
            unit_ended=today if grant.unit_id in ended else grant.unit_ended,
        )
        for grant in grants
        if grant.unit_id in paths or grant.unit_id in ended
    }


def by_reason(losses: Iterable[Loss]) -> dict[WhyNot, list[Grant]]:
    found: dict[WhyNot, list[Grant]] = {}
    for loss in losses:
        found.setdefault(loss.why, []).append(loss.grant)
    return found


def people(grants: Iterable[Grant]) -> int:
    return len({one.account_id or one.national_index or one.code_index for one in grants})


def ran_out(cause: Grant, hanging: Iterable[Grant], above: Mapping[str, Grant], today: date) -> list[Loss]:
    """What stopped by itself with a grant whose days are over, or that was not confirmed in time.

    Of two in one chain that stop on the same day the higher one is the cause; what had stopped before is no loss.
    """
    days = [day for day in (cause.valid_to, cause.recertify_by) if day is not None and day < today]
    if cause.status is Status.REVOKED or not days:
        return []
    found = []
    for grant in hanging:
        why = why_not(grant, above, today)
        stood = why_not(grant, above, min(days)) is None
        if why in DERIVED and stood and cut_by(grant, above, today)[:1] == [cause.id]:
            found.append(Loss(grant, why))
    return found


def cut_short(
    before: Grant, after: Grant, hanging: Iterable[Grant], above: Mapping[str, Grant]
) -> list[Loss]:
    """What hangs on a grant that is to end sooner, and would have lasted longer: as of the day after the new end.

    That each is confirmed again in its turn is taken for granted.
    """
    if after.valid_to >= before.valid_to:
        return []
    calm = {one: replace(grant, recertify_by=None) for one, grant in above.items()}
    day = after.valid_to + timedelta(days=1)
    lasting = [replace(grant, recertify_by=None) for grant in hanging]
    return list(lost(lasting, calm, {after.id: replace(after, recertify_by=None)}, day))


def cut_by(grant: Grant, above: Mapping[str, Grant], today: date) -> list[str]:
    """The ids of the grants of its chain that give nothing themselves today, from the first; empty for a whole one."""
    alone = {one: replace(higher, chain=()) for one, higher in above.items()}
    return [one for one in grant.chain if one not in alone or why_not(alone[one], {}, today) is not None]


def _why_lost(grant: Grant, above: Mapping[str, Grant], today: date) -> WhyNot | None:
    """None for one in force, and for one that will be when its person has come and its day."""
    why = why_not(grant, above, today)
    if why in AWAITED:
        begun = replace(grant, status=Status.ACTIVE, valid_from=min(grant.valid_from, today))
        return why_not(begun, above, today)
    return why


def _below(path: Path, unit_id: str) -> Path:
    return path[path.index(unit_id) + 1 :]
