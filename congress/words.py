"""What congress calls what it owns, for the pages: figures among it, in the order and the groups of the form."""

from congress.domain.results import FIGURES as OWNED
from servicekit.audit.acts import EVERYWHERE
from servicekit.exporting.news import JOB_TITLES
from servicekit.words import N_
from servicekit.words.titles import AUDIT, FIGURES, JOBS, PARTS, PERMISSIONS, Group, Titles

_PERMISSIONS = {
    "congress:read": N_("See the progress of congresses"),
    "congress:report": N_("Report the progress and the results of the unit's congress"),
    "congress:approve": N_("Approve or return the reports of units below"),
    "congress:comment": N_("Write comments on congress reports"),
    "congress:remind": N_("Remind units below of what is late"),
    "plan:manage": N_("Make and open plans"),
    "jobs:manage": N_("Look after background tasks, in the topmost unit only"),
}

_AUDIT = {
    "plan.created": N_("Plan made"),
    "plan.changed": N_("Plan changed"),
    "plan.cascaded": N_("Plan handed down"),
    "plan.deleted": N_("Draft of a plan deleted"),
    "plan.closed": N_("Plan closed"),
    "plan.rules_changed": N_("New version of the plan's rules"),
    "plan.taken_over": N_("Plan of the superior taken over"),
    "person.looked_up": N_("Person looked up by number"),
    "plan.deadlines_changed": N_("Deadlines changed"),
    "seats.calculated": N_("Division of seats calculated"),
    "seats.decided": N_("Division of seats decided"),
    "tally.read": N_("Tally of an election read"),
    "tally.opened": N_("Tally of an election opened"),
    "tally.keyed": N_("Count of a tally entered"),
    "tally.withdrawn": N_("Tally of an election withdrawn"),
    "elected.named": N_("List of elected people saved"),
    "rollup.mended": N_("Figures made right from their sources"),
    "milestone.recorded": N_("Milestone recorded"),
    "content_type.chosen": N_("Kind of congress chosen"),
    "results.reported": N_("Results reported"),
    "congress.submitted": N_("Report sent up"),
    "congress.withdrawn": N_("Report withdrawn by its unit"),
    "congress.opened": N_("Report opened by the superior unit"),
    "congress.approved": N_("Report approved"),
    "gap.supplied": N_("What was missing from an approved report supplied"),
    "gap.closed": N_("Gap of an approved report closed"),
    "gap.given_back": N_("What was supplied for a gap given back"),
    "congress.returned": N_("Report returned"),
    "congress.approval_undone": N_("Approval taken back"),
    "congress.reopened": N_("Approved report reopened"),
    "extension.asked": N_("Later deadline asked for"),
    "extension.granted": N_("Later deadline granted"),
    "extension.refused": N_("Later deadline refused"),
    "extension.withdrawn": N_("Request for a later deadline withdrawn"),
    "explanation.written": N_("Explanation of the delay written"),
    "explanation.accepted": N_("Explanation of the delay accepted"),
    "explanation.returned": N_("Explanation of the delay returned"),
    "congress.postponed": N_("Congress postponed"),
    "congress.blocked": N_("Congress blocked by a difficulty"),
    "congress.unblocked": N_("Congress blocked no longer"),
    "pilot.chosen": N_("Chosen as a pilot"),
    "pilot.called_off": N_("Pilot called off"),
    "pilot.taught": N_("Pilot's lessons written"),
    "congress.resumed": N_("Congress goes on after it was postponed"),
    "attachment.added": N_("File added to the report"),
    "attachment.named": N_("Said which document a file of the report is"),
    "attachment.removed": N_("File removed from the report"),
    "comment.written": N_("Comment written"),
    "comment.changed": N_("Comment changed"),
    "comment.withdrawn": N_("Comment withdrawn"),
    "comment.file_added": N_("File added to a comment"),
    "comment.file_removed": N_("File removed from a comment"),
    "file.refused": N_("File refused when it was checked"),
    "report.sealing-asked": N_("Sealing of a report asked for"),
    "report.sealed": N_("Report sealed"),
    "report.proved": N_("Congress proved by a sealed report"),
    "reminders.asked": N_("All in a list reminded"),
    "difficulty.raised": N_("Difficulty raised"),
    "difficulty.answered": N_("Difficulty answered"),
    "difficulty.asked_back": N_("Something asked back about a difficulty"),
    "difficulty.replied": N_("Question about a difficulty answered by its unit"),
    "difficulty.forwarded": N_("Difficulty forwarded to the next level"),
    "difficulty.climbed": N_("Difficulty not answered in time, went on to the next level"),
    "difficulty.ran_out": N_("Difficulty not answered in time by the topmost unit"),
    "difficulty.joined": N_("Difficulty joined with others"),
    "difficulty.separated": N_("Difficulty taken out of those joined with it"),
    "difficulty.other_separated": N_("Another difficulty taken out of those joined with this one"),
    "difficulty.handed_over": N_("Difficulty of an ended unit handed over"),
    "difficulty.file_added": N_("File added to a difficulty"),
    "difficulty.file_removed": N_("File removed from a difficulty"),
    "difficulty.solved": N_("Difficulty said to be solved"),
    "difficulty.not_solved": N_("Difficulty said not to be solved"),
    "difficulty.withdrawn": N_("Difficulty withdrawn"),
    "milestone.recorded_above": N_("Milestone recorded by the superior unit"),
}

# Figures that stand together, and how they must add up.
_GROUPS = (
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

# What is shown of a report where there is room for few of its figures.
_FIRST = ("summoned", "present", "women", "committee_elected")

TITLES = Titles(
    N_("Plans and congresses"),
    {
        AUDIT: {**_AUDIT, **EVERYWHERE},
        PERMISSIONS: _PERMISSIONS,
        FIGURES: {figure.key: figure.title for figure in OWNED},
        # Refusals name it beside figures.
        PARTS: {"committee": N_("Committee")},
        JOBS: {
            **JOB_TITLES,
            "reminder": N_("Reminders to all in a list"),
            "sealing": N_("Sealing of a report"),
        },
    },
    groups={FIGURES: _GROUPS},
    first={FIGURES: _FIRST},
)
