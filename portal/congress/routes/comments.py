"""The thread on a congress."""

from functools import partial

from portal.congress.routes.congresses import looked_up, trail_of
from portal.congress.views.comments import THREADS, record_of
from portal.congress.views.files import FilesCard, files_card
from portal.shared.asking import comments_on, congress
from portal.shared.clients.answers import Document
from portal.threads.routes import Threads, thread_pages
from portal.threads.views import Record


def _record(congress_id: str) -> Record:
    one, plan = looked_up(congress_id)
    return record_of(one, plan, trail_of(one))


def _files_card(comment: Document) -> FilesCard:
    found = congress().files_of_comment(comment["id"])
    return files_card(found, f"congress/comments/{comment['id']}", may_remove=False)


pages = thread_pages(
    Threads(
        name="comments",
        place="/congresses",
        permission="congress:comment",
        ask=partial(comments_on, THREADS),
        record=_record,
        files_card=_files_card,
    )
)
