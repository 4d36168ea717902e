"""Members who leave, or go over to another unit, and whose leave that needs.

The full transfers, with letters and dates of their own, are another matter: here nobody is stranded or counted twice.
"""

from datetime import date

from membership.domain.members import DateInFuture, Member, is_before
from membership.domain.units import Unit
from servicekit.refusals import Conflict, Invalid
from servicekit.tree.units import require_live
from servicekit.words import N_

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
