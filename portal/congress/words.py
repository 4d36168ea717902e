"""One congress: its steps, its results, its report: what these pages say."""

from portal.shared.states import State
from portal.shared.words import AS_CHOSEN, AS_TYPED, task_words
from portal.threads import words as threads
from servicekit.words import N_, NN_

# What waits for somebody, by the key that the congress service gives it.
TASKS = {
    "returned": task_words(N_("Your report has come back to be corrected"), N_("Correct the report")),
    "milestone": task_words(N_("Report: %(milestone)s"), N_("Report it")),
    "take-over": task_words(N_("Take over the plan of the superior unit"), N_("Take it over")),
    "results": task_words(N_("The results of your congress are missing"), N_("Enter the results")),
    "submit": task_words(N_("Your report is complete and not sent yet"), N_("Send the report")),
    "approve": task_words(
        NN_("%(n)s report waits for your approval", "%(n)s reports wait for your approval"),
        N_("Look at the reports"),
    ),
    "step": task_words(
        NN_("%(n)s congress waits for a step of your unit", "%(n)s congresses wait for a step of your unit"),
        N_("Record the step"),
    ),
    "extension": task_words(
        NN_("%(n)s unit asks for a later deadline", "%(n)s units ask for a later deadline"),
        N_("Answer them"),
    ),
    "long-late": task_words(
        NN_(
            "%(n)s congress below is late, and the last reminder is over: write to it",
            "%(n)s congresses below are late, and the last reminder is over: write to them",
        ),
        N_("Look at them"),
    ),
    "gap": task_words(N_("Something is missing from your approved report"), N_("Supply it")),
    "gaps": task_words(
        NN_(
            "%(n)s approved report: what was missing is there, look at it",
            "%(n)s approved reports: what was missing is there, look at them",
        ),
        N_("Look at them"),
    ),
    "explain": task_words(N_("Your congress is very late: explain why"), N_("Write the explanation")),
    "explanation": task_words(
        NN_("%(n)s explanation waits for your answer", "%(n)s explanations wait for your answer"),
        N_("Look at them"),
    ),
}
LISTS = {"worst": N_("Furthest behind")}


FILE_STATES = {
    "checking": State(N_("Being checked"), "next"),
    "ready": State(N_("Can be opened"), "done", "good"),
    "refused": State(N_("Refused"), "overdue"),
}

CHANGED_BY_YOURSELF = N_(
    "You changed this yourself after you opened this page, in another tab or on another device. "
    "Compare, and save again."
)

NO_REPORT_TICKED = N_("Tick at least one report.")
BETWEEN_RECORDS = N_("A unit between records it first. Open it to act over that unit on purpose.")
BETWEEN_FIRST = N_("A unit between decides first. Open the report to act over it on purpose.")
CHANGED_SINCE = N_("It has changed since you ticked it. Look at it again.")
DECIDED_SINCE = N_("It does not wait for approval any more.")
NOT_APPROVED = N_("Not all could be approved. What was left is named below.")

NEITHER_ANSWER = N_("Say whether you accept it or return it.")
APPROVED_AND_WRONG = N_("You wrote what is wrong. Return the report, or empty these fields to approve it.")

OTHER_FIGURE = N_("Another figure")
OTHER_FIGURES = N_("Other figures")

REPORTED_BY_CODE = N_(
    "Reported with a sealed code while the eID was down: nobody had proven who did. Check it against the minutes."
)

REPORT_AS_A_WHOLE = N_("The report as a whole")

EXTENSION_STATES = {
    "asked": State(N_("Waits for an answer"), "next"),
    "granted": State(N_("Granted"), "done", "good"),
    "refused": State(N_("Refused"), "locked"),
    "withdrawn": State(N_("Withdrawn"), "locked"),
}

GAP_STATES = {
    "owed": State(N_("Owed"), "next"),
    "supplied": State(N_("Supplied, to be looked at"), "sent"),
    "closed": State(N_("Closed"), "done", "good"),
}
GAP_OVERDUE = State(N_("Owed, and overdue"), "overdue", "bad")
A_DOCUMENT = N_("A document")
NO_GAP_STATED = N_("Say what is missing, or approve the report without gaps.")

EXPLANATION_STATES = {
    "written": State(N_("Waits for an answer"), "next"),
    "accepted": State(N_("Accepted"), "done", "good"),
    "returned": State(N_("Returned: to be written again"), "returned"),
}

