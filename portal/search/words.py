"""The search over everything: what its page says."""

from servicekit.words import N_

# Pages that stand in no menu, by the words that somebody looks for them with.
HELP = (
    ("/cannot-get-in", N_("Why can't I get in?")),
    ("/about", N_("About")),
    ("/saved-lists", N_("Saved lists")),
    ("/acting", N_("The unit that you act for")),
)

DONE: dict[str, str] = {}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS: dict[str, str] = {}
