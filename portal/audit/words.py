"""What was done, by whom: what these pages say."""

from servicekit.words import N_

LISTS = {"entries": N_("Newest entries of the audit")}

NO_SUCH_UNIT = N_("No unit within your reach has this code.")

# What was done a moment ago, by the word that the address carries.
DONE = {"files-asked": N_("Your files are being made. You are told when each is ready.")}
