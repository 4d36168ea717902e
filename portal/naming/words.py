"""What is said to who types the name or the code of a unit."""

from servicekit.words import N_

NO_SUCH_UNIT = N_("No unit that you may see has this code or name.")
SEVERAL_UNITS = N_("Several units may be meant: choose one of them.")
