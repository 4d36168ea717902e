"""What the thread on a congress is about."""

from functools import partial

from flask_babel import gettext as _

from portal.congress.views.congress import field_word, figure_word
from portal.congress.views.files import File, file_of
from portal.congress.views.versions import steps_ever
from portal.shared.units import Crumb, Document, Words
from portal.threads.views import Record

# Where the service keeps the threads.
THREADS = "congress/congresses"


def record_of(congress: Document, plan: Document, trail: tuple[Crumb, ...]) -> Record:
    return Record(
        names=congress["unit"]["names"],
        trail=trail,
        start=f"/congresses/{congress['id']}",
        heard=_(
            "Read by everybody who can see this congress; the other side is told. Write no personal data."
        ),
        parts=tuple(parts_of(congress, plan)),
        part_word=partial(field_word, plan=plan),
        files_of=files_of,
    )


def parts_of(congress: Document, plan: Document) -> list[tuple[str, Words]]:
    """What a comment may be about besides the whole: steps by their names, figures by their titles."""
    own = {one["key"] for one in congress["milestones"]}
    steps: list[tuple[str, Words]] = [
        (one["key"], one["names"]) for one in steps_ever(plan) if one["key"] in own
    ]
    return [*steps, *((key, figure_word(key)) for key in congress["results_fields"])]


def files_of(comment: Document) -> tuple[File, ...]:
    place = f"comments/{comment['id']}"
    return tuple(file_of(one, "congress", place, may_remove=False) for one in comment["files"])
