"""Elected people: what these pages say."""

from servicekit.words import N_

# Figures and their parts have keys that are written alike, and other titles: pairs are none of them.
_BODIES = (
    ("committee", N_("The committee")),
    ("standing", N_("The standing committee")),
    ("delegates", N_("Delegates to the superior congress")),
    ("offices", N_("Offices")),
)
BODIES = dict(_BODIES)
OFFICES = "offices"

ROW_NOT_VOTES = N_("Row {row}: after the name a number of votes is read, such as 61, or nothing.")
ROW_TOO_LONG = N_("Row {row}: it has more cells than are read.")

# What was done a moment ago, by the word that the address carries.
DONE = {"elected-saved": N_("The list is saved. Nobody has access by it.")}

# What is typed is called so: by its field.
LABELS = {"people": N_("Names")}
