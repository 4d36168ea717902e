"""Members who leave, or go over to another unit, whose leave that needs, and what may be done with one.

The full transfers, with letters and dates of their own, are another matter: here nobody is stranded or counted twice.
"""

from collections.abc import Sequence
from datetime import date, datetime

from membership.domain.members import DateInFuture, Member, is_before
from membership.domain.units import Unit
from servicekit.access.decision import Caller, as_just_seen, decide, require
from servicekit.refusals import Acts, Check, Conflict, Invalid, Refusal, why_not
from servicekit.tree.units import require_live
from servicekit.words import N_

READ = "members:read"
WRITE = "members:write"


class MemberLeft(Conflict):
    title = N_("This member has left.")


class MemberThereAlready(Invalid):
    title = N_("The member belongs to this unit already.")


class LeftBeforeAdmission(Invalid):
    title = N_("Nobody leaves before the day of their admission.")


class LeftBeforeBirth(Invalid):
    title = N_("Nobody leaves before the day of their birth.")


class LeftBeforeOfficial(Invalid):
    title = N_("Nobody leaves before the day on which they became an official member.")


class UnitNotEnded(Conflict):
    title = N_("This unit has not ended: its members are moved one by one.")


class NumberMovingUnconfirmed(Conflict):
    title = N_("{number} members would move, and {confirmed} were confirmed. Nothing was moved.")


def require_there(member: Member) -> None:
    if member.left_on is not None:
        raise MemberLeft


def refuse_changing(member: Member, unit: Unit) -> None:
    """Whatever is changed: who has left, and whoever an ended unit has left behind, stays as they were."""
    require_there(member)
    require_live(unit, field=None)


def require_keeper(caller: Caller, permission: str, unit: Unit, after: Sequence[Unit], now: datetime) -> None:
    """Of an ended unit also whoever keeps the members of one `after` it: its heirs, the nearest above that lives."""
    if not unit.live and any(decide(caller, permission, one.path, now).allowed for one in after):
        return
    require(caller, permission, unit.path, now)


def acts_of(member: Member, unit: Unit, after: Sequence[Unit], caller: Caller, now: datetime) -> Acts:
    """What the caller may do with a member of this unit; `after` as in require_keeper.

    To where one moves, and the day on which one leaves, are judged when they come.
    """
    seen = as_just_seen(caller)

    def asked(permission: str, *checks: Check) -> Refusal | None:
        return why_not(
            lambda: require_keeper(seen, permission, unit, after, now),
            *checks,
            lambda: require_keeper(caller, permission, unit, after, now),
        )

    return {
        "change": asked(WRITE, lambda: refuse_changing(member, unit)),
        "leave": asked(WRITE, lambda: require_there(member)),
        "move": asked(WRITE, lambda: require_there(member)),
        "history": asked(READ),
    }


def leaving_day(member: Member, on: date | None, today: date) -> date:
    """Today where nothing is said; not in the future, and not before what is known of the member's life."""
    day = on or today
    if day > today:
        raise DateInFuture(field="on")
    if member.details.admission_date is not None and day < member.details.admission_date:
        raise LeftBeforeAdmission(field="on")
    if member.details.official_date is not None and day < member.details.official_date:
        raise LeftBeforeOfficial(field="on")
    if is_before(day, member.details.birth_date):
        raise LeftBeforeBirth(field="on")
    return day


def check_destination(member: Member, to: Unit) -> None:
    require_there(member)
    require_live(to, field="to_id")
    if to.id == member.unit_id:
        raise MemberThereAlready(field="to_id")
