"""What the doctor finds: what it looked at, whether it is as it should be, and what it saw."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`matters`: without it something does not work; what does not is decoration, or somebody's choice."""

    what: str
    good: bool
    found: str
    matters: bool = True
