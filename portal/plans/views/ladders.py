"""On which days of a deadline somebody is reminded, as it is typed and read: -7 -3 -1 0 +1 +7."""

import re
from collections.abc import Iterable

from portal.frame.forms import Fault, Form
from servicekit.words import N_, numbers

FIELD = "lateness/reminders"
NOT_DAYS = N_("Type numbers of days with blanks between them, such as -7 -3 -1 0 +1 +7.")


def ladder_text(days: Iterable[int]) -> str:
    return " ".join(f"{one:+d}" if one else "0" for one in days)


def typed_ladder(form: Form) -> dict[str, list[int]]:
    """Nobody is reminded where nothing stands there; nothing is said of it by a form that does not ask."""
    if FIELD not in form.values:
        return {}
    try:
        parts = filter(None, re.split(r"[\s,;،]+", form.text(FIELD)))
        return {"reminders": [numbers.whole(one, grouping="") for one in parts]}
    except numbers.NotWhole:
        form.faults[FIELD] = Fault(NOT_DAYS)
        return {}
