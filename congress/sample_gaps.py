"""Approvals of the sample plan: of a few reports something is missing."""

from collections.abc import Callable
from datetime import timedelta
from zlib import crc32

from congress.domain.gaps import DOCUMENT, Stated, approve_with_gaps
from congress.domain.history import By, Congress
from congress.domain.plan import Plan
from servicekit.ids import id_from
from servicekit.tree.units import Unit
from servicekit.words import N_

ONE_IN = 40
OWED = timedelta(days=21)
UNSIGNED = N_("The minutes are not signed by the presidium. Add the signed ones.")


def approved(
    plan: Plan, congress: Congress, by: By, entry_id: str, said: Callable[[str, Unit], str]
) -> Congress:
    """`said`: a text as it is said in a unit."""
    lacks = crc32(congress.id.encode()) % ONE_IN == 0
    stated = [Stated(DOCUMENT, said(UNSIGNED, congress.unit), by.today + OWED)] if lacks else []
    return approve_with_gaps(plan, congress, stated, by, entry_id, [id_from(entry_id, DOCUMENT)])
