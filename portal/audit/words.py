"""What was done, by whom: what these pages say."""

from servicekit.words import N_

LISTS = {"entries": N_("Newest entries of the audit")}

NO_SUCH_UNIT = N_("No unit within your reach has this code.")

# What was done a moment ago, by the word that the address carries.
DONE = {"files-asked": N_("Your files are being made. You are told when each is ready.")}

# What every entry says; the rest of an entry stands as it was written, for whoever compares it.
ENTRY_WORDS = {
    "action": N_("Act"),
    "outcome": N_("Outcome"),
    "unit": N_("Unit"),
    "record": N_("Record"),
    "subject": N_("Whom it is about"),
    "via": N_("By way of"),
    "request": N_("Request"),
    "number": N_("Number of the entry"),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS = {"unit": N_("Code of the unit"), "from": N_("From"), "to": N_("Until"), "as": N_("Kind of file")}
