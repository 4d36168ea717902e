"""What somebody typed, where the form's own page cannot be shown: listed as that page calls it."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from flask import current_app, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from portal.frame.forms import Form, sent_form
from portal.shared.words import AS_CHOSEN
from servicekit.refusals import Refusal
from servicekit.words import N_, dates

YES = N_("Yes")
# No form of ours has as many, and listing what somebody makes up costs.
FIELDS_MOST = 2_000
# An id says nothing to people; see servicekit.ids.
_ID = re.compile(r"[a-z2-7]{20}")


@dataclass(frozen=True, slots=True)
class Typed:
    """`ours`: the value is a word of ours, still to be translated."""

    label: str
    value: str
    ours: bool = False


def labels_of(endpoint: str | None) -> dict[str, str]:
    """What the fields of a capability's forms are called, whether its services answer or not."""
    words: Mapping[str, Mapping[str, str]] = current_app.extensions["labels"]
    own = words.get((endpoint or "").partition(".")[0], {})
    return {name: str(gettext(word)) for name, word in own.items()}


def sent_here(language: str) -> Form | None:
    """What this request has sent, where it is a form that can be read."""
    with suppress(HTTPException, Refusal):
        if request.method == "POST" and request.form:
            if len(request.form) > FIELDS_MOST:
                return None
            form = sent_form(request.form, language)
            form.labels = labels_of(request.endpoint)
            return form
    return None


def typed_in(form: Form, title: Callable[[str], str]) -> list[Typed]:
    """In the order of the form; a day as one. What has no label is not typed but only carried.

    Labels are by the field, by the beginning of a family (`figures/`), by what was chosen (`by=code`), or by whatever
    was (`role=`).
    Nor is what names a person (`national_number=`): the page may stand where others read it.
    `title`: of the key that follows the beginning, or the key itself where nobody has one.
    """
    values: dict[str, str] = {}
    for name, value in form.values.items():
        whole, _, part = name.rpartition("-")
        if part in dates.PARTS:
            values[whole] = " / ".join(filter(None, form.typed_parts(whole)))
        else:
            values[name] = value
    labelled = ((name, _label(name, form.labels, title), value) for name, value in values.items())
    return [
        _said(name, label, value, form.labels) for name, label, value in labelled if label and value.strip()
    ]


def _label(name: str, labels: Mapping[str, str], title: Callable[[str], str]) -> str:
    family, slash, key = name.rpartition("/")
    label = labels.get(name) or (labels.get(f"{family}/", "") if slash else "")
    if not label or name in labels:
        return label
    titled = title(key)
    return label if titled == key else f"{label}: {titled}"


def _said(name: str, label: str, value: str, labels: Mapping[str, str]) -> Typed:
    chosen = labels.get(f"{name}={value}") or labels.get(f"{name}=")
    if chosen:
        return Typed(label, chosen)
    if _ID.fullmatch(value):
        return Typed(label, AS_CHOSEN, ours=True)
    return Typed(label, YES, ours=True) if value == "yes" else Typed(label, value)
