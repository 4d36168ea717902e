"""Machines: what becomes of a service account, whose leave that needs, and what may be done with one now."""

from collections.abc import Iterable
from datetime import date, datetime

from identity.domain.grant_refusals import RoleUnknown
from identity.domain.grants import Grant, is_over, machine_may_hold
from identity.domain.roles import RoleTable
from servicekit.access.decision import Caller, why_not_by
from servicekit.refusals import Acts, Conflict
from servicekit.words import N_

GRANT = "access:grant"


class MachineClosed(Conflict):
    title = N_("This service account is closed for good. Register a new one.")


def refuse_closed(closed: bool) -> None:
    if closed:
        raise MachineClosed


def refuse_keeping(held: Iterable[Grant], caller: Caller, table: RoleTable, today: date) -> None:
    """To keep a machine, with a key of one's own, is to use what it holds: raises as machine_may_hold, and RoleUnknown.

    What is over asks for nothing: else a role that the machine held once would bind its keys for ever.
    """
    for grant in held:
        if is_over(grant, today):
            continue
        role = table.roles.get(grant.role)
        if role is None:
            raise RoleUnknown
        machine_may_hold(caller.rights, role, table, grant.unit_path)


def acts_of(
    closed: bool,
    held: Iterable[Grant],
    unit_path: tuple[str, ...],
    caller: Caller,
    table: RoleTable,
    now: datetime,
    today: date,
) -> Acts:
    """Of a machine of this unit. New keys, and which role it is given, are judged when they come.

    Whoever gives access over its unit may close it, whatever it holds.
    """

    def open_still() -> None:
        refuse_closed(closed)

    return {
        "change": why_not_by(
            *(caller, GRANT, unit_path, now),
            open_still,
            lambda: refuse_keeping(held, caller, table, today),
        ),
        "close": why_not_by(caller, GRANT, unit_path, now, open_still),
        "give": why_not_by(caller, GRANT, unit_path, now, open_still),
    }
