"""Why a grant is not given, changed or ended, each by its name."""

from servicekit.refusals import Conflict, Forbidden, Invalid, TooMany
from servicekit.words import N_


class RoleUnknown(Invalid):
    title = N_("There is no such role.")


class PeriodBackwards(Invalid):
    title = N_("The end lies before the beginning.")


class BeginsTooLongAgo(Invalid):
    title = N_("This begins too long ago: access counts from today, so nothing is gained by an early date.")


class MandateElsewhere(Invalid):
    title = N_("This congress is another unit's.")


class PeriodOver(Invalid):
    title = N_("The period is already over.")


class PeriodTooLong(Invalid):
    title = N_("A grant may last ten years at the most.")


class BeyondOwnPeriod(Invalid):
    title = N_("This lasts longer than your own grant, which ends on {end}.")


class OutsideOwnUnits(Forbidden):
    title = N_("You can give access only in units below your own.")


class NoDeputies(Forbidden):
    title = N_("This role is given only to units below your own.")


class MoreThanHeld(Forbidden):
    title = N_("You cannot give more than you hold: {permissions}.")


class HolderNeeded(Invalid):
    title = N_("Name the person by national number or by account, not both.")


class GrantOver(Conflict):
    title = N_("This grant was revoked or has ended.")


class NotSuspended(Conflict):
    title = N_("This grant is not suspended.")


class OwnGrant(Conflict):
    title = N_("You cannot do this to your own grant. Ask somebody above you.")


class GivingToOneself(Conflict):
    title = N_("Nobody gives access to themselves. Ask somebody above you.")


class MachineBeyondOwnUse(Forbidden):
    title = N_(
        "A machine may be given only what you do here yourself, not what you only pass on: {permissions}."
    )


class PersonNeeded(Conflict):
    title = N_("This role needs a person who signs in afresh; a machine cannot hold it.")


class ReasonNeeded(Invalid):
    title = N_("Say why.")


class UnitJustMoved(Conflict):
    title = N_("The unit has just been moved. Look at it again.")


class StillProposed(Conflict):
    title = N_("This waits for a second person. It can only be confirmed or declined.")


class SuspendedAbove(Forbidden):
    title = N_(
        "Somebody further up suspended this. Only they, or somebody above them, can put it in force again."
    )


class NotProposed(Conflict):
    title = N_("This grant waits for nobody's confirmation.")


class ProposalLapsed(Conflict):
    title = N_("The time for a second person to confirm this is over.")


class NotAPeer(Forbidden):
    title = N_("Only somebody who gives access in the same unit can ask for this.")


class NotOwnGrant(Forbidden):
    title = N_("You can give up only your own access.")


class NotAccepted(Conflict):
    title = N_("You have not accepted this access. Decline it instead.")


class LastPower(Conflict):
    title = N_("You are the last one who gives access in this unit. Name a successor first.")


class TooManyNumbers(TooMany):
    title = N_(
        "You have named too many people by their number today. Go on tomorrow, or give codes on paper."
    )


class InvitedAlready(Conflict):
    """Named once for each that is open; `grant_id` leads to it."""

    title = N_("This number has an open invitation already, until {until}.")


class GivenAlready(Conflict):
    title = N_("This person holds this role in this unit already.")
