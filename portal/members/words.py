"""The members of a unit: what these pages say."""

from portal.shared.words import AS_TYPED
from servicekit.words import N_

NO_SUCH_MEMBER = N_("No member of this unit has this national number.")

# What befell a member, or a unit while the member was in it or below it.
BEFELL = {
    "member-changed": N_("The record was changed"),
    "member-moved": N_("Moved to another unit"),
    "member-left": N_("The member left"),
    "unit-moved": N_("A unit was moved"),
    "unit-ended": N_("A unit ended"),
    "unit-revived": N_("A unit was taken up again"),
}

MEMBER_FIELDS = {
    "name": N_("Full name"),
    "birth_date": N_("Date of birth"),
    "sex": N_("Sex"),
    "admission_date": N_("Day of admission"),
    "official_date": N_("Official member since"),
    "card_number": N_("Card number"),
    "phone": N_("Phone"),
    "national_number": N_("National number"),
}

SEX = {"female": N_("Female"), "male": N_("Male"), "other": N_("Other")}

# How much an export says of each member, and as which kinds of file.
DETAILS = {
    "plain": N_("Without phone and national number"),
    "masked": N_("With the phone, and the end of the national number"),
    "whole": N_("With the phone and the whole national number"),
}
KINDS = ("xlsx", "csv", "pdf", "json")

# What was done a moment ago, by the word that the address carries.
DONE = {
    "member-left": N_("The member has left."),
    "member-moved": N_("The members have been moved."),
    "registered": N_("The member is registered."),
}

# What is typed is called so: by its field, by the beginning of a family of fields, or by what was chosen.
LABELS = {
    **MEMBER_FIELDS,
    **{f"{field}=": AS_TYPED for field in ("birth_date", "phone", "national_number")},
    **{f"sex={key}": word for key, word in SEX.items()},
    "on": N_("Last day"),
    "to": N_("Name or code of the new unit"),
    "number": N_("How many move"),
    "reason": N_("Reason"),
    "as": N_("Kind of file"),
    "details": N_("What the file says of each member"),
    **{f"details={key}": word for key, word in DETAILS.items()},
}
