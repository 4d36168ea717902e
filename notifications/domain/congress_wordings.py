"""What is said of a congress report, of its comments and difficulties."""

from notifications.domain.kinds import Kind
from notifications.domain.reminder_wordings import Wording
from servicekit.words import N_

CONGRESSES = {
    Kind.CONGRESS_SUBMITTED: Wording(
        N_("A congress report awaits your approval"),
        N_("The congress report of {unit} has been sent up. Check it, then approve or return it."),
    ),
    Kind.CONGRESS_WITHDRAWN: Wording(
        N_("A congress report was withdrawn by its unit"),
        N_(
            "{unit} has withdrawn its congress report before anybody had opened it. It does not wait for you any more."
        ),
    ),
    Kind.CONGRESS_RETURNED: Wording(
        N_("A congress report was returned for correction"),
        N_("The congress report of {unit} was returned for correction. The reasons stand beside the fields."),
    ),
    Kind.CONGRESS_APPROVED: Wording(
        N_("A congress report was approved"),
        N_("The congress report of {unit} was approved and is now locked."),
    ),
    Kind.CONGRESS_APPROVED_WITH_GAPS: Wording(
        N_("A congress report was approved with gaps"),
        N_(
            "The congress report of {unit} was approved, but something is missing. Supply it by the day named there."
        ),
    ),
    Kind.CONGRESS_GAP_SUPPLIED: Wording(
        N_("What was missing from an approved report is there"),
        N_(
            "{unit} has supplied what was missing from its approved congress report. Look at it, and close the gap."
        ),
    ),
    Kind.CONGRESS_GAP_DECIDED: Wording(
        N_("The superior unit has looked at what you supplied"),
        N_(
            "A gap of the approved congress report of {unit} was closed, or is still owed. Its page says which."
        ),
    ),
    Kind.CONGRESS_GAP_DUE: Wording(
        N_("Something is missing from an approved report"),
        N_("The approved congress report of {unit} still lacks something that is due. Supply it."),
    ),
    Kind.CONGRESS_APPROVAL_UNDONE: Wording(
        N_("The approval of a congress report was taken back"),
        N_("The congress report of {unit} waits for a decision again. Nothing needs to be done by you."),
    ),
    Kind.CONGRESS_REOPENED: Wording(
        N_("An approved congress report was reopened"),
        N_(
            "The approved congress report of {unit} was reopened for correction. Correct it and send it up again."
        ),
    ),
    Kind.CONGRESS_WAITS_FOR_SUPERIOR: Wording(
        N_("A step of a congress awaits your unit"),
        N_("The congress of {unit} cannot go on before your unit records its step."),
    ),
    Kind.CONGRESS_EXTENSION_ASKED: Wording(
        N_("A unit asks for a later deadline"),
        N_("{unit} has asked for a later deadline for its congress. Grant it, grant less, or refuse it."),
    ),
    Kind.CONGRESS_EXTENSION_DECIDED: Wording(
        N_("Your question about a later deadline was answered"),
        N_("The superior unit has answered whether the congress of {unit} may be held later."),
    ),
    Kind.CONGRESS_EXPLANATION_WRITTEN: Wording(
        N_("A unit has explained why its congress is late"),
        N_("{unit} has written why its congress is so late. Accept it, or return it with a remark."),
    ),
    Kind.CONGRESS_PILOT_CHOSEN: Wording(
        N_("Your congress is a pilot"), N_("{unit} holds it earlier than others.")
    ),
    Kind.CONGRESS_PILOT_CALLED_OFF: Wording(
        N_("Your congress is no pilot any more"),
        N_("The plan's deadline counts for the congress of {unit} again."),
    ),
    Kind.CONGRESS_POSTPONED: Wording(N_("A congress is postponed"), N_("{unit} says why, and until when.")),
    Kind.CONGRESS_EXPLANATION_DECIDED: Wording(
        N_("Your explanation of the delay was answered"),
        N_("The superior unit has accepted or returned the explanation why the congress of {unit} is late."),
    ),
    Kind.DIFFICULTY_WAITS: Wording(
        N_("A difficulty waits for your unit"),
        N_("A difficulty of {unit} lies with your unit. Answer it, ask back, or forward it."),
    ),
    Kind.DIFFICULTY_ASKED_BACK: Wording(
        N_("You are asked back about a difficulty"),
        N_("The superior needs to know more about a difficulty that {unit} has raised. Reply there."),
    ),
    Kind.DIFFICULTY_ANSWERED: Wording(
        N_("A difficulty was answered"),
        N_("A difficulty that {unit} has raised was answered. Read it, and say whether it is solved."),
    ),
    Kind.COMMENTED_ABOVE: Wording(
        N_("A superior unit asks about a congress report"),
        N_("A superior unit has written a comment on the congress of {unit}. Read it and answer there."),
    ),
    Kind.COMMENTED_BELOW: Wording(
        N_("A unit has commented on its congress report"),
        N_("{unit} has written a comment on its congress. Read it there."),
    ),
    Kind.MENTIONED: Wording(
        N_("Somebody mentions you in a comment"),
        N_("You are mentioned in a comment on the congress of {unit}."),
    ),
}
