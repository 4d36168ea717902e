"""Units and their moves: what these pages say."""

from servicekit.words import N_

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
