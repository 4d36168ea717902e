"""What the holder of an office has released so that those above it reach them; nothing, until they say so."""

from collections.abc import Mapping
from dataclasses import dataclass

from servicekit.refusals import Invalid
from servicekit.words import N_

PHONE, EMAIL = "office_phone", "office_email"
KINDS = (PHONE, EMAIL)


class NotAnOfficePhone(Invalid):
    title = N_("This is not a telephone number.")


@dataclass(frozen=True, slots=True)
class Changed:
    """By kind, in order: what is shown from now on, anew or otherwise, and what is shown no more."""

    released: tuple[str, ...]
    withdrawn: tuple[str, ...]


def changed(before: Mapping[str, str], wanted: Mapping[str, str | None]) -> Changed:
    """`wanted`: of the kinds that are spoken of; an empty one is withdrawn."""
    spoken = [kind for kind in KINDS if kind in wanted and (wanted[kind] or "") != before.get(kind, "")]
    return Changed(
        tuple(kind for kind in spoken if wanted[kind]), tuple(kind for kind in spoken if not wanted[kind])
    )
