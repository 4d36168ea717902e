"""What notifications calls what it owns, for the pages."""

from servicekit.audit.acts import EVERYWHERE
from servicekit.exporting.news import JOB_TITLES
from servicekit.words import N_
from servicekit.words.titles import AUDIT, JOBS, Titles

TITLES = Titles(N_("Messages"), {AUDIT: EVERYWHERE, JOBS: JOB_TITLES})
