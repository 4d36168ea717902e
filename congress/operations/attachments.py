"""What a congress says of the files that hang on it: who may read, add and remove them, and when."""

from functools import partial

from congress.context import Context
from congress.operations import congresses as operations
from servicekit.access.decision import Caller
from servicekit.files.hanging import Hung, Owner


def owner_of_files(context: Context) -> Owner:
    return Owner(
        service="congress",
        noun="congresses",
        read=operations.READ,
        write=operations.REPORT,
        find=partial(_find, context),
        may_add=partial(operations.refuse_attaching, context),
        may_remove=partial(operations.refuse_detaching, context),
        hang=partial(operations.attach, context),
        take_off=partial(operations.detach, context),
        page=lambda congress_id: f"/congresses/{congress_id}",
    )


def _find(context: Context, caller: Caller, congress_id: str, permission: str) -> Hung:
    congress = operations.attached_to(context, caller, congress_id, permission)
    return Hung(congress.id, congress.unit.id, tuple(one.id for one in congress.attachments))
