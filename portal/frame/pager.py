"""Where a page of a list stands in the whole, and the way to the next."""

from dataclasses import dataclass
from urllib.parse import urlencode

from portal.frame.query import asked_whole, cursor, shown_at
from portal.shared.clients.answers import Document

# Whoever writes an address by hand gets a wrong number on the page, and no other items.
COUNTED_MOST = 10_000_000


@dataclass(frozen=True, slots=True)
class Pager:
    """`first` and `last`: the places of what is shown. `begin`: the way back to the first page."""

    first: int
    last: int
    total: int | None
    next: str
    begin: str


def after(of: str = "") -> str:
    """The cursor in the address of this page."""
    return cursor(f"{of}after")


def pager(answer: Document, shown: int, of: str = "", **kept: str) -> Pager:
    """For a list whose service answered with `next` and `total`; `kept` stays in the address: filters and the like.

    `of`: of several lists of a page, what its own names in the address begin with.
    """
    before = (asked_whole(f"{of}from") or 1) - 1 if after(of) else 0
    before = min(max(before, 0), COUNTED_MOST)
    filters = {name: value for name, value in kept.items() if value}
    return Pager(
        first=before + 1,
        last=before + shown,
        total=answer.get("total"),
        next=_address(**filters, **{f"{of}after": answer["next"], f"{of}from": str(before + shown + 1)})
        if answer.get("next")
        else "",
        begin=_address(**filters) if after(of) else "",
    )


def _address(**query: str) -> str:
    return f"{shown_at()}?{urlencode(query)}" if query else shown_at()
