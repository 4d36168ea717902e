"""Versions of a plan's rules: how each reads, the form of a new one, and what it would mean."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.congress.views.congress import figure_word, unit_with_id
from portal.congress.views.dossier import DOCUMENTS
from portal.plans.views.ladders import FIELD as LADDER
from portal.plans.views.ladders import ladder_text
from portal.plans.views.rule_kinds import kind_values
from portal.plans.views.rule_steps import YES, step_values
from portal.plans.words import LABELS, REACHES
from portal.shared.units import Document, Ours, Unit, Words

LATENESS = ("explained_after", "postponed_most")
FIGURES = "results_fields"
# What has a name of its own.
NAMED = ("milestones", "content_types", "majorities")
PAPERS = "documents"
TARGETS = ("women", "young", "candidates_least", "candidates_most")


@dataclass(frozen=True, slots=True)
class Change:
    """Of one field: as it was in the version before, and as it is; empty for what is ticked and was not, or is not any
    more. `kind`: deadlines, lateness, targets, results_fields, documents; days_before_deadline, required and names of
    milestones, and added or removed for one that came or went; of some `word` says which. `family`: of what has a name
    of its own.
    """

    kind: str
    key: str
    before: str
    after: str
    word: Words
    family: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """`at`: empty of the first."""

    number: int
    congresses: int
    reason: str
    at: str
    reach: str
    changes: tuple[Change, ...]


def versions_of(items: Sequence[Document]) -> tuple[Version, ...]:
    """As they came, the newest first; each with what it changed."""
    before = [*items[1:], None]
    return tuple(_version(one, other) for one, other in zip(items, before, strict=True))


def _version(one: Document, before: Document | None) -> Version:
    return Version(
        one["number"],
        one["congresses"],
        one["reason"],
        one["at"] or "",
        REACHES.get(one["reach"], "") if one["at"] else "",
        (
            *_came_and_went(before, one, "milestones"),
            *_came_and_went(before, one, "content_types"),
            *_changes(rule_values(before), rule_values(one)),
        )
        if before
        else (),
    )


def _came_and_went(before: Document, after: Document, what: str) -> list[Change]:
    old, new = ([str(one["key"]) for one in rules[what]] for rules in (before, after))
    came = [Change("added", key, "", key, Ours(""), what) for key in new if key not in old]
    return [*came, *(Change("removed", key, key, "", Ours(""), what) for key in old if key not in new)]


def _changes(before: dict[str, str], after: dict[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name, ""), after.get(name, "")
        if old == new:
            continue
        family, _slash, key = name.partition("/")
        if family not in NAMED:
            yield Change(family, key, old, new, _word(family, key))
            continue
        key, _slash, kind = key.partition("/")
        # What came or went is said as a whole.
        if all(any(one.startswith(f"{family}/{key}/") for one in rules) for rules in (before, after)):
            yield Change(kind.partition("/")[0], key, old, new, Ours(""), family)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of the form, and what is saved in it by now; empty for a box that is not ticked."""

    name: str
    value: str
    box: bool


def differences(plan: Document, typed: Mapping[str, str]) -> list[Difference]:
    """Where what is saved is not what was typed. A box that is not ticked is nowhere among what is saved."""
    saved, boxes = rule_values(plan), _boxes(plan, typed)
    names = dict.fromkeys((*saved, *boxes))
    return [
        Difference(name, saved.get(name, ""), name in boxes)
        for name in names
        if typed.get(name, "") != saved.get(name, "")
    ]


def _boxes(plan: Document, typed: Mapping[str, str]) -> list[str]:
    """Those that may be ticked in what is saved; of figures and documents those that are so here or there."""
    there = [name for name in (*rule_values(plan), *typed) if name.startswith((f"{FIGURES}/", f"{PAPERS}/"))]
    return [
        *(f"milestones/{one['key']}/required" for one in plan["milestones"]),
        *(f"majorities/{one['key']}/more" for one in plan["majorities"]),
        *there,
    ]


def _word(kind: str, key: str) -> Words:
    if kind == PAPERS:
        return Ours(DOCUMENTS.get(key, ""))
    return figure_word(key) if kind == FIGURES else Ours(LABELS.get(f"{kind}/{key}", ""))


def rule_values(rules: Document) -> dict[str, str]:
    """Rules as their form has them."""
    return {
        **{f"deadlines/{level}": day for level, day in rules["deadlines"].items()},
        **step_values(rules),
        **kind_values(rules),
        **{f"lateness/{name}": str(rules["lateness"][name]) for name in LATENESS},
        LADDER: ladder_text(rules["lateness"]["reminders"]),
        **{f"targets/{name}": str(rules["targets"][name]) for name in TARGETS},
        **{f"{FIGURES}/{key}": YES for key in rules["results_fields"]},
        **{f"{PAPERS}/{key}": YES for key in rules["documents"]},
    }


@dataclass(frozen=True, slots=True)
class Effect:
    """What a new version means at one level; `before` and `after` are the same where its day stays."""

    level: str
    before: str
    after: str
    moves: bool
    congresses: int
    reached: int
    becoming_overdue: int
    no_longer_overdue: int


def effects_of(items: Sequence[Document], levels: Sequence[str]) -> tuple[Effect, ...]:
    """From the top down; levels at which there is no congress are left out."""
    order = {level: place for place, level in enumerate(levels)}
    found = sorted(items, key=lambda one: order.get(one["level"], len(order)))
    return tuple(Effect(**one) for one in found if one["congresses"])


@dataclass(frozen=True, slots=True)
class Turning:
    """Whom of a level a new version makes overdue, or no longer: a page of them, each with its congress's address and
    its day. `next`: what the button for the following page sends; empty on the last.
    """

    becomes: str
    level: str
    total: int
    lines: tuple[tuple[Unit, str, str], ...]
    next: str


def turning_of(answer: Document, becomes: str, level: str) -> Turning:
    lines = tuple((unit_with_id(one), f"/congresses/{one['id']}", one["deadline"]) for one in answer["items"])
    following = f"{becomes}/{level}/{answer['next']}" if answer["next"] else ""
    return Turning(becomes, level, answer["total"], lines, following)
