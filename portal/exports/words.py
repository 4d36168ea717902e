"""Files that are asked for: what these pages say."""

from portal.shared.states import State
from servicekit.words import N_

STATES = {
    "waiting": State(N_("Waits for its turn"), "open"),
    "running": State(N_("Being made"), "next"),
    "done": State(N_("Ready"), "done", "good"),
    "dead": State(N_("Could not be made"), "overdue"),
    "cancelled": State(N_("Cancelled"), "ended"),
}

# What was done a moment ago, by the word that the address carries.
DONE = {
    "file-asked": N_("Your file is being made. You are told when it is ready."),
    "file-cancelled": N_("The file is no longer being made."),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS: dict[str, str] = {}
