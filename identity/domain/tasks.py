"""Which grants wait for somebody, and as what."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from identity.domain.extensions import open_extension
from identity.domain.grant_rights import GRANT, may_change
from identity.domain.grants import Grant, Status, WhyNot, why_not
from servicekit.access.decision import Right
from servicekit.calendar.waiting import Line, Names, Rank, Task


def second_person_task(
    grant: Grant, accounts: Collection[str], names: Names, who: str, now: datetime
) -> Task | None:
    """A strong role, more of one, or its removal: for whoever neither asked for it nor holds it."""
    waits = _waits_for_second(grant, now)
    if waits is None:
        return None
    key, asked_by, until = waits
    if grant.account_id in accounts or asked_by in accounts:
        return None
    since = grant.given_at if key == "confirm" else None
    link = f"/grants/{grant.id}"
    return Task(key, link, Rank.OTHERS, names, who=who, oldest=since, due=until.date())


def _waits_for_second(grant: Grant, now: datetime) -> tuple[str, str, datetime] | None:
    """The kind of task, who asked for it, and until when it waits."""
    if grant.removal is not None and grant.removal.until >= now:
        return "remove", grant.removal.by, grant.removal.until
    longer = open_extension(grant, now)
    if longer is not None:
        return "longer", longer.by[0], longer.until
    proposed = why_not(grant, {}, now.date()) is WhyNot.PROPOSED
    if proposed and grant.confirm_until is not None:
        return "confirm", grant.given_by, grant.confirm_until
    return None


def to_confirm_yearly(
    grants: Iterable[Grant], accounts: Collection[str], rights: Iterable[Right]
) -> list[Grant]:
    """Those that the person may confirm: others' grants, in units below their own, or that hang on theirs."""
    giving = [right for right in rights if right.permission == GRANT]
    return [
        one
        for one in grants
        if one.recertify_by
        and one.account_id not in accounts
        and any(may_change(right, one) for right in giving)
    ]


def left_to_others(
    grants: Iterable[Grant], accounts: Collection[str], rights: Iterable[Right]
) -> list[Grant]:
    """Those that the person may not confirm, though they may others of the list."""
    grants = list(grants)
    mine = {one.id for one in to_confirm_yearly(grants, accounts, rights)}
    return [one for one in grants if one.id not in mine]


def yearly_task(unit_id: str, names: Names, grants: Sequence[Grant], further: int) -> Task | None:
    """One for all of a unit's yearly list; `further`: how many stand on pages that were not looked at."""
    days = [one.recertify_by for one in grants if one.recertify_by]
    if not days:
        return None
    link = f"/units/{unit_id}/access/yearly"
    return Task("recertify", link, unit=names, due=min(days), count=len(grants) + further)


def posts_of(
    grants: Iterable[Grant],
    above: Mapping[str, Grant],
    units: Mapping[str, Names],
    roles: Mapping[str, Names],
    today: date,
) -> tuple[Line, ...]:
    """A line for each unit in which somebody has a role that counts; `due`: when the first of them ends."""
    held: dict[str, list[Grant]] = {}
    for grant in grants:
        if grant.status is not Status.REVOKED and why_not(grant, above, today) is None:
            held.setdefault(grant.unit_id, []).append(grant)
    return tuple(
        Line(
            f"/units/{unit_id}",
            units.get(unit_id, {}),
            also=tuple(roles.get(one.role, {}) for one in some),
            due=min(one.valid_to for one in some),
        )
        for unit_id, some in held.items()
    )
