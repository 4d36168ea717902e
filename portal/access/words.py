"""Grants: given, accepted, changed, handed over, and asked about: what these pages say."""

from portal.shared.states import State
from portal.shared.words import AS_CHOSEN, AS_TYPED, task_words
from portal.threads import words as threads
from servicekit.words import N_, NN_

# What waits for somebody, by the key that identity gives it.
TASKS = {
    "offer": task_words(
        NN_("%(n)s offer of access waits for your answer", "%(n)s offers of access wait for your answer"),
        N_("Read and answer"),
    ),
    "confirm": task_words(N_("Access waits for your confirmation as second person"), N_("Look at it")),
    "longer": task_words(
        N_("A longer period waits for your confirmation as second person"), N_("Look at it")
    ),
    "remove": task_words(N_("A removal waits for your confirmation as second person"), N_("Look at it")),
    "confirm-further": task_words(
        NN_("%(n)s more grant waits for a second person", "%(n)s more grants wait for a second person"),
        N_("Open the list"),
    ),
    "recertify": task_words(
        NN_("%(n)s grant to be confirmed for another year", "%(n)s grants to be confirmed for another year"),
        N_("Open the list"),
    ),
    "access-request": task_words(
        NN_("%(n)s person without access asks for it", "%(n)s people without access ask for it"),
        N_("Look at it"),
    ),
    "without-holder": task_words(
        NN_("%(n)s unit has nobody who holds access", "%(n)s units have nobody who holds access"),
        N_("Show them"),
    ),
    "together": task_words(N_("An act on a person waits for you as second administrator"), N_("Look at it")),
    "roles": task_words(
        NN_("%(n)s change of a role waits for you", "%(n)s changes of roles wait for you"),
        N_("Look at it"),
    ),
}
ROLLOUT_STATES = {
    "signed-in": State(N_("Signed in"), "done", "good"),
    "held": State(N_("Access, not yet signed in"), "open"),
    "offered": State(N_("Asked, not yet accepted"), "invited"),
    "nobody": State(N_("Nobody yet"), "info"),
}
# Headings of the lists behind the figures.
ROLLOUT_LISTS = {
    "": N_("All units"),
    "without": N_("Units without a holder of access"),
    "holder": N_("Units with a holder of access"),
    "signed-in": N_("Units in which somebody has signed in"),
    "held": N_("Units whose holder of access has not signed in"),
    "offered": N_("Units that were asked and have not accepted"),
    "nobody": N_("Units with nobody yet"),
}
LISTS = {
    "invited": N_("Invited, and not yet signed in"),
    "offered": N_("Offered, and not yet accepted"),
}

# Whose access a grant hangs on after its period has been changed.
CHAIN_AS_IT_IS, CHAIN_OF_READER = "as-it-is", "mine"

# How a person comes to the access that is given to them.
BY_NUMBER, BY_CODE = "number", "code"

OTHER_PERMISSION = N_("Something else")

# Of a grant in force, in the list of states.
LONGER_ASKED = N_("Longer period asked for")

# Why a grant does not go over to a successor.
WHY_LEFT = {
    "own": N_("It is the successor's own."),
    "beyond": N_("The successor could not have given it: it allows more, or lasts longer, than their own."),
    "above": N_("The successor's own access hangs on it."),
}

# In the yearly queue.
ANOTHER_DECIDES = N_("Somebody else who gives access here decides it.")
LEFT_TO_ABOVE = N_("Somebody above this unit confirms it.")
REMOVAL_ASKED = N_("Its removal is asked for.")

TICK_SOMETHING = N_("Tick at least one.")

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
    "giver-unit-ended": N_("The unit of whoever gave it, or of somebody above them, has ended."),
    "giver-left": N_("Whoever gave it has handed over to a successor, and this could not go over."),
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

# What is to become of a role.
ROLE_ACTS = {
    "add": N_("A new role"),
    "change": N_("A role is changed"),
    "withdraw": N_("A role is withdrawn"),
}
ROLE_CHANGE_STATES = {
    "asked": N_("It waits for a second administrator."),
    "done": N_("It is done."),
    "withdrawn": N_("It was declined or taken back."),
    "lapsed": N_("Nobody has confirmed it in time."),
}
# In a list of what a role may allow: whoever has it may only give it to others.
HAND_ON = "hand-on-"
ONLY_TO_PASS_ON = N_("only to pass on")

# Of a stranger's request for access.
REQUEST_STATES = {
    "asked": N_("It waits for an answer."),
    "given": N_("Access was given."),
    "declined": N_("It was declined."),
    "replaced": N_("The person has asked anew since."),
    "lapsed": N_("Nobody has answered it in time."),
}

