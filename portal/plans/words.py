"""Plans of congresses and their progress: what these pages say."""

from portal.shared.words import AS_CHOSEN
from servicekit.words import N_

NO_MILESTONE = N_("Give the days of at least one milestone.")

NO_DEADLINE = N_("Give the deadline of at least one level.")

# Whom a version of the rules is for; the first is the usual one.
REACHES = {
    "not_closed": N_("All congresses that have not closed"),
    "not_begun": N_("Only those not yet begun"),
}

# Where a milestone is held, and whose step it is; the first is the usual one.
APPLIES = {
    "always": N_("By all"),
    "election": N_("Where somebody is elected"),
    "subordinates": N_("Where congresses below are held"),
}
OWNERS = {"unit": N_("The unit's own"), "superior": N_("The superior unit's")}

# Of whom a part must have voted for it.
BASES = (
    ("summoned", N_("of those officially summoned")),
    ("body", N_("of all members of the body")),
    ("present", N_("of those present")),
    ("returned", N_("of the ballots that came back")),
)

NO_TITLE = N_("A title is needed in one language at least.")

# Why there is no forecast.
SILENCES = {
    "done": N_("Reached."),
    "few": N_("No forecast: fewer than 30 are open, and each of them decides."),
    "early": N_("No forecast yet: too few have closed to tell how fast they come."),
    "short": N_("No forecast yet: figures have been kept for less than two weeks."),
    "still": N_("No forecast: none has closed for four weeks."),
    "unreadable": N_("No forecast: no pace can be told from the figures of these days."),
    "far": N_("At this pace not within a year."),
}

PEOPLES_FILES = ("csv", "xlsx")

# What was done a moment ago, by the word that the address carries.
DONE = {
    "plan-deleted": N_("The draft is deleted."),
    "plan-closed": N_("The plan is closed; its figures are final."),
    "rules-changed": N_("The new version is made; every congress that it reaches follows in a moment."),
    "cascaded": N_("The plan is open: every unit of its levels has its congress."),
    "planned": N_("The plan is saved as a draft. Open it when it is right."),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS = {
    "unit_id": N_("For the unit"),
    "name": N_("Name"),
    "names/": N_("Name"),
    "cycle": N_("Cycle"),
    "opens_on": N_("Opens on"),
    "open_below": N_("Congresses below that are not approved yet"),
    "open_below=": AS_CHOSEN,
    "deadlines/": N_("Deadline"),
    "milestones/": N_("Milestone"),
    "lateness/explained_after": N_("Days late after which a written explanation is owed"),
    "lateness/postponed_most": N_("How many days ahead a congress may be postponed"),
    "lateness/reminders": N_("Days on which somebody is reminded"),
    "targets/women": N_("Women at least"),
    "targets/young": N_("Young members at least"),
    "targets/candidates_least": N_("More candidates than seats, at least"),
    "targets/candidates_most": N_("More candidates than seats, at most"),
    "added/": N_("New milestone"),
    "content_types/": N_("Kind of congress"),
    "added_types/": N_("New kind of congress"),
    "majorities/": N_("What a decision takes"),
    "results_fields/": N_("Figures of the results"),
    "results_fields": N_("Figures of the results"),
    "documents/": N_("Documents beside the results"),
    "documents": N_("Documents beside the results"),
    "reach": N_("Whom it is for"),
    "reach=": AS_CHOSEN,
    "reason": N_("Reason"),
}
