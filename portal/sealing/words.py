"""Sealed reports: what these pages say."""

from servicekit.words import N_

# What was done a moment ago, by the word that the address carries.
DONE = {
    "sealing-asked": N_(
        "The report is being sealed. It stands here in a moment; look at this page again then."
    ),
}

LABELS: dict[str, str] = {}
