"""The milestones of a new version of a plan's rules, as its form has them."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.congress.views.versions import kinds_ever, steps_ever
from portal.frame.forms import Fault, Form
from portal.frame.languages import SWITCH
from portal.plans.words import NO_TITLE
from portal.shared.units import Document, Names

YES = "yes"
# So many can be put in at once.
NEW = range(3)
LANGUAGES = tuple(language for language, _sign, _own in SWITCH)
_PARTS = ("days_before_deadline", "after", "applies", "owner", "required", "waits_for_parent")
_ALL_PARTS = (*_PARTS, *(f"names/{key}" for key in LANGUAGES))


def names_by_family(plan: Document) -> dict[str, dict[str, Names]]:
    """Of all that any version has, and of the kinds of decision."""
    families = {
        "milestones": steps_ever(plan),
        "content_types": kinds_ever(plan),
        "majorities": plan["majorities"],
    }
    return {family: {one["key"]: one["names"] for one in some} for family, some in families.items()}


def step_values(rules: Document) -> dict[str, str]:
    """As they are, but for those that are to be new."""
    values = {}
    for one in rules["milestones"]:
        place = f"milestones/{one['key']}"
        values[f"{place}/days_before_deadline"] = str(one["days_before_deadline"])
        values |= {f"{place}/names/{key}": one["names"].get(key, "") for key in LANGUAGES}
        if one["required"]:
            values[f"{place}/required"] = YES
    return values


def step_fields(rules: Document) -> list[str]:
    """All names of fields that the form has for them, ticked or not."""
    own = [
        f"milestones/{one['key']}/{part}" for one in rules["milestones"] for part in ("required", "removed")
    ]
    new = [f"added/{at}/{part}" for at in NEW for part in _ALL_PARTS]
    return [*step_values(rules), *own, *new]


def typed_steps(form: Form, plan: Document) -> dict[str, dict[str, Any]]:
    return {one["key"]: _typed(form, f"milestones/{one['key']}", one["names"]) for one in plan["milestones"]}


def _typed(form: Form, place: str, before: Mapping[str, str]) -> dict[str, Any]:
    if form.text(f"{place}/removed"):
        return {"removed": True}
    said: dict[str, Any] = {
        "days_before_deadline": form.whole(f"{place}/days_before_deadline", needed=True),
        "required": bool(form.text(f"{place}/required")),
    }
    names = named(form, place)
    return said if names == before else {**said, "names": names}


def named(form: Form, place: str) -> dict[str, str]:
    names = {key: name for key in LANGUAGES if (name := form.text(f"{place}/names/{key}"))}
    if not names:
        form.faults[f"{place}/names/{LANGUAGES[0]}"] = Fault(NO_TITLE)
    return names


def typed_new_steps(form: Form) -> list[dict[str, Any]]:
    rows = put_together(form, "added", NEW, _ALL_PARTS, ("names/", "days_before_deadline"))
    return [_new(form, at) for at in range(rows)]


def put_together(
    form: Form, family: str, rows: Sequence[int], parts: Sequence[str], told: tuple[str, ...]
) -> int:
    """How many rows say anything; they then stand from the first on, where a service finds their faults. `told`: what
    parts begin with that somebody types.
    """
    typed = [{part: value for part in parts if (value := form.text(f"{family}/{at}/{part}"))} for at in rows]
    said = [row for row in typed if any(part.startswith(told) for part in row)]
    for at in rows:
        for part in parts:
            form.values.pop(f"{family}/{at}/{part}", None)
            if at < len(said) and part in said[at]:
                form.values[f"{family}/{at}/{part}"] = said[at][part]
    return len(said)


def _new(form: Form, at: int) -> dict[str, Any]:
    place = f"added/{at}"
    return {
        # Always the same for this form, however often it is sent.
        "key": f"step-{form.once[:20]}-{at}",
        "names": named(form, place),
        "days_before_deadline": form.whole(f"{place}/days_before_deadline", needed=True),
        "after": form.text(f"{place}/after"),
        "applies": form.text(f"{place}/applies") or "always",
        "owner": form.text(f"{place}/owner") or "unit",
        "required": bool(form.text(f"{place}/required")),
        "waits_for_parent": bool(form.text(f"{place}/waits_for_parent")),
    }
