"""What was done, by whom: what these pages say."""

from servicekit.words import N_

LISTS = {"entries": N_("Newest entries of the audit")}

NO_SUCH_UNIT = N_("No unit within your reach has this code.")

# Nothing is done on these pages.
DONE: dict[str, str] = {}
