"""Files of figures: what these pages say."""

from servicekit.words import N_

# What was done a moment ago, by the word that the address carries.
DONE = {
    "file-asked": N_("Your file is being made. You are told when it is ready."),
    "file-cancelled": N_("The file is no longer being made."),
}
