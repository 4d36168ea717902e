"""Everybody of a name who holds an office where the reader may know who does."""

from flask import Blueprint, Response

from portal.frame.pager import after, pager
from portal.frame.pages import page
from portal.frame.query import LIST, asked, takes
from portal.search.routes.search import LONGEST
from portal.search.views import found_holder
from portal.shared.asking import identity
from portal.shared.clients.answers import Document
from servicekit.web.guards import access

pages = Blueprint("holders", __name__)

SHOWN = 40


@pages.get("/search/holders")
@takes("q", *LIST)
@access("unit:read")
def find_holders() -> Response:
    words = asked("q")[:LONGEST]
    nobody: Document = {"items": [], "total": 0, "meant": False}
    answer = identity().holders_named(words, after(), SHOWN) if words else nobody
    return page(
        "holders.html",
        words=words,
        found=[found_holder(one) for one in answer["items"]],
        meant=answer["meant"],
        cut=answer["total"] is None,
        pager=pager(answer, len(answer["items"]), q=words),
    )
