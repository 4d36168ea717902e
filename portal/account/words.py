"""Signing in, and the reader's own account: what these pages say."""

from portal.shared.words import Told, task_words
from servicekit.words import N_, NN_

# What waits for somebody, by the key that identity gives it.
TASKS = {
    "sealed": task_words(
        NN_(
            "%(n)s sign-in with a sealed code: was this you?",
            "%(n)s sign-ins with a sealed code: was this you?",
        ),
        N_("Look at them"),
    ),
    "codes": task_words(N_("Draw your sealed codes for an outage of the eID"), N_("Draw the codes")),
}

OFFLINE = N_("There is no network at the moment.")
OFFLINE_MEANS = N_(
    "What you have saved is kept. What you typed on another page is still there: send it later."
)
TRY_AGAIN = N_("Try again")

# By the code that identity sends the browser back with; whatever else comes is the first.
SIGN_IN_REFUSED = {
    "not-verified": Told(
        N_("The sign-in did not succeed"),
        N_("The eID did not prove who you are."),
        N_("Try once more. If it happens again, tell the office of the unit above, with the time of day."),
    ),
    "level-too-low": Told(
        N_("Your eID is not strong enough"),
        N_("Your eID must prove more surely who you are, so that nobody can act in your name."),
        N_(
            "Raise your eID at the office that issues it, or choose a surer way to sign in there, then sign in again. "
            "You need no new account here."
        ),
    ),
    "no-grant": Told(
        N_("You are known, but no access has been given to you"),
        N_(
            "Your eID has confirmed who you are. No unit has given you a role yet, so there is nothing you may open."
        ),
        N_(
            "The administrator of your unit, or of the unit above it, can give you access: "
            "they need your national number, the role, and until when. Then sign in again."
        ),
    ),
    "grant-ended": Told(
        N_("Your access has ended"),
        N_("You had a role here, and its period is over, or it was suspended or taken back."),
        N_("The administrator of your unit, or of the unit above it, can give you access again."),
    ),
    "eid-unknown": Told(
        N_("This eID is not known here"),
        N_("The address that you used names an eID that cannot be used to sign in here."),
        N_("Begin again from the sign-in page and choose one of the eIDs there."),
    ),
    "access-suspended": Told(
        N_("Your access is suspended"),
        N_("Somebody above you has suspended your role for the time being."),
        N_("Ask the administrator of the unit above why, and whether it can be put in force again."),
    ),
    "access-unconfirmed": Told(
        N_("Your access was not confirmed in time"),
        N_("Each role is confirmed once a year. Nobody has confirmed yours, so it gives nothing at present."),
        N_(
            "Ask the administrator of your unit, or of the unit above it, to confirm it: it works again at once."
        ),
    ),
    "access-giver-suspended": Told(
        N_("The access that yours hangs on is suspended"),
        N_(
            "Whoever gave you your role, or somebody above them, is suspended for the time being, and yours rests on "
            "it."
        ),
        N_(
            "When theirs is in force again, so is yours. Or the administrator of the unit above takes your role over."
        ),
    ),
    "access-giver-unconfirmed": Told(
        N_("The access that yours hangs on was not confirmed in time"),
        N_(
            "Nobody has confirmed the role of whoever gave you yours, or of somebody above them, and yours rests on it."
        ),
        N_("Ask the administrator of the unit above to confirm it: both work again at once."),
    ),
    "access-giver-over": Told(
        N_("The period of the access that yours hangs on is over"),
        N_(
            "The period of whoever gave you your role, or of somebody above them, is over, and yours rests on it."
        ),
        N_("The administrator of the unit above can take over your role: it works again at once, as it was."),
    ),
    "access-giver-unit-ended": Told(
        N_("The unit from which you were given access has ended"),
        N_("Whoever gave you your role did so for a unit that has ended, and yours rests on that."),
        N_("The administrator of the unit above can take over your role: it works again at once, as it was."),
    ),
    "access-giver-left": Told(
        N_("Whoever gave you access has handed over"),
        N_("What they had given went over to a successor, and your role could not."),
        N_("The administrator of the unit above can take over your role, or give you a new one."),
    ),
    "access-unit-ended": Told(
        N_("Your unit has ended"),
        N_("Your role was in a unit that has ended, so it gives nothing any more."),
        N_("The administrator of the unit above can give you a role in another unit."),
    ),
    "access-chain": Told(
        N_("The access that yours hangs on has ended"),
        N_(
            "Whoever gave you your role, or somebody above them, has no access at present, and yours rests on it."
        ),
        N_("The administrator of the unit above can take over your role: it works again at once, as it was."),
    ),
    "access-moved": Told(
        N_("Your unit was moved"),
        N_("It stands under another unit now, and whoever gave you your role has no power there."),
        N_("The administrator of the unit above can take over your role, or give you a new one."),
    ),
    "account-closed": Told(
        N_("Your account is closed"),
        N_("Signing in with this account is not possible at present."),
        N_("Ask the administrator of the unit above why, and whether it can be opened again."),
    ),
    "eid-unavailable": Told(
        N_("The eID cannot be used at the moment"),
        N_(
            "The service that confirms who you are gives no answer that can be used. It is no fault of yours."
        ),
        N_(
            "Wait a few minutes and try again. If it lasts, tell the office of the unit above, with the time of day."
            " Who is signed in already can go on working."
        ),
    ),
    "level-unsaid": Told(
        N_("The eID did not say how sure it is of you"),
        N_("Each sign-in must carry its assurance level, and this one carried none that is known here."),
        N_(
            "This is for those who run the system to mend. Tell the office of the unit above, with the time of day."
        ),
    ),
    "eid-busy": Told(
        N_("Too many people are signing in just now"),
        N_("More people than usual have set out to this eID within a minute."),
        N_("Wait a minute and try again. Who is signed in already can go on working."),
    ),
    "attempt-expired": Told(
        N_("This sign-in took too long or was used already"),
        N_("A sign-in holds for ten minutes, once, and in the browser where it began."),
        N_("Begin again from the sign-in page. Do not use the back button or a saved address of the eID."),
    ),
    "cancelled": Told(
        N_("You cancelled the sign-in"),
        N_("You stopped at the eID, so nothing was opened."),
        N_("Begin again when you are ready."),
    ),
    "refused-by-eid": Told(
        N_("The eID refused the sign-in"),
        N_("The eID did not let you through. Your eID may be locked, expired or not yet activated."),
        N_("Look into your eID's own app or ask the office that issues it, then sign in again."),
    ),
    "fallback-code": Told(
        N_("This sealed code opens nothing"),
        N_("It is unknown, was used already, or has been replaced by newer codes."),
        N_("Type the next code of your sheet. If none works, ask the administrator who gave you the sheet."),
    ),
    "fallback-off": Told(
        N_("Sealed codes cannot be used at present"),
        N_("No outage window is open for your unit. Your code has not been used up."),
        N_("Two administrators open a window when the eID is down. Ask the unit above whether they will."),
    ),
    "fallback-eid-answers": Told(
        N_("The eID works: sign in with it"),
        N_("Sealed codes are for the time in which the eID does not answer. Your code has not been used up."),
        N_("Go to the sign-in page and choose your eID."),
    ),
    "fallback-unconfirmed": Told(
        N_("Earlier sign-ins with sealed codes wait for your word"),
        N_("You came in with a sealed code before and have never said, through the eID, that it was you."),
        N_("As soon as the eID works, sign in with it and answer on the start page. Codes then open again."),
    ),
    "join-other-person": Told(
        N_("These two accounts cannot be joined"),
        N_("They do not have the same national number, so they count as two persons."),
        N_("If both are yours, ask the office that issues the eID whether both know your national number."),
    ),
    "join-stale": Told(
        N_("The first sign-in was too long ago"),
        N_("Two accounts are joined only when both eIDs have seen you within a few minutes."),
        N_("Sign in once more with the account that stays, then join the other one at once."),
    ),
    "join-same-account": Told(
        N_("This is the account that you have already"),
        N_("You chose the same eID again, or this account was joined before."),
        N_("Go back to your account and choose the other eID."),
    ),
}

