"""What is refused of tallies, by the state or the value that refuses."""

from servicekit.refusals import Conflict, Invalid
from servicekit.words import N_


class TooManyTallies(Conflict):
    title = N_("A congress has at most {most} tallies; no more can be added.")


class TooManyKeyings(Conflict):
    title = N_("The counts of this tally were entered {most} times; they cannot be entered again.")


class TooManyTellers(Conflict):
    title = N_("{most} people have entered counts of this congress; no more can.")


class ElectionTwice(Conflict):
    title = N_("There is a tally of this election already. Withdraw it first.")


class TallyWithdrawn(Conflict):
    title = N_("This tally was withdrawn.")


class LaterRoundStands(Conflict):
    title = N_("A later round stands on this one. Withdraw that first.")


class TalliesDiffer(Conflict):
    title = N_("The three counts of the round before do not agree yet.")


class NoFurtherRound(Conflict):
    title = N_("This round left no seat to be voted on again.")


class ElectionNotHeld(Invalid):
    title = N_("This kind of congress holds no such election.")


class UnknownMajority(Invalid):
    title = N_("This organisation has no such kind of decision.")


class NameOfElection(Invalid):
    title = N_("Say what is voted on.")


class NoOtherName(Invalid):
    title = N_("This election has its name already: leave this out.")


class SeatsNeeded(Invalid):
    title = N_("Say how many seats are to be filled.")


class NoSeatsHere(Invalid):
    title = N_("Each one is voted on by itself: there are no seats.")


class UnknownRound(Invalid):
    title = N_("This congress has no such round.")


class SaidByRoundBefore(Invalid):
    title = N_("The round before has said this: leave it out.")


class PresentMissing(Invalid):
    title = N_("Say how many there were: at least one, and not more present than all.")


class ExcludedTooMany(Invalid):
    title = N_("Only who is absent is excluded: {most} at most.")


class SummonedBefore(Invalid):
    title = N_("In the round before there were {number}: their number stays in every round.")


class ExcludedSince(Invalid):
    title = N_("In the round before {most} were not counted: in a later round no more than that.")


class CandidatesMissing(Invalid):
    title = N_("Name at least one candidate.")


class CandidateTwice(Invalid):
    title = N_("{name} stands there twice. Add a number that tells them apart.")


class ElectedBefore(Invalid):
    title = N_("{name} was elected in a round before.")


class NotOfThese(Invalid):
    title = N_("This round is among those with equal votes alone: they are known.")


class VotesForEach(Invalid):
    title = N_("A number of votes is needed for each of the {number} candidates.")


class MoreThanThere(Invalid):
    title = N_("At most {most} can be true here.")


class MoreVotesThanBallots(Invalid):
    title = N_("{sum} votes are more than {total} valid ballots can hold for {seats} seats: {most}.")
