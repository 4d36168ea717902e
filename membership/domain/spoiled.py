"""Text that an encoding has spoiled: letters read as others, or lost for good. Both look like names to a machine."""

import re

from servicekit.refusals import Invalid, Refusal
from servicekit.words import N_
from servicekit.words.text import line

_SPREADSHEETS_OWN = re.compile(r"#[A-Z/0-9]+\?")  # told as a code that a spreadsheet wrote
_CAPITAL_AND_BLANK = re.compile("(\\w*[\u00c2\u00c3])\u00a0(?=(\\w))")


class TextGarbled(Invalid):
    title = N_(
        "This was UTF-8 text, read as another encoding and saved: it would be {meant}. Save the file anew."
    )


class TextLost(Invalid):
    title = N_("Letters of this were lost when it was saved. Save the file as “CSV UTF-8” and import that.")


def spoiled(cell: str) -> Refusal | None:
    """Hà Nội saved as HÃ  Ná»™i, or as H� N�i."""
    if "\ufffd" in cell:
        return TextLost()
    if cell.isascii():
        return None
    try:
        meant = _CAPITAL_AND_BLANK.sub(_as_blank, cell).encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return TextGarbled(meant=line(meant)) if not meant.isascii() else None


def lost(name: str) -> Refusal | None:
    """Hà Nội saved as H? N?i by an encoding without these letters. Names and codes ask nothing."""
    return TextLost() if "?" in name and not _SPREADSHEETS_OWN.fullmatch(name.strip()) else None


def _as_blank(found: re.Match[str]) -> str:
    """XÃ LONG with a blank that does not break is no à: that is small, and so would be the letters around it."""
    capitals = found[1].isupper() and not found[2].islower()
    return f"{found[1]} " if capitals else found[0]
