"""Acts that any service may write into its audit, for what they all have writes them."""

from servicekit.words import N_

EVERYWHERE = {
    "attempt.refused": N_("Refused for lack of right"),
    "export.asked": N_("Export asked for"),
    "export.cancelled": N_("Export cancelled"),
    "export.taken": N_("Export or report downloaded"),
    "job.cancelled": N_("Task cancelled"),
    "job.tried_again": N_("Failed task tried again"),
}
