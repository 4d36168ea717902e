"""What was done, by whom: what these pages say."""

from servicekit.words import N_

LISTS = {"entries": N_("Newest entries of the audit")}

# What was done a moment ago, by the word that the address carries.
DONE = {"files-asked": N_("Your files are being made. You are told when each is ready.")}

YES, NO = N_("Yes"), N_("No")

OUTCOMES = {"done": N_("Done"), "refused": N_("Refused"), "nothing": N_("Nothing was to be done")}

# Of what kind the record is that an entry is about.
RECORDS = {
    "access_request": N_("Request for access"),
    "account": N_("Account"),
    "congress": N_("Congress"),
    "difficulty": N_("Difficulty"),
    "grant": N_("Grant"),
    "grant_batch": N_("Access given to many"),
    "job": N_("Background task"),
    "member": N_("Member"),
    "plan": N_("Plan"),
    "seats": N_("Delegates' seats"),
    "session": N_("Sign-in"),
    "sign_in": N_("Sign-in"),
    "unit": N_("Unit"),
    "unit_import": N_("Import of units"),
    "unit_move": N_("Move of a unit"),
    "window": N_("Window for an outage"),
}

# What entries say; the rest stands as it was written, for whoever compares it.
ENTRY_WORDS = {
    "action": N_("Act"),
    "outcome": N_("Outcome"),
    "unit": N_("Unit"),
    "record": N_("Record"),
    "subject": N_("Whom it is about"),
    "via": N_("By way of"),
    "request": N_("Request"),
    "number": N_("Number of the entry"),
    "record_type": N_("Kind of record"),
    "reason": N_("Reason"),
    "role": N_("Role"),
    "state": N_("State"),
    "from": N_("From"),
    "to": N_("To"),
    "until": N_("Until"),
    "date": N_("Day"),
    "provider": N_("eID"),
    "ending": N_("Grants that end with it"),
    "count": N_("How many"),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS = {
    "unit": N_("Name or code of the unit"),
    "from": N_("From"),
    "to": N_("Until"),
    "as": N_("Kind of file"),
}
