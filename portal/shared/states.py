"""A state as people meet it: a word and a shape, in one quiet tone. Red is for what is overdue, and nothing else."""

from dataclasses import dataclass

from servicekit.words import N_


@dataclass(frozen=True, slots=True)
class State:
    """`shape` names an icon; `tone` is good where it is done, bad where it is overdue, or nothing."""

    word: str
    shape: str
    tone: str = ""


CONGRESS = {
    "planned": State(N_("Not begun"), "open"),
    "under_way": State(N_("Under way"), "next"),
    "closed": State(N_("Closed, report to be sent"), "sheet"),
    "submitted": State(N_("Sent, waiting for approval"), "sent"),
    "returned": State(N_("Returned for correction"), "returned"),
    "approved": State(N_("Approved"), "done", "good"),
    "reopened": State(N_("Reopened for correction"), "returned"),
}

PLAN = {
    "draft": State(N_("Draft"), "open"),
    "cascading": State(N_("Being opened"), "next"),
    "open": State(N_("Open for reports"), "done", "good"),
    "closed": State(N_("Plan is over"), "locked"),
}

GRANT = {
    "proposed": State(N_("Waits for a second person"), "late"),
    "invited": State(N_("Invited, not yet signed in"), "invited"),
    "offered": State(N_("Offered, not yet accepted"), "invited"),
    "active": State(N_("In force"), "done", "good"),
    "suspended": State(N_("Suspended"), "paused"),
    "ended": State(N_("Ended"), "ended"),
    "revoked": State(N_("Revoked"), "ended"),
}
# In force by itself, but a grant above it, or its own time, keeps it from counting.
GRANT_WITHOUT_EFFECT = State(N_("Has no effect at present"), "paused")

STEP_DONE = State(N_("On time"), "done", "good")
STEP_LATE = State(N_("Done, late"), "late")
STEP_OVERDUE = State(N_("Overdue"), "overdue", "bad")
STEP_NEXT = State(N_("Next"), "next")
STEP_OPEN = State(N_("Still to come"), "open")
STEP_POSTPONED = State(N_("Postponed"), "paused")
STEP_BLOCKED = State(N_("Blocked"), "paused")
STEP_LEFT_OUT = State(N_("Left out"), "locked")
STEP_SKIPPED = State(N_("Not held here"), "locked")

DUE_OVER = State(N_("The deadline has passed"), "overdue", "bad")
DUE_SOON = State(N_("Due soon"), "late")
DUE_LATER = State(N_("There is time"), "open")

# By what a service says of the day (servicekit.calendar.waiting.Urgency).
DUE = {"over": DUE_OVER, "soon": DUE_SOON, "later": DUE_LATER}

UNKNOWN = State(N_("Unknown"), "info")
