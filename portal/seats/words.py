"""Seats divided: what these pages say."""

from portal.shared.states import State
from servicekit.words import N_

_BASES = (
    ("members", N_("By members")),  # figures have a key that is written alike, and another title
    ("population", N_("By population")),
    ("fixed", N_("The same number for each unit")),
    ("hand", N_("By hand")),
)
BASES = dict(_BASES)

EX_OFFICIO = "ex_officio"  # a field of the form; the figure that is written alike has its own title

METHODS = {
    "largest_remainder": N_("Largest remainder (Hare quota)"),
    "sainte_lague": N_("Sainte-Laguë (divisors 1, 3, 5, …)"),
    "dhondt": N_("D'Hondt (divisors 1, 2, 3, …)"),
}

STATES = {
    "draft": State(N_("Calculated, not decided yet"), "open"),
    "decided": State(N_("Decided"), "done", "good"),
    "before": State(N_("Divided anew since"), "ended"),
}

HELD = {
    "least": N_("held by its minimum"),
    "most": N_("held by its maximum"),
}

ROW_NOT_A_NUMBER = N_("Row {row}: type whole numbers, such as 42.")
ROW_TOO_LONG = N_("Row {row}: code, name, number, minimum and maximum are all that is read.")

OTHER_NUMBERS = N_(
    "These numbers were there for another way of dividing. Look at them, then calculate again."
)

# What was done a moment ago, by the word that the address carries.
DONE = {
    "seats-calculated": N_("This is the calculation. It counts once it is decided."),
    "seats-decided": N_("The seats are divided; the units below are told, and read the calculation."),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS = {
    "basis": N_("How the seats are divided"),
    **{f"basis={key}": word for key, word in BASES.items()},
    "method": N_("Method"),
    **{f"method={key}": word for key, word in METHODS.items()},
    "seats": N_("Seats"),
    EX_OFFICIO: N_("Seats ex officio, besides"),
    "least": N_("Minimum for each unit"),
    "most": N_("Maximum for each unit"),
    "units": N_("Numbers of the units"),
    "reason": N_("Reason"),
}
