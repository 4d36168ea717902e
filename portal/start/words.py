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

# What was done a moment ago, by the word that the address carries.
DONE = {
    "read": N_("Marked as read."),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS: dict[str, str] = {}
