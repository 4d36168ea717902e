"""The counter: a program that takes changed members into the counts, and looks whether these are what members say.

Several copies may run; one works. Whoever reads counts takes in what is left himself.

python -m membership.counter
"""

import sys
from functools import partial

from membership.context import Counting
from membership.operations.counting import check_of, count_changes
from membership.settings import read_program_settings
from membership.store.counts import CountStore
from membership.store.units import UnitStore
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.ids import new_id
from servicekit.tree.rollup.mends import MendStore
from servicekit.tree.rollup.verifying import EVERY_SECONDS, Rounds
from servicekit.web.guards import origin
from servicekit.work.clock import Clock
from servicekit.work.leases import Lease
from servicekit.work.loop import Loop, Step, run_program

NAME = "counter"


def loops() -> list[Loop]:
    common = read_program_settings()
    database = Database(common.mongo_url, common.database("membership"), JOB_TIMEOUT_MS)
    counts = CountStore(database, UnitStore(database))
    counting = Counting(database, counts, MendStore(database, origin), Clock(common.zone), new_id)
    rounds = Rounds(check_of(counting), counting.clock.now)

    def prepare() -> None:
        database.keep_session()
        counting.prepare()

    steps = [
        Step("count", partial(count_changes, counting)),
        Step("verify", rounds.work, every=EVERY_SECONDS, by_clock=True, afresh=rounds.begin_afresh),
    ]
    return [Loop(NAME, database, Lease(database, NAME, new_id()), steps, prepare=prepare)]


if __name__ == "__main__":
    sys.exit(run_program(NAME, loops))
