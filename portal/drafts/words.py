"""Forms on their way: what is said of them."""

from servicekit.words import N_

SEEN_AGAIN = N_("Your eID has seen you again. Look at what you typed, then send it.")

ELSEWHERE_TOO = N_(
    "You write this in another window too. What you typed here stays on this page and was not saved as the draft; "
    "send it, or go on in the other window."
)

# What was done a moment ago, by the word that the address carries.
DONE = {
    "draft-saved": N_("Saved as a draft. It waits here for you, and nobody else sees it."),
    "draft-dropped": N_("The draft is thrown away."),
}

# What is typed is called so by the form that it is typed into.
LABELS: dict[str, str] = {}
