"""What notifications calls what it owns, for the pages."""

from servicekit.audit.acts import EVERYWHERE
from servicekit.words import N_
from servicekit.words.titles import AUDIT, Titles

TITLES = Titles(N_("Messages"), {AUDIT: EVERYWHERE})
