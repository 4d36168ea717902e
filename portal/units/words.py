"""Units and their moves: what these pages say."""

from portal.shared.states import State
from portal.shared.words import AS_CHOSEN, task_words
from servicekit.words import N_

# What waits for somebody, by the key that membership gives it.
TASKS = {
    "move": task_words(N_("The move of a unit waits for a second person"), N_("Look at it")),
}

MOVE_STATES = {
    "asked": State(N_("Waits for a second person"), "late"),
    "done": State(N_("Moved"), "done", "good"),
    "declined": State(N_("Declined"), "ended"),
    "withdrawn": State(N_("Over: the access of whoever asked has ended"), "ended"),
    "lapsed": State(N_("Nobody confirmed it in time"), "ended"),
}

MEMBER_COUNTS = {
    "total": N_("Members"),
    "official": N_("Official members"),
    "probationary": N_("On probation"),
    "applicant": N_("Applicants"),
}

# What was done a moment ago, by the word that the address carries.
DONE = {
    "move-asked": N_("The move is asked for. A second person must confirm it."),
    "moved": N_("The unit has been moved."),
    "move-declined": N_("The move is declined."),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS = {
    "to_id": N_("Name or code of the unit above"),
    "which": N_("Which of them?"),
    "which=": AS_CHOSEN,
    "reason": N_("Reason"),
}
