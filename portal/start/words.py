"""The first page: what waits for the reader, and what they have been told: what these pages say."""

from servicekit.words import N_

SEEN_AGAIN = N_("Your eID has seen you again. Look at what you typed, then send it.")

# What was done a moment ago, by the word that the address carries.
DONE = {
    "read": N_("Marked as read."),
}
