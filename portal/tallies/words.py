"""Tallies of elections: what these pages say."""

from portal.shared.states import State
from servicekit.words import N_

# Figures and their parts have keys that are written alike, and other titles: pairs are none of them.
SUMMONED, PRESENT = "summoned", "present"  # fields of the form
WOMEN, YOUNG = "women", "young"

# Who is elected.
_ELECTIONS = (
    ("committee", N_("Election of the committee")),
    ("standing", N_("Election of the standing committee")),
    ("delegates", N_("Election of delegates to the superior congress")),
    ("other", N_("Another vote")),
)
ELECTIONS = dict(_ELECTIONS)
KINDS = {
    "first": N_("First round"),
    "second": N_("Another round for the seats that were left"),
    "tie": N_("Another round among equal votes"),
}
COUNTS = (N_("First count"), N_("Second count"), N_("Third count"))
BALLOTS = {
    "issued": N_("Ballots issued"),
    "returned": N_("Ballots returned"),
    "invalid": N_("Ballots invalid"),
    "blank": N_("Ballots blank"),
}

COUNTING = State(N_("Being counted"), "next")
DIFFERING = State(N_("The counts differ"), "late")
AGREED = State(N_("All three counts agree"), "done", "good")
WITHDRAWN = State(N_("Withdrawn"), "ended")

# Of whom a part is needed. Its number is that less the exclusions.
_WHOLES = (
    ("summoned", N_("%(n)s summoned")),
    ("body", N_("%(n)s members of the body")),
    ("present", N_("%(n)s present")),
    ("returned", N_("%(n)s ballots returned")),
)
WHOLES = dict(_WHOLES)
PARTS = {(1, 2): N_("half"), (2, 3): N_("two thirds"), (3, 4): N_("three quarters")}

WON, LOST = State(N_("Elected"), "done", "good"), State(N_("Not elected"), "locked")
PASSED, FAILED = State(N_("Accepted"), "done", "good"), State(N_("Not accepted"), "locked")
TIED = State(N_("Equal votes"), "late")

# By the outcome, and whether more than the part is needed or just so many.
SENTENCES = {
    ("elected", True): N_("%(votes)s of %(whole)s is more than %(part)s (%(threshold)s)."),
    ("elected", False): N_("%(votes)s of %(whole)s is at least %(part)s (%(threshold)s)."),
    ("too_few", True): N_("%(votes)s of %(whole)s is not more than %(part)s (%(threshold)s)."),
    ("too_few", False): N_("%(votes)s of %(whole)s is less than %(part)s (%(threshold)s)."),
    ("no_seat", True): N_(
        "%(votes)s of %(whole)s is more than %(part)s (%(threshold)s), but all seats went to those with more votes."
    ),
    ("no_seat", False): N_(
        "%(votes)s of %(whole)s is at least %(part)s (%(threshold)s), but all seats went to those with more votes."
    ),
    ("tied", True): N_(
        "%(votes)s of %(whole)s is more than %(part)s (%(threshold)s), but others have as many votes, and there is "
        "no seat for each of them."
    ),
    ("tied", False): N_(
        "%(votes)s of %(whole)s is at least %(part)s (%(threshold)s), but others have as many votes, and there is "
        "no seat for each of them."
    ),
}
# Among equals no part is needed.
_AMONG_EQUALS = (
    ("elected", N_("%(votes)s votes: more than others who had been equal.")),
    ("too_few", N_("No votes.")),
    ("no_seat", N_("%(votes)s votes: all seats went to those with more.")),
    ("tied", N_("%(votes)s votes, and others have as many again.")),
)
AMONG_EQUALS = dict(_AMONG_EQUALS)

ROW_NOT_AN_EXCLUSION = N_("Row {row}: type a number, then the rule, such as “2, abroad by order”.")
ROW_TOO_LONG = N_("Row {row}: a name and a number are all that is read.")

# What was done a moment ago, by the word that the address carries.
DONE = {
    "tally-opened": N_("The list is saved. Enter the three counts."),
    "count-entered": N_("The count is saved."),
    "tally-withdrawn": N_("It is withdrawn and counts no more."),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS = {
    "of": N_("Who is elected"),
    **{f"of={key}": word for key, word in ELECTIONS.items()},
    "title": N_("What is voted on"),
    "majority": N_("What it takes"),
    "seats": N_("Seats"),
    SUMMONED: N_("Summoned, or members of the body"),
    PRESENT: N_("Present"),
    "exclusions": N_("Not counted for the majority, by the rules"),
    "candidates": N_("Candidates"),
    WOMEN: N_("Women among the candidates"),
    YOUNG: N_("Young people among the candidates"),
    **BALLOTS,
    "votes/": N_("Votes"),
    "votes": N_("Votes"),
    "column": N_("The column"),
    "reason": N_("Reason"),
}
