"""What parades calls what it owns, for the pages."""

from servicekit.audit.acts import EVERYWHERE
from servicekit.words import N_
from servicekit.words.titles import AUDIT, PERMISSIONS, Titles

TITLES = Titles(
    N_("Parades"),
    {
        AUDIT: {"parade.announced": N_("Parade announced"), **EVERYWHERE},
        PERMISSIONS: {"parades:write": N_("Announce parades")},
    },
)
