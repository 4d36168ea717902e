"""What each kind of notice says, in its title and its text, and what a mail says around it."""

from notifications.domain.congress_wordings import CONGRESSES
from notifications.domain.kinds import Kind
from notifications.domain.reminder_wordings import REMINDERS, Wording
from servicekit.words import N_

UNIT_UNNAMED = N_("one of your units")


WORDINGS = {
    Kind.GRANT_GIVEN: Wording(
        N_("You have been given access"),
        N_("You have been given access in {unit}."),
    ),
    Kind.GRANT_BOUND: Wording(
        N_("Your access is ready"),
        N_("The access that was prepared for you in {unit} is ready to use."),
    ),
    Kind.OFFER_MADE: Wording(
        N_("Access waits for your answer"),
        N_("Somebody offers you access in {unit}. See what it allows, then accept or decline it."),
    ),
    Kind.OFFER_ACCEPTED: Wording(
        N_("Access that you gave was accepted"),
        N_("The access that you gave in {unit} was accepted and is in force."),
    ),
    Kind.OFFER_DECLINED: Wording(
        N_("Access that you gave was declined"),
        N_("The access that you gave in {unit} was declined. The grant says why, if a reason was given."),
    ),
    Kind.GRANT_RESUMED: Wording(
        N_("Your access works again"),
        N_("Your access in {unit} is no longer suspended."),
    ),
    Kind.GRANT_ADOPTED: Wording(
        N_("Your access works again"),
        N_(
            "Your access in {unit} had stopped with that of whoever gave it. A successor has taken it over, and it "
            "works as it was."
        ),
    ),
    Kind.GRANT_PERIOD: Wording(
        N_("Your access has another last day"),
        N_("The last day of your access in {unit} was changed. The grant says to which."),
    ),
    Kind.GRANT_SUSPENDED: Wording(
        N_("Your access is suspended"),
        N_("Your access in {unit} is suspended for the time being. The grant says why."),
    ),
    Kind.GRANT_ENDED: Wording(
        N_("Your access has ended"),
        N_("Your access in {unit} has ended. The grant says why."),
    ),
    Kind.GRANT_REPLACED: Wording(
        N_("Your access was replaced"),
        N_("The access in {unit} that you have accepted takes the place of what you had there before."),
    ),
    Kind.GIFT_REPLACED: Wording(
        N_("Access that you gave was replaced"),
        N_(
            "Somebody above has given the same access in {unit}, and it was accepted: it takes the place of what you "
            "gave there. What hung on that hangs on the new one now, as far as it could."
        ),
    ),
    Kind.GIFT_HELD_BACK: Wording(
        N_("Access that you gave is suspended"),
        N_(
            "The access that you gave in {unit} goes to somebody for whom a superior has suspended or ended it: it is "
            "suspended with that. The grant says why."
        ),
    ),
    Kind.GRANT_UNCONFIRMED: Wording(
        N_("Your access has stopped, because nobody confirmed it"),
        N_(
            "Each role is confirmed once a year. Nobody has confirmed yours in {unit}; ask whoever stands above you to "
            "confirm it, and it works again at once."
        ),
    ),
    Kind.UNIT_ENDED: Wording(
        N_("Your access has stopped, because its unit has ended"),
        N_(
            "{unit} has ended, and with it your access there. Whoever stands above can give you access in another unit."
        ),
    ),
    Kind.UNIT_MOVED: Wording(
        N_("Your access has stopped, because its unit was moved"),
        N_(
            "{unit} stands elsewhere now, and whoever gave you your access has no power there. The administrator of "
            "the unit above can take your access over, or give it anew."
        ),
    ),
    Kind.GIVER_REVOKED: Wording(
        N_("Your access has stopped with that of whoever gave it"),
        N_(
            "The access of whoever gave you yours in {unit}, or of somebody above them, was ended. The administrator "
            "of the unit above can take your access over: it works again at once, as it was."
        ),
    ),
    Kind.GIVER_SUSPENDED: Wording(
        N_("Your access rests, because that of whoever gave it is suspended"),
        N_(
            "The access of whoever gave you yours in {unit}, or of somebody above them, is suspended. When it is in "
            "force again, so is yours; or the administrator of the unit above takes it over."
        ),
    ),
    Kind.GIVER_ENDED: Wording(
        N_("Your access has stopped, because the period of whoever gave it is over"),
        N_(
            "The period of whoever gave you your access in {unit}, or of somebody above them, is over. The "
            "administrator of the unit above can take your access over: it works again at once, as it was."
        ),
    ),
    Kind.GIVER_UNCONFIRMED: Wording(
        N_("Your access has stopped, because nobody confirmed that of whoever gave it"),
        N_(
            "Nobody has confirmed in time the access of whoever gave you yours in {unit}, or of somebody above them. "
            "As soon as it is confirmed, yours works again."
        ),
    ),
    Kind.GIVER_UNIT_ENDED: Wording(
        N_("Your access has stopped, because the unit of whoever gave it has ended"),
        N_(
            "The unit from which you were given your access in {unit} has ended. The administrator of the unit above "
            "can take your access over: it works again at once, as it was."
        ),
    ),
    Kind.GIVER_LEFT: Wording(
        N_("Your access has stopped, because whoever gave it has handed over"),
        N_(
            "Whoever gave you your access in {unit} has handed over to a successor, and yours could not go over. The "
            "administrator of the unit above can take it over, or give it anew."
        ),
    ),
    Kind.GRANT_REVIVED: Wording(
        N_("Your access works again"),
        N_("What your access in {unit} hangs on is in force again, and so is yours, as it was."),
    ),
    Kind.HANDOVER_FINISHED: Wording(
        N_("Your hand-over is complete"),
        N_("The hand-over in {unit} that was interrupted has been completed."),
    ),
    Kind.HANDOVER_STOPPED: Wording(
        N_("Your hand-over was stopped"),
        N_(
            "The hand-over in {unit} could not be completed, because your access or the successor's has ended. What "
            "had gone over stays with the successor; look at the rest."
        ),
    ),
    Kind.GRANT_ENDING: Wording(
        N_("Your access ends on {date}"),
        N_(
            "Your access in {unit} ends on {date}. If you go on in your post, ask somebody above you for a new grant."
        ),
    ),
    Kind.SECOND_PERSON: Wording(
        N_("A change of access waits for a second person"),
        N_("In {unit} a change of access waits for a second person. Look at it, then confirm or decline it."),
    ),
    Kind.GRANTS_TO_CONFIRM: Wording(
        N_("Access must be confirmed by {date}"),
        N_(
            "Below {unit}, {count} grants must be confirmed by {date}. What nobody confirms stops after that day."
        ),
    ),
    Kind.GRANTS_UNCONFIRMED: Wording(
        N_("Access has stopped because nobody confirmed it"),
        N_("Below {unit}, {count} grants give nothing any more, because nobody confirmed them in time."),
    ),
    Kind.UNITS_LEFT_ALONE: Wording(
        N_("Nobody will be able to give access after {date}"),
        N_(
            "Below {unit}, {count} units have nobody who can give access after {date}. Give a new grant, or name a "
            "successor."
        ),
    ),
    Kind.SIGNED_OUT: Wording(
        N_("You were signed out everywhere"),
        N_(
            "Somebody above you has ended all your sessions. Sign in again with your eID; if you do not know why it "
            "was done, ask in {unit}."
        ),
    ),
    Kind.SIGNED_OUT_BELOW: Wording(
        N_("Somebody was signed out everywhere"),
        N_("Below {unit} all sessions of a person were ended. The audit says whose, by whom and why."),
    ),
    Kind.OFFICIAL_NAMED: Wording(
        N_("You are named as an official for outages of the eID"),
        N_("You are named as an official, which {unit} can see. Draw your sealed codes while the eID works."),
    ),
    Kind.OFFICIAL_NAMED_BELOW: Wording(
        N_("An official for outages was named"),
        N_("Below {unit} somebody was named as an official who may come in by sealed codes."),
    ),
    Kind.OFFICIAL_REMOVED: Wording(
        N_("You are no official for outages of the eID any more"),
        N_("Your sealed codes open nothing any more. If you do not know why, ask in {unit}."),
    ),
    Kind.OFFICIAL_REMOVED_BELOW: Wording(
        N_("Somebody is no official for outages any more"),
        N_("Below {unit} an official for outages was removed, and their codes have ended."),
    ),
    Kind.CODES_DRAWN: Wording(
        N_("New sealed codes were drawn in your name"),
        N_(
            "Your earlier codes open nothing any more. If it was not you, end your sessions on your account's page "
            "and tell {unit} at once."
        ),
    ),
    Kind.CODES_DRAWN_BELOW: Wording(
        N_("An official has drawn sealed codes"),
        N_("Below {unit} an official for outages has drawn new sealed codes."),
    ),
    Kind.ENTERED_BY_CODE: Wording(
        N_("Somebody signed in with one of your sealed codes"),
        N_(
            "When the eID works again, say on your start page whether it was you. If it was not, tell {unit} at once."
        ),
    ),
    Kind.ENTERED_BY_CODE_BELOW: Wording(
        N_("An official signed in with a sealed code"),
        N_("Below {unit} an official came in by a sealed code, because the eID does not answer."),
    ),
    Kind.JOINT_ACT_ASKED: Wording(
        N_("An act on a person waits for a second administrator"),
        N_(
            "In {unit} somebody asks for an act that two administrators do together. Look at it, then decide."
        ),
    ),
    Kind.ROLE_CHANGE_ASKED: Wording(
        N_("A change of a role waits for a second administrator"),
        N_("In {unit} somebody asks to change what a role allows. See whom it touches, then decide."),
    ),
    Kind.ACCESS_ASKED: Wording(
        N_("Somebody who has no access asks for it"),
        N_(
            "In {unit} somebody whom the eID has confirmed asks for access. Make sure that you know them, then decide."
        ),
    ),
    Kind.REQUEST_MENTIONED: Wording(
        N_("Somebody asks you about a request for access"),
        N_("You are mentioned in a comment on a request for access in {unit}. Read it there."),
    ),
    Kind.FALLBACK_ASKED: Wording(
        N_("The eID is down: a second administrator is needed"),
        N_(
            "In {unit} somebody asks to let named officials in by sealed codes. Look at it, then confirm it or not."
        ),
    ),
    Kind.FALLBACK_DENIED: Wording(
        N_("A sign-in by a sealed code was not by its owner"),
        N_(
            "In {unit} an official says that a sign-in by a sealed code was not theirs. Check what was reported."
        ),
    ),
    Kind.ASK_CONFIRMED: Wording(
        N_("What you asked for was confirmed"),
        N_("In {unit} a second person has confirmed what you asked for: it is done."),
    ),
    Kind.ASK_DECLINED: Wording(
        N_("What you asked for was declined"),
        N_("In {unit} somebody has declined or withdrawn what you asked for. Nothing has changed by it."),
    ),
    Kind.ASK_LAPSED: Wording(
        N_("Nobody has answered what you asked for"),
        N_(
            "In {unit} no second person has confirmed it in time. Nothing has changed; ask again if it is needed."
        ),
    ),
    Kind.INVITATION_SPARE: Wording(
        N_("An invitation of yours was not needed"),
        N_(
            "In {unit} somebody whom you had invited holds the same access already. The invitation has ended; "
            "their access stays as it is."
        ),
    ),
    Kind.WINDOW_ENDED: Wording(
        N_("Signing in by sealed codes was ended"),
        N_("In {unit} somebody has ended it early. Whoever came in by a sealed code is signed out."),
    ),
    Kind.HANDED_TO: Wording(
        N_("Access that somebody gave hangs on yours now"),
        N_("In {unit} access was handed over to you: it ends when yours does. Look at it."),
    ),
    Kind.GIFT_TAKEN_OVER: Wording(
        N_("Access that you gave was taken over"),
        N_("In {unit} somebody further up has taken over access that you gave. It hangs on yours no more."),
    ),
    Kind.BAN_LIFTED: Wording(
        N_("You may be given a role again"),
        N_("In {unit} somebody has lifted what barred you from a role. Nothing comes back by that alone."),
    ),
    Kind.OWN_BAN_LIFTED: Wording(
        N_("Somebody has lifted what you had barred"),
        N_("In {unit} a person whom you had barred from a role may be given it again."),
    ),
    Kind.MACHINE_TAKEN: Wording(
        N_("Somebody else answers for a service account of yours"),
        N_(
            "In {unit} somebody has given new keys to a service account that you registered, and answers for it now."
        ),
    ),
    Kind.MOVE_ASKED: Wording(
        N_("The move of a unit waits for a second person"),
        N_("Somebody asks to move a unit to or from {unit}. Look at it, then confirm or decline it."),
    ),
    **CONGRESSES,
    Kind.MAIL_REFUSED: Wording(
        N_("Your e-mail address takes no messages"),
        N_(
            "The mail server of your address refuses our messages. Correct the address, or remove it; this inbox "
            "holds everything in any case."
        ),
    ),
    **REMINDERS,
    Kind.EXPORT_READY: Wording(
        N_("A file that you asked for is ready"),
        N_("The file about {unit} that you asked for is ready. It is kept for a day."),
    ),
    Kind.EXPORT_FAILED: Wording(
        N_("A file that you asked for could not be made"),
        N_(
            "The file about {unit} that you asked for could not be made. Ask for it again, or tell the operator."
        ),
    ),
}


MAIL_LOOK = N_("Read more and act here:")
MAIL_NO_DETAILS = N_("For your safety this message holds no details. Sign in with your eID to see them.")
MAIL_WHY = N_("You get it because you hold access to this system. Replies to this address are not read.")
