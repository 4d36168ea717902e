"""Why a plan is not taken as it is, each by its name."""

from servicekit.refusals import Conflict, Invalid
from servicekit.words import N_


class NameMissing(Invalid):
    title = N_("A name is needed.")


class NoMilestones(Invalid):
    title = N_("A plan needs at least one milestone that is recorded by hand.")


class TooManyMilestones(Invalid):
    title = N_("A plan has at most {most} milestones.")


class KeyMalformed(Invalid):
    title = N_("A key begins with a small letter and has small letters, digits, - and _ only: {key}.")


class KeyRepeated(Invalid):
    title = N_("The key {key} stands there twice.")


class MarkRepeated(Invalid):
    title = N_("Only one milestone can mark this: {mark}.")


class OwnerOfMark(Invalid):
    title = N_("Closing and sending up are the unit's own steps.")


class DateOutOfRange(Invalid):
    title = N_("A date between {earliest} and {latest} is needed.")


class DaysOutOfRange(Invalid):
    title = N_("At most {most} days before or after the deadline.")


class TooManyReminders(Invalid):
    title = N_("At most {most} reminders go out for one deadline.")


class ReminderOutOfRange(Invalid):
    title = N_("A reminder goes out at most {most} days before the deadline, or after it.")


class ReminderRepeated(Invalid):
    title = N_("This day stands there twice: {days}.")


class NumberOfDays(Invalid):
    title = N_("A number of days from 1 to {most} is needed.")


class NoDeadlines(Invalid):
    title = N_("A plan needs the deadline of at least one level.")


class UnknownLevel(Invalid):
    title = N_("There are no units of this level at or below the plan's unit: {level}.")


class DeadlineBeforeOpening(Invalid):
    title = N_("The deadline of {level} is before the day the plan opens, {opens_on}.")


class NoContentTypes(Invalid):
    title = N_("A plan needs at least one content type.")


class UnknownFigure(Invalid):
    title = N_("This figure is not collected: {figure}.")


class FigureRepeated(Invalid):
    title = N_("The figure {figure} stands there twice.")


class PercentOutOfRange(Invalid):
    title = N_("A percentage lies between 0 and 100.")


class PlanIsOpen(Conflict):
    title = N_("The plan is open: this can no longer be changed.")


class PlanIsClosed(Conflict):
    title = N_("The plan is closed.")


class UnitNotPlanned(Conflict):
    title = N_("The unit does not belong to this plan any more: it has moved, or is of another level now.")


class PlanNotOpen(Conflict):
    title = N_("The plan has not been opened yet.")


class CascadeIsRunning(Conflict):
    title = N_("The congresses of this plan are being created at the moment. Try again shortly.")


class NoUnitsForPlan(Conflict):
    title = N_("There is no unit of the plan's levels at or below the plan's unit.")
