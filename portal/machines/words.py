"""Service accounts: what these pages say."""

from portal.shared.states import State
from servicekit.words import N_

OPEN = State(N_("Can sign in"), "done", "good")
EXPIRED = State(N_("Its time is over"), "ended")
CLOSED = State(N_("Closed for good"), "locked")

# What was done a moment ago, by the word that the address carries.
DONE = {
    "machine-registered": N_(
        "The service account is registered. It may do nothing until you give it a role."
    ),
    "machine-closed": N_("The service account is closed. It cannot sign in any more."),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS = {"name": N_("Name"), "keys": N_("Public keys"), "expires": N_("Good until")}
