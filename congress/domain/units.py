"""A unit as this service knows it: a copy kept up to date by events."""

from collections.abc import Mapping
from dataclasses import dataclass

Names = Mapping[str, str]  # by language


@dataclass(frozen=True, slots=True)
class Unit:
    """`path` lists the ids from the root to the unit itself."""

    id: str
    code: str
    names: Names
    level: str
    parent_id: str | None
    path: tuple[str, ...]