# What was done a moment ago, by the word that the address carries.
DONE = {
    "list-saved": N_("Saved. It stands under “Saved lists” on each list and queue."),
    "list-forgotten": N_("It is forgotten."),
    "reminded": N_("The reminders are on their way: each person gets one message."),
    "recorded": N_("The milestone is recorded."),
    "recorded-next": N_("The step is recorded. This is the next one."),
    "recorded-last": N_("The step is recorded. It was the last one in the queue."),
    "taken-over": N_("The plan is taken over: it is recorded as issued in this unit."),
    "corrected": N_("The correction is recorded; the earlier entry stays in the history."),
    "withdrawn": N_("The entry is withdrawn; it stays in the history."),
    "results": N_("The results are saved."),
    "submitted": N_("The report has been sent to the superior unit."),
    "withdrawn-report": N_(
        "The report is withdrawn: it does not wait any more, and can be changed and sent again."
    ),
    "approved": N_("The report is approved and locked."),
    "returned": N_("The report has been returned with your reasons."),
    "approved-with-gaps": N_("The report is approved and locked; the unit owes what you have named."),
    "gap-supplied": N_("It is supplied; the superior unit looks at it."),
    "gap-closed": N_("The gap is closed."),
    "gap-given-back": N_("It is still owed; the unit is told."),
    "approved-next": N_("The report is approved and locked. This is the next one."),
    "returned-next": N_("The report has been returned with your reasons. This is the next one."),
    "approved-last": N_("The report is approved and locked. It was the last one in the queue."),
    "returned-last": N_("The report has been returned with your reasons. It was the last one in the queue."),
    "approved-ticked": N_("The reports that you ticked are approved and locked."),
    "approval-undone": N_("The approval is taken back; the report waits for a decision again."),
    "reopened": N_("The report is open for correction again; the unit is told."),
    "extension-asked": N_("The superior unit is asked for a later deadline."),
    "extension-withdrawn": N_("The question about a later deadline is withdrawn."),
    "extension-granted": N_("The later deadline counts from now on; the unit is told."),
    "extension-refused": N_("The deadline stays as it is; the unit is told why."),
    "explained": N_("The explanation has been sent to the superior unit."),
    "explanation-accepted": N_("The explanation is accepted; the unit is told."),
    "explanation-returned": N_("The explanation is returned with your remark; the unit is told."),
    "postponed": N_("The congress is postponed; the superior unit is told."),
    "blocked": N_("The congress is blocked until the difficulty is solved."),
    "unblocked": N_("The congress goes on: from now on its deadline counts again."),
    "pilot-chosen": N_("It is a pilot from now on; the unit is told."),
    "pilot-called-off": N_("It is no pilot any more; the plan's day counts."),
    "lesson-written": N_("It is saved; units of the same level read it."),
    "resumed": N_("The congress goes on: from now on its deadline counts again."),
    "content": N_("The kind of congress is saved."),
    "steps-recorded": N_("The step is recorded for each congress that was ticked."),
    "file-added": N_("The file has arrived. It is checked now, and can be opened in a moment."),
    "document-said": N_("It is saved which document the file is, and which figures it proves."),
    "file-removed": N_("The file is removed, for good."),
}

NOBODY_HERE = N_("Nobody who holds access in this unit has this number.")

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS = {
    **threads.LABELS,
    "explanations.text": N_("Explanation"),
    "remark": N_("Remark"),
    "gaps/": N_("What is missing"),
    "gaps.text": N_("What is there now"),
    "value": N_("Figure"),
    "day": N_("Day it took place"),
    "milestone": N_("Milestone"),
    "milestone=": AS_CHOSEN,
    "date": N_("Day it took place"),
    "note": N_("Note"),
    "over_levels": N_("Act over the units between"),
    "over_reason": N_("Why not wait for them?"),
    "table": N_("The table"),
    "over-": N_("Other figures stand there. Put these in their place"),
    "document": N_("What it is"),
    "document=": AS_CHOSEN,
    "content_type": N_("Kind of congress"),
    "content_type=": AS_CHOSEN,
    "postponing.until": N_("Next date"),
    "difficulty_id": N_("Difficulty"),
    "difficulty_id=": AS_CHOSEN,
    "pilots.until": N_("Its own deadline"),
    "taking_over.date": N_("Day it was issued in this unit"),
    "people/": N_("Responsible"),
    "national_number": N_("National number of the person"),
    "taking_over.national_number=": AS_TYPED,
    "number_task": N_("What for"),
    "below/": N_("An earlier day for those below"),
    "taking_over.until": N_("An earlier day of your own"),
    "pilots.text": N_("What was learnt"),
    "until": N_("Until when"),
    "reason": N_("Reason"),
    "reasons/": N_("What is wrong"),
    "figures/": N_("Figure"),
    "column": N_("The column"),
    "name": N_("Name of the list"),
    "tick": N_("Reports"),
    "sort": N_("Order"),
    "search": N_("Search"),
}
