"""What somebody is writing into a form: found again, forgotten when it is sent, and never the numbers of people."""

import csv
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
from servicekit.words import dates, text

# Shorter ones are codes, figures and parts of days.
SHORTEST_NUMBER = 7  # digits
# What stands in the place of a number: a row without one would be meant otherwise.
LEFT_OUT = "…"
TABLES = ("table",)
# With a sign between its thousands a number looks like several cells.
GROUPED = re.compile(r"(?<!\d)\d{1,3}(?:[,.' ]\d{2,3}){2,}(?!\d)")


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
    """Without what names a person; of a table without the numbers in it.

    `labels`: of the form's fields, which say by `national_number=` that one names somebody.
    """
    return {
        name: without_numbers(value) if name in TABLES else value
        for name, value in values.items()
        if name in TABLES or not _names_somebody(name, labels)
    }


def _names_somebody(name: str, labels: Mapping[str, str]) -> bool:
    whole, _, part = name.rpartition("-")
    field = whole if part in dates.PARTS else name
    return labels.get(f"{field}=") == str(gettext(AS_TYPED))


def without_numbers(table: str) -> str:
    """The same table, each cell that holds a number replaced; nothing of one that cannot be taken apart."""
    left = GROUPED.sub(LEFT_OUT, table)
    try:
        for cell in sorted(_numbered(left), key=len, reverse=True):
            left = left.replace(cell, LEFT_OUT)
        # One that is written otherwise in the text than it is read, between quotation marks.
        return "" if _numbered(left) else left
    except csv.Error:
        return ""


def _numbered(table: str) -> set[str]:
    return {cell for _, row in text.rows_of(table) for cell in row if _is_number(cell)}


def _is_number(cell: str) -> bool:
    if sum(sign.isdecimal() for sign in cell) < SHORTEST_NUMBER:
        return False
    try:
        dates.spoken_day(text.line(cell))
    except dates.NotADay:
        return True
    return False
