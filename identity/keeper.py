"""The keeper: a program that looks at the calendar for grants, counts how units stand with the roll-out, makes files of
the audit, and tells of revocations.

Of several copies one looks at the calendar; revocations are heard from any of them.

python -m identity.keeper
"""

import sys
from functools import partial

from pymongo.errors import DuplicateKeyError

from identity.context import Keeping
from identity.feed import FeedListener
from identity.operations.aftermath import follow_up
from identity.operations.handing_over import finish_handovers
from identity.operations.keeping import tell_ending, tell_lapsed, tell_unconfirmed
from identity.operations.relisting import list_anew
from identity.operations.rollout_counting import check_of, count_changes, count_due
from identity.operations.running_out import tell_cut_off
from identity.operations.verifying import count_anew, drop_lapsed
from identity.settings import read_keeper_settings
from identity.store import Store
from servicekit.access.keys import KeyRing
from servicekit.audit.exporting import audit_exports
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.exporting.running import export_loop
from servicekit.ids import new_id
from servicekit.tree.rollup.verifying import EVERY_SECONDS, Rounds
from servicekit.work.clock import Clock
from servicekit.work.leases import Lease
from servicekit.work.loop import Loop, Piecemeal, Slowly, Step, run_program

NAME = "keeper"
# A day begins once, but a clock may be wrong and a grant may be given that ends tomorrow.
LOOK_SECONDS = 60.0
# What a program of the version before writes while a new one comes in is listed within this time.
RELIST_SECONDS = 3600.0
# Until then the number of a list is read with what is noted beside it.
SUM_UP_SECONDS = 10.0
LAPSE_SECONDS = 60.0
# Of some numbers each time.
COUNT_ANEW_SECONDS = 15.0
# Another copy was faster.
TOLD_BY_ANOTHER = (DuplicateKeyError,)


def loops() -> list[Loop | FeedListener]:
    settings = read_keeper_settings()
    common = settings.common
    database = Database(common.mongo_url, common.database("identity"), JOB_TIMEOUT_MS)
    keeping = Keeping(Store(database), Clock(common.zone), settings.roles)

    def prepare() -> None:
        database.keep_session()
        keeping.store.prepare()

    steps = [
        Step(name, partial(tell, keeping), every=LOOK_SECONDS, by_clock=True, away=TOLD_BY_ANOTHER)
        for name, tell in (
            ("ending", tell_ending),
            ("unconfirmed", tell_unconfirmed),
            ("lapsed", tell_lapsed),
            ("hand-overs", finish_handovers),
        )
    ]
    running_out = Piecemeal(partial(tell_cut_off, keeping))
    relisting = Piecemeal(partial(list_anew, keeping), in_rounds=True)
    counting = Slowly(partial(count_anew, keeping))
    steps += [
        Step(
            name,
            pieces.work,
            every=every,
            by_clock=True,
            away=TOLD_BY_ANOTHER,
            afresh=pieces.begin_afresh,
        )
        for name, pieces, every in (
            ("cut off", running_out, LOOK_SECONDS),
            ("lists", relisting, RELIST_SECONDS),
        )
    ]
    lists = keeping.store.lists
    steps += [
        Step("totals of lists", lists.totals.sum_up, every=SUM_UP_SECONDS, by_clock=True),
        Step("lapsed", partial(drop_lapsed, keeping), every=LAPSE_SECONDS, by_clock=True),
        Step(
            "totals anew",
            counting.work,
            every=COUNT_ANEW_SECONDS,
            by_clock=True,
            afresh=counting.begin_afresh,
        ),
    ]
    # By the bell: who lost something by an act waits for no clock.
    following = Piecemeal(partial(follow_up, keeping))
    steps.append(Step("aftermath", following.work, afresh=following.begin_afresh))
    rounds = Rounds(check_of(keeping), keeping.clock.now)
    steps += [
        Step("roll-out", partial(count_changes, keeping)),
        Step("roll-out by day", partial(count_due, keeping), every=LOOK_SECONDS, by_clock=True),
        Step("verify", rounds.work, every=EVERY_SECONDS, by_clock=True, afresh=rounds.begin_afresh),
    ]
    # A database of its own: the loop's keeps one session for all its transactions.
    heard = Store(Database(common.mongo_url, common.database("identity")))
    # A database of its own as well, which may be asked for long.
    logs = Database(common.mongo_url, common.database("identity"), JOB_TIMEOUT_MS)
    clock, store = keeping.clock, Store(logs)
    exports = audit_exports("identity", logs, clock, common.zone, settings.keys, store.units)
    return [
        export_loop("identity exports", logs, exports, store.prepare),
        Loop(NAME, database, Lease(database, NAME, new_id()), steps, prepare=prepare),
        FeedListener(settings.feed_address, KeyRing(common.keys_dir, "identity"), heard),
    ]


if __name__ == "__main__":
    sys.exit(run_program(NAME, loops))
