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
