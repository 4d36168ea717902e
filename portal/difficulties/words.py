"""Difficulties: what these pages say."""

from portal.shared.states import State
from portal.shared.words import task_words
from servicekit.words import N_, NN_

# What waits for somebody, by the key that the congress service gives it.
TASKS = {
    "difficulty": task_words(
        NN_("%(n)s difficulty waits for your unit", "%(n)s difficulties wait for your unit"),
        N_("Look at the difficulties"),
    ),
    "difficulty-asked-back": task_words(
        NN_(
            "The superior asks back about %(n)s difficulty of yours",
            "The superior asks back about %(n)s difficulties of yours",
        ),
        N_("Reply"),
    ),
    "difficulty-answered": task_words(
        NN_(
            "%(n)s difficulty of yours was answered: say whether it is solved",
            "%(n)s difficulties of yours were answered: say whether they are solved",
        ),
        N_("Read the answer"),
    ),
}

KINDS = {
    "personnel": N_("Personnel"),
    "petitions": N_("Petitions"),
    "reorganisation": N_("Reorganisation"),
    "venue_or_disaster": N_("Venue or disaster"),
    "late_documents": N_("Late documents"),
    "software_account_network": N_("Software, account or network"),
    "deadline_change": N_("Change of a deadline"),
    "other": N_("Other"),
}

URGENCIES = {"ordinary": N_("Ordinary"), "soon": N_("Soon"), "urgent": N_("Urgent")}

STANDINGS = {
    "open": State(N_("Waits for an answer"), "open"),
    "overdue": State(N_("Not answered in time"), "late"),
    "asked_back": State(N_("Asked back"), "returned"),
    "answered": State(N_("Answered"), "sent"),
    "solved": State(N_("Solved"), "done", "good"),
    "withdrawn": State(N_("Withdrawn"), "locked"),
    "ended": State(N_("Ended with its unit"), "ended"),
}

# The day by which it is to be answered is over now.
OVERDUE_NOW = State(N_("Overdue"), "overdue", "bad")

# In the order of the page: what waits for this unit comes first.
TABS = {
    "waiting": N_("Waits for this unit"),
    "open": N_("Waits for an answer"),
    "overdue": N_("Not answered in time"),
    "answered": N_("Answered"),
    "all": N_("All"),
}

STEPS = {
    "handed_over": State(N_("Its unit has ended, another one goes on with it"), "sent"),
    "moved": State(N_("Moved with its unit"), "sent"),
    "raised": State(N_("Raised"), "open"),
    "forwarded": State(N_("Forwarded"), "sent"),
    "climbed": State(N_("Not answered in time, went on by itself"), "late"),
    "asked_back": State(N_("Asked back"), "returned"),
    "replied": State(N_("Replied"), "next"),
    "answered": State(N_("Answered"), "sent"),
    "solved": State(N_("Solved"), "done", "good"),
    "not_solved": State(N_("Not solved"), "returned"),
    "withdrawn": State(N_("Withdrawn"), "locked"),
    "joined": State(N_("Joined with the same difficulty of other units"), "next"),
    "separated": State(N_("Taken out of those joined with it"), "next"),
    "other_separated": State(N_("Another one was taken out of those joined with it"), "next"),
}

NO_ACT = N_("Press what is to be done with this difficulty.")

# What was done a moment ago, by the word that the address carries.
DONE = {
    "difficulty-raised": N_("The superior unit is told of the difficulty."),
    "difficulty-answered": N_("The answer is sent. The unit says whether the difficulty is solved."),
    "difficulty-asked-back": N_("The question is sent. The difficulty waits for the unit."),
    "difficulty-forwarded": N_("The difficulty lies with the next level now."),
    "difficulty-replied": N_("The reply is sent. The difficulty lies with the superior again."),
    "difficulty-solved": N_("The difficulty is solved, and over."),
    "difficulty-not-solved": N_("The difficulty is open again where it was answered."),
    "difficulties-joined": N_("They are joined: one answer goes to all of them."),
    "difficulty-separated": N_("It is taken out, and is answered by itself."),
    "difficulty-file-removed": N_("The file is removed, for good."),
    "difficulty-withdrawn": N_("The difficulty is withdrawn."),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS = {
    "kind": N_("What it is about"),
    **{f"kind={key}": word for key, word in KINDS.items()},
    "urgency": N_("How urgent it is"),
    **{f"urgency={key}": word for key, word in URGENCIES.items()},
    "text": N_("What the difficulty is"),
    "milestone": N_("What it keeps you from"),
}