# Not reasons why somebody cannot get in: they are for who is signed in already.
SIGN_IN_REFUSED_LATER = ("eid-unknown", "join-other-person", "join-stale", "join-same-account")

# Why a request for access was not taken, by the word that the address carries.
ASKING_PROBLEMS = {
    "needed": N_("Type the code of the unit and your office."),
    "too-long": N_("This was too long and has been shortened. Read it once more, then send it."),
    "over": N_("Half an hour has passed since the eID confirmed who you are. Sign in once more, then ask."),
    "often": N_(
        "You have asked five times within a month. Wait until somebody has answered, or telephone the office."
    ),
}

SIGNED_OUT = N_("You are signed out.")

# What a page says that cannot be shown, by the status of what is refused.
ERRORS = {
    400: Told(
        N_("This request cannot be read"),
        N_("The address or what was sent with it is not complete."),
        N_("Go back and try again, or begin from your tasks."),
    ),
    403: Told(
        N_("You may see this, but not do it"),
        N_("Your grants do not include this act here."),
        N_(
            "The administrator of the unit above can give access. The page “What may I do?” says what is missing."
        ),
    ),
    404: Told(
        N_("There is nothing here"),
        N_("The page does not exist, or it belongs to a unit that you may not see."),
        N_("Check the address, or look for the unit by its name."),
    ),
    405: Told(
        N_("This page cannot be opened like that"),
        N_("It only takes a form that is sent to it."),
        N_("Go back and use the button on the page."),
    ),
    409: Told(
        N_("This cannot be done at present"),
        N_("The record is in a state that does not allow it."),
        N_("Look at the record again: somebody may have been quicker."),
    ),
    412: Told(
        N_("It was changed in the meantime"),
        N_("Somebody else has saved, or you have in another window. What was saved is not overwritten."),
        N_("Open the page again and compare."),
    ),
    413: Told(
        N_("This is too large"),
        N_(
            "More was sent than can be taken at once: 1 MB at most, of which what is typed may take 256 kB. "
            "It was not read, so it cannot be shown again."
        ),
        N_("Open the form again: what was saved as a draft stands there. Send less, or in parts."),
    ),
    429: Told(
        N_("Too many requests"),
        N_("Many requests came in a short time from this account."),
        N_("Wait a minute and open the page again. Nothing is lost."),
    ),
    500: Told(
        N_("Something went wrong on our side"),
        N_("It has been written down. You did nothing wrong."),
        N_("Try again. If it stays like this, tell the office of the unit above."),
    ),
    507: Told(
        N_("There is no room left"),
        N_("Nothing more can be saved at the moment. What is saved can be read, and nothing was lost."),
        N_("Tell whoever runs the system, and try again later."),
    ),
    503: Told(
        N_("The system is not available at the moment"),
        N_("A part of it does not answer. Nothing that was saved is lost."),
        N_("Wait a minute and open the page again."),
    ),
}

# What was done a moment ago, by the word that the address carries.
DONE = {
    "contact": N_("Saved. Those in the line above you see it from now on as it stands here."),
    "sealed-confirm": N_("Thank you. The sign-in is confirmed."),
    "sealed-deny": N_("Thank you. The sessions and the codes have ended, and the administrators are told."),
    "joined": N_("The two accounts are one now."),
    "session-ended": N_("That session is signed out."),
    "account": N_("Your settings are saved."),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS = {
    "language": N_("Language"),
    "email": N_("E-mail"),
    "no_email": N_("No e-mail any more"),
    "office_phone": N_("Office telephone"),
    "office_email": N_("Office e-mail"),
    "unit_code": N_("Code of your unit"),
    "office": N_("Your office there"),
    "text": N_("What they should know (may be left empty)"),
}
