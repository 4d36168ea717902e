"""Why something about a congress is not written down, sent up or decided, each by its name."""

from servicekit.refusals import Conflict, Forbidden, Invalid
from servicekit.words import N_


class UnknownMilestone(Invalid):
    title = N_("The plan has no such milestone: {milestone}.")


class NoteTooLong(Invalid):
    title = N_("A note has at most {longest} characters.")


class TooManyEntries(Conflict):
    title = N_("This congress has {most} entries; no more can be added.")


class DateMissing(Invalid):
    title = N_("A date is needed. Only a correction can do without, which withdraws the entry.")


class DateInFuture(Invalid):
    title = N_("The date {date} is in the future.")


class BeforePlanOpens(Invalid):
    title = N_("The date is before the day the plan opens, {opens_on}.")


class DateBeforePrevious(Invalid):
    title = N_("The date is before that of an earlier milestone, {milestone} on {date}.")


class DateAfterNext(Invalid):
    title = N_("The date is after that of a later milestone, {milestone} on {date}.")


class MilestoneOutOfOrder(Conflict):
    title = N_("Another milestone comes first: {missing}.")


class LaterMilestoneStands(Conflict):
    title = N_("This cannot be withdrawn while a later milestone stands: {milestone}.")


class AlreadyRecorded(Conflict):
    title = N_("This milestone is recorded already. Correct that entry instead.")


class NothingToCorrect(Invalid):
    title = N_("The entry to correct is not there, or a later one has replaced it.")


class NotHeldHere(Conflict):
    title = N_("This congress does not hold this milestone.")


class RecordedByAct(Conflict):
    title = N_("This milestone is recorded when the report is sent up or approved, not by hand.")


class BeforeParentsPlan(Conflict):
    title = N_("The unit above must record this milestone first, on the same day or earlier.")


class CongressApproved(Conflict):
    title = N_("The congress is approved and locked.")


class WaitingForApproval(Conflict):
    title = N_("The report has been sent up and waits for approval. It can be changed when it comes back.")


class ResultsTooEarly(Conflict):
    title = N_("Results can be reported only after the congress has closed.")


class SubmittedTooEarly(Conflict):
    title = N_("The report can be sent up only after the congress has closed.")


class ResultsMissing(Conflict):
    title = N_("The report cannot be sent up without results.")


class UnknownContentType(Invalid):
    title = N_("The plan has no such content type: {content_type}.")


class ElectionRecorded(Conflict):
    title = N_("An election is recorded; withdraw it before choosing a content type without one.")


class ElectionTallied(Conflict):
    title = N_("Tallies of an election are kept that such a congress does not hold; withdraw them first.")


class NothingSubmitted(Conflict):
    title = N_("There is no report that waits for approval.")


class OwnReport(Forbidden):
    title = N_(
        "Nobody approves or returns the report of their own unit, or one that they have contributed to themselves."
    )


class ReasonsMissing(Invalid):
    title = N_("Say for at least one field why the report is returned.")


class ReasonNeeded(Invalid):
    title = N_("Say why.")


class ReasonTooLong(Invalid):
    title = N_("A reason has at most {longest} characters.")


class UnknownField(Invalid):
    title = N_("The report has no such field: {name}.")
