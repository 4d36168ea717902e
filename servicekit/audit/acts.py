"""Acts that any service may write into its audit, for what they all have writes them."""

from servicekit.words import N_

EVERYWHERE = {
    "attempt.refused": N_("Refused for lack of right"),
    "export.asked": N_("File of figures asked for"),
    "export.cancelled": N_("File of figures no longer asked for"),
    "export.taken": N_("Figures or a report taken along as a file"),
    "job.cancelled": N_("Task cancelled"),
    "job.tried_again": N_("Failed task tried again"),
}
