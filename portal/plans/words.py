"""Plans of congresses and their progress: what these pages say."""

from servicekit.words import N_

NO_MILESTONE = N_("Give the days of at least one milestone.")

NO_DEADLINE = N_("Give the deadline of at least one level.")

PEOPLES_FILES = ("csv", "xlsx")

# What was done a moment ago, by the word that the address carries.
DONE = {
    "plan-deleted": N_("The draft is deleted."),
    "plan-closed": N_("The plan is closed; its figures are final."),
    "deadlines-changed": N_("The deadlines are changed; every congress follows in a moment."),
    "cascaded": N_("The plan is open: every unit of its levels has its congress."),
    "planned": N_("The plan is saved as a draft. Open it when it is right."),
}
