"""Service accounts: what these pages say."""

from servicekit.words import N_

# What was done a moment ago, by the word that the address carries.
DONE = {
    "machine-registered": N_(
        "The service account is registered. It may do nothing until you give it a role."
    ),
    "machine-closed": N_("The service account is closed. It cannot sign in any more."),
}
