"""What a plan starts with where nothing else is said: the organisation's own set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from congress.domain.dossier import ASKED_FOR
from congress.domain.plan import ContentType, Lateness, Milestone, Targets, content_type_of, milestone_of
from congress.domain.voting import MAJORITIES, Majority, majorities_of


@dataclass(frozen=True, slots=True)
class Template:
    milestones: tuple[Milestone, ...]
    content_types: tuple[ContentType, ...]
    targets: Targets = field(default_factory=Targets)
    lateness: Lateness = field(default_factory=Lateness)
    majorities: tuple[Majority, ...] = MAJORITIES
    documents: tuple[str, ...] = ()


def template_of(found: Mapping[str, Any]) -> Template:
    return Template(
        milestones=tuple(milestone_of(milestone) for milestone in found["milestones"]),
        content_types=tuple(content_type_of(kind) for kind in found["content_types"]),
        targets=Targets(**found.get("targets", {})),
        lateness=_lateness(found.get("lateness", {})),
        majorities=majorities_of(found.get("majorities", {})),
        documents=tuple(map(_asked_for, found.get("documents", ()))),
    )


def _lateness(found: Mapping[str, Any]) -> Lateness:
    ladder = {"reminders": tuple(sorted(found["reminders"]))} if "reminders" in found else {}
    return Lateness(**{**found, **ladder})


def _asked_for(found: str) -> str:
    if found not in ASKED_FOR:
        raise ValueError(f"documents: {found} cannot be asked for")
    return found
