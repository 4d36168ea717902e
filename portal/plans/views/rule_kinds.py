"""Kinds of congress and majorities of a new version of a plan's rules, as its form has them."""

from typing import Any

from portal.frame.forms import Form
from portal.plans.views.rule_steps import LANGUAGES, YES, named, put_together
from portal.shared.units import Document

# So many can be put in at once.
NEW_KINDS = range(2)
_ELECTIONS = ("elects_committee", "elects_delegates")
_PARTS = (*_ELECTIONS, *(f"names/{key}" for key in LANGUAGES))


def kind_values(rules: Document) -> dict[str, str]:
    values = {
        f"content_types/{one['key']}/names/{key}": one["names"].get(key, "")
        for one in rules["content_types"]
        for key in LANGUAGES
    }
    for one in rules["majorities"]:
        place = f"majorities/{one['key']}"
        values |= {f"{place}/{part}": str(one[part]) for part in ("numerator", "denominator", "base")}
        if one["more"]:
            values[f"{place}/more"] = YES
    return values


def kind_fields(rules: Document) -> list[str]:
    """All names of fields that the form has for them, ticked or not."""
    removed = [f"content_types/{one['key']}/removed" for one in rules["content_types"]]
    more = [f"majorities/{one['key']}/more" for one in rules["majorities"]]
    new = [f"added_types/{at}/{part}" for at in NEW_KINDS for part in _PARTS]
    return [*kind_values(rules), *removed, *more, *new]


def typed_kinds(form: Form, plan: Document) -> dict[str, Any]:
    """Of a kind of congress what is otherwise; of a majority all that is typed."""
    kinds: dict[str, Any] = {}
    for one in plan["content_types"]:
        place = f"content_types/{one['key']}"
        if form.text(f"{place}/removed"):
            kinds[one["key"]] = {"removed": True}
        elif (names := named(form, place)) != one["names"]:
            kinds[one["key"]] = {"names": names}
    rows = put_together(form, "added_types", NEW_KINDS, _PARTS, ("names/",))
    return {
        "content_types": kinds,
        "added_types": [_new(form, at) for at in range(rows)],
        "majorities": {one["key"]: _majority(form, f"majorities/{one['key']}") for one in plan["majorities"]},
    }


def _new(form: Form, at: int) -> dict[str, Any]:
    place = f"added_types/{at}"
    elects = {part: bool(form.text(f"{place}/{part}")) for part in _ELECTIONS}
    return {"key": f"kind-{form.once[:20]}-{at}", "names": named(form, place), **elects}


def _majority(form: Form, place: str) -> dict[str, Any]:
    return {
        "numerator": form.whole(f"{place}/numerator", needed=True),
        "denominator": form.whole(f"{place}/denominator", needed=True),
        "more": bool(form.text(f"{place}/more")),
        "base": form.text(f"{place}/base", needed=True),
    }
