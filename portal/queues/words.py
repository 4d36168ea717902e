"""What every queue says."""

from servicekit.words import N_

MINE = N_("Mine to decide")
OUT_OF_SIGHT = N_("It is not within your access any more. Nothing was done with it.")
NOT_ALL = N_("Not all could be done. What was left is named below.")
NOTHING_TICKED = N_("Tick at least one row.")
