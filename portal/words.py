"""Words for what the services name by keys: permissions, acts, figures, refusals of the sign-in."""

from dataclasses import dataclass

from servicekit.words import N_


@dataclass(frozen=True, slots=True)
class Told:
    """A heading, what it means, and what to do now."""

    title: str
    meaning: str
    advice: str


OTHER_PERMISSION = N_("Something else")
PERMISSIONS = {
    "unit:read": N_("See the unit and the units below it"),
    "congress:read": N_("See the progress of congresses"),
    "congress:report": N_("Report the progress and the results of the unit's congress"),
    "congress:approve": N_("Approve or return the reports of units below"),
    "plan:manage": N_("Make and open plans"),
    "unit:move": N_("Move units to another unit above"),
    "members:count": N_("See how many members there are"),
    "members:read": N_("Read the members of the unit"),
    "members:write": N_("Register members and change their records"),
    "access:read": N_("See who has been given access"),
    "access:grant": N_("Give and take access"),
    "audit:read": N_("Read the audit"),
    "audit:export": N_("Take entries of the audit along"),
    "fallback:switch": N_("Open the way in for an outage of the eID"),
}

DONE = {
    "recorded": N_("The milestone is recorded."),
    "corrected": N_("The correction is recorded; the earlier entry stays in the history."),
    "withdrawn": N_("The entry is withdrawn; it stays in the history."),
    "results": N_("The results are saved."),
    "submitted": N_("The report has been sent to the superior unit."),
    "approved": N_("The report is approved and locked."),
    "returned": N_("The report has been returned with your reasons."),
    "reopened": N_("The report is open for correction again; the unit is told."),
    "content": N_("The kind of congress is saved."),
    "plan-deleted": N_("The draft is deleted."),
    "plan-closed": N_("The plan is closed; its figures are final."),
    "deadlines-changed": N_("The deadlines are changed; every congress follows in a moment."),
    "given": N_("Access has been given. It counts when the person has accepted it."),
    "given-beside": N_(
        "Access has been given. Another invitation to this role here is still open: "
        "compare the last digits of the numbers."
    ),
    "given-congress": N_(
        "Access has been given. No approved congress of that name is known here yet: look whether it is the right one."
    ),
    "offer-accept": N_("You have accepted the access. It counts from now on."),
    "offer-decline": N_("You have declined the access. Whoever gave it is told."),
    "proposed": N_("Access has been proposed. It begins to count when a second person has confirmed it."),
    "suspend": N_("The grant is suspended."),
    "resume": N_("The grant is in force again."),
    "revoke": N_("The grant is revoked."),
    "period": N_("The period is changed."),
    "handed-over": N_("What hung on this grant hangs on the other one now."),
    "lift-ban": N_("The ban is lifted. The person may be given this role here again."),
    "confirm": N_("The grant is confirmed."),
    "decline": N_("The grant is declined."),
    "recertify": N_("The grant is confirmed for another year."),
    "propose-removal": N_("The removal is asked for. A second person must confirm it."),
    "confirm-removal": N_("The removal is confirmed; the grant has ended."),
    "resign": N_("You have given up this access."),
    "official-named": N_("The person is named and told. They draw their codes themselves."),
    "together-asked": N_(
        "Nobody stands above this person. It is asked for: a second administrator of the topmost unit must confirm it."
    ),
    "together-confirm": N_("It is confirmed and done. The person is told."),
    "together-withdraw": N_("It is taken back."),
    "official-removed": N_("That person is no official for outages any more; their codes have ended."),
    "window-asked": N_("The outage window is asked for. A second person must confirm it."),
    "window-confirmed": N_("The outage window is open."),
    "window-ended": N_("The outage window is closed; who came in by it is signed out."),
    "sealed-confirm": N_("Thank you. The sign-in is confirmed."),
    "sealed-deny": N_("Thank you. The sessions and the codes have ended, and the administrators are told."),
    "joined": N_("The two accounts are one now."),
    "move-asked": N_("The move is asked for. A second person must confirm it."),
    "moved": N_("The unit has been moved."),
    "member-left": N_("The member has left."),
    "member-moved": N_("The members have been moved."),
    "move-declined": N_("The move is declined."),
    "machine-registered": N_(
        "The service account is registered. It may do nothing until you give it a role."
    ),
    "machine-closed": N_("The service account is closed. It cannot sign in any more."),
    "registered": N_("The member is registered."),
    "saved": N_("The changes are saved."),
    "cascaded": N_("The plan is open: every unit of its levels has its congress."),
    "planned": N_("The plan is saved as a draft. Open it when it is right."),
    "sign-out": N_("The person is signed out everywhere."),
    "session-ended": N_("That session is signed out."),
    "account": N_("Your settings are saved."),
    "read": N_("Marked as read."),
}

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
        N_("More was sent than is accepted."),
        N_("Shorten it and send it again."),
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

