"""Lists that a program of the version before does not know of: what it wrote beside us is listed as it stands."""

from collections.abc import Generator
from datetime import timedelta
from functools import partial

from identity.context import Keeping
from identity.domain import grant_dates
from identity.operations.keeping import in_parts


def list_anew(keeping: Keeping) -> Generator[int]:
    """Everything that is to be confirmed soon, or stands among it, is where its grant says; how many each part saw to.

    A migration fills the list, and whoever changes a grant keeps it; while a new version comes in, the one before goes
    on changing grants.
    """
    store, now, today = keeping.store, keeping.clock.now(), keeping.clock.today()
    first = -grant_dates.TOLD_AFTERWARDS.days
    for ahead in range(first, grant_dates.RECERTIFY_NOTICE.days + 1):
        for part in in_parts(sorted(store.to_confirm_on(today + timedelta(days=ahead)))):
            store.database.in_transaction(partial(store.list_anew, part, now))
            yield len(part)
