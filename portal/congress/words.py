"""One congress: its steps, its results, its report: what these pages say."""

from dataclasses import dataclass

from servicekit.words import N_

CHANGED_BY_YOURSELF = N_(
    "You changed this yourself after you opened this page, in another tab or on another device. "
    "Compare, and save again."
)

NOTHING_TICKED = N_("Tick at least one congress.")

NO_REPORT_TICKED = N_("Tick at least one report.")
BETWEEN_FIRST = N_("A unit between decides first. Open the report to act over it on purpose.")
CHANGED_SINCE = N_("It has changed since you ticked it. Look at it again.")
DECIDED_SINCE = N_("It does not wait for approval any more.")
OUT_OF_SIGHT = N_("It is not within your access any more. Nothing was done with it.")
NOT_APPROVED = N_("Not all could be approved. What was left is named below.")

NOT_RECORDED = N_("Not all could be recorded; those are still in the list.")


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that stand together, and how they must add up."""

    title: str
    keys: tuple[str, ...]
    hint: str = ""


# The words of the figures are those of the congress service, which owns the figures.
FIGURES = {
    "summoned": N_("Delegates summoned"),
    "present": N_("Present"),
    "absent_with_reason": N_("Absent with a reason"),
    "absent_without_reason": N_("Absent without a reason"),
    "excluded": N_("Absent and not counted for the majority, by the rules"),
    "ex_officio": N_("Delegates ex officio"),
    "elected": N_("Delegates elected"),
    "appointed": N_("Delegates appointed"),
    "women": N_("Women among the delegates"),
    "minority": N_("Delegates of minorities"),
    "young": N_("Young delegates"),
    "age_min": N_("Age of the youngest delegate"),
    "age_mean": N_("Mean age of the delegates"),
    "age_max": N_("Age of the oldest delegate"),
    "age_under_36": N_("Delegates under 36 years"),
    "age_36_to_50": N_("Delegates of 36 to 50 years"),
    "age_over_50": N_("Delegates over 50 years"),
    "education_school": N_("Delegates with school education"),
    "education_degree": N_("Delegates with a first degree"),
    "education_higher": N_("Delegates with a higher degree"),
    "subordinate_units": N_("Subordinate units represented"),
    "members": N_("Members represented"),
    "delegates_up": N_("Delegates elected to the superior congress"),
    "ballots_issued": N_("Ballots issued"),
    "ballots_valid": N_("Ballots valid"),
    "ballots_invalid": N_("Ballots invalid"),
    "committee_seats": N_("Seats in the committee"),
    "committee_listed": N_("Candidates listed for the committee"),
    "committee_elected": N_("Elected to the committee"),
    "committee_lowest_votes": N_("Votes of the elected member with the fewest"),
    "committee_appointed": N_("Appointed to the committee"),
    "committee_first_time": N_("In the committee for the first time"),
    "committee_standing": N_("In the standing committee"),
    "committee_women": N_("Women in the committee"),
    "committee_young": N_("Young members of the committee"),
    "committee_minority": N_("Committee members of minorities"),
    "committee_age_mean": N_("Mean age of the committee"),
}

# Keys of the services' sentences about a report.
KEYS_IN_WORDS = {**FIGURES, "committee": N_("Committee")}

# What a row of the queue shows of a report, as far as they are given and there is room.
KEY_FIGURES = ("summoned", "present", "women", "committee_elected")

OTHER_FIGURE = N_("Another figure")


def figure_word(key: str) -> str:
    """Untranslated."""
    return FIGURES.get(key, OTHER_FIGURE)


FIGURE_GROUPS = (
    Group(
        N_("Attendance"),
        ("summoned", "present", "absent_with_reason", "absent_without_reason", "excluded"),
        N_("Present and absent together are the delegates summoned."),
    ),
    Group(
        N_("How the delegates came to be"),
        ("ex_officio", "elected", "appointed"),
        N_("Ex officio, elected and appointed together are the delegates summoned."),
    ),
    Group(N_("Who the delegates are"), ("women", "minority", "young")),
    Group(
        N_("Ages of the delegates"),
        ("age_under_36", "age_36_to_50", "age_over_50", "age_min", "age_mean", "age_max"),
        N_("The three age groups together are the delegates summoned."),
    ),
    Group(
        N_("Education of the delegates"),
        ("education_school", "education_degree", "education_higher"),
        N_("The three together are the delegates summoned."),
    ),
    Group(N_("Whom the congress represents"), ("subordinate_units", "members", "delegates_up")),
    Group(
        N_("Ballots"),
        ("ballots_issued", "ballots_valid", "ballots_invalid"),
        N_("Valid and invalid together are not more than issued, and issued not more than present."),
    ),
    Group(
        N_("Committee"),
        (
            "committee_seats", "committee_listed", "committee_elected", "committee_lowest_votes",
            "committee_appointed", "committee_first_time", "committee_standing", "committee_women",
            "committee_young", "committee_minority", "committee_age_mean",
        ),
        N_("To be elected takes more than half of the delegates summoned, not of those present."),
    ),
)  # fmt: skip

REPORTED_BY_CODE = N_(
    "Reported with a sealed code while the eID was down: nobody had proven who did. Check it against the minutes."
)

REPORT_AS_A_WHOLE = N_("The report as a whole")

# What was done a moment ago, by the word that the address carries.
DONE = {
    "recorded": N_("The milestone is recorded."),
    "corrected": N_("The correction is recorded; the earlier entry stays in the history."),
    "withdrawn": N_("The entry is withdrawn; it stays in the history."),
    "results": N_("The results are saved."),
    "submitted": N_("The report has been sent to the superior unit."),
    "approved": N_("The report is approved and locked."),
    "returned": N_("The report has been returned with your reasons."),
    "approved-next": N_("The report is approved and locked. This is the next one."),
    "returned-next": N_("The report has been returned with your reasons. This is the next one."),
    "approved-last": N_("The report is approved and locked. It was the last one in the queue."),
    "returned-last": N_("The report has been returned with your reasons. It was the last one in the queue."),
    "approved-ticked": N_("The reports that you ticked are approved and locked."),
    "reopened": N_("The report is open for correction again; the unit is told."),
    "content": N_("The kind of congress is saved."),
    "steps-recorded": N_("The step is recorded for each congress that was ticked."),
    "file-added": N_("The file has arrived. It is checked now, and can be opened in a moment."),
    "file-removed": N_("The file is removed, for good."),
    "commented": N_("Your comment is written; the other side is told."),
    "comment-changed": N_("Your comment is changed."),
    "comment-withdrawn": N_("Your comment is withdrawn. That there was one stays."),
}
