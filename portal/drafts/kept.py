"""What somebody is writing into a form: found again, forgotten when it is sent, and never the numbers of people."""

import re
from collections.abc import Mapping
from contextlib import suppress

from flask_babel import gettext

from portal.frame.forms import Form
from portal.shared.asking import identity
from portal.shared.clients.answers import Document
from portal.shared.words import AS_TYPED
from servicekit.logs import log
from servicekit.out.peers import PeerRefused
from servicekit.refusals import Unavailable
from servicekit.words import dates

# Of people; however a number in one is written or split, it is no part of a draft.
TABLES = ("table",)
# What stands in the place of a number in a text. Shorter ones are codes, figures and parts of days.
LEFT_OUT = "…"
NUMBER = re.compile(r"\d(?:[\s.,;:'’/()+\-–·]*\d){6,}")


def saved_draft(path: str) -> Document | None:
    """What the reader is writing into this form; nothing while that is not to be known."""
    try:
        return identity().saved_draft(path)
    except Unavailable as away:
        log.warning("draft_not_asked", why=type(away).__name__)
        return None


def forget_draft(path: str, form: Form) -> None:
    """What was sent is no draft any more; where it cannot be dropped just now it is shown as one, with its day.

    Dropped whatever the form knew of it: one that is being saved in this moment is not told of there.
    """
    if "draft" in form.values:
        with suppress(PeerRefused, Unavailable):
            identity().drop_saved_draft(path)


def keepable(values: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """Without what names a person. Of forms about people only their fields, but no table, and of these without numbers.

    `labels`: of the form's fields, which say by `national_number=` that one names somebody.
    """
    known = {name: value for name, value in values.items() if not _names_somebody(name, labels)}
    if str(gettext(AS_TYPED)) not in labels.values():
        return known
    return {
        name: NUMBER.sub(LEFT_OUT, value)
        for name, value in known.items()
        if name not in TABLES and _field(name) in labels
    }


def _names_somebody(name: str, labels: Mapping[str, str]) -> bool:
    return labels.get(f"{_field(name)}=") == str(gettext(AS_TYPED))


def _field(name: str) -> str:
    """Of a day its three parts are one."""
    whole, _, part = name.rpartition("-")
    return whole if part in dates.PARTS else name
