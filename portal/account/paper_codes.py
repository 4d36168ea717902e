"""Codes that are typed off a paper."""

import re

from servicekit.words import N_, text

NOT_A_CODE = N_("Such a code has sixteen letters and digits, in four groups of four.")


class NotACode(ValueError):
    """What was typed cannot be a code on paper; says why."""


def paper_code(typed: str) -> str:
    """A one-time code as it was printed, however it was typed. Raises NotACode."""
    plain = text.letters_and_digits(typed)
    if not re.fullmatch(r"[A-Z0-9]{16}", plain):
        raise NotACode(NOT_A_CODE)
    return "-".join(plain[place : place + 4] for place in range(0, 16, 4))