# Why a grant does not go over to a successor.
WHY_LEFT = {
    "own": N_("It is the successor's own."),
    "beyond": N_("The successor could not have given it: it allows more, or lasts longer, than their own."),
    "above": N_("The successor's own access hangs on it."),
}

# Whose access a grant hangs on after its period has been changed.
CHAIN_AS_IT_IS, CHAIN_OF_READER = "as-it-is", "mine"
CHAINS = {
    CHAIN_AS_IT_IS: N_("It goes on hanging on the access of whoever gave it"),
    CHAIN_OF_READER: N_("I take it over: it hangs on my own access from then on, with all that hangs on it"),
}

SHORT_WHY_NOT = {
    "proposed": N_("A second person must confirm it first."),
    "lapsed": N_("No second person has confirmed it in time."),
    "unconfirmed": N_("Nobody has confirmed it again in time."),
    "invited": N_("The person has not signed in yet."),
    "offered": N_("The person has not accepted it yet."),
    "not-yet": N_("It begins later."),
    "ended": N_("Its period is over."),
    "unit-ended": N_("Its unit has ended."),
    "suspended": N_("It is suspended."),
    "revoked": N_("It was revoked."),
    "chain": N_("A grant above it, from which it was given, is not in force."),
    "giver-revoked": N_("The access of whoever gave it, or of somebody above them, was ended."),
    "giver-ended": N_("The period of whoever gave it, or of somebody above them, is over."),
    "giver-suspended": N_("The access of whoever gave it, or of somebody above them, is suspended."),
    "giver-unconfirmed": N_(
        "The access of whoever gave it, or of somebody above them, was not confirmed again in time."
    ),
    "unit-moved": N_("The unit was moved away from under whoever gave it."),
}

WHY = {
    "allowed": N_("Yes, this is allowed."),
    "unknown": N_("No. None of your grants reaches this unit, so you cannot know of its records."),
    "no-permission": N_("No. Your grants reach this unit, but none of them includes this act there."),
    "assurance-too-low": N_("No. This needs a sign-in at a higher level of your eID."),
    "sign-in-too-old": N_("Not right now. This needs a fresh sign-in with your eID."),
}

# Said of somebody else.
WHY_ANOTHER = {
    "unknown": N_("No. None of this person's grants reaches this unit."),
    "no-permission": N_(
        "No. This person's grants reach this unit, but none of them includes this act there."
    ),
}

# How a person comes to the access that is given to them.
BY_NUMBER, BY_CODE = "number", "code"
NAMED_BY = {
    BY_NUMBER: N_("By their national number: it waits for this person's sign-in"),
    BY_CODE: N_("By a code on paper: whoever is handed it, when the number is not known"),
}
# Who was elected goes on in the office this long after the next congress is approved, unless told otherwise.
HANDOVER_DAYS = 30

REACH = {
    "own": N_("in the unit itself"),
    "below": N_("in the unit and all below it"),
    "under": N_("in the units below it"),
}