# Why a row of a table cannot be sent.
ROW_FAULTS = {
    "cells": N_("This row has more cells than there are columns."),
    "unit": N_("The code of the unit is missing."),
    "role": N_("There is no such role."),
    "day": N_("The day cannot be read: write it as 31/03/2026."),
    "long": N_("Something in this row is too long."),
    "signs": N_("This row holds signs that nobody types. Type it anew."),
}

# What was done a moment ago, by the word that the address carries.
DONE = {
    "given-many": N_("Done. Below is what became of each row."),
    "taken-back": N_("What nobody had accepted has ended."),
    "request-given": N_("Access has been given. It counts when the person has signed in and accepted it."),
    "request-declined": N_("The request is declined."),
    "given": N_("Access has been given. It counts when the person has accepted it."),
    "given-beside": N_(
        "Access has been given. Another invitation to this role here is still open: "
        "compare the last digits of the numbers."
    ),
    "given-congress": N_(
        "Access has been given. No approved congress of that name is known here yet: look whether it is the right one."
    ),
    "offer-accept": N_("You have accepted the access. It counts from now on."),
    "offer-accept-next": N_("You have accepted the access. It counts from now on. This is the next one."),
    "offer-decline-next": N_("You have declined the access. Whoever gave it is told. This is the next one."),
    "offer-decline": N_("You have declined the access. Whoever gave it is told."),
    "proposed": N_("Access has been proposed. It begins to count when a second person has confirmed it."),
    "suspend": N_("The grant is suspended."),
    "resume": N_("The grant is in force again."),
    "revoke": N_("The grant is revoked."),
    "period": N_("The period is changed."),
    "period-asked": N_(
        "The longer period is asked for. A second person must confirm it; until then nothing changes."
    ),
    "confirm-period": N_("The longer period is confirmed."),
    "decline-period": N_("The longer period is declined; the access stays as it was."),
    "handed-over": N_("What hung on this grant hangs on the other one now."),
    "handed-over-some": N_("What you ticked hangs on the successor's access now."),
    "lift-ban": N_("The ban is lifted. The person may be given this role here again."),
    "confirm": N_("The grant is confirmed."),
    "decline": N_("The grant is declined."),
    "recertify": N_("The grant is confirmed for another year."),
    "recertify-next": N_("The grant is confirmed for another year. This is the next one."),
    "recertify-last": N_("The grant is confirmed for another year. It was the last one in the queue."),
    "recertify-ticked": N_("The grants that you ticked are confirmed for another year."),
    "propose-removal": N_("The removal is asked for. A second person must confirm it."),
    "confirm-removal": N_("The removal is confirmed; the grant has ended."),
    "resign": N_("You have given up this access."),
    "together-confirm": N_("It is confirmed and done. The person is told."),
    "together-withdraw": N_("It is taken back."),
    "together-confirm-next": N_("It is confirmed and done. The person is told. This is the next one."),
    "together-withdraw-next": N_("It is taken back. This is the next one."),
    "role-asked": N_("It is asked for. A second administrator must confirm it; until then nothing changes."),
    "role-confirm": N_("It is done, and counts for everybody who has the role."),
    "role-withdraw": N_("It is declined or taken back. Roles stay as they were."),
    "role-confirm-next": N_("It is done, and counts for everybody who has the role. This is the next one."),
    "role-withdraw-next": N_("It is declined or taken back. Roles stay as they were. This is the next one."),
    "sign-out": N_("The person is signed out everywhere."),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS = {
    **threads.LABELS,
    "by": N_("How the person comes to it"),
    **{f"by={key}": word for key, word in NAMED_BY.items()},
    "national_number": N_("National number of the person"),
    "national_number=": AS_TYPED,
    "national_number_scheme": N_("Whose number it is"),
    "national_number_scheme=": AS_CHOSEN,
    "label": N_("Name of the person (may be left empty)"),
    "role": N_("Role"),
    "role=": AS_CHOSEN,
    "valid_from": N_("From"),
    "valid_to": N_("Until"),
    "mandate": N_("Congress that gave the office"),
    "handover_days": N_("Days of handover"),
    "even_if_invited": N_("Give it although an invitation is open"),
    "even_if_invited=": AS_TYPED,
    "reason": N_("Reason"),
    "tick": N_("Grants"),
    "declined_for": N_("Why it is declined"),
    "table": N_("The table"),
    "table=": AS_TYPED,
    "file": N_("A file with the table"),
    "chain": N_("What it hangs on"),
    "to": N_("Successor"),
    "chosen": N_("What goes over"),
    "key": N_("Key"),
    "role/names/": N_("Name"),
    "may/": N_("What it may do"),
}
