"""What a congress says of the thread on it: who may read and write it, what it may be about, and who is told."""

from collections.abc import Collection, Sequence
from functools import partial

from congress import events
from congress.context import Context
from congress.domain.results import FIGURE_KEYS
from congress.domain.rule_sets import under
from congress.operations import congresses as operations
from servicekit.access.decision import Caller
from servicekit.comments.comment import Comment
from servicekit.comments.hanging import Owner, Subject
from servicekit.comments.operations import Comments
from servicekit.comments.store import CommentStore
from servicekit.data.events import Event
from servicekit.files.store import FileStore
from servicekit.tree.units import require_live
from servicekit.web.guards import origin

COMMENT = "congress:comment"
WHOLE = "results"


def comments_on(context: Context, files: FileStore) -> Comments:
    owner = Owner(
        service="congress",
        noun="congresses",
        record_type="congress",
        read=operations.READ,
        write=COMMENT,
        find=partial(_find, context),
        may_write=partial(_may_write, context),
        readers=partial(_readers, context),
        told=partial(_told, context),
        page=lambda congress_id: f"/congresses/{congress_id}",
    )
    return Comments(CommentStore(context.database, origin), files, owner, context.clock)


def _find(context: Context, caller: Caller, congress_id: str, permission: str) -> Subject:
    """A comment may be about what a report can be returned for: a step, a figure, the report as a whole."""
    congress = operations.attached_to(context, caller, congress_id, permission)
    plan = under(context.plans.get(congress.plan_id), congress)
    steps = {milestone.key for milestone in plan.milestones}
    return Subject(congress.id, congress.unit.path, frozenset({WHOLE} | FIGURE_KEYS | steps))


def _may_write(context: Context, caller: Caller, congress_id: str) -> None:
    """Nobody is left to answer for a unit that has ended."""
    require_live(operations.attached_to(context, caller, congress_id, COMMENT).unit)


def _readers(context: Context, record: Subject) -> Collection[str]:
    if context.identity is None:
        return ()
    return context.identity.holding(operations.READ, record.unit_path)


def _told(context: Context, congress_id: str, comment: Comment) -> Sequence[Event]:
    (congress,) = context.congresses.many([congress_id])
    return [events.commented(congress, comment)]
