"""Outages of the eID: what these pages say."""

from portal.shared.states import State
from portal.shared.words import task_words
from servicekit.words import N_

# What waits for somebody, by the key that identity gives it.
TASKS = {
    "window": task_words(N_("An outage window waits for a second person"), N_("Look at it")),
    "outage": task_words(N_("Open a window for the outage of the eID"), N_("Open a window")),
}

WINDOW_STATES = {
    "asked": State(N_("Waits for a second person"), "late"),
    "on": State(N_("Is open"), "done", "good"),
    "ended": State(N_("Ended"), "ended"),
    "lapsed": State(N_("Nobody confirmed it in time"), "ended"),
}
SIGN_IN_STATES = {
    "waiting": State(N_("Waits for its person's word"), "late"),
    "confirmed": State(N_("Confirmed by its person"), "done", "good"),
    "denied": State(N_("Denied by its person"), "overdue"),
}

# What was done a moment ago, by the word that the address carries.
DONE = {
    "official-named": N_("The person is named and told. They draw their codes themselves."),
    "official-removed": N_("That person is no official for outages any more; their codes have ended."),
    "window-asked": N_("The outage window is asked for. A second person must confirm it."),
    "window-confirmed": N_("The outage window is open."),
    "window-ended": N_("The outage window is closed; who came in by it is signed out."),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS = {"account_id": N_("Person"), "hours": N_("For how many hours"), "reason": N_("Reason")}
