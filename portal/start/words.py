"""The first page: what waits for the reader, and what they have been told: what these pages say."""

from portal.shared.words import task_words
from servicekit.words import N_, NN_

# What waits for somebody, by the key that notifications gives it.
TASKS = {
    "unread": task_words(NN_("%(n)s unread message", "%(n)s unread messages"), N_("Open the inbox")),
}
LISTS = {"posts": N_("Your units")}
# Of a kind that this version has no words for.
OTHER_TASK = task_words(N_("Something waits for you"), N_("Look at it"))

SEEN_AGAIN = N_("Your eID has seen you again. Look at what you typed, then send it.")

ELSEWHERE_TOO = N_(
    "You write this in another window too. What you typed here stays on this page and was not saved as the draft; "
    "send it, or go on in the other window."
)

# What was done a moment ago, by the word that the address carries.
DONE = {
    "read": N_("Marked as read."),
    "draft-saved": N_("Saved as a draft. It waits here for you, and nobody else sees it."),
    "draft-dropped": N_("The draft is thrown away."),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS: dict[str, str] = {}
