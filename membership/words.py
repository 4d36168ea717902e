"""What membership calls what it owns, for the pages."""

from servicekit.audit.acts import EVERYWHERE
from servicekit.exporting.news import JOB_TITLES
from servicekit.words import N_
from servicekit.words.titles import AUDIT, JOBS, PERMISSIONS, Titles

_PERMISSIONS = {
    "unit:read": N_("See the unit and the units below it"),
    "unit:move": N_("Move units to another unit above"),
    "members:count": N_("See how many members there are"),
    "members:read": N_("Read the members of the unit"),
    "members:write": N_("Register members and change their records"),
    "members:export": N_("Export the members of the unit"),
    "members:numbers": N_("Export whole national numbers"),
}

_AUDIT = {
    "counts.mended": N_("Counts of members made right from their sources"),
    "member.registered": N_("Member registered"),
    "member.changed": N_("Member's record changed"),
    "member.left": N_("Member left"),
    "member.moved": N_("Member moved to another unit"),
    "member.read": N_("Member's record read"),
    "member.history_read": N_("Member's history read"),
    "member.looked_up": N_("Member looked up by number"),
    "member.refused": N_("Registration refused"),
    "members.listed": N_("Members listed"),
    "member.looks_read": N_("Asked who had looked at the own record"),
    "units.import_begun": N_("Import of units begun"),
    "units.imported": N_("Units imported"),
    "unit.move_asked": N_("Move of a unit asked for"),
    "unit.moved": N_("Unit moved"),
    "unit.move_withdrawn": N_("Move of a unit over: access of whoever asked has ended"),
    "unit.move_declined": N_("Move of a unit declined"),
}


TITLES = Titles(
    N_("Units and members"),
    {
        AUDIT: {**_AUDIT, **EVERYWHERE},
        PERMISSIONS: _PERMISSIONS,
        JOBS: JOB_TITLES,
    },
)
