"""Background tasks: what these pages say."""

from portal.shared.states import State
from servicekit.words import N_

STATES = {
    "dead": State(N_("Failed for good"), "overdue"),
    "running": State(N_("Is being done"), "next"),
    "waiting": State(N_("Waits for its turn"), "open"),
    "done": State(N_("Done"), "done", "good"),
    "cancelled": State(N_("Cancelled"), "ended"),
}

# One that its service has no title for; its key stands beside it.
OTHER_KIND = N_("Another task")

# What the last try came to; what is not here is a word for programs, and shown as such.
REASONS = {
    "worker-died": N_("Whoever did it came to an end before it was done"),
    "no-room": N_("There was no room left"),
    "unknown-kind": N_("No program knows how to do it"),
    "job-unknown": N_("What was asked for is not offered any more"),
    "unknown-here": N_("What it was about is not there any more"),
}

# What was done a moment ago, by the word that the address carries.
DONE = {
    "job-retry": N_("The task is tried again, from its first try on."),
    "job-cancel": N_("The task is cancelled."),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS = {"reason": N_("Reason")}
