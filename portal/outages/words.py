"""Outages of the eID: what these pages say."""

from servicekit.words import N_

# What was done a moment ago, by the word that the address carries.
DONE = {
    "official-named": N_("The person is named and told. They draw their codes themselves."),
    "official-removed": N_("That person is no official for outages any more; their codes have ended."),
    "window-asked": N_("The outage window is asked for. A second person must confirm it."),
    "window-confirmed": N_("The outage window is open."),
    "window-ended": N_("The outage window is closed; who came in by it is signed out."),
}