SERVICES = {
    "identity": N_("Access and sign-in"),
    "membership": N_("Units and members"),
    "congress": N_("Plans and congresses"),
    "notifications": N_("Messages"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that stand together, and how they must add up."""

    title: str
    keys: tuple[str, ...]
    hint: str = ""


# The words of the figures are those of the congress service, which owns the figures.
FIGURES = {
    "summoned": N_("Delegates summoned"),
    "present": N_("Present"),
    "absent_with_reason": N_("Absent with a reason"),
    "absent_without_reason": N_("Absent without a reason"),
    "excluded": N_("Absent and not counted for the majority, by the rules"),
    "ex_officio": N_("Delegates ex officio"),
    "elected": N_("Delegates elected"),
    "appointed": N_("Delegates appointed"),
    "women": N_("Women among the delegates"),
    "minority": N_("Delegates of minorities"),
    "young": N_("Young delegates"),
    "age_min": N_("Age of the youngest delegate"),
    "age_mean": N_("Mean age of the delegates"),
    "age_max": N_("Age of the oldest delegate"),
    "age_under_36": N_("Delegates under 36 years"),
    "age_36_to_50": N_("Delegates of 36 to 50 years"),
    "age_over_50": N_("Delegates over 50 years"),
    "education_school": N_("Delegates with school education"),
    "education_degree": N_("Delegates with a first degree"),
    "education_higher": N_("Delegates with a higher degree"),
    "subordinate_units": N_("Subordinate units represented"),
    "members": N_("Members represented"),
    "delegates_up": N_("Delegates elected to the superior congress"),
    "ballots_issued": N_("Ballots issued"),
    "ballots_valid": N_("Ballots valid"),
    "ballots_invalid": N_("Ballots invalid"),
    "committee_seats": N_("Seats in the committee"),
    "committee_listed": N_("Candidates listed for the committee"),
    "committee_elected": N_("Elected to the committee"),
    "committee_lowest_votes": N_("Votes of the elected member with the fewest"),
    "committee_appointed": N_("Appointed to the committee"),
    "committee_first_time": N_("In the committee for the first time"),
    "committee_standing": N_("In the standing committee"),
    "committee_women": N_("Women in the committee"),
    "committee_young": N_("Young members of the committee"),
    "committee_minority": N_("Committee members of minorities"),
    "committee_age_mean": N_("Mean age of the committee"),
}

OTHER_FIGURE = N_("Another figure")


def figure_word(key: str) -> str:
    """Untranslated."""
    return FIGURES.get(key, OTHER_FIGURE)


# Places of the services' sentences whose values stand as they are: what somebody typed, or gave a name.
VERBATIM = frozenset(
    {"code", "column", "encoding", "key", "kind", "known", "mark", "name", "of", "parts", "peer", "why"}
)
# Places that hold several keys, and as what each of them is read.
LISTED = {"permissions": "permission"}
KEYS_IN_WORDS = {**FIGURES, **PERMISSIONS, "committee": N_("Committee")}

FIGURE_GROUPS = (
    Group(
        N_("Attendance"),
        ("summoned", "present", "absent_with_reason", "absent_without_reason", "excluded"),
        N_("Present and absent together are the delegates summoned."),
    ),
    Group(
        N_("How the delegates came to be"),
        ("ex_officio", "elected", "appointed"),
        N_("Ex officio, elected and appointed together are the delegates summoned."),
    ),
    Group(N_("Who the delegates are"), ("women", "minority", "young")),
    Group(
        N_("Ages of the delegates"),
        ("age_under_36", "age_36_to_50", "age_over_50", "age_min", "age_mean", "age_max"),
        N_("The three age groups together are the delegates summoned."),
    ),
    Group(
        N_("Education of the delegates"),
        ("education_school", "education_degree", "education_higher"),
        N_("The three together are the delegates summoned."),
    ),
    Group(N_("Whom the congress represents"), ("subordinate_units", "members", "delegates_up")),
    Group(
        N_("Ballots"),
        ("ballots_issued", "ballots_valid", "ballots_invalid"),
        N_("Valid and invalid together are not more than issued, and issued not more than present."),
    ),
    Group(
        N_("Committee"),
        (
            "committee_seats", "committee_listed", "committee_elected", "committee_lowest_votes",
            "committee_appointed", "committee_first_time", "committee_standing", "committee_women",
            "committee_young", "committee_minority", "committee_age_mean",
        ),
        N_("To be elected takes more than half of the delegates summoned, not of those present."),
    ),
)  # fmt: skip

SEX = {"female": N_("Female"), "male": N_("Male"), "other": N_("Other")}

MEMBER_FIELDS = {
    "name": N_("Full name"),
    "birth_date": N_("Date of birth"),
    "sex": N_("Sex"),
    "admission_date": N_("Day of admission"),
    "official_date": N_("Official member since"),
    "card_number": N_("Card number"),
    "phone": N_("Phone"),
    "national_number": N_("National number"),
}

REPORT_AS_A_WHOLE = N_("The report as a whole")
SIGNED_OUT = N_("You are signed out.")
MEMBER_COUNTS = {
    "total": N_("Members"),
    "official": N_("Official members"),
    "probationary": N_("On probation"),
    "applicant": N_("Applicants"),
}
NO_SUCH_UNIT = N_("No unit within your reach has this code.")
NO_UNIT_WITH_CODE = N_("No unit that you may see has this code.")
NO_SUCH_MEMBER = N_("No member of this unit has this national number.")
NO_MILESTONE = N_("Give the days of at least one milestone.")
NO_DEADLINE = N_("Give the deadline of at least one level.")
FORM_TOO_OLD = N_(
    "This page was open for too long. Nothing that you typed is lost; look at it and send it again."
)
SEEN_AGAIN = N_("Your eID has seen you again. Look at what you typed, then send it.")
SIGNED_OUT_WRITING = N_(
    "You were signed out while you were writing. Nothing that you typed is lost, and nothing has been saved yet."
)
SENT_IN_VAIN = N_(
    "The system does not answer at the moment. Nothing that you typed is lost; wait a little and send it again. "
    "If it was saved after all, it is not saved twice."
)
