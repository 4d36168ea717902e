"""What the pages of a thread say of what was done."""

from servicekit.words import N_

DONE = {
    "commented": N_("Your comment is written."),
    "comment-changed": N_("Your comment is changed."),
    "comment-withdrawn": N_("Your comment is withdrawn. That there was one stays."),
}

# What is typed is called so: by its field. Whoever has threads says it beside what its own fields are called.
LABELS = {"text": N_("Comment"), "about": N_("What it is about"), "mentions": N_("Tell also")}
